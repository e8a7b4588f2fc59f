"""The people of the agency "Muster Immobilien": users, brokers, owners, prospects, and some with hostile names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from onoffice_nb.sandbox.data.store import API_USER

__all__ = [
    "ARCHIVED",
    "BROKER",
    "HOSTILE_TITLES",
    "OWNERS",
    "PRESENT",
    "PROSPECTS",
    "USERS",
    "address_of",
    "addresses",
    "brokers",
    "user_name",
    "users",
]

Records = Iterator[tuple[int, dict[str, str]]]

_STAFF: Final = {
    21: ("Sabine", "Hermanns", "SHE"),
    22: ("Markus", "Offermann", "MOF"),
    23: ("Aylin", "Demir", "ADE"),
    24: ("Jörg", "Schümmer", "JSC"),
    25: ("Katharina", "Lenzen", "KLE"),
    26: ("Tobias", "Groß", "TGR"),
    27: ("Emma", "van Dijk", "EVD"),
    28: ("Petra", "Altmann", "PAL"),
}
USERS: Final = tuple(_STAFF)
# Petra Altmann has left.
PRESENT: Final = USERS[:-1]

PROSPECTS: Final = range(5014, 5400)
OWNERS: Final = range(5401, 5591)
ARCHIVED: Final = range(5581, 5591)
# The contact type of a real estate agent, as the API writes the values of a multi-select field.
BROKER: Final = "|Makler|"
_ADDRESSES: Final = (153, 181, 281, *range(5001, 5601), 10821, 10823)

# Who is known by name in the sample files and the documentation's examples.
_KNOWN: Final = {
    153: ("", "Hausverwaltung Rheinland", "Köln"),
    181: ("Rolf", "Tippel", "Aachen"),
    281: ("Mira", "Jansen", "Würselen"),
    5001: ("Jürgen", "Brandt", "Aachen"),
    5002: ("Elif", "Özdemir", "Köln"),
    5003: ("Kaan", "Özdemir", "Köln"),
    5004: ("Anna", "Müller-Lüdenscheidt", "Düren"),
    5005: ("Peter", "Schmitz", "Eschweiler"),
    5006: ("Ines", "Weiß", "Stolberg"),
    5007: ("Tim", "Groß", "Aachen"),
    5008: ("Ruth", "Kern", "Herzogenrath"),
    5009: ("Paul", "Kern", "Herzogenrath"),
    5010: ("Deniz", "Kaya", "Würselen"),
    5012: ("Jo", "Reh", "Aachen"),
    5013: ("Max", "Behr", "Jülich"),
    5014: ("Lea", "Vogt", "Düren"),
    5105: ("Ute", "Lenz", "Alsdorf"),
    5450: ("Hannelore", "Kremer", "Aachen"),
    5451: ("Wilhelm", "Kremer", "Aachen"),
    10821: ("Luca", "Bianchi", "Aachen"),
    10823: ("Greta", "Sommer", "Stolberg"),
}
_HOSTILE: Final[dict[int, dict[str, str]]] = {
    5591: {"Vorname": "Erika", "Name": "<script>alert('Muster')</script>"},
    5592: {"Vorname": '"><img src=x onerror=alert(1)>', "Name": "Müller & Söhne <b>fett</b>"},
    5593: {"Vorname": "Robert'); DROP TABLE record;--", "Name": 'O\'Brien "Bobby"'},
    5594: {"Vorname": "Donau", "Name": "Donaudampfschifffahrtsgesellschaftskapitän" * 12},
    5595: {"Vorname": "محمد", "Name": "\u202eالأمين\u202c", "Ort": "Köln"},
    5596: {},
    5597: {"Vorname": "=1+1", "Name": '=HYPERLINK("https://example.org","hier")'},
    5598: {"Vorname": "Zeilen\nUmbruch", "Name": "Tab\tZeichen\u00a0Geschützt\u200b"},
    5599: {"Vorname": "🏠", "Name": unicodedata.normalize("NFD", "Jörg Öztürk")},
    5600: {"Vorname": "{{7*7}}", "Name": "100% ${x} %s \\n \\u0041 &amp; `rm`"},
}
HOSTILE_TITLES: Final = {
    1191: "<h1>Villa</h1><script>alert(1)</script>",
    1192: 'Loft "Dach\'s" & <i>mehr</i>',
    1193: "Sehr " * 100 + "langer Titel",
    1194: "",
    1195: "\u202eעברית‎ und deutsch",
}
_FIRST: Final = {
    "Frau": ("Anke", "Birgit", "Ceren", "Dagmar", "Elena", "Friederike", "Gül", "Hatice", "Ilse", "Jana", "Käthe"),
    "Herr": ("Achim", "Björn", "Can", "Dieter", "Emre", "Fritz", "Günter", "Heinz", "Ivan", "Jonas", "Karl-Heinz"),
}
_LAST: Final = (
    *("Aretz", "Becker", "Cremer", "Dohmen", "Esser", "Frings", "Görtz", "Hüllenkremer", "Işık", "Jansen"),
    *("Kowalski", "Lüttgens", "Mertens", "Nießen", "Öztürk", "Plum", "Quadflieg", "Radermacher", "Schäfer"),
    *("Thelen", "Ünal", "Vonhoegen", "Weishaupt", "Yıldız", "Zimmermann"),
)
_TRADES: Final = ("Bauträger", "Hausverwaltung", "Projektbau", "Immobilienfonds")


class Choose(Protocol):
    """One of the words, always the same for the same key."""

    def __call__(self, words: Sequence[str], *key: object) -> str: ...


def address_of(user: int) -> int:
    """The address of a user, who is a broker."""
    return user + 3980


def users() -> Records:
    """The agency's users."""
    for number, (first, last, short) in _STAFF.items():
        yield (
            number,
            {
                "Vorname": first,
                "Nachname": last,
                "Name": short.lower(),
                "Kuerzel": short,
                "email": f"{short.lower()}@muster-immobilien.example",
            },
        )
    yield API_USER, {"Nachname": "Schnittstelle", "Name": "api", "Kuerzel": "API"}


