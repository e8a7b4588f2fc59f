"""Two lists of which every id was combined with every other: which row is which combination, and which cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from onoffice_nb.intake.ids import Ids
from onoffice_nb.intake.mends import Decision, DecisionKey, Mend, rejected_cells
from onoffice_nb.model import RelationInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CrossedLists"]


@dataclass(frozen=True, eq=False)
class CrossedLists:
    """The lists of both sides. Each combination is a row, in the order of the outer list; the rejects stand behind.

    Attributes:
        parents: The parents, as they were read.
        children: The children.
        info: One relationinfo for all pairs.
        combined: The ids that were combined, mended ones among them: those of the outer list, those of the inner one.
        is_swapped: Whether the outer list is that of the children.
    """

    parents: Ids
    children: Ids
    info: RelationInfo | None
    combined: tuple[NDArray[np.int64], NDArray[np.int64]]
    is_swapped: bool = False

    def swapped(self) -> CrossedLists:
        """The same rows, with parents and children in each other's place."""
        return replace(self, parents=self.children, children=self.parents, is_swapped=not self.is_swapped)

    @property
    def ids(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Parent and child of each combination, in the order of the rows."""
        outer, inner = self.combined
        parents, children = np.repeat(outer, len(inner)), np.tile(inner, len(outer))
        return (children, parents) if self.is_swapped else (parents, children)

    def positions(self, pairs: Collection[tuple[int, int]]) -> list[int]:
        """The positions of the rows of these pairs of parent and child; a pair that was not combined has none."""
        outer, inner = ({number: place for place, number in enumerate(ids.tolist())} for ids in self.combined)
        ordered = [pair[::-1] if self.is_swapped else pair for pair in pairs]
        return [outer[one] * len(inner) + inner[other] for one, other in ordered if one in outer and other in inner]

    def rejected_cells(self, decisions: Mapping[DecisionKey, Decision]) -> list[Mend]:
        """Every cell of either list that was a reject when it was read, decided or not, in the order of the rows."""
        cells = rejected_cells([self.parents.column, self.children.column], decisions, aligned=False)
        return sorted(cells, key=lambda cell: -cell.side) if self.is_swapped else cells
