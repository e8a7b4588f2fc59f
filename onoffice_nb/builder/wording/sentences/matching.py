"""What matching says: by which rule a record was found, why none was, and what candidates have in common with a row."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

# What is compared, in German, and the ending of an adjective before it.
_FACTS: Final = {
    "e-mail": ("E-Mail-Adresse", "e"),
    "telephone": ("Telefonnummer", "e"),
    "telephone number": ("Telefonnummer", "e"),
    "customer number": ("Kundennummer", "e"),
    "object number": ("Objektnummer", "e"),
    "uuid": ("UUID", "e"),
    "name": ("Name", "er"),
    "first name": ("Vorname", "er"),
    "company": ("Firma", "e"),
    "street and house number": ("Straße und Hausnummer", "e"),
    "city": ("Ort", "er"),
    "title": ("Objekttitel", "er"),
}

_FOUND_BY: Final = {
    "name, first name, street and city": "Name, Vorname, Straße und Ort",
    "name, first name, street and postcode": "Name, Vorname, Straße und PLZ",
    "e-mail and name": "E-Mail-Adresse und Name",
    "e-mail and company": "E-Mail-Adresse und Firma",
    "street, house number and city": "Straße, Hausnummer und Ort",
    "street, house number and postcode": "Straße, Hausnummer und PLZ",
}


def _compared() -> dict[str, str]:
    texts: dict[str, str] = {}
    for fact, (german, ending) in _FACTS.items():
        texts |= {
            fact: german,
            f"same {fact}": f"gleich{ending} {german}",
            f"similar {fact}": f"ähnlich{ending} {german}",
            f"another {fact}": f"ander{ending} {german}",
        }
    return texts


TEMPLATES: Final[dict[str, str]] = {
    **_compared(),
    **_FOUND_BY,
    "street": "Straße",
    "house number": "Hausnummer",
    "postcode": "PLZ",
    "{n:number} by {rule:list}": "{n} über {rule}",
    "no record has this {facts:list}": "kein Datensatz gefunden über {facts}",
    "too little to be sure by any rule": "zu wenige Angaben, um sicher zu sein",
    "{n:number} records are found by {ways:list}": "{n} Datensätze gefunden über {ways}",
    "found by {ways:list}, but with {contradiction:known}": "gefunden über {ways}, aber {contradiction}",
    "perhaps {candidates:list}": "vielleicht {candidates}",
    "without {beginning}": "ohne {beginning}",
    "decided by you": "von Ihnen entschieden",
    "{n:number} decided by you": "{n} von Ihnen entschieden",
    "Matching": "Das Nachschlagen",
    "the CRM's search finds so many records that there may be more": (
        "die Suche des CRM findet so viele Datensätze, dass es noch mehr sein können"
    ),
    "Records are matched in the modules {modules:list}; got {module}.": (
        "Nachgeschlagen wird in den Modulen {modules}, nicht in {module}."
    ),
    "The {side:known} of this relation type is a record of {module:known}: only records of {modules:list} can be looked"
    " up, so name the column with the record ids: {name}=…": (
        "Bei dieser Art der Verknüpfung steht {side} das Modul {module}: Nachschlagen lassen sich nur {modules}. Wählen"
        " Sie dafür die Spalte mit den Datensatznummern"
    ),
    "Nothing was decided: {problems:list}. matches.candidate_frame shows them.": (
        "Nichts wurde entschieden: {problems}."
    ),
    "row {row:number} is not waiting for a decision": "Zeile {row} wartet nicht auf eine Entscheidung",
    "row {row:number} cannot be {id:number}: its candidates are {candidates:list}": (
        "Zeile {row} kann nicht {id} sein: Zur Wahl stehen {candidates}"
    ),
    "Expected reasons that some row has exactly once, got {reasons}: matches.candidate_frame['reasons'] lists them.": (
        "Keine Zeile hat genau einen Vorschlag mit diesen Gründen: {reasons}."
    ),
}
