"""What planning says: findings of the preflight, what a plan tells of itself, what it refuses."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

# The rules by name, as a refusal lists them.
_RULES: Final = {
    "read-only-type": "nur lesbar",
    "column-names": "Namen der Spalten",
    "same-ids": "gleiche Nummern",
    "swapped": "vertauscht",
    "other-columns": "andere Spalten",
    "unknown-record": "nicht gefunden",
    "language-copy": "Sprachkopie",
    "not-a-broker": "kein Makler",
    "self-link": "mit sich selbst verknüpft",
    "unit-of-two-bases": "zwei Stammobjekte",
    "base-as-unit": "Stammobjekt als Einheit",
    "one-estate-an-appointment": "eine Immobilie je Termin",
    "no-write-right": "kein Schreibrecht",
    "undocumented-type": "nicht dokumentiert",
    "archived-estate": "archiviert",
    "sold-estate": "verkauft oder vermietet",
    "not-checked": "nicht geprüft",
}

_VERBS: Final = {
    "create": ("create", "anlegen"),
    "modify": ("modify", "ändern"),
    "delete": ("delete", "entfernen"),
}


def _of_verbs() -> dict[str, str]:
    """What is said of a verb: in German it stands at the end."""
    texts: dict[str, str] = {}
    for verb, german in _VERBS.values():
        texts |= {
            f"The API is documented as unable to {verb} links of {{relation}}: it only reads them.": (
                f"Laut Dokumentation lassen sich solche Verknüpfungen ({{relation}}) über die API nicht {german}, nur"
                " lesen."
            ),
            f"It is not documented that the API can {verb} links of this type: try one pair first.": (
                f"Es ist nicht dokumentiert, dass sich solche Verknüpfungen über die API {german} lassen: Versuchen Sie"
                " erst eine Zeile."
            ),
            f"The API is documented as unable to {verb} links of {{relation}} ({{note}}): change them in onOffice"
            " itself.": (
                f"Laut Dokumentation lassen sich solche Verknüpfungen ({{relation}}) über die API nicht {german}: Tun"
                " Sie das in onOffice selbst."
            ),
            f"The API is documented as unable to {verb} links of {{relation}}: restore them in onOffice itself;"
            " oo.history(…) shows what was changed.": (
                f"Laut Dokumentation lassen sich solche Verknüpfungen ({{relation}}) über die API nicht {german}:"
                " Stellen Sie sie in onOffice selbst wieder her."
            ),
        }
    return texts


_FINDINGS: Final = {
    **_of_verbs(),
    "The columns seem to stand the other way round: {sentences}. If so, plan pairs.swapped().": (
        "Die Spalten stehen anscheinend vertauscht: {sentences}. Wenn das so ist, wählen Sie „Beide Seiten tauschen“."
    ),
    "{one:known} and {other:known}": "{one} und {other}",
    "{column} speaks of {module:known}, but stands for the parent ({own:known})": (
        "{column} klingt nach {module}, steht aber auf der linken Seite ({own})"
    ),
    "{column} speaks of {module:known}, but stands for the child ({own:known})": (
        "{column} klingt nach {module}, steht aber auf der rechten Seite ({own})"
    ),
    "base property": "Stammobjekt",
    "unit": "Einheit",
    "Parent and child are the same ids in every row, but they stand for records of two modules:"
    " {modules:known}. Was one column taken for both?": (
        "In jeder Zeile stehen links und rechts dieselben Nummern, obwohl es um zwei Module geht: {modules}. Wurde"
        " eine Spalte für beide genommen?"
    ),
    "Parent and child stand the other way round: the parents are {parents:known}, the children {children:known};"
    " {what_now:known}": ("Links und rechts sind vertauscht: Links stehen {parents}, rechts {children}; {what_now}"),
    "plan pairs.swapped().": "wählen Sie „Beide Seiten tauschen“.",
    "exchange the two ids in these rows.": "vertauschen Sie in diesen Zeilen die beiden Nummern.",
    "No {one:known} bears this id, but there is the {records:known}. Give the {same}, or plan pairs.swapped()"
    " if the columns stand the other way round.": (
        "Im Modul {one} gibt es diese Nummer nicht, wohl aber {records}. Geben Sie die Nummer aus dem Modul {one} an,"
        " oder wählen Sie „Beide Seiten tauschen“, falls die Spalten vertauscht sind."
    ),
    "The other columns of these rows name the {parents:known} and {children:known} that bear the ids the other"
    " way round: parent and child are exchanged; plan pairs.swapped().": (
        "Die anderen Spalten dieser Zeilen nennen die {parents} und {children}, zu denen die Nummern andersherum"
        " gehören: Links und rechts sind vertauscht. Wählen Sie „Beide Seiten tauschen“."
    ),
    "Not found: {records:known}. Correct the ids, leave the rows out, or give the API user the right to read these"
    " records.": (
        "Nicht gefunden: {records}. Berichtigen Sie die Nummern, lassen Sie die Zeilen weg, oder geben Sie dem"
        " API-Benutzer das Recht, diese Datensätze zu lesen."
    ),
    "Copies in another language: {records:known}, while links are those of the estate in the main language."
    " Take {estates:list}.": (
        "Kopien in einer anderen Sprache: {records}; Verknüpfungen gehören aber zur Immobilie in der Hauptsprache."
        " Nehmen Sie {estates}."
    ),
    "{main:number} instead of {copy:number}": "{main} statt {copy}",
    "No real estate agent: {records:known}. Give them the contact type Makler, or use contactPersonAll.": (
        "Kein Makler: {records}. Geben Sie diesen Adressen die Kontaktart Makler, oder wählen Sie als Art der"
        " Verknüpfung contactPersonAll."
    ),
    "Linked with itself: {records:known}.": "Mit sich selbst verknüpft: {records}.",
    "A unit belongs to one base property: {records:known} would have several. Remove the other link first, or leave the"
    " rows out.": (
        "Eine Einheit gehört zu einem Stammobjekt: {records} hätte dann mehrere. Entfernen Sie erst die andere"
        " Verknüpfung, oder lassen Sie die Zeilen weg."
    ),
    "A base property is no unit of another: {records:known}. If base and unit stand the other way round,"
    " exchange them.": (
        "Ein Stammobjekt kann nicht Einheit eines anderen sein: {records}. Falls Stammobjekt und Einheit vertauscht"
        " sind, tauschen Sie sie."
    ),
    "A unit has no units of its own: {records:known} would be both. If base and unit stand the other way round,"
    " exchange them.": (
        "Eine Einheit hat keine eigenen Einheiten: {records} wäre beides. Falls Stammobjekt und Einheit vertauscht"
        " sind, tauschen Sie sie."
    ),
    "An appointment has one estate: {records:known} would have several. Plan with replace=True to put the new"
    " one in the old one's place, or leave the rows out.": (
        "Ein Termin hat eine Immobilie: {records} hätte dann mehrere. Wählen Sie „ersetzen“, damit die neue an die"
        " Stelle der alten tritt, oder lassen Sie die Zeilen weg."
    ),
    "The API user may not change {records:known}. Have your onOffice administrator grant the right, or leave"
    " the rows out.": (
        "Der API-Benutzer darf nicht ändern: {records}. Lassen Sie sich von Ihrem onOffice-Administrator das Recht"
        " geben, oder lassen Sie die Zeilen weg."
    ),
    "Archived: {records:known}. Look whether it is meant.": "Archiviert: {records}. Prüfen Sie, ob das gemeint ist.",
    "Sold or let: {records:known}. Look whether it is meant.": (
        "Verkauft oder vermietet: {records}. Prüfen Sie, ob das gemeint ist."
    ),
    "Whether the ids exist is not known: {reason}.": "Ob es die Nummern gibt, ist nicht bekannt: {reason}.",
    "records of {module:known} cannot be read by id": (
        "Datensätze des Moduls {module} lassen sich nicht nach Nummer lesen"
    ),
    "records of {module:known} cannot be read ({code:number}: {message})": (
        "Datensätze des Moduls {module} lassen sich nicht lesen ({code}: {message})"
    ),
    "{question:known} is not known: this account has no field {field}.": (
        "{question}, ist nicht bekannt: Dieser Mandant hat kein Feld {field}."
    ),
    "Whether estates are archived": "Ob Immobilien archiviert sind",
    "Whether estates are sold or let": "Ob Immobilien verkauft oder vermietet sind",
    "Whether estates are base properties": "Ob Immobilien Stammobjekte sind",
    "Whether addresses are real estate agents": "Ob Adressen Makler sind",
    "Whether the API user may change {modules:list} is not known: the API does not say.": (
        "Ob der API-Benutzer {modules} ändern darf, ist nicht bekannt: Die API sagt es nicht."
    ),
}

_PLAN: Final = {
    **_RULES,
    "error {rule:known}: {advice}": "Fehler {rule}: {advice}",
    "error {rule:known}, {rows:known}: {advice}": "Fehler {rule}, {rows}: {advice}",
    "warning {rule:known}: {advice}": "Warnung {rule}: {advice}",
    "warning {rule:known}, {rows:known}: {advice}": "Warnung {rule}, {rows}: {advice}",
    "{rule:known}, row {row:number}": "{rule}, Zeile {row}",
    "{rule:known}, rows {rows:numbers}": "{rule}, Zeilen {rows}",
    "nothing to do": "nichts zu tun",
    "create {links:known}": "{links} anlegen",
    "change {links:known}": "{links} ändern",
    "remove {links:known}": "{links} entfernen",
    "{errors:known}: it is not submitted so. Mend what is wrong and plan again; a rule whose errors are meant"
    " to be so is named in force=[…].": (
        "{errors}: So wird nichts gesendet. Beheben Sie, was falsch ist, und gleichen Sie neu ab."
    ),
    "The CRM was not read before: what is linked already is sent too, and undo will leave it alone.": (
        "Das CRM wurde vorher nicht gelesen: Was schon verknüpft ist, wird mitgesendet, und Rückgängig lässt es stehen."
    ),
    "With status: {statuses:list}": "Mit Status: {statuses}",
    "The statuses of links that are there already stay as they are: oo.plan_info(…) changes them.": (
        "Der Status von Verknüpfungen, die es schon gibt, bleibt, wie er ist: „Status ändern“ ändert ihn."
    ),
    "{n:number} rows could not be read as pairs: should such a row mean a link that is there, this plan removes"
    " it. Mend them first: pairs.rejects shows them.": (
        "{n} Zeilen ergaben kein Paar: Meint eine davon eine Verknüpfung, die es gibt, wird diese entfernt. Klären"
        " Sie erst diese Zeilen."
    ),
    "{n:number} row could not be read as pairs: should such a row mean a link that is there, this plan removes it. Mend"
    " them first: pairs.rejects shows them.": (
        "{n} Zeile ergab kein Paar: Meint sie eine Verknüpfung, die es gibt, wird diese entfernt. Klären Sie erst diese"
        " Zeile."
    ),
    "Note: {note}.": "Hinweis: {note}.",
    "For example: {parent} → {child}": "Zum Beispiel: {parent} → {child}",
}

_REFUSALS: Final = {
    "A feedback can only be set on a link that exists: use oo.plan_info(…) after this.": (
        "Eine Rückmeldung lässt sich nur an einer Verknüpfung setzen, die es gibt: Wählen Sie danach „Status ändern“."
    ),
    "A feedback can only be set on a link that exists: create it first, then modify it.": (
        "Eine Rückmeldung lässt sich nur an einer Verknüpfung setzen, die es gibt: Legen Sie sie erst an."
    ),
    "replace=True has to read what is linked: leave diff=False out.": (
        "Zum Ersetzen muss gelesen werden, was verknüpft ist."
    ),
    "Each pair needs an info: read them with oo.read_pairs(frame, parent=…, child=…, info=…).": (
        "Jede Zeile braucht einen Status. Wählen Sie eine Spalte oder einen für alle."
    ),
    "Only links of calendar:address have a relation info to modify, {relation} has none.": (
        "Einen Status haben nur die Teilnehmer von Terminen, nicht {relation}."
    ),
    "Only calendar:address takes a relation info, {relation} does not. Read the pairs without info=… or choose"
    " calendar:address.": (
        "Einen Status bekommen nur die Teilnehmer von Terminen, nicht {relation}. Wählen Sie keinen Status, oder die"
        " Teilnehmer von Terminen."
    ),
    "The links were changed while they were read. Make the plan again.": (
        "Die Verknüpfungen wurden geändert, während sie gelesen wurden. Gleichen Sie noch einmal ab."
    ),
    "{moment} has not come yet: give the moment whose links are wanted back.": (
        "{moment} liegt noch in der Zukunft: Geben Sie den Zeitpunkt an, dessen Verknüpfungen Sie zurückhaben wollen."
    ),
    "The CRM's log holds nothing of {moment} or before, so what was changed before it begins cannot be told. Choose a"
    " later moment: oo.history(…) shows from when on it tells of these links.": (
        "Das Protokoll des CRM reicht nicht bis {moment} zurück, darum ist nicht zu erkennen, was davor geändert wurde."
        " Wählen Sie einen späteren Zeitpunkt."
    ),
    "the log does not tell whether its changes since then are about this relation type": (
        "das Protokoll sagt nicht, ob seine Änderungen seither diese Art der Verknüpfung betreffen"
    ),
    "if you know what the log files this type under, name it: log_module='relation', for example; else look in"
    " the CRM": "sehen Sie im CRM nach",
    "what the log has noted since then does not lead to what is there now, so it lacks a change": (
        "was das Protokoll seither vermerkt hat, führt nicht zu dem, was jetzt da ist: Ihm fehlt eine Änderung"
    ),
    "look in the CRM how it is to be": "sehen Sie im CRM nach, wie es sein soll",
}

TEMPLATES: Final[dict[str, str]] = {**_FINDINGS, **_PLAN, **_REFUSALS}
