"""The API's error codes: what to do about them, and the API's own words where we know what they mean.

Where the advice is to look a message up, it stays in the API's own words, as it can be found by these alone.
"""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

_ADVICE: Final = {
    "Look the message up, or ask onOffice support what it means.": (
        "Schlagen Sie die Meldung nach, oder fragen Sie den onOffice-Support, was sie bedeutet."
    ),
    "Report this as a bug of onoffice_nb, with the request as the preview shows it.": (
        "Melden Sie das als Fehler von onoffice_nb, mit der genauen Anfrage, wie sie unter Prüfen steht."
    ),
    "Report this as a bug of onoffice_nb: the signature has the wrong form.": (
        "Melden Sie das als Fehler von onoffice_nb: Die Signatur hat die falsche Form."
    ),
    "Ask onOffice support what this code means, and name the request.": (
        "Fragen Sie den onOffice-Support, was dieser Code bedeutet, und nennen Sie die Anfrage."
    ),
    "Try again later; if it stays, ask onOffice support.": (
        "Versuchen Sie es später noch einmal; bleibt es dabei, fragen Sie den onOffice-Support."
    ),
    "Check token and secret in the API user's settings: they may be cut or swapped.": (
        "Prüfen Sie Token und Secret in den Einstellungen des API-Benutzers: Vielleicht sind sie unvollständig oder"
        " vertauscht."
    ),
    "Check token and secret in the API user's settings.": (
        "Prüfen Sie Token und Secret in den Einstellungen des API-Benutzers."
    ),
    "The API does not know this call. Check its action, resource type and resource id.": (
        "Die API kennt diesen Aufruf nicht. Prüfen Sie Aktion und Modul."
    ),
    "The token belongs to no customer of onOffice. Check that it was copied whole.": (
        "Der Token gehört zu keinem Kunden von onOffice. Prüfen Sie, ob er vollständig kopiert wurde."
    ),
    "The customer's account is not active. Ask onOffice support.": (
        "Der Mandant ist nicht aktiv. Fragen Sie den onOffice-Support."
    ),
    "The API user does not exist any more. Create a new one in onOffice.": (
        "Den API-Benutzer gibt es nicht mehr. Legen Sie in onOffice einen neuen an."
    ),
    "The secret does not belong to this token. Check that both are of the same API user.": (
        "Das Secret gehört nicht zu diesem Token. Prüfen Sie, ob beide vom selben API-Benutzer sind."
    ),
    "An offset or a limit is a whole number from 0 on.": "Ein Offset oder Limit ist eine ganze Zahl ab 0.",
    "Give at least one word to search for.": "Geben Sie mindestens ein Suchwort an.",
    "Give more characters to search for.": "Geben Sie mehr Zeichen für die Suche an.",
    "Check the field's name; capitals count.": (
        "Prüfen Sie den Namen des Feldes; auf Groß- und Kleinschreibung kommt es an."
    ),
    "Check the field's name; capitals count. A task's number can be filtered by, not read as a field.": (
        "Prüfen Sie den Namen des Feldes; auf Groß- und Kleinschreibung kommt es an. Nach der Nummer einer Aufgabe"
        " lässt sich filtern, als Feld lesen lässt sie sich nicht."
    ),
    "Check the name of the field to sort by; capitals count.": (
        "Prüfen Sie den Namen des Feldes, nach dem sortiert wird; auf Groß- und Kleinschreibung kommt es an."
    ),
    "Check the module's name; capitals count.": (
        "Prüfen Sie den Namen des Moduls; auf Groß- und Kleinschreibung kommt es an."
    ),
    "The CRM refused this link. Look at both records, and whether this relation type can be created by the API"
    " at all.": (
        "Das CRM hat diese Verknüpfung abgelehnt. Sehen Sie sich beide Datensätze an, und ob sich diese Art der"
        " Verknüpfung über die API überhaupt anlegen lässt."
    ),
    "A record id is missing. Check the row.": "Eine Datensatznummer fehlt. Prüfen Sie die Zeile.",
    "A record id is missing or not valid. Check the row.": (
        "Eine Datensatznummer fehlt oder ist ungültig. Prüfen Sie die Zeile."
    ),
    "Check that both records exist and that the API user may see them. Look whether parent and child are swapped.": (
        "Prüfen Sie, ob es beide Datensätze gibt und ob der API-Benutzer sie sehen darf. Vielleicht sind links und"
        " rechts vertauscht."
    ),
    "Check that the record exists.": "Prüfen Sie, ob es den Datensatz gibt.",
    "Appointments are listed by a period: give start and end, crm.read('calendar', …, start=…, end=…).": (
        "Termine werden nach einem Zeitraum gelistet: Geben Sie Anfang und Ende an."
    ),
    "A list of appointments needs a period: give its first and its last day.": (
        "Eine Liste von Terminen braucht einen Zeitraum: Geben Sie den ersten und den letzten Tag an."
    ),
    "Appointments can be filtered only where a period is given, too: give its first and its last day.": (
        "Termine lassen sich nur filtern, wenn auch ein Zeitraum angegeben ist: Geben Sie den ersten und den letzten"
        " Tag an."
    ),
    "The period ends before it begins, or a day is not written as 2026-01-31.": (
        "Der Zeitraum endet vor seinem Anfang, oder ein Tag ist nicht als 2026-01-31 geschrieben."
    ),
    "The period ends before it begins: exchange the two days.": (
        "Der Zeitraum endet vor seinem Anfang: Tauschen Sie die beiden Tage."
    ),
    "Write a day as 2026-01-31.": "Schreiben Sie einen Tag als 2026-01-31.",
    "See the message of the action itself.": "Sehen Sie die Meldung der Aktion selbst an.",
    "There is no such appointment, or the API user may not see it. Check its id.": (
        "Diesen Termin gibt es nicht, oder der API-Benutzer darf ihn nicht sehen. Prüfen Sie die Nummer."
    ),
    "Check the relation's URN: oo.relations() shows all that are known.": (
        "Prüfen Sie die Art der Verknüpfung: Die Suche zeigt alle, die bekannt sind."
    ),
    "Set this computer's clock: it may be off by two minutes at most.": (
        "Stellen Sie die Uhr dieses Rechners: Sie darf höchstens zwei Minuten falsch gehen."
    ),
    "The signature was not accepted. Token and secret are probably swapped, cut, or of two API users.": (
        "Die Signatur wurde nicht angenommen. Wahrscheinlich sind Token und Secret vertauscht, unvollständig oder von"
        " zwei API-Benutzern."
    ),
    "Use one of the operators that the API knows: is, =, >, <, >=, <=, !=, between, like, not like, in, not in.": (
        "Nehmen Sie einen Operator, den die API kennt, etwa =, >, <, between oder like."
    ),
    "The API does not take this field in this call: check its name (capitals count), or leave it out.": (
        "Die API nimmt dieses Feld hier nicht an: Prüfen Sie seinen Namen (auf Groß- und Kleinschreibung kommt es"
        " an), oder lassen Sie es weg."
    ),
    "The API user may not read this estate. Ask for the right, or leave the row out.": (
        "Der API-Benutzer darf diese Immobilie nicht lesen. Lassen Sie sich das Recht geben, oder lassen Sie die"
        " Zeile weg."
    ),
    "The API user may not write to this address. Ask for the right, or leave the row out.": (
        "Der API-Benutzer darf diese Adresse nicht ändern. Lassen Sie sich das Recht geben, oder lassen Sie die Zeile"
        " weg."
    ),
    "The API user may not write to this estate. Ask for the right, or leave the row out.": (
        "Der API-Benutzer darf diese Immobilie nicht ändern. Lassen Sie sich das Recht geben, oder lassen Sie die"
        " Zeile weg."
    ),
    "The API user lacks the right for this call. Ask your onOffice administrator to grant it.": (
        "Dem API-Benutzer fehlt das Recht für diesen Aufruf. Bitten Sie Ihren onOffice-Administrator darum."
    ),
    "The API user lacks the right to modify. Ask your onOffice administrator to grant it.": (
        "Dem API-Benutzer fehlt das Recht zum Ändern. Bitten Sie Ihren onOffice-Administrator darum."
    ),
    "The API user may not read this. Ask your onOffice administrator to grant it.": (
        "Der API-Benutzer darf das nicht lesen. Bitten Sie Ihren onOffice-Administrator um das Recht."
    ),
    "The API user may not read users. Ask your onOffice administrator.": (
        "Der API-Benutzer darf Benutzer nicht lesen. Fragen Sie Ihren onOffice-Administrator."
    ),
    "The API user may not see this user's data. Ask your onOffice administrator.": (
        "Der API-Benutzer darf die Daten dieses Benutzers nicht sehen. Fragen Sie Ihren onOffice-Administrator."
    ),
    "This computer's IP address is not among those allowed for the API user. Ask your onOffice administrator.": (
        "Die IP-Adresse dieses Rechners ist für den API-Benutzer nicht freigegeben. Fragen Sie Ihren"
        " onOffice-Administrator."
    ),
    "The CRM did not remove this link. It may be gone already: look at the record.": (
        "Das CRM hat diese Verknüpfung nicht entfernt. Vielleicht ist sie schon weg: Sehen Sie sich den Datensatz an."
    ),
    "The CRM refused the link between address and estate. Look at both records.": (
        "Das CRM hat die Verknüpfung von Adresse und Immobilie abgelehnt. Sehen Sie sich beide Datensätze an."
    ),
    "The relationinfo was refused. Only appointment participants take one: bestätigt, gesendet, gecancelt,"
    " nicht gesetzt.": (
        "Der Bestätigungsstatus wurde abgelehnt. Nur Teilnehmer von Terminen haben einen: bestätigt, gesendet,"
        " gecancelt, nicht gesetzt."
    ),
    "The relationinfo was refused. Only appointment participants take one.": (
        "Der Bestätigungsstatus wurde abgelehnt. Nur Teilnehmer von Terminen haben einen."
    ),
    "There is no such link to change. Create it first.": (
        "Diese Verknüpfung gibt es nicht, sie lässt sich nicht ändern. Legen Sie sie erst an."
    ),
    "Links of this type cannot be changed. Delete it and create it anew.": (
        "Verknüpfungen dieser Art lassen sich nicht ändern. Entfernen Sie sie und legen Sie sie neu an."
    ),
    "Check the user's id: crm.read('user', …) lists those that are active.": (
        "Prüfen Sie die Nummer des Benutzers: Vielleicht ist er nicht aktiv."
    ),
    "Check the user's id: crm.read('user', …) lists them.": "Prüfen Sie die Nummer des Benutzers.",
    "The user is switched off in onOffice. Name another one.": (
        "Der Benutzer ist in onOffice abgeschaltet. Nehmen Sie einen anderen."
    ),
    "Only marketplace providers need extendedclaim: use the token of an ordinary API user.": (
        "Nur Anbieter auf dem Marketplace brauchen extendedclaim: Nehmen Sie den Token eines gewöhnlichen"
        " API-Benutzers."
    ),
    "Marketplace API users may not do this: use the token of an ordinary API user.": (
        "API-Benutzer des Marketplace dürfen das nicht: Nehmen Sie den Token eines gewöhnlichen API-Benutzers."
    ),
    "This is the id of a copy in another language. Links belong to the estate in the main language: use its id.": (
        "Das ist die Nummer einer Kopie in einer anderen Sprache. Verknüpfungen gehören zur Immobilie in der"
        " Hauptsprache: Nehmen Sie deren Nummer."
    ),
    "Check this parameter's value against the API's documentation.": (
        "Vergleichen Sie den Wert dieses Parameters mit der Dokumentation der API."
    ),
    "Check the type of this parameter's value against the API's documentation.": (
        "Vergleichen Sie den Typ dieses Parameters mit der Dokumentation der API."
    ),
    "Give a listlimit of 0.": "Geben Sie als listlimit 0 an.",
    "A filter is a map of fields, each with a list of conditions: {example}.": (
        "Ein Filter nennt Felder, zu jedem eine Liste von Bedingungen: {example}."
    ),
    "Only a real estate agent can be a contact person. Use contactPersonAll, or mark the address as a broker.": (
        "Nur ein Makler kann Ansprechpartner sein. Wählen Sie als Art der Verknüpfung contactPersonAll, oder geben"
        " Sie der Adresse die Kontaktart Makler."
    ),
    "Name a field by a text.": "Nennen Sie ein Feld mit einem Text.",
    "This address does not exist, or the API user may not see it. Check the id: a customer number (KdNr) is not"
    " a record id.": (
        "Diese Adresse gibt es nicht, oder der API-Benutzer darf sie nicht sehen. Prüfen Sie die Nummer: Eine"
        " Kundennummer (KdNr) ist keine Datensatznummer."
    ),
    "This estate does not exist, or the API user may not see it. Check the id: an external number is not a"
    " record id.": (
        "Diese Immobilie gibt es nicht, oder der API-Benutzer darf sie nicht sehen. Prüfen Sie die Nummer: Eine"
        " externe Objektnummer ist keine Datensatznummer."
    ),
    "Give the groups as a list of ids.": "Geben Sie die Gruppen als Liste von Nummern an.",
    "Give the users as a list of ids.": "Geben Sie die Benutzer als Liste von Nummern an.",
    "The request could not be made out. Send fewer actions in one request; ask onOffice support if it stays.": (
        "Die Anfrage ließ sich nicht ausführen. Senden Sie weniger auf einmal; bleibt es dabei, fragen Sie den"
        " onOffice-Support."
    ),
}

