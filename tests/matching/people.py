"""Seeded people and estates of a CRM, and the rows in which somebody wrote them down, cleanly and not."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

__all__ = [
    "Written",
    "clean_estate",
    "clean_person",
    "dirty_estate",
    "dirty_person",
    "estates_in_the_crm",
    "people_in_the_crm",
]

Record = dict[str, str]

_FIRST: Final = re.findall(
    r"\S+",
    """Jürgen Elif Kaan Anna Peter Ines Tim Ruth Paul Deniz Jo Max Ute Wilhelm Luca Greta Hans Zoë Björn Käthe Ömer
    Søren Hans-Peter Anna-Lena Maria Karl Chloé Günther""",
)
_LAST: Final = re.findall(
    r"\S+",
    """Müller Mueller Schmidt Schmitz Groß Weiß Özdemir Yıldız Kern Kaya Brandt Brand Bauer Baur Meier Meyer Maier Mayer
    Schröder Schäfer Jansen Janssen Hoffmann Hofmann Lenz Behr Reh O'Brien Łukaszewski Böhm Köhler Krüger Großmann""",
)
_STREETS: Final = (
    "Jülicher Straße",
    "Hauptstr.",
    "Am Markt",
    "Straße des 17. Juni",
    "Krefelder Str.",
    "Lütticher Straße",
    "Parkallee",
)
_CITIES: Final = (
    ("52062", "Aachen"),
    ("52066", "Aachen"),
    ("50667", "Köln"),
    ("52349", "Düren"),
    ("52146", "Würselen"),
)
_COMPANIES: Final = ("Bau GmbH", "Müller & Söhne", "Hausverwaltung Rheinland", "Notariat Groß")


@dataclass(frozen=True)
class Written:
    """A row as somebody wrote it, the record that was meant, and what was done to it."""

    row: Record
    meant: int
    how: str


def people_in_the_crm(choose: random.Random, n: int) -> dict[int, Record]:
    """People as a CRM holds them: with doubles, fathers and sons of one name, couples with one e-mail."""
    people: dict[int, Record] = {}
    for number in range(5001, 5001 + n):
        earlier = people[choose.choice(list(people))] if people else None
        first, last = choose.choice(_FIRST), choose.choice(_LAST)
        if choose.random() < 0.1:
            last = f"{last}-{choose.choice(_LAST)}"
        postcode, city = choose.choice(_CITIES)
        person = {
            "Vorname": first,
            "Name": last,
            "Strasse": f"{choose.choice(_STREETS)} {choose.randint(1, 180)}{choose.choice(['', '', '', 'a', ' b'])}",
            "Plz": postcode,
            "Ort": city,
            "KdNr": str(number + 20_000),
            "Email": f"{_ascii(first)}.{_ascii(last)}{choose.randint(1, 999)}@mail.example",
            "Telefon1": f"+49 241 {number * 7}",
        }
        kind = choose.random()
        if earlier and kind < 0.03:
            # The same person, entered twice.
            person = {**earlier, "KdNr": person["KdNr"]}
        elif earlier and kind < 0.06:
            # Father and son: one name, one address, two e-mails.
            same: Record = {
                field: earlier[field] for field in ("Vorname", "Name", "Strasse", "Plz", "Ort") if field in earlier
            }
            person = {**person, **same}
        elif earlier and kind < 0.12:
            # A couple with one e-mail and one telephone.
            alike: Record = {
                field: earlier[field]
                for field in ("Name", "Strasse", "Plz", "Ort", "Email", "Telefon1")
                if field in earlier
            }
            person = {**person, **alike}
        elif kind < 0.2:
            person["Firma"] = choose.choice(_COMPANIES)
        elif kind < 0.3:
            del person["Email"]
        people[number] = person
    return people


def clean_person(choose: random.Random, number: int, record: Record) -> Written:
    """The person in another notation, but rightly: case, umlauts, titles, order of the names."""
    row = {field: text for field, text in record.items() if field not in ("KdNr", "Telefon1", "Firma")}
    notation = choose.choice(["as it is", "upper case", "written out", "title", "one column", "abbreviated street"])
    if notation == "upper case":
        row = {field: text.upper() for field, text in row.items()}
    elif notation == "written out":
        row = {field: _written_out(text) for field, text in row.items()}
    elif notation == "title":
        row["Vorname"] = f"Dr. {row['Vorname']}"
    elif notation == "one column":
        row["full name"] = f"{row.pop('Name')}, {row.pop('Vorname')}"
    elif notation == "abbreviated street":
        row["Strasse"] = row["Strasse"].replace("Straße", "Str.").replace(" b", "b")
    return Written(row, number, notation)


