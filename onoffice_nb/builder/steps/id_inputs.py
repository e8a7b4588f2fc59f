"""The two sides of the ids, parent and child: a column of the frame, or a pasted list."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Final

from onoffice_nb.builder.widgets import Dropdown, Textarea, VBox, set_options, show, with_class
from onoffice_nb.formatting import printable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NOTHING", "IdInput"]

# Columns are picked by position, as labels may be anything and may stand twice.
NOTHING: Final = -1


class IdInput:
    """Parent or child; `column` and `text` are its controls, of which one is shown."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._labels: list[Hashable] = []
        self.column = with_class(f"{name}-column", Dropdown(options=[("", NOTHING)]))
        self.text = with_class(f"{name}-text", Textarea(rows=6, placeholder="1001\n1002 …"))
        self.view = with_class("side", VBox([self.column, self.text]))
        self.offer(None)

    def arrange(self, module: str, *, pasted: bool) -> None:
        """Show the control that is asked for, named after the module that stands on this side."""
        kind = f"{module} ids" if module else "ids"
        self.column.description = f"{self._name.capitalize()}: column of {kind}"
        self.text.description = f"{self._name.capitalize()}: {kind}"
        show(self.column, not pasted)
        show(self.text, pasted)

    def offer(self, frame: pd.DataFrame | None) -> None:
        """Offer the columns of a frame; the chosen label stays chosen if it is there, else nothing is."""
        chosen = self.label
        self._labels = [] if frame is None else list(frame.columns)
        set_options(
            self.column,
            [("choose a column …", NOTHING), *((printable(label), at) for at, label in enumerate(self._labels))],
        )
        self.pick(chosen)

    def pick(self, label: Hashable | None) -> None:
        """Choose the column of this label, or none if there is none."""
        self.column.value = self._labels.index(label) if label in self._labels else NOTHING

    @property
    def label(self) -> Hashable | None:
        """The label of the chosen column, None if none is chosen."""
        return None if self.column.value in (None, NOTHING) else self._labels[self.column.value]
