"""What the catalogue says: notes of relation types, and why a name fits none."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

_NOTES: Final = {
    "a non-broker address is refused (263 is the likely code); mail about the estate goes to every contact"
    " person; new estates get a default one": (
        "nur Makler werden angenommen; E-Mails zur Immobilie gehen an jeden Ansprechpartner; neue Immobilien bekommen"
        " von selbst einen"
    ),
    "contactPerson is a subset; a production plugin creates with contactPerson and deletes with this one": (
        "umfasst auch contactPerson; üblich ist: mit contactPerson anlegen, mit dieser entfernen"
    ),
    "create seen in a reviewed plugin change; user:address:officer does not exist": (
        "Anlegen wurde in einem Plugin gesehen; user:address:officer gibt es nicht"
    ),
    "create seen in production code; on get an id without links is missing from the reply": (
        "Anlegen wurde im Einsatz gesehen; Datensätze ohne Verknüpfung fehlen in der Antwort"
    ),
    "documented as read only": "laut Dokumentation nur lesbar",
    "listed beside renter; whether they are the same is not documented": (
        "steht neben „Mieter“ (renter); ob beide dasselbe sind, ist nicht dokumentiert"
    ),
    "lower-case l in the URN": "mit kleinem l in der URN",
    "parent = base property; same links as complex:estate:units": (
        "links steht das Stammobjekt; dieselben Verknüpfungen wie complex:estate:units"
    ),
    "parent = main contact; the middle part is no module": (
        "links steht der Hauptkontakt; der mittlere Teil ist kein Modul"
    ),
    "reads as derived": "wird anscheinend von onOffice abgeleitet",
    "the docs name the child {child} by mistake": "die Dokumentation nennt die rechte Seite irrtümlich {child}",
    "the docs name the parent {parent} by mistake": "die Dokumentation nennt die linke Seite irrtümlich {parent}",
    "three parts, yet the child is the second": "drei Teile, rechts steht trotzdem der zweite",
    "same links as estate:estateUnit; complex ids are estate ids": (
        "dieselben Verknüpfungen wie estate:estateUnit; Nummern von Anlagen sind Nummern von Immobilien"
    ),
    "sets/clears the sync flag of the address for the user": (
        "setzt oder löscht, ob die Adresse für den Benutzer synchronisiert wird"
    ),
    "the only type that takes relationinfo": "die einzige Art mit Bestätigungsstatus",
    "SDKs map {word} to this one": "in manchen Bibliotheken heißt sie {word}",
    "custom: not in the catalogue": "eigene Art, nicht im Katalog",
    "not offered": "nicht angeboten",
}

_REFUSALS: Final = {
    "The name of the relation type is empty. oo.relations() shows all of them.": (
        "Der Name der Art der Verknüpfung ist leer. Die Suche zeigt alle."
    ),
    "{word} names no relation type. Probably meant:": "Keine Art der Verknüpfung heißt {word}. Wahrscheinlich gemeint:",
    "{word} names no relation type. oo.relations() shows all {n:number}; oo.RelationType.custom(urn, parent=…, child=…)"
    " makes one that the catalogue lacks.": "Keine Art der Verknüpfung heißt {word}. Die Suche zeigt alle {n}.",
    "{word} is doubtful; probably meant is the first, which is usual and documented:": (
        "{word} ist nicht eindeutig; wahrscheinlich ist die erste gemeint, die üblich und dokumentiert ist:"
    ),
    "{word} may be any of these; name one by its suffix:": "{word} kann jede von diesen sein:",
    "Name one by its suffix.": "Wählen Sie eine davon.",
    "The catalogue has no relation type {name}.": "Im Katalog gibt es keine Art der Verknüpfung {name}.",
    "The catalogue has no relation type {name}. It does not begin with {beginning}.": (
        "Im Katalog gibt es keine Art der Verknüpfung {name}. Der Name beginnt nicht mit {beginning}."
    ),
    "Probably meant:": "Wahrscheinlich gemeint:",
    "oo.relations() shows all {n:number}; oo.RelationType.custom(urn, parent=…, child=…) makes one that the catalogue"
    " lacks.": "Die Suche zeigt alle {n}.",
    "… and {n:number} more": "… und {n} weitere",
    "Expected a confirmation, got {value}: use one of {infos}.": (
        "Erwartet wurde ein Bestätigungsstatus, nicht {value}: einer von {infos}."
    ),
    "Expected a feedback, got {value}: use one of {infos}.": (
        "Erwartet wurde eine Rückmeldung, nicht {value}: eine von {infos}."
    ),
}

TEMPLATES: Final[dict[str, str]] = {**_NOTES, **_REFUSALS}
