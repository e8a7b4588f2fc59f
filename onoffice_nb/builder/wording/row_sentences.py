"""What the engine says of rows, in German: why a cell is none, what it may mean, what speaks against a plan."""

from typing import Final

__all__ = ["ROW_SENTENCES"]

# Why a cell is a reject.
_REASONS: Final = {
    "empty": "leer",
    "no id": "keine Datensatznummer",
    "zero": "null",
    "negative": "negativ",
    "infinite": "unendlich",
    "leading zeros": "führende Nullen",
    "a sign": "ein Vorzeichen",
    "a date": "ein Datum",
    "a date or a time": "ein Datum oder eine Uhrzeit",
    "a truth value": "ein Wahrheitswert",
    "a range": "ein Bereich",
    "a fraction": "ein Bruch",
    "a decimal number": "eine Dezimalzahl",
    "an amount or a percentage": "ein Betrag oder ein Prozentwert",
    "an exponent hides digits": "ein Exponent verdeckt Ziffern",
    "a formula without its result": "eine Formel ohne ihr Ergebnis",
    "a thousands separator or a fraction": "ein Tausendertrennzeichen oder ein Bruch",
    "one number or several ids": "eine Zahl oder mehrere Nummern",
    "{n} ids in one cell": "{n} Nummern in einer Zelle",
    "2 ids in one cell, or a fraction": "2 Nummern in einer Zelle oder ein Bruch",
    "whole, but beside fractions": "ganz, aber neben Brüchen",
    "beyond 2^53 ({n})": "größer als 2^53 ({n})",
    "beyond what {kind} holds exactly": "größer, als {kind} genau fassen kann",
    "of type {kind}": "vom Typ {kind}",
    "no info": "kein Status",
    "another info for the same pair": "ein anderer Status für dasselbe Paar",
    "left out by you": "von Ihnen weggelassen",
    "no record has this {fields}": "kein Datensatz hat diese Angaben ({fields})",
    "too little to be sure by any rule": "zu wenig, um sicher zu sein",
    "{n} records are found by {fields}": "{n} Datensätze passen ({fields})",
    "found by {fields}, but with {difference}": "gefunden ({fields}), aber mit {difference}",
}

_ADVICE: Final = {
    "fill in the record id, digits only": "Datensatznummer eintragen, nur Ziffern",
    "fill in the record id, or leave the row out": "Datensatznummer eintragen oder die Zeile weglassen",
    "record ids start at 1": "Datensatznummern beginnen bei 1",
    "record ids are whole numbers": "Datensatznummern sind ganze Zahlen",
    "choose the column with the record ids": "die Spalte mit den Datensatznummern wählen",
    "keep the ids as whole numbers or text": "die Nummern als ganze Zahlen oder als Text führen",
    "one id per cell, as a number or as text": "eine Nummer je Zelle, als Zahl oder als Text",
    "so long a number is no record id, or its last digits are lost": (
        "eine so lange Zahl ist keine Datensatznummer, oder ihre letzten Ziffern fehlen"
    ),
    "if Excel made a date of an id, format the column as text and export again": (
        "falls Excel aus einer Nummer ein Datum gemacht hat: die Spalte als Text formatieren und neu exportieren"
    ),
    "an Excel error value: mend its formula, or fill in the record id": (
        "ein Fehlerwert aus Excel: die Formel berichtigen oder die Datensatznummer eintragen"
    ),
    "open the file in Excel and save it, so that the result of the formula stands in it": (
        "die Datei in Excel öffnen und speichern, damit das Ergebnis der Formel darin steht"
    ),
    "looks like a customer or object number; the number of the record is another one": (
        "sieht nach einer Kunden- oder Objektnummer aus; die Datensatznummer ist eine andere"
    ),
    "if it is a range of ids, write down each of them; if it is another number, choose another column": (
        "falls es ein Bereich von Nummern ist, jede einzeln aufschreiben; sonst eine andere Spalte wählen"
    ),
    "{id}, if it is the record id and no postcode or customer number": (
        "{id}, falls es die Datensatznummer ist und keine Postleitzahl oder Kundennummer"
    ),
    "{id}, if the sign is a slip": "{id}, falls das Vorzeichen ein Versehen ist",
    "perhaps {id}, without the sign": "vielleicht {id}, ohne Vorzeichen",
    "perhaps {id}, written without separators": "vielleicht {id}, ohne Trennzeichen geschrieben",
    "perhaps {id}, without decimals": "vielleicht {id}, ohne Nachkommastellen",
    "perhaps {id}, without the note behind it": "vielleicht {id}, ohne den Zusatz dahinter",
    "perhaps {id}, without the other characters": "vielleicht {id}, ohne die übrigen Zeichen",
    "perhaps {id}, in the digits 0 to 9": "vielleicht {id}, in den Ziffern 0 bis 9",
    "perhaps {id}, its thousands point read as a decimal point": (
        "vielleicht {id}: Der Tausenderpunkt wurde als Komma gelesen"
    ),
    "perhaps {id}, its thousands point read as a decimal point, as elsewhere in the column": (
        "vielleicht {id}: Der Tausenderpunkt wurde als Komma gelesen, wie anderswo in der Spalte"
    ),
    "perhaps {id} or near it; format the column as whole numbers and export again": (
        "vielleicht {id} oder nahe daran; die Spalte als ganze Zahlen formatieren und neu exportieren"
    ),
    "format the column as whole numbers and export again": (
        "die Spalte als ganze Zahlen formatieren und neu exportieren"
    ),
    "one row each: {ids}": "je eine Zeile: {ids}",
    "{id}, or one row each: {ids}": "{id} oder je eine Zeile: {ids}",
    "if these are ids, one row each: {ids}": "falls das Nummern sind, je eine Zeile: {ids}",
    "one of: {words}": "eines von: {words}",
    "{others}: keep one of these rows": "{others}: eine dieser Zeilen behalten",
}

