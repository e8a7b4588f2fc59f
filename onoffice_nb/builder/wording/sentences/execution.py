"""What execution says: remarks on rows, why a run stopped, what submit and undo refuse, what an audit found."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

# Outcomes, where a sentence counts them.
_OUTCOMES: Final = {
    "linked": "verknüpft",
    "already linked": "war schon verknüpft",
    "changed": "geändert",
    "removed": "entfernt",
    "failed": "fehlgeschlagen",
    "unknown": "ungewiss",
    "skipped": "ausgelassen",
}

_REMARKS: Final = {
    "kept, because its parent did not get all the links that it was to get": (
        "nicht entfernt, weil der Datensatz links nicht alle neuen Verknüpfungen bekommen hat"
    ),
    "not linked, so there is nothing to do": "nicht verknüpft, also nichts zu tun",
    "not linked any more, so there was nothing to remove": "nicht mehr verknüpft, also nichts zu entfernen",
    "it has this status already": "hat diesen Status schon",
    "its status is {status} though: oo.plan_info(…) changes it": (
        "ihr Status ist allerdings {status}: „Status ändern“ ändert ihn"
    ),
    "sent, but no answer came": "gesendet, aber ohne Antwort",
    "sent, but no answer came, {n:number} times over": "{n}-mal gesendet, aber ohne Antwort",
    "accepted by onOffice, but not so when it was read back": (
        "von onOffice angenommen, beim Nachlesen aber nicht so vorgefunden"
    ),
    "accepted by onOffice, but it could not be read back": "von onOffice angenommen, ließ sich aber nicht nachlesen",
    "accepted by onOffice, not read back": "von onOffice angenommen, nicht nachgelesen",
    "accepted by onOffice, which does not show this status": "von onOffice angenommen, das diesen Status nicht anzeigt",
    "{message} (in an action of {n:number} links, not tried alone)": (
        "{message} (zusammen mit anderen, {n} Verknüpfungen in einer Aktion, nicht einzeln versucht)"
    ),
    "left alone: its status is not the one that the run set, so somebody changed it since": (
        "nicht angetastet: Ihr Status ist nicht der, den der Lauf gesetzt hat; jemand hat ihn seither geändert"
    ),
    "left alone: it is not linked any more, or its status cannot be read": (
        "nicht angetastet: nicht mehr verknüpft, oder ihr Status lässt sich nicht lesen"
    ),
    "left alone: the CRM did not show the status that it had before": (
        "nicht angetastet: Das CRM hat nicht gezeigt, welchen Status sie vorher hatte"
    ),
    "the same pair as row {row:number}": "dasselbe Paar wie Zeile {row}",
    "not sent: {reason}": "nicht gesendet: {reason}",
    "the run did not get to it": "der Lauf kam nicht bis hierher",
    "error {code:number} {message}": "Fehler {code}: {message}",
    "failed: {message}": "fehlgeschlagen: {message}",
    "unknown: {message}": "ungewiss: {message}",
    "skipped: {message}": "ausgelassen: {message}",
    "oo.retry(crm, report) looks first and then sends what is missing.": (
        "„Fehlendes noch einmal“ sieht erst nach und sendet dann, was fehlt."
    ),
    "The former order of contact persons could not be restored for {records:known}, as the API has no call that"
    " sets an order. Set it in onOffice (the main contact first): {records_and_orders}.": (
        "Die frühere Reihenfolge der Ansprechpartner ließ sich bei {records} nicht wiederherstellen: Über die API"
        " lässt sie sich nicht setzen. Stellen Sie sie in onOffice ein (Hauptansprechpartner zuerst):"
        " {records_and_orders}."
    ),
    "Whether links that were created again have their feedback could not be read: {error}": (
        "Ob wieder angelegte Verknüpfungen ihre Rückmeldung haben, ließ sich nicht lesen: {error}"
    ),
    "The feedback that these links had was set again in run {run:number}: {counts:list}.": (
        "Die frühere Rückmeldung dieser Verknüpfungen wurde in Lauf {run} wieder gesetzt: {counts}."
    ),
    "{records_and_orders} and {n:number} more": "{records_and_orders} und {n} weitere",
    "Whether the contact persons have their former order could not be read: {error}": (
        "Ob die Ansprechpartner ihre frühere Reihenfolge haben, ließ sich nicht lesen: {error}"
    ),
    **_OUTCOMES,
    **{f"{{n:number}} {outcome}": f"{{n}} {german}" for outcome, german in _OUTCOMES.items()},
}

_REASONS_OF_STOP: Final = {
    "stopped on request": "auf Wunsch angehalten",
    "{n:number} requests in a row failed wholly, the last one with: {cause}": (
        "{n} Anfragen nacheinander sind ganz fehlgeschlagen, die letzte mit: {cause}"
    ),
    "the CRM could not be read, so nothing was sent. {error}": (
        "Das CRM ließ sich nicht lesen, darum wurde nichts gesendet. {error}"
    ),
    "it has not come to its end: resume it, unless somebody is still working on it": (
        "Er ist nicht zu Ende gekommen: Setzen Sie ihn fort, falls nicht noch jemand daran arbeitet"
    ),
    "broken off: {error}": "abgebrochen: {error}",
    "broken off by {error}": "abgebrochen durch {error}",
}

_REFUSALS: Final = {
    "This plan was submitted already, as run {run:number} on {time}. Nothing was sent now. Make a new plan with"
    " oo.plan(…): it leaves out what is linked.": (
        "Das wurde schon gesendet, als Lauf {run} am {time}. Jetzt wurde nichts gesendet. Gleichen Sie noch einmal"
        " ab: Was schon verknüpft ist, wird dann ausgelassen."
    ),
    "The plan is for {account}, but you are connected to {other}. Nothing was sent.": (
        "Geprüft wurde für {account}, verbunden sind Sie aber mit {other}. Es wurde nichts gesendet."
    ),
    "The plan is {age:number} min old (allowed: {allowed:number} min), and the CRM may have changed. Nothing"
    " was sent. Make it anew with oo.plan(…), or raise max_age (seconds).": (
        "Geprüft wurde vor {age} Minuten (höchstens {allowed} sind erlaubt); das CRM kann sich seither geändert"
        " haben. Es wurde nichts gesendet. Gleichen Sie noch einmal ab."
    ),
    "The plan has {errors:known}, so nothing was sent. Mend what is wrong and plan again; a rule whose errors"
    " are meant to be so is named in force=[…].": (
        "Es gibt {errors}, darum wurde nichts gesendet. Beheben Sie, was falsch ist, und gleichen Sie noch einmal ab."
    ),
    "Run {run:number} was taken back, so it does not go on. Make a new plan with oo.plan(…): it sends what is"
    " missing.": (
        "Lauf {run} wurde zurückgenommen und geht darum nicht weiter. Gleichen Sie noch einmal ab: Dann wird"
        " gesendet, was fehlt."
    ),
    "Run {run:number} was in {account}, but you are connected to {other}.": (
        "Lauf {run} war in {account}, verbunden sind Sie aber mit {other}."
    ),
    "Before run {run:number} nobody looked which links were there (diff=False), so nobody can tell which are"
    " its own: no way back. oo.plan_removal(…) removes links whoever made them.": (
        "Vor Lauf {run} wurde nicht nachgesehen, welche Verknüpfungen es gab; darum ist nicht zu erkennen, welche von"
        " ihm stammen, und er lässt sich nicht zurücknehmen. „Verknüpfungen entfernen“ entfernt sie, von wem auch"
        " immer sie stammen."
    ),
    "Only an item that is {states:list} can become {state}, and one was not, so nothing was noted. This is a"
    " fault of onoffice_nb, please report it; oo.resume(crm, run) looks at the CRM and goes on.": (
        "Nur was {states} ist, kann {state} werden, und eine Verknüpfung war es nicht; darum wurde nichts vermerkt."
        " Das ist ein Fehler von onoffice_nb, bitte melden Sie ihn. „Fortsetzen“ unter „Läufe“ sieht im CRM nach und"
        " tut den Rest."
    ),
    "A sheet has {most:number} rows, the report {rows:number} and a header. Write CSV.": (
        "Ein Tabellenblatt hat {most} Zeilen, der Bericht {rows} und eine Überschrift. Nehmen Sie CSV."
    ),
    "The rows of run {run:number} were not read from a frame or a file, so none goes with them.": (
        "Die Zeilen von Lauf {run} kamen aus keiner Tabelle oder Datei, darum gehört keine dazu."
    ),
    "This is not what the rows of run {run:number} were read from, or it was changed since: give the frame or"
    " file of then, read as it was then (sheet, header row, separator, hidden rows).": (
        "Daraus wurden die Zeilen von Lauf {run} nicht gelesen, oder es wurde seither geändert: Nehmen Sie die"
        " Tabelle oder Datei von damals, gelesen wie damals (Blatt, Zeile mit den Überschriften, ausgeblendete"
        " Zeilen)."
    ),
    "Several rows have the same number, so they cannot be told apart in the report of run {run:number}.": (
        "Mehrere Zeilen haben dieselbe Nummer und lassen sich im Bericht von Lauf {run} nicht unterscheiden."
    ),
    "There is no run {run:number} in the journal {path}. See oo.runs().": (
        "Im Journal {path} gibt es keinen Lauf {run}."
    ),
    "in memory": "im Speicher",
    "The journal {path} cannot be opened: {error}.": "Das Journal {path} lässt sich nicht öffnen: {error}.",
    "The journal {path} was written by a newer onoffice_nb. Update this one.": (
        "Das Journal {path} stammt von einem neueren onoffice_nb. Aktualisieren Sie dieses."
    ),
    "The journal {path} cannot be written: {error}.": "Das Journal {path} lässt sich nicht schreiben: {error}.",
    "The journal {path} cannot be read: {error}.": "Das Journal {path} lässt sich nicht lesen: {error}.",
    "Run {run:number} is being worked on by another kernel or terminal. Wait until it is done.": (
        "An Lauf {run} wird gerade an anderer Stelle gearbeitet. Warten Sie, bis das beendet ist."
    ),
    "Run {run:number} cannot be locked in {folder}: {error}.": (
        "Lauf {run} lässt sich in {folder} nicht sperren: {error}."
    ),
}

_AUDIT: Final = {
    "the CRM's log tells the same": "das Protokoll des CRM sagt dasselbe",
    "Run {run:number} changed confirmation statuses, of which the CRM's log does not tell:"
    " crm.read_infos('calendar:address', parents=[…]) reads them back.": (
        "Lauf {run} hat Bestätigungsstatus geändert; davon steht nichts im Protokoll des CRM."
    ),
    "Users {one:number} and {other:number} have made {n:number} of these changes each, and the log does not"
    " tell which of them the API is: name it with user=…, then what others have made is told apart.": (
        "Die Benutzer {one} und {other} haben je {n} dieser Änderungen gemacht, und das Protokoll sagt nicht, welcher"
        " von beiden die API ist. Was andere gemacht haben, lässt sich darum nicht unterscheiden."
    ),
    "User {user:number}, who has made {n:number} of these changes, is taken for the API's: else user=…": (
        "Benutzer {user}, von dem {n} dieser Änderungen stammen, gilt als der Benutzer der API."
    ),
    "The log tells of links, not of their statuses: those were read back just now, so who changed one, and"
    " when, is not known.": (
        "Das Protokoll nennt Verknüpfungen, nicht ihren Status: Der wurde eben nachgelesen; wer ihn wann geändert"
        " hat, ist nicht bekannt."
    ),
    "The CRM does not show the status of {links:known}, so nothing is said of it.": (
        "Bei {links} zeigt das CRM den Status nicht, darum wird nichts dazu gesagt."
    ),
    "The link is gone, but the log does not tell since when.": (
        "Die Verknüpfung ist weg; seit wann, sagt das Protokoll nicht."
    ),
    "User {user:number} has removed the link at {time}, by the log's clock.": (
        "Benutzer {user} hat die Verknüpfung entfernt, am {time} nach der Uhr des Protokolls."
    ),
    "Its status is {status} by now.": "Ihr Status ist inzwischen {status}.",
    "Its status is the one that was wanted, but the run does not know: oo.retry(crm, run) looks.": (
        "Ihr Status ist der gewünschte, der Lauf weiß aber nichts davon: „Fehlendes noch einmal“ sieht nach."
    ),
    "changed since": "seither geändert",
    "done all the same": "doch ausgeführt",
    "not in the log": "nicht im Protokoll",
    "made by somebody else": "von jemand anderem gemacht",
    "made twice": "doppelt ausgeführt",
    "removed since": "seither entfernt",
    "linked again since": "seither wieder verknüpft",
    "User {user:number} has done it, but the run does not know: undo will leave it alone.": (
        "Benutzer {user} hat es ausgeführt, der Lauf weiß aber nichts davon: Rückgängig lässt es stehen."
    ),
    "The run has seen it done, but the log has no entry of it for that time.": (
        "Der Lauf hat es ausgeführt gesehen, im Protokoll steht zu dieser Zeit aber nichts davon."
    ),
    "User {user:number} has done it, not the API's: undo would take it back.": (
        "Benutzer {user} hat es ausgeführt, nicht der der API: Rückgängig würde es zurücknehmen."
    ),
    "The log has {n:number} entries of it for that time.": "Im Protokoll stehen zu dieser Zeit {n} Einträge davon.",
    "Not all of them are surely of this relation type.": "Nicht alle davon sind sicher von dieser Art.",
    "User {user:number} has done that at {time}, by the log's clock.": (
        "Das war Benutzer {user}, am {time} nach der Uhr des Protokolls."
    ),
    "The log has no entry of what this run has done: there was nothing, or the log begins later, or does not"
    " note what is done by the API. Its clock is taken for German time.": (
        "Im Protokoll steht nichts von diesem Lauf: Es gab nichts, es beginnt später, oder es vermerkt nicht, was"
        " über die API geschieht. Seine Uhr gilt als deutsche Zeit."
    ),
    "The log files these links under {modules}, where those of other types may stand too: an entry may be about"
    " one of them.": (
        "Im Protokoll stehen diese Verknüpfungen unter {modules}, wo auch solche anderer Art stehen können: Ein"
        " Eintrag kann eine von ihnen betreffen."
    ),
    "What was unknown and is done: oo.resume(crm, run) looks at the CRM and takes it into the report.": (
        "Was ungewiss war und doch ausgeführt ist: „Fortsetzen“ unter „Läufe“ sieht im CRM nach und nimmt es in den"
        " Bericht auf."
    ),
}

TEMPLATES: Final[dict[str, str]] = {**_REMARKS, **_REASONS_OF_STOP, **_REFUSALS, **_AUDIT}
