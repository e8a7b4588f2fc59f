"""What intake says of cells, rows and pairs: reasons of rejects, suggestions, notes, refusals."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

_REASONS: Final = {
    "no id": "keine Datensatznummer",
    "empty": "leer",
    "zero": "null",
    "negative": "negativ",
    "infinite": "unendlich",
    "a sign": "ein Vorzeichen",
    "leading zeros": "führende Nullen",
    "an exponent hides digits": "Exponentialschreibweise, es fehlen Ziffern",
    "a thousands separator or a fraction": "Tausenderpunkt oder Dezimalzahl",
    "a decimal number": "eine Dezimalzahl",
    "a fraction": "keine ganze Zahl",
    "whole, but beside fractions": "zwar ganz, aber neben Dezimalzahlen",
    "{n:number} ids in one cell": "{n} Nummern in einer Zelle",
    "2 ids in one cell, or a fraction": "2 Nummern in einer Zelle oder eine Dezimalzahl",
    "one number or several ids": "eine einzige Zahl oder mehrere Nummern",
    "a formula without its result": "eine Formel ohne Ergebnis",
    "a date": "ein Datum",
    "a date or a time": "ein Datum oder eine Uhrzeit",
    "a range": "ein Bereich von bis",
    "an amount or a percentage": "ein Betrag oder Prozentsatz",
    "a truth value": "ein Wahrheitswert (wahr oder falsch)",
    "of type {type:word}": "vom Typ {type}",
    "beyond 2^53 ({limit:word})": "größer als 2^53 ({limit})",
    "beyond what {type:word} holds exactly": "zu groß, um in einer Spalte vom Typ {type} genau zu sein",
    "not a confirmation status": "kein Bestätigungsstatus",
    "left out by you": "von Ihnen weggelassen",
    "another info for the same pair": "ein anderer Status für dasselbe Paar",
}

_SUGGESTIONS: Final = {
    "fill in the record id, digits only": "Datensatznummer eintragen, nur Ziffern",
    "fill in the record id, or leave the row out": "Datensatznummer eintragen oder die Zeile weglassen",
    "record ids start at 1": "Datensatznummern beginnen bei 1",
    "record ids are whole numbers": "Datensatznummern sind ganze Zahlen",
    "if Excel made a date of an id, format the column as text and export again": (
        "falls Excel aus einer Nummer ein Datum gemacht hat: Spalte als Text formatieren und neu exportieren"
    ),
    "choose the column with the record ids": "die Spalte mit den Datensatznummern wählen",
    "one id per cell, as a number or as text": "eine Nummer je Zelle, als Zahl oder als Text",
    "so long a number is no record id, or its last digits are lost": (
        "so lang ist keine Datensatznummer, oder ihre letzten Ziffern sind verloren"
    ),
    "keep the ids as whole numbers or text": "die Nummern als ganze Zahlen oder als Text speichern",
    "an Excel error value: mend its formula, or fill in the record id": (
        "ein Fehlerwert von Excel: die Formel berichtigen oder die Datensatznummer eintragen"
    ),
    "open the file in Excel and save it, so that the result of the formula stands in it": (
        "die Datei in Excel öffnen und speichern, damit das Ergebnis der Formel darin steht"
    ),
    "one row each: {ids:list}": "je eine Zeile: {ids}",
    "if these are ids, one row each: {ids:list}": "falls das Nummern sind, je eine Zeile: {ids}",
    "{number:number}, or one row each: {ids:list}": "{number}, oder je eine Zeile: {ids}",
    "{number:number}, if it is the record id and no postcode or customer number": (
        "{number}, falls das die Datensatznummer ist und keine PLZ oder Kundennummer"
    ),
    "{number:number}, if the sign is a slip": "{number}, falls das Vorzeichen ein Versehen ist",
    "perhaps {number:number}, without the sign": "vielleicht {number}, ohne Vorzeichen",
    "perhaps {number:number}, without decimals": "vielleicht {number}, ohne Nachkommastellen",
    "perhaps {number:number}, without the note behind it": "vielleicht {number}, ohne den Zusatz dahinter",
    "perhaps {number:number}, without the other characters": "vielleicht {number}, ohne die anderen Zeichen",
    "perhaps {number:number}, in the digits 0 to 9": "vielleicht {number}, in den Ziffern 0 bis 9",
    "perhaps {number:number}, written without separators": "vielleicht {number}, ohne Trennzeichen geschrieben",
    "perhaps {number:number}, its thousands point read as a decimal point": (
        "vielleicht {number}: Der Tausenderpunkt wurde als Komma gelesen"
    ),
    "perhaps {number:number}, its thousands point read as a decimal point, as elsewhere in the column": (
        "vielleicht {number}: Der Tausenderpunkt wurde als Komma gelesen, wie auch sonst in der Spalte"
    ),
    "format the column as whole numbers and export again": "Spalte als ganze Zahlen formatieren und neu exportieren",
    "perhaps {number:number} or near it; format the column as whole numbers and export again": (
        "ungefähr {number}; Spalte als ganze Zahlen formatieren und neu exportieren"
    ),
    "if it is a range of ids, write down each of them; if it is another number, choose another column": (
        "falls das ein Bereich von Nummern ist, jede einzeln aufschreiben; sonst eine andere Spalte wählen"
    ),
    "looks like a customer or object number; the number of the record is another one": (
        "sieht nach einer Kunden- oder Objektnummer aus; die Datensatznummer ist eine andere"
    ),
    "one of: {infos:list}": "einer von: {infos}",
    "perhaps {info}; one of: {infos:list}": "vielleicht {info}; einer von: {infos}",
    "{others:list}: keep one of these rows": "{others}: nur eine dieser Zeilen behalten",
    "{info} in row {rows:list}": "{info} in Zeile {rows}",
}

_REPAIRS: Final = {
    "take {value}": "{value} nehmen",
    "take {value} ({reasons:known})": "{value} nehmen ({reasons})",
    "split into {ids:list}": "aufteilen in {ids}",
    "look up object number {number}": "Objektnummer {number} nachschlagen",
    "mended by you: row {row:number}, {column}, {raw}: {decision}": (
        "von Ihnen geklärt: Zeile {row}, {column}, {raw}: {decision}"
    ),
}

_NOTES: Final = {
    "{name}: {ids:known} as text, such as {example} in row {row:number}, taken as {id}": (
        "{name}: {ids} als Text, wie {example} in Zeile {row}, gelesen als {id}"
    ),
    "{name}: {ids:known} with blanks around, such as {example} in row {row:number}, taken as {id}": (
        "{name}: {ids} mit Leerzeichen davor oder dahinter, wie {example} in Zeile {row}, gelesen als {id}"
    ),
    "{name}: {ids:known} with a decimal zero, such as {example} in row {row:number}, taken as {id}": (
        "{name}: {ids} mit einer Null hinter dem Komma, wie {example} in Zeile {row}, gelesen als {id}"
    ),
    "{name}: the first line, {header}, was taken as the header": (
        "{name}: Die erste Zeile, {header}, gilt als Überschrift"
    ),
    "computed of the lazy frame: {columns}, and none of its other columns": (
        "berechnet wurden von der Tabelle: {columns}, und keine ihrer anderen Spalten"
    ),
    "{name}: {lists:known} of ids, such as {example}": "{name}: {lists} von Nummern, wie {example}",
    "{n:number} line was taken as a list": "{n} Zeile gilt als Liste",
    "{n:number} lines were taken as lists": "{n} Zeilen gelten als Listen",
    "{name}: {rows:known} without an info, such as row {row:number}": ("{name}: {rows} ohne Status, wie Zeile {row}"),
    "{name}: {infos:known} with blanks around, such as {example} in row {row:number}, taken as {info}": (
        "{name}: {infos} mit Leerzeichen davor oder dahinter, wie {example} in Zeile {row}, gelesen als {info}"
    ),
    "{name}: {infos:known} in decomposed letters, such as {example} in row {row:number}, taken as {info}": (
        "{name}: {infos} mit zerlegten Umlauten, wie {example} in Zeile {row}, gelesen als {info}"
    ),
    "{name}: {infos:known} with blanks around and in decomposed letters, such as {example} in row {row:number},"
    " taken as {info}": (
        "{name}: {infos} mit Leerzeichen davor oder dahinter und zerlegten Umlauten, wie {example} in Zeile {row},"
        " gelesen als {info}"
    ),
    "{name}: {duplicates:known}, each kept once: {rows:list}": "{name}: {duplicates}, je einmal behalten: {rows}",
    "{duplicates:known}, each kept once: {rows:list}": "{duplicates}, je einmal behalten: {rows}",
    "row {row:number} repeats row {first:number}": "Zeile {row} wiederholt Zeile {first}",
    "{side:known}: {ids:known} looked up in the CRM: {ways:list}": "{side}: {ids} im CRM nachgeschlagen: {ways}",
    "{pairs:known} · {duplicates:known} · {rejects:known}": "{pairs} · {duplicates} · {rejects}",
    "{pairs:known} · {duplicates:known} · {cells:known} mended by you · {rejects:known}": (
        "{pairs} · {duplicates} · {cells} von Ihnen geklärt · {rejects}"
    ),
    "{rejects:known} (first: row {row:number}, {raw}: {reason})": "{rejects} (zuerst: Zeile {row}, {raw}: {reason})",
    "{rejects:known} (first: row {row:number}, {reason})": "{rejects} (zuerst: Zeile {row}, {reason})",
}

_REFUSALS: Final = {
    "{side:known}, row {row:number}: {reject}": "{side}, Zeile {row}: {reject}",
    "The frame has no column {name}. Its columns: {columns:list}.": (
        "Die Tabelle hat keine Spalte {name}. Ihre Spalten: {columns}."
    ),
    "The frame has no column {name}. Probably meant: {near}. Its columns: {columns:list}.": (
        "Die Tabelle hat keine Spalte {name}. Wahrscheinlich gemeint: {near}. Ihre Spalten: {columns}."
    ),
    "The frame has no column {name}. It is the index: frame.reset_index() makes a column of it. Its columns:"
    " {columns:list}.": ("Die Tabelle hat keine Spalte {name}, das ist ihr Index. Ihre Spalten: {columns}."),
    "{n:number} columns are named {name}. Rename them, so that it is clear which.": (
        "{n} Spalten heißen {name}. Benennen Sie sie um, damit klar ist, welche gemeint ist."
    ),
    "{n:number} columns are named like {name}: {names}. Name one exactly, or rename them.": (
        "{n} Spalten heißen fast wie {name}: {names}. Benennen Sie sie um, damit klar ist, welche gemeint ist."
    ),
    "{one} has {rows:known}, {other} has {other_rows:known}: they cannot be paired row by row.": (
        "{one} hat {rows}, {other} hat {other_rows}: So lassen sie sich nicht Zeile für Zeile verbinden."
    ),
    "Make them equally long, or use oo.cross(…) for every parent with every child.": (
        "Machen Sie beide gleich lang, oder wählen Sie „alle links mit allen rechts“."
    ),
    "{one} and {other} have as many ids, but not line by line: line {line:number} has {here:number} and"
    " {there:number}. Put one id in each line, or use oo.cross(…) for every parent with every child.": (
        "{one} und {other} haben gleich viele Nummern, aber nicht Zeile für Zeile: In Zeile {line} stehen {here} und"
        " {there}. Schreiben Sie in jede Zeile eine Nummer, oder wählen Sie „alle links mit allen rechts“."
    ),
    "{one} and {other} are equally long, but their rows have different labels (index). Take both from one frame, or"
    " use .reset_index(drop=True) on each if their order is what counts.": (
        "{one} und {other} sind gleich lang, gehören aber nicht Zeile für Zeile zusammen (verschiedener Index). Nehmen"
        " Sie beide Spalten aus derselben Tabelle."
    ),
    "{name}: expected one column, got a whole DataFrame. Name one of its columns: {columns:list}.": (
        "{name}: Erwartet wurde eine Spalte, nicht eine ganze Tabelle. Wählen Sie eine ihrer Spalten: {columns}."
    ),
    "{name}: expected one column, got an index of {n:number} levels. Name one of them: index.get_level_values(…).": (
        "{name}: Erwartet wurde eine Spalte, nicht ein Index mit {n} Ebenen."
    ),
    "{name}: expected one column, got an array of {n:number} dimensions. Give one, such as array[:, 0].": (
        "{name}: Erwartet wurde eine Spalte, nicht ein Feld mit {n} Dimensionen."
    ),
    "{name}: give a text, list, array, Series or Index, not {type}.": (
        "{name}: Erwartet wurde eine Liste oder eine Spalte, nicht {type}."
    ),
    "{name}: a set has no order, so its ids cannot be paired row by row. Give a list.": (
        "{name}: Eine Menge hat keine Reihenfolge, so lassen sich ihre Nummern nicht Zeile für Zeile verbinden. Geben"
        " Sie eine Liste an."
    ),
    "{name}: {summary}, so these ids are no longer row by row. Give what they were read from instead, or use"
    " oo.cross(…) for every parent with every child.": (
        "{name}: {summary}. Damit gehören diese Nummern nicht mehr Zeile für Zeile zusammen. Geben Sie an, woraus sie"
        " gelesen wurden, oder wählen Sie „alle links mit allen rechts“."
    ),
    "Parent and child are the same column, {name}. Name two columns.": (
        "Auf beiden Seiten steht dieselbe Spalte, {name}. Wählen Sie zwei Spalten."
    ),
    "Parent and child are the same text, so every record would be linked with the one of the same number. Paste the"
    " other column on one side; if it is meant, give lists: parent=[…], child=[…].": (
        "Auf beiden Seiten steht derselbe Text: So würde jeder Datensatz mit dem der gleichen Nummer verknüpft. Fügen"
        " Sie auf einer Seite die andere Spalte ein."
    ),
    "{name}: {columns:known} side by side, such as {sample}, where one list of ids was expected. Paste one of the"
    " columns, or each list in a line of its own; of a table, name two columns: oo.read_pairs(oo.read_table(text),"
    " parent=…, child=…).": (
        "{name}: {columns} nebeneinander, wie {sample}; erwartet wurde eine Liste von Nummern. Fügen Sie nur eine der"
        " Spalten ein, oder die ganze Tabelle unter „Tabelle oder Liste einfügen“."
    ),
    "{parents:known} with {children:known} make {n:number} pairs; more than {most:number} are taken for a slip. Give"
    " fewer ids, or pair them row by row.": (
        "{parents} mit {children} ergeben {n} Paare; mehr als {most} gelten als Versehen. Geben Sie weniger Nummern an,"
        " oder wählen Sie „Zeile für Zeile“."
    ),
    "The frame had {then:number} rows when read, now {now:number}. Read the pairs again.": (
        "Die Tabelle hatte beim Lesen {then} Zeilen, jetzt {now}. Gleichen Sie sie noch einmal ab."
    ),
    "The frame was changed since it was read. {gone} Read the pairs again.": (
        "Die Tabelle wurde seit dem Lesen geändert. {gone} Gleichen Sie sie noch einmal ab."
    ),
    "{name} was changed since it was read: {changes:list}. Read the pairs again.": (
        "{name} wurde seit dem Lesen geändert: {changes}. Gleichen Sie die Tabelle noch einmal ab."
    ),
    "row {row:number} was {before}, is {after}": "Zeile {row} war {before}, ist {after}",
    "Pairs are read from a DataFrame (pandas, polars, Arrow and others), not from {type}: it {what}."
    " oo.read_table(path) makes a frame of a file, frame.to_pandas() of many others; lists go in without a frame:"
    " parent=[…], child=[…].": (
        "Paare werden aus einer Tabelle gelesen (pandas, polars, Arrow und andere), nicht aus {type}: {what}."
    ),
    "Reading a frame of {library:word}": "Das Lesen von Tabellen aus {library}",
    "is not a frame that is known here": "das ist keine Tabelle, die hier bekannt ist",
    "could not be read ({error})": "sie ließ sich nicht lesen ({error})",
    "is a text; oo.read_table(text) makes a frame of a pasted one": "das ist ein Text",
    "The pairs of a saved plan or of a run are as they were sent: to mend rejects, read the pairs anew with"
    " oo.read_pairs(…), mend those, and make a new plan.": (
        "Die Paare eines Laufs sind so, wie sie gesendet wurden. Lesen Sie die Tabelle neu ein, um Zeilen zu klären."
    ),
}

# What `mended` refuses: a click on a page that is out of date.
_MENDS: Final = {
    "Nothing was left out: there is no row {rows:list}. Rows are counted as in their file.": (
        "Nichts wurde weggelassen: Es gibt keine Zeile {rows}. Gezählt wird wie in der Datei."
    ),
    "Nothing was mended. {faults:list}. The rejects, their kinds and repairs stand in .rejects; decisions look like"
    " {4: 1003, (9, 'Adresse'): [5008, 5009], 'leading zeros': 'take'}.": "Nichts wurde geändert. {faults}.",
    "there is no such reject": "da ist nichts zu klären",
    "{n:number} cells of the row are rejects; name one: {choices}": (
        "in dieser Zeile sind {n} Zellen zu klären; wählen Sie eine: {choices}"
    ),
    "row {row:number}: both of its cells are split, and which belongs to which cannot be told": (
        "Zeile {row}: Beide Zellen werden aufgeteilt, und was zu wem gehört, ist nicht zu erkennen"
    ),
    "row {row:number}: oo.look_up_rejects(crm, relation, pairs) looks such numbers up; mend with its answer": (
        "Zeile {row}: Schlagen Sie die Nummer erst nach"
    ),
    "row {row:number}: expected {expected:known}, got {decision} (repairs: {repairs:list})": (
        "Zeile {row}: Erwartet wurde {expected}, nicht {decision} (möglich: {repairs})"
    ),
    "row {row:number} has {n:number} repairs of the sort {sort} ({repairs:list})": (
        "Zeile {row} hat {n} Möglichkeiten der Art {sort} ({repairs})"
    ),
    "row {row:number}: the cell reads {raw}, and what was decided is for {texts:list}; decide anew": (
        "Zeile {row}: In der Zelle steht {raw}, entschieden wurde über {texts}; entscheiden Sie neu"
    ),
    "no text": "keinen Text",
    "an id, several ids or a repair": "eine Nummer, mehrere Nummern oder ein Vorschlag",
    "one of {infos:list}": "einer von {infos}",
    "none, so give the id": "keine, geben Sie die Nummer an",
}

TEMPLATES: Final[dict[str, str]] = {
    **_REASONS,
    **_SUGGESTIONS,
    **_REPAIRS,
    **_NOTES,
    **_REFUSALS,
    **_MENDS,
}
