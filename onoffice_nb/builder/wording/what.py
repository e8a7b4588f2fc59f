"""Texts of the first part: the task and the relation type."""

WORDS = {
    "what.title": ("What", "Was"),
    "what.task": ("What is to be done", "Was soll geschehen"),
    "what.link": ("link", "verknüpfen"),
    "what.remove": ("remove links", "Verknüpfungen entfernen"),
    "what.replace": ("replace", "ersetzen"),
    "what.status": ("change status", "Status ändern"),
    "what.link.sentence": (
        "Each row becomes a link. What is linked already stays as it is.",
        "Jede Zeile wird eine Verknüpfung. Was schon verknüpft ist, bleibt, wie es ist.",
    ),
    "what.remove.sentence": (
        "The links of these rows are removed from the CRM. The records themselves stay.",
        "Die Verknüpfungen dieser Zeilen werden aus dem CRM entfernt. Die Datensätze selbst bleiben.",
    ),
    "what.replace.sentence": (
        "Afterwards the records on the left have the links of these rows and no others: all their other links of this"
        " kind are removed.",
        "Danach haben die Datensätze links genau die Verknüpfungen dieser Zeilen: alle ihre anderen dieser Art werden"
        " entfernt.",
    ),
    "what.status.sentence": (
        "Links that exist get another confirmation status. No link is made or removed.",
        "Bestehende Verknüpfungen bekommen einen anderen Bestätigungsstatus. Es wird nichts verknüpft oder entfernt.",
    ),
    "what.search": ("Kind of link", "Art der Verknüpfung"),
    "what.search.hint": ("buyer, owner, participant …", "Käufer, Eigentümer, Teilnehmer …"),
    "what.found": ("{n} kind of link fits|{n} kinds of link fit", "{n} Art passt|{n} Arten passen"),
    "what.none": (
        "Nothing is called so. Try another word for it.",
        "So heißt keine. Versuchen Sie ein anderes Wort dafür.",
    ),
    "what.usual": ("The usual ones; search for others", "Die üblichen; weitere über die Suche"),
    "what.other": ("Choose another", "Andere wählen"),
    "what.details": ("Details for administrators", "Einzelheiten für Administratoren"),
    "what.not_documented.create": (
        "onOffice does not document that links of this kind can be made: try one row first.",
        "onOffice dokumentiert nicht, dass solche Verknüpfungen angelegt werden können: erst eine Zeile versuchen.",
    ),
    "what.not_documented.delete": (
        "onOffice does not document that links of this kind can be removed: try one row first.",
        "onOffice dokumentiert nicht, dass solche Verknüpfungen entfernt werden können: erst eine Zeile versuchen.",
    ),
    "what.not_documented.modify": (
        "onOffice does not document that links of this kind can be changed: try one row first.",
        "onOffice dokumentiert nicht, dass solche Verknüpfungen geändert werden können: erst eine Zeile versuchen.",
    ),
    "what.support.documented": ("documented", "dokumentiert"),
    "what.support.unknown": ("not documented", "nicht dokumentiert"),
    "what.support.no": ("impossible", "unmöglich"),
}