# What speaks for a candidate.
_FACTS: Final = {
    "e-mail": "E-Mail",
    "telephone": "Telefonnummer",
    "telephone number": "Telefonnummer",
    "customer number": "Kundennummer",
    "object number": "Objektnummer",
    "name": "Name",
    "first name": "Vorname",
    "company": "Firma",
    "street and house number": "Straße und Hausnummer",
    "title": "Titel",
    "city": "Ort",
    "uuid": "UUID",
}
_REASONS_OF_CANDIDATES: Final = {
    **_FACTS,
    **{f"same {english}": f"{german} gleich" for english, german in _FACTS.items()},
    **{f"similar {english}": f"{german} ähnlich" for english, german in _FACTS.items()},
    "without {prefix}": "ohne {prefix}",
    "another name": "anderem Namen",
    "another e-mail": "anderer E-Mail",
    "another object number": "anderer Objektnummer",
}

_NOUNS: Final = {
    "address": "Adresse",
    "addresses": "Adressen",
    "estate": "Immobilie",
    "estates": "Immobilien",
    "appointment": "Termin",
    "appointments": "Termine",
    "activity": "Aktivität",
    "activities": "Aktivitäten",
    "user": "Benutzer",
    "users": "Benutzer",
    "task": "Aufgabe",
    "tasks": "Aufgaben",
}
_RECORDS: Final = {
    **_NOUNS,
    **{
        f"{english} {{ids}} and {{n}} more": f"{german} {{ids}} und {{n}} weitere" for english, german in _NOUNS.items()
    },
    **{f"{english} {{ids}}": f"{german} {{ids}}" for english, german in _NOUNS.items()},
}

