"""The two sides of the ids, parent and child: a column of the frame, or a pasted list."""

from __future__ import annotations

from collections.abc import Callable

from onoffice_nb.builder.ids_selection import Column, Side
from onoffice_nb.builder.widgets import Dropdown, Textarea, VBox, set_options, show, with_class
from onoffice_nb.formatting import printable

__all__ = ["NOTHING", "IdInput"]

# None as the value of an option would mean to a dropdown that it shows no option at all.
NOTHING = ""


class IdInput:
    """Parent or child: a list of columns and a field for text, of which one is shown.

    Args:
        name: "parent" or "child".
        on_change: Called when somebody has chosen or pasted something.
    """

    def __init__(self, name: str, on_change: Callable[[object], object]) -> None:
        self._name = name
        self._column = with_class(f"{name}-column", Dropdown(options=[("", NOTHING)]))
        self._text = with_class(f"{name}-text", Textarea(rows=6, placeholder="1001\n1002 …"))
        for control in (self._column, self._text):
            control.observe(on_change, "value")
        self.view = with_class("side", VBox([self._column, self._text]))

    @property
    def side(self) -> Side:
        """What the controls say."""
        column = self._column.value
        return Side(column if isinstance(column, Column) else None, self._text.value)

    def render(self, side: Side, columns: list[Column], module: str, *, is_pasted: bool) -> None:
        """Let the controls show a side.

        Args:
            side: What is chosen.
            columns: What can be chosen.
            module: The module whose ids stand here, "" if it is not known yet.
            is_pasted: Whether the text is asked for, not the column.
        """
        ids = f"{module} ids" if module else "ids"
        self._column.description = f"{self._name.capitalize()}: column of {ids}"
        self._text.description = f"{self._name.capitalize()}: {ids}"

        options = [(printable(column.label), column) for column in columns]
        set_options(self._column, [("choose a column …", NOTHING), *options], side.column or NOTHING)
        self._text.value = side.text

        show(self._column, not is_pasted)
        show(self._text, is_pasted)