def dirty_person(choose: random.Random, number: int, record: Record) -> Written:
    """The person with one thing wrong or missing."""
    row = {field: text for field, text in record.items() if field not in ("KdNr", "Telefon1", "Firma")}
    wrong = choose.choice(
        [
            "typo in the name",
            "typo in the street",
            "typo in the e-mail",
            "married",
            "swapped",
            "written out",
            "moved",
            "no street",
        ]
    )
    if wrong == "typo in the name":
        row["Name"] = _typo(choose, row["Name"])
    elif wrong == "typo in the street":
        row["Strasse"] = _typo(choose, row["Strasse"][:-2]) + row["Strasse"][-2:]
    elif wrong == "typo in the e-mail" and "Email" in row:
        row["Email"] = _typo(choose, row["Email"][:-13]) + row["Email"][-13:]
    elif wrong == "married":
        row["Name"] = choose.choice([f"{row['Name']}-{choose.choice(_LAST)}", choose.choice(_LAST)])
    elif wrong == "swapped":
        row["Vorname"], row["Name"] = row["Name"], row["Vorname"]
    elif wrong == "written out":
        row = {field: _written_out(text) for field, text in row.items()}
    elif wrong == "moved":
        row["Strasse"], (row["Plz"], row["Ort"]) = "Neue Gasse 7", choose.choice(_CITIES)
    else:
        row.pop("Strasse")
    return Written(row, number, wrong)


def estates_in_the_crm(choose: random.Random, n: int) -> dict[int, Record]:
    """Estates, some of them flats in one house."""
    estates: dict[int, Record] = {}
    for number in range(1001, 1001 + n):
        postcode, city = choose.choice(_CITIES)
        place = {
            "strasse": choose.choice(_STREETS),
            "hausnummer": f"{choose.randint(1, 400)}{choose.choice(['', '', 'a'])}",
            "plz": postcode,
            "ort": city,
        }
        if estates and choose.random() < 0.1:
            place = {field: estates[choose.choice(list(estates))][field] for field in place}
        estates[number] = {"objektnr_extern": f"A-{number}", "objekttitel": f"Wohnung {number % 40}", **place}
    return estates


def clean_estate(choose: random.Random, number: int, record: Record) -> Written:
    """The estate in another notation, but rightly."""
    row = {"objektnr_extern": record["objektnr_extern"], "ort": record["ort"]}
    row["strasse"] = f"{record['strasse']} {record['hausnummer']}"
    notation = choose.choice(["as it is", "small letters", "written out", "abbreviated street", "blanks"])
    if notation == "small letters":
        row = {field: text.lower() for field, text in row.items()}
    elif notation == "written out":
        row = {field: _written_out(text) for field, text in row.items()}
    elif notation == "abbreviated street":
        row["strasse"] = row["strasse"].replace("Straße", "Str.")
    elif notation == "blanks":
        row = {field: f" {text}  " for field, text in row.items()}
    return Written(row, number, notation)


def dirty_estate(choose: random.Random, number: int, record: Record) -> Written:
    """The estate with one thing wrong or missing."""
    row = {"objektnr_extern": record["objektnr_extern"], "ort": record["ort"], "objekttitel": record["objekttitel"]}
    row["strasse"] = f"{record['strasse']} {record['hausnummer']}"
    wrong = choose.choice(["typo in the number", "typo in the street", "no number", "no house number", "another city"])
    if wrong == "typo in the number":
        row["objektnr_extern"] = _typo(choose, row["objektnr_extern"])
    elif wrong == "typo in the street":
        row["strasse"] = f"{_typo(choose, record['strasse'])} {record['hausnummer']}"
    elif wrong == "no number":
        del row["objektnr_extern"]
    elif wrong == "no house number":
        row["strasse"] = record["strasse"]
    else:
        row["ort"] = choose.choice([city for _, city in _CITIES])
    return Written(row, number, wrong)


def _ascii(text: str) -> str:
    letters = unicodedata.normalize("NFD", _written_out(text))
    return "".join(letter for letter in letters if letter.isascii() and (letter.isalnum() or letter == "-")).lower()


def _written_out(text: str) -> str:
    for letter, spelt in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ö": "Oe", "Ü": "Ue", "Ä": "Ae"}.items():
        text = text.replace(letter, spelt)
    return text


def _typo(choose: random.Random, text: str) -> str:
    place = choose.randrange(1, max(2, len(text) - 1))
    kind = choose.choice(["swap", "drop", "double", "other"])
    if kind == "swap" and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind == "drop":
        return text[:place] + text[place + 1 :]
    if kind == "double":
        return text[: place + 1] + text[place] + text[place + 1 :]
    return text[:place] + choose.choice("aeinrst") + text[place + 1 :]