# What the look before sending finds out; the page says "swap the two sides" for a call in Python.
_FINDINGS: Final = {
    "Not found: {records}.": "Nicht gefunden: {records}.",
    "Correct the ids, leave the rows out, or give the API user the right to read these records.": (
        "Berichtigen Sie die Nummern, lassen Sie die Zeilen weg, oder geben Sie dem API-Benutzer das Recht, diese"
        " Datensätze zu lesen."
    ),
    "The columns seem to stand the other way round: {left} speaks of {other}, but stands for the parent ({own})"
    " and {right} speaks of {own}, but stands for the child ({other}).": (
        "Die Spalten scheinen vertauscht zu sein: {left} klingt nach {other}, steht aber links ({own}), und"
        " {right} klingt nach {own}, steht aber rechts ({other})."
    ),
    "The columns seem to stand the other way round: {column} speaks of {other}, but stands for the parent ({own}).": (
        "Die Spalten scheinen vertauscht zu sein: {column} klingt nach {other}, steht aber links ({own})."
    ),
    "The columns seem to stand the other way round: {column} speaks of {other}, but stands for the child ({own}).": (
        "Die Spalten scheinen vertauscht zu sein: {column} klingt nach {other}, steht aber rechts ({own})."
    ),
    "If so, swap the two sides.": "Wenn ja, tauschen Sie beide Seiten.",
    "Parent and child are the same ids in every row, but they stand for records of two modules: {one} and {other}.": (
        "Auf beiden Seiten stehen in jeder Zeile dieselben Nummern, obwohl links {one} und rechts {other} gemeint ist."
    ),
    "Was one column taken for both?": "Wurde eine Spalte für beide genommen?",
    "Parent and child stand the other way round: the parents are {children}, the children {parents};": (
        "Beide Seiten sind vertauscht: Links stehen {children}, rechts {parents};"
    ),
    "swap the two sides.": "tauschen Sie beide Seiten.",
    "exchange the two ids in these rows.": "vertauschen Sie die beiden Nummern in diesen Zeilen.",
    "No {module} bears this id, but there is the {records}.": (
        "Unter dieser Nummer gibt es keinen Datensatz ({module}), wohl aber {records}."
    ),
    "Give the {module}, or swap the two sides if the columns stand the other way round.": (
        "Geben Sie die richtige Nummer an ({module}), oder tauschen Sie beide Seiten, falls die Spalten vertauscht"
        " sind."
    ),
    "The other columns of these rows name the {parents} and {children} that bear the ids the other way round: parent"
    " and child are exchanged; swap the two sides.": (
        "Die übrigen Spalten dieser Zeilen nennen die {parents} und {children}, deren Nummern vertauscht sind: tauschen"
        " Sie beide Seiten."
    ),
    "Copies in another language: {records}, while links are those of the estate in the main language.": (
        "Kopien in einer anderen Sprache: {records}; verknüpft wird die Immobilie in der Hauptsprache."
    ),
    "Take {ids}.": "Nehmen Sie {ids}.",
    "No real estate agent: {records}.": "Kein Makler: {records}.",
    "Give them the contact type Makler, or use contactPersonAll.": (
        "Geben Sie ihnen die Kontaktart Makler, oder nehmen Sie contactPersonAll."
    ),
    "Linked with itself: {records}.": "Mit sich selbst verknüpft: {records}.",
    "A unit belongs to one base property: {records} would have several.": (
        "Eine Einheit gehört zu einem Stammobjekt: {records} hätte mehrere."
    ),
    "Remove the other link first, or leave the rows out.": (
        "Entfernen Sie zuerst die andere Verknüpfung, oder lassen Sie die Zeilen weg."
    ),
    "A base property is no unit of another: {records}.": (
        "Ein Stammobjekt ist keine Einheit eines anderen: {records}."
    ),
    "A unit has no units of its own: {records} would be both.": (
        "Eine Einheit hat keine eigenen Einheiten: {records} wäre beides."
    ),
    "If base and unit stand the other way round, exchange them.": (
        "Falls Stammobjekt und Einheit vertauscht sind, tauschen Sie sie."
    ),
    "An appointment has one estate: {records} would have several.": (
        "Ein Termin hat eine Immobilie: {records} hätte mehrere."
    ),
    "Plan with replace=True to put the new one in the old one's place, or leave the rows out.": (
        "Wählen Sie „ersetzen“, damit die neue an die Stelle der alten tritt, oder lassen Sie die Zeilen weg."
    ),
    "The API user may not change {records}.": "Der API-Benutzer darf nicht ändern: {records}.",
    "Have your onOffice administrator grant the right, or leave the rows out.": (
        "Lassen Sie sich das Recht in onOffice geben, oder lassen Sie die Zeilen weg."
    ),
    "Archived: {records}.": "Archiviert: {records}.",
    "Sold or let: {records}.": "Verkauft oder vermietet: {records}.",
    "Look whether it is meant.": "Sehen Sie nach, ob das gemeint ist.",
    "The API is documented as unable to {verb} links of {relation}: it only reads them.": (
        "Laut Dokumentation kann die API diese Verknüpfungen ({relation}) nur lesen."
    ),
    "It is not documented that the API can {verb} links of this type: try one pair first.": (
        "Ob die API Verknüpfungen dieser Art schreiben kann, ist nicht dokumentiert: Probieren Sie es mit einem Paar."
    ),
    "Whether the ids exist is not known: {reason}.": "Ob es die Nummern gibt, ist nicht bekannt: {reason}.",
    "Whether the API user may change {records} is not known: the API does not say.": (
        "Ob der API-Benutzer {records} ändern darf, ist nicht bekannt: Die API sagt es nicht."
    ),
}

# English -> German; a reason also with its advice in brackets, as reports have it.
ROW_SENTENCES: Final = {
    **_REASONS,
    **{f"{english} ({{advice}})": f"{german} ({{advice}})" for english, german in _REASONS.items()},
    **_ADVICE,
    **_REASONS_OF_CANDIDATES,
    **_RECORDS,
    **_FINDINGS,
}
