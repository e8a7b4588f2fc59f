"""Records of the agency whose ids are those of records in another module, as in any real account.

An estate 1001 *and* an address 1001, an address 5001 *and* an estate 5001: who
swaps two columns links the wrong records, and no error says so. All of these
live in Monschau, where nobody and nothing else of the agency is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from onoffice_nb.sandbox.data import demo_people as people
from onoffice_nb.sandbox.data.store import Pair

__all__ = ["ADDRESSES", "APPOINTMENTS", "ESTATES", "TASKS", "addresses", "appointments", "estates", "links", "tasks"]

Records = Iterator[tuple[int, dict[str, str]]]

# Numbers of users, estates and appointments.
ADDRESSES: Final = (*people.USERS, 48, 359, 671, *range(1001, 1201), 2909, *range(3001, 3061))
# Numbers of users and addresses.
ESTATES: Final = (*people.USERS, 153, 181, 281, *range(5001, 5201), 10821, 10823)
# Numbers of estates and addresses.
APPOINTMENTS: Final = (153, *range(1001, 1031), *range(5001, 5031), 10821)
TASKS: Final = (*range(1001, 1011), *range(5001, 5011))

_TOWN: Final = {"plz": "52156", "ort": "Monschau"}
_NAMES: Final = ("Kaulard", "Offergeld", "Rader", "Huppertz", "Mießen", "Breuer-Nolden", "Schröder-Förster")


def addresses() -> Records:
    """Further people; every tenth shares its customer number with the one before."""
    for number in ADDRESSES:
        customer = number - 1 if number % 10 == 0 else number
        yield (
            number,
            {
                "Vorname": f"Kim {number}",
                "Name": _NAMES[number % len(_NAMES)],
                "Strasse": f"Eschbachstraße {number % 61 + 1}",
                "Plz": _TOWN["plz"],
                "Ort": _TOWN["ort"],
                "KdNr": str(customer + 30_000),
                "Email": f"kim{number}@monschau.example",
            },
        )


def estates() -> Records:
    """Further estates, for sale."""
    for number in ESTATES:
        yield (
            number,
            {
                "objekttitel": f"Haus {number} in Monschau",
                "objektnr_extern": f"A-{number}",
                "strasse": "Laufenstraße",
                "hausnummer": str(number % 89 + 1),
                **_TOWN,
                "objektart": "haus",
                "vermarktungsart": "kauf",
                "kaufpreis": f"{200 + number % 300}000.00",
            },
        )


def appointments() -> Records:
    """Further appointments, one user each."""
    for number in APPOINTMENTS:
        user = people.PRESENT[number % len(people.PRESENT)]
        day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
        yield (
            number,
            {
                "description": "Ortstermin in Monschau",
                "start_dt": f"{day} 09:00:00",
                "end_dt": f"{day} 10:00:00",
                "art": "Beratung",
                "ort": _TOWN["ort"],
                "von": people.user_name(user),
                "user_ids": str(user),
                "modified": "2025-12-01 08:00:00",
            },
        )


def tasks() -> Records:
    """Further tasks."""
    for number in TASKS:
        yield number, {"Betreff": "Nach Monschau fahren", "Status": "Nicht begonnen", "Deadline": "2026-05-04 12:00:00"}


def links() -> dict[str, list[Pair]]:
    """Owners and contact persons of the estates, hosts of the appointments."""
    users = people.PRESENT
    return {
        "estate:address:owner": [(estate, ADDRESSES[estate % len(ADDRESSES)]) for estate in ESTATES],
        "estate:address:contactPersonAll": [
            (estate, people.address_of(users[estate % len(users)])) for estate in ESTATES
        ],
        "calendar:address": [
            (appointment, people.address_of(users[appointment % len(users)])) for appointment in APPOINTMENTS
        ],
    }
