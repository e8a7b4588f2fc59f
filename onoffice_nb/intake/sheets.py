"""Which sheet of a workbook is meant: by name, by number, or the only visible one that holds something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote

__all__ = ["Sheet", "choose_sheet"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes:
        title: What its tab says.
        key: By what its reader finds it in the file.
        hidden: Whether Excel does not show its tab.
    """

    title: str
    key: str
    hidden: bool = False


def choose_sheet(
    name: str, sheets: Sequence[Sheet], wanted: str | int | None, is_filled: Callable[[Sheet], bool]
) -> tuple[Sheet, list[str]]:
    """The sheet to read, and what has to be said of the choice.

    Args:
        name: What messages call the file.
        sheets: The sheets in the order of their tabs.
        wanted: A title, the number of a visible tab from 1, or None for the only visible sheet that holds something.
        is_filled: Tells whether a sheet holds anything.

    Returns:
        The sheet, and notes: on a hidden sheet that was read or left out, on which sheet a number was.

    Raises:
        PairsError: There is no such sheet, or without `wanted` there is none or more than one to choose.
    """
    visible = [sheet for sheet in sheets if not sheet.hidden]
    if wanted is None:
        return _only_filled(name, sheets, is_filled)
    if sheet := _by_title(sheets, str(wanted)) if isinstance(wanted, str) else None:
        return sheet, [f"{name}: sheet {quote(sheet.title)} is hidden in Excel"] if sheet.hidden else []

    number = int(wanted) if not isinstance(wanted, str) or wanted.isdecimal() else 0
    if 0 < number <= len(visible):
        sheet = visible[number - 1]
        return sheet, [f"{name}: sheet {number} is {quote(sheet.title)}"]
    raise PairsError(
        f"{name} has no sheet {quote(wanted) if isinstance(wanted, str) else wanted}. There are: {_listed(sheets)}."
        f" Name one, or count the visible ones from 1 to {len(visible)}: sheet=…."
    )


def _only_filled(name: str, sheets: Sequence[Sheet], is_filled: Callable[[Sheet], bool]) -> tuple[Sheet, list[str]]:
    filled = [sheet for sheet in sheets if is_filled(sheet)]
    visible = [sheet for sheet in filled if not sheet.hidden]
    hidden = [sheet for sheet in filled if sheet.hidden]
    if len(visible) == 1:
        note = f"{name}: read from sheet {quote(visible[0].title)}; left out, as hidden: {_listed(hidden)}"
        return visible[0], [note] if hidden else []
    if visible:
        raise PairsError(f"{name} has {counted(len(visible), 'sheet')}: {_listed(visible)}. Name one with sheet=….")
    if hidden:
        raise PairsError(f"{name} has data in hidden sheets alone: {_listed(hidden)}. Name one with sheet=….")
    raise PairsError(f"{name} has no sheet with data. There are: {_listed(sheets) or 'none'}.")


def _by_title(sheets: Sequence[Sheet], title: str) -> Sheet | None:
    """The sheet of a title; Excel itself tells no capitals from small letters, and blanks around it are not seen."""
    for same in (str, lambda text: text.strip().casefold()):
        found = [sheet for sheet in sheets if same(sheet.title) == same(title)]
        if len(found) == 1:
            return found[0]
    return None


def _listed(sheets: Sequence[Sheet]) -> str:
    return ", ".join(quote(sheet.title) + " (hidden)" * sheet.hidden for sheet in sheets)
