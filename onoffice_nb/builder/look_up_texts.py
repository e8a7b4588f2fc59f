"""What of a row could be looked up, where its cell holds no record id: the numbers, mails and names beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from onoffice_nb.intake.repairs import Reject, RepairKind

__all__ = ["look_up_texts"]

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


def look_up_texts(reject: Reject, module: str, beside: Iterable[tuple[str, object]] = ()) -> list[str]:
    """The texts by which the record of a rejected cell may be found in the CRM.

    Args:
        reject: What stands in the cell.
        module: The module of the record.
        beside: The other cells of its row: the label of the column, and what stands there.

    Returns:
        Up to three texts; none where records of this module have no numbers or names to be found by.

    Example:
        >>> look_up_texts(Reject("#NV", "no id"), "estate", [("Objekt-Nr", "A-1008"), ("Name", "Kaya, Deniz")])
        ['A-1008']
    """
    if module not in _COLUMNS:
        return []
    own = [str(repair.values[0]) for repair in reject.repairs if repair.kind is RepairKind.LOOK_UP]
    return list(dict.fromkeys([*own, *_texts_beside(module, beside)]))[:_MOST]


def _texts_beside(module: str, beside: Iterable[tuple[str, object]]) -> list[str]:
    cells = [
        (label.strip().casefold(), value.strip()) for label, value in beside if isinstance(value, str) and value.strip()
    ]
    first_name = next((text for label, text in cells if _FIRST_NAME.search(label)), "")
    found = []
    for pattern in _COLUMNS[module]:
        for label, text in cells:
            if re.search(pattern, label):
                found.append(f"{first_name} {text}".strip() if _LAST_NAME.search(label) else text)
    return found
