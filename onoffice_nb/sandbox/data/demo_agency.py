"""The agency "Muster Immobilien" in Aachen: its people, estates and appointments, the same every time.

All of it is invented. As in any agency some things are wrong, to be found
with this package:

    estate 1042             two owners, of whom one has sold it long ago (1043 belongs to a couple)
    estates 1121 to 1160    contact person 4008, who has left; an import has put her there instead of the officer,
                            in the night of 14 February 2026, as the log of the CRM tells
    estates 1101, 1110      base properties with units
    estates 1196 to 1200    archived, as are the addresses 5581 to 5590
    estates 4701 to 4703    copies of 1001 and 1002 in other languages: links belong to the original
    estate 4801             not to be written by the API user, as is address 4811
    estates 1150 to 1179    sold or let, and some still with prospective buyers
    estate 1114             parent of its base property 1110: the direction is swapped
    appointments 3001-3030  without participants, as are 359, 671 and 2909
    address 5105            Ute Lenz, whose customer number (KdNr) 5011 is another one's record id
    address 5014            Lea Vogt, as found in an export by name only
    addresses 5591-5600     names with markup, quotes, formulas, line breaks, right-to-left text, or none at all

Ids overlap, as they do in any account: most numbers of estates are addresses'
numbers, too, and the other way round (see `demo_overlap.py`).

No estate from 1001 to 1149 has a buyer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from onoffice_nb.sandbox.data import demo_overlap as overlap
from onoffice_nb.sandbox.data import demo_people as people
from onoffice_nb.sandbox.data.store import Pair, Participant, Store

__all__ = ["OTHER_BRANCH", "fill"]

T = TypeVar("T")
Records = Iterator[tuple[int, dict[str, str]]]

ESTATES: Final = (48, *range(1001, 1201), 2533, 2715, 4469, 4629)
APPOINTMENTS: Final = (359, 671, 2909, *range(3001, 3151))
TASKS: Final = range(7001, 7081)
ACTIVITIES: Final = range(8001, 8121)
SOLD: Final = range(1150, 1170)
LET: Final = range(1170, 1180)
ARCHIVED: Final = {"estate": range(1196, 1201), "address": people.ARCHIVED}
BASES: Final = (1101, 1110)
# Records that the API user may read, but not write.
READ_ONLY: Final = {"estate": 4801, "address": 4811}
_COPIES: Final = {
    4701: ("ENG", 1001, "Bright flat in an old building"),
    4702: ("ENG", 1002, "Terraced house with a garden"),
    4703: ("FRA", 1001, "Appartement ancien et lumineux"),
}
# Records of another branch, which the API user may not write where rights are to be strict.
OTHER_BRANCH: Final = {"estate": range(1181, 1191), "address": range(5561, 5581)}

_LEFT: Final = 4008
_IMPORTED: Final = range(1121, 1161)
# 14 February 2026, 3:00 UTC.
_IMPORT_TIME: Final = 1_771_038_000
_PLACES: Final = {
    "Aachen": "52062",
    "Köln": "50667",
    "Düren": "52349",
    "Stolberg": "52222",
    "Eschweiler": "52249",
    "Herzogenrath": "52134",
    "Würselen": "52146",
    "Alsdorf": "52477",
    "Jülich": "52428",
}
_STREETS: Final = ("Lindenstraße", "Am Markt", "Jülicher Straße", "Rosenweg", "Bahnhofstraße", "Krugenofen", "Im Tal")
_TITLES: Final = {
    "wohnung": ("Helle Altbauwohnung", "Neubauwohnung mit Balkon", "Penthouse", "Souterrain für Studierende"),
    "haus": ("Reihenhaus mit Garten", "Freistehendes Einfamilienhaus", "Fachwerkhaus", "Doppelhaushälfte"),
    "grundstueck": ("Baugrundstück in ruhiger Lage", "Grundstück am Ortsrand"),
    "buero_praxen": ("Bürofläche in der Innenstadt", "Praxis im Erdgeschoss"),
}
_PURPOSES: Final = ("Besichtigung", "Beratung", "Notartermin", "Übergabe", "Aufnahme")
_TASKS: Final = ("Exposé senden", "Unterlagen anfordern", "Zurückrufen", "Energieausweis prüfen", "Schlüssel holen")
_ACTIVITIES: Final = ("E-Mail", "Telefonat", "Brief", "Besichtigung")
_STATES: Final = ("bestätigt", "bestätigt", "gesendet", "gecancelt", "nicht gesetzt")
# What else links can hang on; without fields, as none of it can be read.
_OTHERS: Final = {
    "file": range(6001, 6401),
    "searchcriteria": range(9101, 9141),
    "project": range(301, 304),
    "mail": range(9001, 9021),
    "email": range(51, 54),
    "documentAttribute": range(61, 64),
    "estateTracking": range(71, 73),
    "customer": range(81, 83),
    "billing": range(91, 94),
    "job": range(95, 97),
    "messengerUser": range(98, 100),
}


def _chosen(words: Sequence[T], *key: object) -> T:
    """One of the words: always the same for the same key, on every machine and in every version of Python."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=4).digest()
    return words[int.from_bytes(digest) % len(words)]