_MESSAGES: Final = {
    "Error {code:number}, which the documentation does not list": (
        "Fehler {code}, der nicht in der Dokumentation steht"
    ),
    "Missing configuration for actionId {id}": "Unbekannte Aktion: {id}",
    "Missing configuration for resourceId {id}": "Unbekannte Nummer eines Moduls: {id}",
    "Missing configuration for resourceType {id}": "Unbekanntes Modul: {id}",
    "Index must be positiv!": "Ein Offset oder Limit ist negativ",
    "Index must be numeric!": "Ein Offset oder Limit ist keine Zahl",
    "Start date missing": "Das Anfangsdatum fehlt",
    "End date missing": "Das Enddatum fehlt",
    "Start date is greater than end date": "Das Anfangsdatum liegt nach dem Enddatum",
    "Start modified date is greater than end modified date": "Das Anfangsdatum liegt nach dem Enddatum",
    "missing date interval": "Der Zeitraum fehlt",
    "Missing date period": "Der Zeitraum fehlt",
    "invalid date interval": "Der Zeitraum ist ungültig",
    "Filters can only be used when reading out appointments of a period.": (
        "Termine lassen sich nur mit einem Zeitraum filtern."
    ),
    "Parameter extendedclaim is required, but missing, empty or invalid": "Der Parameter extendedclaim fehlt",
    "Parameter {name} is outdated": "Der Parameter {name} ist veraltet",
    "No matching extendedclaim": "Der Parameter extendedclaim passt nicht",
    "Call for Marketplace Api-Users not allowed": "Für API-Benutzer des Marketplace nicht erlaubt",
    "The HMAC is invalid. {value} should be passed as string": (
        "Die Signatur (HMAC) ist ungültig. {value} muss ein Text sein"
    ),
    "Invalid value for parameter {name}": "Ungültiger Wert des Parameters {name}",
    "Invalid data type for parameter {name}": "Ungültiger Typ des Parameters {name}",
    "Parameter listlimit is mandatory and must be 0.": "Der Parameter listlimit muss 0 sein.",
    "An error occurred while validating the filter: {message}": "Der Filter ist ungültig: {message}",
    "Fieldname is not a string": "Der Name des Feldes ist kein Text",
    "Given groups has to be an array of IDs": "Die Gruppen sind keine Liste von Nummern",
    "Given users has to be an array of IDs": "Die Benutzer sind keine Liste von Nummern",
    "Unknown error occurred": "Unbekannter Fehler",
    "Not authenticated": "Nicht angemeldet",
    "Customer unknown!": "Kunde unbekannt",
    "Customer is not active!": "Kunde nicht aktiv",
    "User unknown!": "Benutzer unbekannt",
    "Secret is wrong!": "Das Secret ist falsch",
    "Unknown field: {field}": "Unbekanntes Feld: {field}",
    "Unknown field in estate data: {field}": "Unbekanntes Feld der Immobilien: {field}",
    "Unknown field in task data": "Unbekanntes Feld der Aufgaben",
    "Unknown calendar field": "Unbekanntes Feld der Termine",
    "Unknown operator: {operator}": "Unbekannter Operator: {operator}",
    "Unknown sort field.": "Unbekanntes Feld zum Sortieren",
    "Invalid field in input data: {field}": "Ungültiges Feld: {field}",
    "Invalid name for module": "Ungültiger Name eines Moduls",
    "Entry could not be created": "Die Verknüpfung ließ sich nicht anlegen",
    "Entry could not be deleted": "Die Verknüpfung ließ sich nicht entfernen",
    "Missing record id": "Die Datensatznummer fehlt",
    "Missing or invalid record ids": "Datensatznummern fehlen oder sind ungültig",
    "Unknown record. Record may not exist or the permission rights are not set accordingly for this action.": (
        "Datensatz unbekannt. Es gibt ihn nicht, oder es fehlen die Rechte dafür."
    ),
    "Unknown address record id. Record may not exist or the permission rights are not set accordingly for this"
    " action.": "Adresse unbekannt. Es gibt sie nicht, oder es fehlen die Rechte dafür.",
    "Unknown estate record id. Record may not exist or the permission rights are not set accordingly for this"
    " action.": "Immobilie unbekannt. Es gibt sie nicht, oder es fehlen die Rechte dafür.",
    "Unknown record id {id}": "Unbekannte Datensatznummer {id}",
    "Unknown user {user}": "Unbekannter Benutzer {user}",
    "Error in action": "Fehler in der Aktion",
    "Invalid appointment id": "Ungültige Nummer eines Termins",
    "Appointment not found": "Termin nicht gefunden",
    "Invalid date": "Ungültiges Datum",
    "No or unknown relation given": "Keine oder eine unbekannte Art der Verknüpfung angegeben",
    "Your timestamp is too old or your server time is wrong.": (
        "Der Zeitstempel ist zu alt, oder die Uhr dieses Rechners geht falsch."
    ),
    "The HMAC is invalid.": "Die Signatur (HMAC) ist ungültig.",
    "No read permission for this estate": "Kein Leserecht für diese Immobilie",
    "No read permission for this user": "Kein Leserecht für diesen Benutzer",
    "The search string has not enough characters": "Der Suchtext hat zu wenige Zeichen",
    "Search cannot be empty": "Der Suchtext ist leer",
    "Token data by given access token invalid": "Die Daten zu diesem Token sind ungültig",
    "Access violation": "Zugriff nicht erlaubt",
    "Access from this IP not allowed": "Zugriff von dieser IP-Adresse nicht erlaubt",
    "Could not create relation between address and estate": (
        "Die Verknüpfung von Adresse und Immobilie ließ sich nicht anlegen"
    ),
    "Missing permission to perform modify call": "Das Recht zum Ändern fehlt",
    "Could not create relation cause of invalid relationinfos": (
        "Wegen eines ungültigen Bestätigungsstatus nicht angelegt"
    ),
    "Could not modify relation, relation does not exist": ("Nicht geändert, die Verknüpfung gibt es nicht"),
    "Could not modify relation, invalid relationinfos given": "Nicht geändert, ungültiger Bestätigungsstatus",
    "Could not modify relation, relation is not updateable": "Nicht geändert, diese Art lässt sich nicht ändern",
    "User access not granted": "Kein Zugriff auf diesen Benutzer",
    "User id is not existing or inactive": "Den Benutzer gibt es nicht, oder er ist nicht aktiv",
    "Resourceid {id} is no main Id": "{id} ist keine Nummer in der Hauptsprache",
    "No access to {what}": "Kein Zugriff auf {what}",
    "Missing write right for address(es) with id(s) {ids:list}": "Kein Schreibrecht für die Adressen {ids}",
    "Missing write right for estate(s) with id(s) {ids:list}": "Kein Schreibrecht für die Immobilien {ids}",
    "Address must be a real estate agent": "Die Adresse muss ein Makler sein",
    "User {user} is not active": "Benutzer {user} ist nicht aktiv",
    "Error creating request": "Die Anfrage ließ sich nicht ausführen",
}

TEMPLATES: Final[dict[str, str]] = {**_ADVICE, **_MESSAGES}
