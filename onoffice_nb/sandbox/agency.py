"""The demo agency "Muster Immobilien", the same every time."""

from __future__ import annotations

from onoffice_nb.sandbox.store import Store

__all__ = ["fill"]


def fill(store: Store) -> None:
    """Put the agency into an empty store."""
    with store.transaction():
        estates = (48, *range(1001, 1201), 2533, 2715, 4469, 4629)
        store.add_records("estate", ((n, {"objekttitel": f"Objekt {n}", "ort": "Aachen"}) for n in estates))
        addresses = (153, 181, 281, *range(5001, 5601), 10821, 10823)
        store.add_records("address", ((n, {"Name": f"Name {n}", "Ort": "Aachen"}) for n in addresses))
        store.add_records("address", ((n, {"Name": f"Makler {n}"}) for n in range(4001, 4009)), broker=True)
        store.add_records("user", ((n, {"Nachname": f"User {n}"}) for n in range(21, 29)))
        appointments = (359, 671, 2909, *range(3001, 3151))
        store.add_records("calendar", ((n, {"description": f"Termin {n}"}) for n in appointments))
        store.add_records("task", ((n, {"Betreff": f"Aufgabe {n}"}) for n in range(7001, 7081)))