def fill(store: Store, *, overlapping_ids: bool = True) -> None:
    """Put the agency into an empty store, with or without the records whose ids are those of another module."""
    with store.transaction():
        store.add_records("address", people.brokers(), broker=True)
        store.add_records("address", people.addresses(_chosen, _PLACES, _STREETS))
        store.add_records("user", people.users())
        store.add_records("estate", _estates())
        store.add_records("estate", _copies())
        store.add_records("estate", [(READ_ONLY["estate"], {"objekttitel": "Zentrale (gesperrt)"})], writable=False)
        store.add_records("address", [(READ_ONLY["address"], {"Name": "Zentrale (gesperrt)"})], writable=False)
        store.add_records("calendar", _appointments())
        store.add_records("task", _tasks())
        store.add_records("agentsLog", _activities())
        for module, ids in _OTHERS.items():
            store.add_records(module, ((number, {}) for number in ids))
        for kind, pairs in _links().items():
            store.link(kind, sorted(pairs))
        store.add_participants(
            Participant(appointment, address, _chosen(_STATES, "state", appointment, address), None)
            for appointment, address in _participants()
        )
        store.add_changes(_import_in_february())
        if overlapping_ids:
            store.add_records("address", overlap.addresses())
            store.add_records("estate", overlap.estates())
            store.add_records("calendar", overlap.appointments())
            store.add_records("task", overlap.tasks())
            for kind, linked in overlap.links().items():
                store.link(kind, linked)


def _copies() -> Records:
    """Estates in another language than the main one, each with the id of the one that it is a copy of."""
    for number, (language, original, title) in _COPIES.items():
        yield number, {"sprache": language, "mainLangId": str(original), "objekttitel": title}


def officer(estate: int) -> int:
    """The user in charge of an estate."""
    return _chosen(people.PRESENT, "officer", estate)


