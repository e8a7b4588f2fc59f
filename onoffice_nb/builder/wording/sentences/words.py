"""Words that sentences of all areas are made of: counted things, rows, records by their module."""

from __future__ import annotations

from typing import Final

__all__ = ["MODULES", "TEMPLATES"]

# What the engine counts: one, many -> one, many in German.
_COUNTED: Final = (
    ("action", "actions", "Aktion", "Aktionen"),
    ("address", "addresses", "Adresse", "Adressen"),
    ("cell", "cells", "Zelle", "Zellen"),
    ("child", "children", "Datensatz rechts", "Datensätze rechts"),
    ("column", "columns", "Spalte", "Spalten"),
    ("deviation", "deviations", "Abweichung", "Abweichungen"),
    ("duplicate", "duplicates", "Dopplung", "Dopplungen"),
    ("error", "errors", "Fehler", "Fehler"),
    ("file", "files", "Datei", "Dateien"),
    ("formula", "formulas", "Formel", "Formeln"),
    ("hidden row", "hidden rows", "ausgeblendete Zeile", "ausgeblendete Zeilen"),
    ("hour", "hours", "Stunde", "Stunden"),
    ("id", "ids", "Nummer", "Nummern"),
    ("info", "infos", "Status", "Status"),
    ("line", "lines", "Zeile", "Zeilen"),
    ("link", "links", "Verknüpfung", "Verknüpfungen"),
    ("merged area", "merged areas", "verbundener Bereich", "verbundene Bereiche"),
    ("minute", "minutes", "Minute", "Minuten"),
    ("more", "more", "weitere", "weitere"),
    ("more row", "more rows", "weitere Zeile", "weitere Zeilen"),
    ("name", "names", "Name", "Namen"),
    ("number", "numbers", "Zahl", "Zahlen"),
    ("other link", "other links", "andere Verknüpfung", "andere Verknüpfungen"),
    ("pair", "pairs", "Paar", "Paare"),
    ("parent", "parents", "Datensatz links", "Datensätze links"),
    ("place", "places", "Stelle", "Stellen"),
    ("record", "records", "Datensatz", "Datensätze"),
    ("relation type", "relation types", "Art der Verknüpfung", "Arten der Verknüpfung"),
    ("reject", "rejects", "Zeile zu klären", "Zeilen zu klären"),
    ("request", "requests", "Anfrage", "Anfragen"),
    ("request that writes", "requests that write", "schreibende Anfrage", "schreibende Anfragen"),
    ("row", "rows", "Zeile", "Zeilen"),
    ("second", "seconds", "Sekunde", "Sekunden"),
    ("sheet", "sheets", "Tabellenblatt", "Tabellenblätter"),
)

# Module -> one, many as the engine says it, one, many in German.
MODULES: Final[dict[str, tuple[str, str, str, str]]] = {
    "estate": ("estate", "estates", "Immobilie", "Immobilien"),
    "address": ("address", "addresses", "Adresse", "Adressen"),
    "calendar": ("appointment", "appointments", "Termin", "Termine"),
    "agentsLog": ("activity", "activities", "Aktivität", "Aktivitäten"),
    "user": ("user", "users", "Benutzer", "Benutzer"),
    "task": ("task", "tasks", "Aufgabe", "Aufgaben"),
    "project": ("project", "projects", "Projekt", "Projekte"),
    "file": ("file", "files", "Datei", "Dateien"),
    "email": ("email", "emails", "E-Mail", "E-Mails"),
    "mail": ("mail", "mails", "E-Mail", "E-Mails"),
    "process": ("process", "processs", "Vorgang", "Vorgänge"),
    "resubmission": ("resubmission", "resubmissions", "Wiedervorlage", "Wiedervorlagen"),
    "searchcriteria": ("searchcriteria", "searchcriterias", "Suchkriterien", "Suchkriterien"),
    "attachment": ("attachment", "attachments", "Anhang", "Anhänge"),
    "billing": ("billing", "billings", "Abrechnung", "Abrechnungen"),
    "complex": ("complex", "complexs", "Anlage", "Anlagen"),
    "customer": ("customer", "customers", "Kunde", "Kunden"),
    "documentAttribute": ("documentAttribute", "documentAttributes", "Dokumentmerkmal", "Dokumentmerkmale"),
    "estateTracking": ("estateTracking", "estateTrackings", "Objekttracking", "Objekttrackings"),
    "agentsLogMail": ("agentsLogMail", "agentsLogMails", "E-Mail einer Aktivität", "E-Mails von Aktivitäten"),
    "job": ("job", "jobs", "Job", "Jobs"),
    "messengerUser": ("messengerUser", "messengerUsers", "Messenger-Benutzer", "Messenger-Benutzer"),
    "templateManagement": ("templateManagement", "templateManagements", "Vorlage", "Vorlagen"),
}


def _counted() -> dict[str, str]:
    ones = {f"{{n:number}} {one}": f"{{n}} {german}" for one, _, german, _ in _COUNTED}
    return ones | {f"{{n:number}} {many}": f"{{n}} {german}" for _, many, _, german in _COUNTED}


def _modules() -> dict[str, str]:
    """Modules by the names that the API gives them, and records by their words and ids."""
    texts: dict[str, str] = {}
    for module, (one, many, german, germans) in MODULES.items():
        texts |= {
            module: german,
            one: german,
            many: germans,
            f"{one} {{ids:numbers}}": f"{german} {{ids}}",
            f"{many} {{ids:numbers}}": f"{germans} {{ids}}",
        }
    return texts


TEMPLATES: Final[dict[str, str]] = {
    **_modules(),
    **_counted(),
    "row {row:number}": "Zeile {row}",
    "rows {rows:numbers}": "Zeilen {rows}",
    "none": "keine",
    # What is missing, and a command that brings it.
    "{purpose} needs {package:word}, which is not installed: pip install '{extra}' brings it.": (
        "{purpose} braucht {package}, das nicht installiert ist: pip install '{extra}' installiert es."
    ),
    "parent": "links",
    "child": "rechts",
    "info": "Status",
    "ids": "Nummern",
    "The file": "Die Datei",
    "The text": "Der Text",
    "The upload": "Die Datei",
}
