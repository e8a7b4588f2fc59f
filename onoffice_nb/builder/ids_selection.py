"""What is chosen in step 2, as one value that does not change: what is read and what is shown follow from it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from onoffice_nb.builder.notebook_frames import suggested_columns
from onoffice_nb.builder.pairs_source import PairsSource
from onoffice_nb.formatting import printable
from onoffice_nb.model import CONFIRMATIONS, RelationInfo, RelationType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Column", "IdsOrigin", "IdsSelection", "Pairing", "Side", "info_label"]


class IdsOrigin(StrEnum):
    """Where the ids come from."""

    FRAME = "a DataFrame of the notebook"
    PASTED = "pasted text"


class Pairing(StrEnum):
    """Which parent goes with which child."""

    ROWS = "row by row"
    CROSS = "every × every"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the picked frame, by its label. A label may be anything, None too, so it stands in this box."""

    label: Hashable


@dataclass(frozen=True, slots=True)
class Side:
    """The ids of one side: the column that is chosen for it, and the text that is pasted for it."""

    column: Column | None = None
    text: str = ""


_CONFIRMATION_FOR_ALL: Final = tuple(RelationInfo(confirmation) for confirmation in CONFIRMATIONS)


@dataclass(frozen=True, slots=True, eq=False)
class IdsSelection:
    """All that is chosen in step 2.

    Attributes:
        relation: The relation type of step 1, which says what stands on the sides.
        origin: Whether the columns count, or the texts.
        frames: The DataFrames that can be picked, by name.
        frame_name: What the picked one is called, "" if none is picked.
        parent: The ids of the parents.
        child: The ids of the children.
        pairing: Which parent goes with which child.
        info: The confirmation of all pairs, or the column that holds one for each; None if none is sent.
        dropped_info: What was chosen as info, but does not fit any more, so that the page can say so.
    """

    relation: RelationType | None = None
    origin: IdsOrigin = IdsOrigin.FRAME
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    frame_name: str = ""
    parent: Side = Side()
    child: Side = Side()
    pairing: Pairing = Pairing.ROWS
    info: RelationInfo | Column | None = None
    dropped_info: RelationInfo | Column | None = None

    @property
    def frame(self) -> pd.DataFrame | None:
        """The picked frame."""
        return self.frames.get(self.frame_name)

    @property
    def columns(self) -> list[Column]:
        """The columns of the picked frame."""
        return [] if self.frame is None else [Column(label) for label in self.frame.columns]

    @property
    def infos(self) -> list[RelationInfo | Column]:
        """What can be chosen as info: nothing but for participants of appointments."""
        if self.relation is None or not self.relation.takes_info:
            return []

        has_rows = self.origin is IdsOrigin.FRAME and self.pairing is Pairing.ROWS
        return [*_CONFIRMATION_FOR_ALL, *(self.columns if has_rows else [])]

    @property
    def suggestion(self) -> tuple[Column, Column] | None:
        """The likely columns of parent and child, as long as none is chosen."""
        is_open = self.origin is IdsOrigin.FRAME and self.parent.column is None and self.child.column is None
        if not is_open or self.frame is None or self.relation is None:
            return None

        labels = suggested_columns(self.frame, self.relation)
        return None if labels is None else (Column(labels[0]), Column(labels[1]))

    @property
    def source(self) -> PairsSource | None:
        """Where the pairs come from; None as long as something is missing."""
        is_crossed = self.pairing is Pairing.CROSS
        info = self.info.label if isinstance(self.info, Column) else self.info

        if self.origin is IdsOrigin.PASTED:
            parent_text, child_text = self.parent.text, self.child.text
            if not parent_text.strip() or not child_text.strip():
                return None
            return PairsSource(parent_text, child_text, is_crossed=is_crossed, info=info)

        parent, child = self.parent.column, self.child.column
        if self.frame is None or parent is None or child is None:
            return None
        return PairsSource(parent.label, child.label, self.frame, self.frame_name, is_crossed, info)

    def fitted(self, frames: Mapping[str, pd.DataFrame]) -> IdsSelection:
        """The same without what is not there any more, or does not fit the rest.

        Args:
            frames: The frames that there are now, by name.
        """
        fitted = replace(self, frames=frames, frame_name=self.frame_name if self.frame_name in frames else "")
        columns = fitted.columns
        fitted = replace(
            fitted, parent=_with_known_column(self.parent, columns), child=_with_known_column(self.child, columns)
        )

        if self.info is None:
            return fitted
        if self.info in fitted.infos:
            return replace(fitted, dropped_info=None)
        return replace(fitted, info=None, dropped_info=self.info)


def info_label(info: RelationInfo | Column) -> str:
    """What is chosen as info, in words.

    >>> info_label(RelationInfo("gesendet")), info_label(Column("Status"))
    ('gesendet for all', 'from column Status')
    """
    return f"from column {printable(info.label)}" if isinstance(info, Column) else f"{info.confirmation} for all"


def _with_known_column(side: Side, columns: list[Column]) -> Side:
    return side if side.column in columns else replace(side, column=None)