def _estates() -> Records:
    for number in ESTATES:
        kind = _chosen(tuple(_TITLES), "kind", number)
        place = _chosen(tuple(_PLACES), "place", number)
        sale = number in SOLD or (number not in LET and _chosen((True, True, False), "sale", number))
        living = _chosen(range(38, 240), "living", number)
        title = f"{_chosen(_TITLES[kind], 'title', number)} in {place}"
        yield (
            number,
            {
                "objekttitel": people.HOSTILE_TITLES.get(number, title),
                "objektnr_extern": f"A-{number}",
                "strasse": _chosen(_STREETS, "street", number),
                "hausnummer": str(_chosen(range(1, 120), "house", number)),
                "plz": _PLACES[place],
                "ort": place,
                "objektart": kind,
                "vermarktungsart": "kauf" if sale else "miete",
                "verkauft": "1" if number in SOLD or number in LET else "0",
                "kaufpreis": f"{living * _chosen(range(24, 61), 'price', number) * 100}.00" if sale else "",
                "kaltmiete": "" if sale else f"{living * _chosen(range(9, 16), 'rent', number)}.00",
                "wohnflaeche": f"{living}.00",
                "anzahl_zimmer": str(1 + living // 30),
                "status": "0" if number in ARCHIVED["estate"] else "1",
                "stammobjekt": "1" if number in BASES else "0",
            },
        )


def _appointments() -> Records:
    for number in APPOINTMENTS:
        month, day = _chosen(range(1, 13), "month", number), _chosen(range(1, 29), "day", number)
        hour = _chosen(range(8, 19), "hour", number)
        host = _host(number)
        purpose = _chosen(_PURPOSES, "purpose", number)
        place = _chosen(tuple(_PLACES), "where", number)
        yield (
            number,
            {
                "description": f"{purpose} in {place}",
                "start_dt": f"2026-{month:02}-{day:02} {hour:02}:00:00",
                "end_dt": f"2026-{month:02}-{day:02} {hour + 1:02}:00:00",
                "art": purpose,
                "ort": place,
                "von": people.user_name(host),
                "user_ids": str(host),
                "modified": f"2025-12-{day:02} {hour:02}:00:00",
            },
        )


def _host(appointment: int) -> int:
    """The user who holds an appointment."""
    return _chosen(people.PRESENT, "host", appointment)


def _tasks() -> Records:
    for number in TASKS:
        status = _chosen(("Nicht begonnen", "In Bearbeitung", "Erledigt"), "status", number)
        day = _chosen(range(1, 29), "deadline", number)
        yield number, {"Betreff": _chosen(_TASKS, number), "Status": status, "Deadline": f"2026-04-{day:02} 12:00:00"}


def _activities() -> Records:
    for number in ACTIVITIES:
        kind = _chosen(_ACTIVITIES, number)
        day = _chosen(range(1, 29), "when", number)
        yield (
            number,
            {
                "Datum": f"2026-03-{day:02} 09:30:00",
                "Aktionsart": kind,
                "Aktionstyp": _chosen(("Eingang", "Ausgang"), "way", number),
                "Bemerkung": f"{kind}: {_chosen(_TASKS, 'remark', number)}",
            },
        )


def _import_in_february() -> Iterator[tuple[int, int, str, str, int, int]]:
    """What the log tells of the import: at night, and in the name of somebody who left."""
    for place, estate in enumerate(_IMPORTED):
        moment = _IMPORT_TIME + 2 * place
        contact = people.address_of(officer(estate))
        yield moment, people.USERS[-1], "unlink", "estate:address:contactPersonAll", estate, contact
        yield moment + 1, people.USERS[-1], "link", "estate:address:contactPersonAll", estate, _LEFT


def _links() -> dict[str, set[Pair]]:
    """All links but those of participants."""
    return {**_links_of_estates(), **_links_of_people(), **_links_of_activities(), **_links_of_files()}


def _links_of_estates() -> dict[str, set[Pair]]:
    owners = {(estate, _chosen(people.OWNERS, "owner", estate)) for estate in ESTATES if estate not in (1042, 1043)}
    contacts = {(estate, people.address_of(officer(estate))) for estate in ESTATES if estate not in _IMPORTED}
    return {
        "estate:address:owner": owners | {(1042, 5441), (1042, 5518), (1043, 5450), (1043, 5451)},
        "estate:address:buyer": {(estate, _chosen(people.PROSPECTS, "buyer", estate)) for estate in SOLD},
        "estate:address:renter": {(estate, _chosen(people.PROSPECTS, "renter", estate)) for estate in LET},
        "estate:address:interested": set(_prospects()),
        "estate:address:contactPersonAll": contacts
        | {(estate, _LEFT) for estate in _IMPORTED}
        | {(estate, 153) for estate in range(1101, 1117)},
        "estate:user:officer": {(estate, officer(estate)) for estate in ESTATES},
        "estate:estateUnit": {
            *((1101, unit) for unit in range(1102, 1109)),
            *((1110, unit) for unit in range(1111, 1117) if unit != 1114),
            (1114, 1110),
        },
        "estate:address:matching": {(estate, 5000 + estate % 89 * 6) for estate in range(1001, 1021)},
        "project:estate": {(301, 1101), (301, 1102), (302, 1110)},
    }


def _links_of_people() -> dict[str, set[Pair]]:
    searches = enumerate(_OTHERS["searchcriteria"])
    return {
        "address:user:officer": {(address, officer(address)) for address in people.PROSPECTS[::5]},
        "user:address": {(user, people.address_of(user)) for user in people.USERS},
        "address:contact:address": {(5450, 5451), (5008, 5009), (5002, 5003)},
        "address:address:isTippgeberOf": {(181, 5020), (181, 5031)},
        "address:estate:tipp": {(181, 1003)},
        "address:searchcriteria": {(people.PROSPECTS[place], search) for place, search in searches},
        "project:address": {(301, 153), (302, 181)},
        "user:messengerUser:is": {(21, 98), (22, 99)},
    }


def _links_of_activities() -> dict[str, set[Pair]]:
    return {
        "calendar:estate": {
            (appointment, _chosen(ESTATES, "shown", appointment)) for appointment in APPOINTMENTS if appointment > 3030
        },
        "task:address": {(task, _chosen(people.PROSPECTS, "task", task)) for task in TASKS if task % 3},
        "task:estate": {(task, _chosen(ESTATES, "task", task)) for task in TASKS if task % 2},
        "agentsLog:address": {(activity, _chosen(people.PROSPECTS, "log", activity)) for activity in ACTIVITIES},
        "agentsLog:estate": {(activity, _chosen(ESTATES, "log", activity)) for activity in ACTIVITIES if activity % 4},
        "agentsLog:file:attachment": {(activity, 6321 + place) for place, activity in enumerate(ACTIVITIES[::6])},
    }


def _links_of_files() -> dict[str, set[Pair]]:
    pictures = {estate: 6001 + 4 * place for place, estate in enumerate(ESTATES[1:81])}
    return {
        "estate:file:titelbild": set(pictures.items()),
        "estate:file:foto": {(estate, first + 1 + more) for estate, first in pictures.items() for more in (0, 1)},
        "estate:file:grundriss": {(estate, first + 3) for estate, first in pictures.items()},
        "estate:file:alllinks": {(1001, 6400), (1002, 6400)},
    }


def _prospects() -> Iterator[Pair]:
    """Prospective buyers; on sold estates too, where nobody has tidied up."""
    for estate in (*range(1013, 1100, 2), *range(1151, 1166, 3)):
        for place in range(1 + estate % 3):
            yield estate, _chosen(people.PROSPECTS, "interested", estate, place)


def _participants() -> Iterator[Pair]:
    for appointment in range(3031, 3151):
        yield appointment, people.address_of(_host(appointment))
        for place in range(appointment % 3):
            yield appointment, _chosen(people.PROSPECTS, "guest", appointment, place)
