"""Texts of sending, and of what follows."""

WORDS = {
    "send.title": ("Send", "Senden"),
    "send.check_first": (
        "Check first: what is confirmed here is what was shown there.",
        "Erst prüfen: Bestätigt wird hier, was dort zu sehen war.",
    ),
    "send.nothing": ("Nothing to send: all is as these rows want it.", "Nichts zu senden: Alles ist schon so."),
    "send.no_pairs": (
        "Nothing to send: no row gives a link.",
        "Nichts zu senden: Keine Zeile ergibt ein Paar.",
    ),
    "send.errors": (
        "{n} error stops this from being sent: mend what Check names.|"
        "{n} errors stop this from being sent: mend what Check names.",
        "{n} Fehler verhindert das Senden: Beheben Sie, was unter Prüfen steht.|"
        "{n} Fehler verhindern das Senden: Beheben Sie, was unter Prüfen steht.",
    ),
    "send.link": ("Link {n} pair|Link {n} pairs", "{n} Paar verknüpfen|{n} Paare verknüpfen"),
    "send.remove": (
        "Remove {n} link|Remove {n} links",
        "{n} Verknüpfung entfernen|{n} Verknüpfungen entfernen",
    ),
    "send.replace": ("Link {links}, remove {removals}", "{links} verknüpfen, {removals} entfernen"),
    "send.status": ("Change {n} status|Change {n} statuses", "{n} Status ändern|{n} Status ändern"),
    "send.confirm": ("{what} in {account}: {relation}.", "{what} in {account}: {relation}."),
    "send.with_status": ("Status: {status}.", "Status: {status}."),
    "send.example": ("For example {parent} ← {child}", "Zum Beispiel {parent} ← {child}"),
    "send.type_number": (
        "Type the number {n} to confirm how many links this is about",
        "Geben Sie die Zahl {n} ein, um die Anzahl der Verknüpfungen zu bestätigen",
    ),
    "send.running": ("{done} of {total}", "{done} von {total}"),
    "send.starting": ("Looking once more what is there …", "Es wird noch einmal nachgesehen, was schon da ist …"),
    "send.failed": ("{n} failed or unknown", "{n} fehlgeschlagen oder ungewiss"),
    "send.left": ("{n} second left|{n} seconds left", "noch {n} Sekunde|noch {n} Sekunden"),
    "send.left_minutes": ("{n} minute left|{n} minutes left", "noch {n} Minute|noch {n} Minuten"),
    "send.stop": ("Stop", "Anhalten"),
    "send.stopping": ("Stopping …", "Hält an …"),
    "send.stop.hint": (
        "Stop ends it after the request under way. If nothing answers because a cell of the notebook is running,"
        " interrupt that cell (■) as well.",
        "Anhalten beendet es nach der laufenden Anfrage. Wenn nichts antwortet, weil eine Zelle des Notebooks läuft,"
        " unterbrechen Sie auch diese Zelle (■).",
    ),
    "after.title": ("After", "Danach"),
    "after.run": ("Run {run} · {time}", "Lauf {run} · {time}"),
    "after.undoes": ("takes back run {run}", "nimmt Lauf {run} zurück"),
    "after.ok": (
        "All is as wanted, and was seen so in the CRM.",
        "Alles ist wie gewünscht und wurde so im CRM gesehen.",
    ),
    "after.ok_but": (
        "What was sent was seen so in the CRM. {n} row was left out: the table says why.|"
        "What was sent was seen so in the CRM. {n} rows were left out: the table says why.",
        "Was gesendet wurde, wurde so im CRM gesehen. {n} Zeile wurde ausgelassen: Warum, steht in der Tabelle.|"
        "Was gesendet wurde, wurde so im CRM gesehen. {n} Zeilen wurden ausgelassen: Warum, steht in der Tabelle.",
    ),
    "after.stopped": ("Not finished: {reason}", "Nicht beendet: {reason}"),
    "after.problems": ("What went wrong", "Was nicht gelang"),
    "after.rows": ("{n} row|{n} rows", "{n} Zeile|{n} Zeilen"),
    "after.retry": ("Retry what is missing", "Fehlendes noch einmal"),
    "after.retry.hint": (
        "Looks first what has arrived, and sends what is missing.",
        "Sieht erst nach, was angekommen ist, und sendet, was fehlt.",
    ),
    "after.undo": ("Undo …", "Rückgängig …"),
    "after.undo.question": (
        "Take back run {run} in {account}? {what} What was there before the run stays as it is.",
        "Lauf {run} in {account} zurücknehmen? {what} Was vor dem Lauf da war, bleibt, wie es ist.",
    ),
    "after.undo.removes": (
        "{n} link that it made is removed.|{n} links that it made are removed.",
        "{n} Verknüpfung, die er angelegt hat, wird entfernt.|{n} Verknüpfungen, die er angelegt hat, werden entfernt.",
    ),
    "after.undo.links": (
        "{n} link that it removed is made again.|{n} links that it removed are made again.",
        "{n} Verknüpfung, die er entfernt hat, wird wieder angelegt.|"
        "{n} Verknüpfungen, die er entfernt hat, werden wieder angelegt.",
    ),
    "after.undo.statuses": (
        "{n} status that it changed becomes what it was.|{n} statuses that it changed become what they were.",
        "{n} Status, den er geändert hat, wird wie zuvor.|{n} Status, die er geändert hat, werden wie zuvor.",
    ),
    "after.undo.yes": ("Undo", "Rückgängig machen"),
    "after.undo.no": ("Keep it", "So lassen"),
    "after.report.xlsx": ("⬇ report.xlsx", "⬇ Bericht.xlsx"),
    "after.report.csv": ("⬇ report.csv", "⬇ Bericht.csv"),
    "after.report.name": ("report of run {run}", "Bericht zu Lauf {run}"),
    "report.file": ("onoffice-run-{run}", "onoffice-Lauf-{run}"),
    "report.sheet": ("Report", "Bericht"),
    "report.yours": ("{name} (yours)", "{name} (Ihre)"),
    "report.row": ("row", "Zeile"),
    "report.found_by": ("{record} found by", "{record} gefunden über"),
    "report.mended": ("mended by you", "von Ihnen geklärt"),
    "report.outcome": ("outcome", "Ergebnis"),
    "report.code": ("code", "Fehlercode"),
    "report.message": ("message", "Meldung"),
    "report.advice": ("advice", "Was zu tun ist"),
}
