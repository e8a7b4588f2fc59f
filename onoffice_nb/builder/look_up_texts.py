"""What of a row could be looked up, where its cell holds no record id: the numbers, mails and names beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable
from typing import TYPE_CHECKING, Final

from onoffice_nb.intake.repairs import Reject, RepairKind

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LookUpTexts"]

# So many are offered, those that tell most first.
_MOST: Final = 3

# What columns are called that tell the records of a module apart, the surest first.
_COLUMNS: Final = {
    "estate": (r"objekt.?(nr|nummer)|immo.*(nr|nummer)|object.?(no\b|nr|number)|extern",),
    "address": (
        r"\bkd.?(nr|nummer)|kunden.?(nr|nummer)|customer.?(no\b|nr|number)",
        r"mail",
        r"^(voller |ganzer |full )?name|^nachname|^last.?name",
        r"^(käufer|kaeufer|mieter|eigentümer|eigentuemer|interessent|kunde|kontakt)",
        r"^(person|buyer|owner|tenant|renter|client|contact|participant|teilnehmer)",
    ),
}
_LAST_NAME: Final = re.compile(r"^(name|nachname|last.?name|surname)$")
_FIRST_NAME: Final = re.compile(r"^(vorname|first.?name)$")


class LookUpTexts:
    """What the rows of a table offer to look up the records of one side by.

    Args:
        module: The module of the records.
        source: The user's frame; None where cells stand in no table.
        id_columns: The labels of the columns that hold the ids.

    Example:
        >>> import pandas as pd
        >>> source = pd.DataFrame({"Id": ["#NV"], "Objekt-Nr": ["A-1008"], "Name": ["Kaya, Deniz"]})
        >>> LookUpTexts("estate", source, ["Id"]).offers(Reject("#NV", "no id"), 0)
        {'A-1008': 'Objekt-Nr'}
    """

    def __init__(self, module: str, source: pd.DataFrame | None = None, id_columns: Collection[Hashable] = ()) -> None:
        self._knows_module = module in _COLUMNS
        labels = [] if source is None else list(source.columns)
        places = [place for place, label in enumerate(labels) if label not in id_columns]
        self._labels = {place: str(labels[place]).strip().casefold() for place in places}
        patterns = [re.compile(pattern) for pattern in _COLUMNS.get(module, ())]
        # A column may be found by two patterns: its text is then offered once.
        self._telling = [place for pattern in patterns for place in places if pattern.search(self._labels[place])]
        self._first_names = [place for place in places if _FIRST_NAME.search(self._labels[place])]
        used = {*self._telling, *self._first_names} if source is not None else ()
        self._cells = {place: source.iloc[:, place].tolist() for place in used} if source is not None else {}
        self._names = {place: str(labels[place]) for place in used}

    def offers(self, reject: Reject, position: int) -> dict[str, str]:
        """The texts by which the record of a rejected cell may be found in the CRM.

        Args:
            reject: What stands in the cell.
            position: The position of its row.

        Returns:
            Up to three texts, each with the name of the column that it stands in, `""` for the cell itself; none
            where records of this module have no numbers or names to be found by.
        """
        if not self._knows_module:
            return {}
        offered: dict[str, str] = {}
        for repair in reject.repairs:
            if repair.kind is RepairKind.LOOK_UP:
                offered.setdefault(str(repair.values[0]), "")
        for place in self._telling:
            text = self._text(place, position)
            if text:
                offered.setdefault(self._with_first_name(place, position, text), self._names[place])
        return dict(list(offered.items())[:_MOST])

    def _text(self, place: int, position: int) -> str:
        cell = self._cells[place][position]
        return cell.strip() if isinstance(cell, str) else ""

    def _with_first_name(self, place: int, position: int, text: str) -> str:
        if not _LAST_NAME.search(self._labels[place]):
            return text
        first_names = (self._text(of, position) for of in self._first_names)
        return f"{next(filter(None, first_names), '')} {text}".strip()