def user_name(user: int) -> str:
    """The name that a user signs in with."""
    _, _, short = _STAFF[user]
    return short.lower()


def brokers() -> Records:
    """The users' addresses."""
    for number, (first, last, short) in _STAFF.items():
        place = {"Strasse": "Theaterplatz 1", "Plz": "52062", "Ort": "Aachen", "Firma": "Muster Immobilien"}
        names = {"Vorname": first, "Name": last, "Email": f"{short.lower()}@muster-immobilien.example"}
        yield address_of(number), {**names, **place, "KdNr": str(address_of(number) + 20_000), "ArtDaten": BROKER}


def addresses(choose: Choose, places: Mapping[str, str], streets: Sequence[str]) -> Records:
    """Everybody else."""
    for number in _ADDRESSES:
        if number in _HOSTILE:
            yield number, _HOSTILE[number]
            continue
        title = choose(tuple(_FIRST), "title", number)
        first, last, place = _KNOWN.get(
            number,
            (
                choose(_FIRST[title], "first", number),
                choose(_LAST, "last", number),
                choose(tuple(places), "lives", number),
            ),
        )
        company = f"{last} {choose(_TRADES, 'trade', number)} GmbH" if number % 12 == 4 and number not in _KNOWN else ""
        yield (
            number,
            {
                "Anrede": "" if number in _KNOWN else title,
                "Vorname": first,
                "Name": last,
                "Firma": company,
                "Strasse": f"{choose(streets, 'lives in', number)} {number % 97 + 1}",
                "Plz": places[place],
                "Ort": place,
                # A customer number looks like a record id, and is none.
                "KdNr": "5011" if number == 5105 else str(number + 20_000),
                "Email": f"kunde{number}@mail.example",
                "Status": "0" if number in ARCHIVED else "1",
            },
        )
