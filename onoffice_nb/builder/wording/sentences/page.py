"""What the page itself raises: a click that came too late, or a call that misses something."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

_DATA: Final = {
    "The relation builder": "Die Seite",
    "Both sides need ids: choose a table and its two columns, or paste both lists.": (
        "Beide Seiten werden gebraucht: Wählen Sie eine Tabelle mit zwei Spalten, oder fügen Sie beide Listen ein."
    ),
    "The relation type says which records are looked up: choose one first.": (
        "Von der Art der Verknüpfung hängt ab, wo nachgeschlagen wird: Wählen Sie zuerst eine."
    ),
    "The file has several sheets: choose one.": "Die Datei hat mehrere Blätter: Wählen Sie eines.",
    "The table has a column of statuses. Say whether it is sent: use(…, info='its name') or one oo.RelationInfo"
    " for all, or on the page that none is.": (
        "Die Tabelle hat eine Spalte mit Status. Wählen Sie, ob er gesendet wird."
    ),
    "To change statuses, say which: a column of the table, or one oo.RelationInfo for all.": (
        "Wählen Sie, welcher Status gesetzt wird: eine Spalte der Tabelle oder einer für alle."
    ),
    "These ids are looked up in the CRM: choose a relation type and call check(), which asks it.": (
        "Diese Nummern werden im CRM nachgeschlagen: Wählen Sie eine Art der Verknüpfung, und gleichen Sie ab."
    ),
    "The notebook has no frame {name} any more: open the list again.": (
        "Das Notebook hat keine Tabelle {name} mehr: Öffnen Sie die Liste noch einmal."
    ),
    "There is no file here whose sheet could be chosen: drop one first.": (
        "Hier ist keine Datei, deren Blatt sich wählen ließe: Ziehen Sie erst eine hierher."
    ),
    "Records of {module:known} are not found by {field}.": "Im Modul {module} lässt sich nicht nach {field} suchen.",
    "The table has other columns now: look at it and choose again.": (
        "Die Tabelle hat jetzt andere Spalten: Sehen Sie sie an, und wählen Sie noch einmal."
    ),
    "frames of {library} cannot be read; frame.to_pandas() often makes one that can": (
        "Tabellen von {library} lassen sich nicht lesen; im Notebook hilft oft to_pandas"
    ),
    "needs {packages:list}: pip install 'onoffice_nb[frames]'": (
        "dafür fehlt {packages}: pip install 'onoffice_nb[frames]'"
    ),
    "{name} has {n:number} bytes, and no more than {most:number} are read. Save it with the columns that are"
    " needed alone.": (
        "{name} hat {n} Byte, gelesen werden höchstens {most}. Speichern Sie die Datei nur mit den Spalten, die"
        " gebraucht werden."
    ),
    "{name} did not arrive as it was sent. Drop it once more.": (
        "{name} ist nicht vollständig angekommen. Ziehen Sie die Datei noch einmal hierher."
    ),
}

_CHECK: Final = {
    "Row {row:number} has several repairs of this sort: choose one.": (
        "Für Zeile {row} gibt es mehrere Vorschläge dieser Art: Wählen Sie einen."
    ),
    "Row {row:number} has no candidate {record:number} any more: look it up again.": (
        "Für Zeile {row} steht {record} nicht mehr zur Wahl: Schlagen Sie noch einmal nach."
    ),
    "Row {row:number}: expected a record id, digits only, got {reason}.": (
        "Zeile {row}: Erwartet wurde eine Datensatznummer, nur Ziffern; {reason}."
    ),
    "Row {row:number} does not wait for this decision any more: the table has changed. Look again.": (
        "Zeile {row} wartet nicht mehr auf diese Entscheidung: Die Tabelle hat sich geändert. Sehen Sie noch einmal"
        " nach."
    ),
    "Row {row:number} has no such repair any more: look at it again.": (
        "Für Zeile {row} gibt es diesen Vorschlag nicht mehr: Sehen Sie noch einmal nach."
    ),
    "There are no rows to work with any more: choose a table.": (
        "Es sind keine Zeilen mehr da: Wählen Sie eine Tabelle."
    ),
    "No relation type is chosen yet: choose one first.": (
        "Es ist noch keine Art der Verknüpfung gewählt: Wählen Sie oben eine."
    ),
    "There are no ids yet: give a file, a paste or a DataFrame, and its two columns.": (
        "Es sind noch keine Daten da: Wählen Sie oben eine Tabelle und ihre beiden Spalten."
    ),
}

_RUNS: Final = {
    "The builder is at work already. Wait until it is done, or stop it.": (
        "Die Seite arbeitet gerade. Warten Sie, bis sie fertig ist, oder halten Sie sie an."
    ),
    "Nothing is checked, or it was changed since: call check() and look at its plan.": (
        "Es ist nichts geprüft, oder es hat sich seither geändert: Gleichen Sie noch einmal ab."
    ),
    "The last run took back run {run:number} already: there is nothing to undo.": (
        "Der letzte Lauf hat Lauf {run} schon zurückgenommen: Es gibt nichts rückgängig zu machen."
    ),
    "The notebook has another DataFrame of this name now. Nothing was sent: check again.": (
        "Unter diesem Namen hat das Notebook jetzt eine andere Tabelle. Es wurde nichts gesendet: Gleichen Sie noch"
        " einmal ab."
    ),
    "There is no run yet: submit() makes one.": "Es gibt noch keinen Lauf: Senden Sie zuerst.",
    "There is no run {run:number} of this account in the list: it shows those of {account}.": (
        "In der Liste gibt es keinen Lauf {run}: Sie zeigt die von {account}."
    ),
    "Only links of calendar:address have a status to change, got {relation}: choose the participants of"
    " appointments, or another task.": (
        "Einen Status haben nur die Teilnehmer von Terminen, nicht {relation}: Wählen Sie diese oder eine andere"
        " Aufgabe."
    ),
}

# What reaches us that no page of ours sends.
_MESSAGES: Final = {
    "The page sent {what}, which asks for nothing.": "Die Seite hat {what} gesendet, was um nichts bittet.",
    "The page asked for {what}, which there is not.": "Die Seite hat um {what} gebeten, was es nicht gibt.",
    "The page asked for {what} with {value}.": "Die Seite hat um {what} gebeten, mit {value}.",
    "The page asked for {what} without {value}.": "Die Seite hat um {what} gebeten, ohne {value}.",
    "The page sent {value} for {what}, expected {words:list}.": (
        "Die Seite hat {value} für {what} gesendet; erwartet wurde {words}."
    ),
    "a text": "ein Text",
    "a whole number": "eine ganze Zahl",
    "true or false": "ja oder nein",
    "nothing": "nichts",
    "Nothing was done: show the page anew, and click again.": (
        "Es wurde nichts getan: Zeigen Sie die Seite neu an, und klicken Sie noch einmal."
    ),
    "Expected one of {languages} as the language, got {language}.": (
        "Als Sprache gibt es {languages}, nicht {language}."
    ),
    "Expected keep or skip for hidden rows, got {hidden}.": (
        "Ausgeblendete Zeilen werden gelesen oder übergangen; {hidden} gibt es nicht."
    ),
}

TEMPLATES: Final[dict[str, str]] = {**_DATA, **_CHECK, **_RUNS, **_MESSAGES}
