"""What connection, transport and client say: no connection, certificates, proxies, credentials, answers."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

_NO_CONNECTION: Final = {
    "No connection to onOffice ({error}), so nothing was sent.": (
        "Keine Verbindung zu onOffice ({error}), es wurde also nichts gesendet."
    ),
    "The request may have arrived, but no answer came within {n:number} s ({error}).": (
        "Die Anfrage kann angekommen sein, aber innerhalb von {n} s kam keine Antwort ({error})."
    ),
    "The request may have arrived, but no answer came ({error}).": (
        "Die Anfrage kann angekommen sein, aber es kam keine Antwort ({error})."
    ),
    "A request was under way and may have arrived. If it was to write, read the links back first.": (
        "Eine Anfrage war unterwegs und kann angekommen sein. „Fehlendes noch einmal“ sieht erst nach."
    ),
    "the proxy of HTTPS_PROXY": "der Proxy aus HTTPS_PROXY",
    "the proxy {proxy}": "der Proxy {proxy}",
    "What answered for {host} does not speak TLS as it should ({reason}): a proxy, a firewall or the login page"
    " of a Wi-Fi may stand between. Open https://{same}/ in a browser and look.": (
        "Was für {host} geantwortet hat, verschlüsselt nicht, wie es soll ({reason}): Vielleicht steht ein Proxy,"
        " eine Firewall oder die Anmeldeseite eines WLANs dazwischen. Öffnen Sie https://{same}/ im Browser und sehen"
        " Sie nach."
    ),
    "no reason given": "kein Grund angegeben",
    "The name {name} was not found (DNS). Look whether this computer is online, whether it needs a VPN, and"
    " whether the name is right (it comes from {source}, if that is set).": (
        "Der Name {name} wurde nicht gefunden (DNS). Prüfen Sie, ob dieser Rechner online ist, ob er ein VPN braucht"
        " und ob der Name stimmt (er kommt aus {source}, falls das gesetzt ist)."
    ),
    "The computer was reached, but {other:known} refused the connection. Look whether HTTPS_PROXY is still"
    " right, or unset it.": (
        "Der Rechner wurde erreicht, aber {other} hat die Verbindung abgelehnt. Prüfen Sie, ob HTTPS_PROXY noch stimmt."
    ),
    "The computer was reached, but {other} refused the connection. Try again in a minute.": (
        "Der Rechner wurde erreicht, aber {other} hat die Verbindung abgelehnt. Versuchen Sie es in einer Minute noch"
        " einmal."
    ),
    "The operating system says of {other}: {message}. Look whether the network is up.": (
        "Das Betriebssystem meldet zu {other}: {message}. Prüfen Sie, ob das Netzwerk da ist."
    ),
    "Look whether the network is up.": "Prüfen Sie, ob das Netzwerk da ist.",
    "All connections of this client were in use for too long. Use fewer threads, or a client each.": (
        "Alle Verbindungen waren zu lange belegt. Versuchen Sie es noch einmal."
    ),
    "No connection came about with {other} within {n:number} s (timed out). Look whether HTTPS_PROXY is still right.": (
        "Mit {other} kam innerhalb von {n} s keine Verbindung zustande. Prüfen Sie, ob HTTPS_PROXY noch stimmt."
    ),
    "No connection came about with {other} within {n:number} s (timed out). A firewall may drop what goes out:"
    " if browsers here use a proxy, name it in HTTPS_PROXY.": (
        "Mit {other} kam innerhalb von {n} s keine Verbindung zustande. Vielleicht lässt eine Firewall nichts hinaus:"
        " Falls der Browser hier einen Proxy nutzt, tragen Sie ihn in HTTPS_PROXY ein."
    ),
    "The proxy {proxy} did not connect to {host}. Look whether HTTPS_PROXY is right.": (
        "Der Proxy {proxy} hat keine Verbindung zu {host} hergestellt. Prüfen Sie, ob HTTPS_PROXY stimmt."
    ),
    "The proxy {proxy} wants a login (407). Set HTTPS_PROXY=http://USER:PASSWORD@{same} (special characters as"
    " %XX), and restart the kernel.": (
        "Der Proxy {proxy} verlangt eine Anmeldung (407). Setzen Sie HTTPS_PROXY=http://USER:PASSWORD@{same}"
        " (Sonderzeichen als %XX), und starten Sie den Kernel neu."
    ),
    "The proxy {proxy} refused to connect to {host} ({code:number}). Ask its administrators to allow {same},"
    " port 443.": (
        "Der Proxy {proxy} lehnt die Verbindung zu {host} ab ({code}). Bitten Sie seine Administratoren, {host}, Port"
        " 443, freizugeben."
    ),
    "The certificate of {host} is not valid at this computer's time, {time} ({reason}). Look whether the clock"
    " is right.": (
        "Das Zertifikat von {host} gilt nicht zur Uhrzeit dieses Rechners, {time} ({reason}). Prüfen Sie, ob die Uhr"
        " stimmt."
    ),
    "What answered for {host} has a certificate for another name: a proxy, a firewall or the login page of a"
    " Wi-Fi may stand between. Open https://{same}/ in a browser and look.": (
        "Was für {host} geantwortet hat, hat ein Zertifikat auf einen anderen Namen: Vielleicht steht ein Proxy, eine"
        " Firewall oder die Anmeldeseite eines WLANs dazwischen. Öffnen Sie https://{same}/ im Browser und sehen Sie"
        " nach."
    ),
    "The certificate of {host} is not trusted ({reason}). A company's proxy or an antivirus program that looks"
    " into encrypted traffic signs with a certificate authority (CA) of its own: have it installed in this"
    " computer's store of certificates, or name its file, {variable}=/path/to/ca.pem, and restart the kernel.": (
        "Dem Zertifikat von {host} wird nicht vertraut ({reason}). Ein Firmen-Proxy oder ein Virenscanner, der in"
        " verschlüsselte Verbindungen hineinsieht, unterschreibt mit einer eigenen Zertifizierungsstelle (CA): Lassen"
        " Sie sie auf diesem Rechner einrichten, oder geben Sie ihre Datei an ({variable}=/path/to/ca.pem) und"
        " starten Sie den Kernel neu."
    ),
    "The request was sent, but the answer was not complete after {n:number} s.": (
        "Die Anfrage wurde gesendet, aber die Antwort war nach {n} s nicht vollständig."
    ),
    "The request was sent, but the answer is too large to be one of onOffice's.": (
        "Die Anfrage wurde gesendet, aber die Antwort ist zu groß, um von onOffice zu sein."
    ),
    "Expected {variable} to name a file of certificates (PEM), got {path} ({reason}): correct the path, or"
    " unset the variable.": (
        "{variable} soll eine Datei mit Zertifikaten (PEM) nennen, nicht {path} ({reason}): Berichtigen Sie den Pfad,"
        " oder löschen Sie die Variable."
    ),
}

_ANSWERS: Final = {
    "It is not known what was done.": "Es ist nicht bekannt, was ausgeführt wurde.",
    "{error} This was action {n:number} of {all:number}, sent one by one: It is not known what was done.": (
        "{error} Das war Aktion {n} von {all}, einzeln gesendet: Es ist nicht bekannt, was ausgeführt wurde."
    ),
    "The request was sent, but no answer was handed on.": (
        "Die Anfrage wurde gesendet, aber es kam keine Antwort zurück."
    ),
    "onOffice did not answer to everything that it was asked.": "onOffice hat nicht auf alles geantwortet.",
    "onOffice answered, but not to this action: it is not known what was done.": (
        "onOffice hat geantwortet, aber nicht auf diese Aktion: Es ist nicht bekannt, was ausgeführt wurde."
    ),
    "onOffice answered with a server error ({message}).": (
        "onOffice hat mit einem Serverfehler geantwortet ({message})."
    ),
    "onOffice answered, but the ids in its answer cannot be read. Ask again.": (
        "onOffice hat geantwortet, aber die Nummern in der Antwort sind nicht lesbar. Versuchen Sie es noch einmal."
    ),
    "onOffice answered, but its list of participants cannot be read. Ask again.": (
        "onOffice hat geantwortet, aber die Liste der Teilnehmer ist nicht lesbar. Versuchen Sie es noch einmal."
    ),
    "onOffice answered, but its log cannot be read. Ask again.": (
        "onOffice hat geantwortet, aber das Protokoll ist nicht lesbar. Versuchen Sie es noch einmal."
    ),
    "{reason} What is missing in it cannot be told, so nothing was concluded.": (
        "{reason} Was darin fehlt, ist nicht zu erkennen, darum wurde nichts daraus geschlossen."
    ),
    "The CRM's log names a table that is not known, {table}, so whose links its entries are about cannot be"
    " told. Nothing was concluded; please report this name.": (
        "Das Protokoll des CRM nennt eine unbekannte Tabelle, {table}; darum ist nicht zu erkennen, wessen"
        " Verknüpfungen gemeint sind. Es wurde nichts daraus geschlossen; bitte melden Sie diesen Namen."
    ),
    "The answer (HTTP {code:number}) is not one of onOffice's.": ("Die Antwort (HTTP {code}) ist nicht von onOffice."),
    "It asks for a pause of {seconds:known}.": "Es bittet um eine Pause von {seconds}.",
    "Nothing was written, as this only reads: try again in a minute.": (
        "Geschrieben wurde nichts, da hier nur gelesen wird: Versuchen Sie es in einer Minute noch einmal."
    ),
    "Nothing was written, as this only reads.": "Geschrieben wurde nichts, da hier nur gelesen wird.",
    "The list changed while it was being read. Read it again.": (
        "Die Liste hat sich beim Lesen geändert. Versuchen Sie es noch einmal."
    ),
    "The list of {resource} records may be cut: the API did not keep to the filter by number that reads on"
    " after the first {n:number}. Give a narrower filter, and compare.": (
        "Die Liste ({resource}) ist vielleicht unvollständig: Die API hat sich nach den ersten {n} nicht an den"
        " Filter gehalten."
    ),
    "The list of appointments of {day} may be cut: the API names {n:number} of a day, and no more. Ask for the"
    " appointments of fewer users.": (
        "Die Liste der Termine am {day} ist vielleicht unvollständig: Die API nennt {n} je Tag und nicht mehr."
    ),
    "Only administrators may read the CRM's log: connect as an API user with an administrator's rights, or ask one.": (
        "Das Protokoll des CRM dürfen nur Administratoren lesen: Verbinden Sie sich mit einem API-Benutzer, der"
        " Administratorrechte hat, oder fragen Sie einen Administrator."
    ),
    "This client is closed. Open a new one, for example with oo.connect().": (
        "Die Verbindung wurde geschlossen. Öffnen Sie die Seite neu."
    ),
}

_CLOCK: Final = {
    "This computer's clock is {difference:known} onOffice's, and requests are signed by the corrected time from now on."
    " Switch on the automatic date and time of this computer.": (
        "Die Uhr dieses Rechners geht gegenüber der von onOffice {difference}; Anfragen werden von jetzt an mit der"
        " berichtigten Zeit gesendet. Schalten Sie die automatische Uhrzeit dieses Rechners ein."
    ),
    "This computer's clock says {time}, which is at least {n:number} minutes off: switch on its automatic date"
    " and time, then try again.": (
        "Die Uhr dieses Rechners zeigt {time} und geht mindestens {n} Minuten falsch: Schalten Sie die automatische"
        " Uhrzeit ein, und versuchen Sie es noch einmal."
    ),
    "This computer's clock says {time}; by the date of the reply it is {difference:known} onOffice's, and a"
    " request signed by that date was refused too. Ask onOffice support.": (
        "Die Uhr dieses Rechners zeigt {time}; laut Antwort geht sie gegenüber der von onOffice {difference}, und"
        " auch eine Anfrage mit berichtigter Zeit wurde abgelehnt. Fragen Sie den onOffice-Support."
    ),
    "This computer's clock says {time}, and the date of the reply agrees with it. Ask onOffice support.": (
        "Die Uhr dieses Rechners zeigt {time}, und die Zeit der Antwort stimmt damit überein. Fragen Sie den"
        " onOffice-Support."
    ),
    "{amount:known} behind": "{amount} nach",
    "{amount:known} ahead of": "{amount} vor",
}

# Where settings come from.
_PLACES: Final = {
    "the arguments": "Argumente",
    "the environment": "Umgebung",
    "the keyring": "Schlüsselbund",
}

_CREDENTIALS: Final = {
    **_PLACES,
    "These have to be text, and in {place} they are not: {names:list}.": (
        "Das muss Text sein und ist es nicht ({place}): {names}."
    ),
    "{path} cannot be read ({reason}). Make it UTF-8 text that you may read.": (
        "{path} lässt sich nicht lesen ({reason}). Speichern Sie die Datei als UTF-8-Text."
    ),
    ".env cannot be read ({reason}). Make it UTF-8 text that you may read.": (
        ".env lässt sich nicht lesen ({reason}). Speichern Sie die Datei als UTF-8-Text."
    ),
    "the environment, as {token}TOKEN and {secret}SECRET": "Umgebung: {token}TOKEN und {secret}SECRET",
    "the keyring, as {service}": "Schlüsselbund: {service}",
    "Token and secret are not in {place}. Put both there, or name another place.": (
        "Token und Secret fehlen ({place}). Legen Sie beide dort ab, oder nennen Sie einen anderen Ort."
    ),
    "The keyring cannot be read ({reason}). Unlock it, or name another place.": (
        "Der Schlüsselbund lässt sich nicht lesen ({reason}). Entsperren Sie ihn, oder nennen Sie einen anderen Ort."
    ),
    "Reading the keyring": "Das Lesen des Schlüsselbunds",
    "An address is given, but no token and secret. Give them too, or neither of the three for the sandbox.": (
        "Eine Adresse ist angegeben, aber weder Token noch Secret. Geben Sie auch diese an, oder keines der drei für"
        " die Sandbox."
    ),
    "Token and secret ({place}) are swapped: the token is the one with 32 characters.": (
        "Token und Secret sind vertauscht ({place}): Der Token ist der mit 32 Zeichen."
    ),
    "The {name:known} is missing: {place} must name both, token and secret, or neither.": (
        "{name} fehlt ({place}): Angegeben sein müssen beide, Token und Secret, oder keines."
    ),
    "The {name:known} ({place}) has {n:number} characters, not {expected:number}. Copy the whole of it again from"
    " onOffice.": "{name} ({place}) hat {n} Zeichen statt {expected}. Kopieren Sie alles noch einmal aus onOffice.",
    "The {name:known} ({place}) has blanks or quotation marks around it that came along when it was copied."
    " Remove them.": (
        "{name} ({place}): Beim Kopieren sind Leer- oder Anführungszeichen davor oder dahinter geraten. Entfernen Sie"
        " sie."
    ),
    "The {name:known} ({place}) holds a blank or a letter beyond ASCII. Copy it again from onOffice.": (
        "{name} ({place}) enthält ein Leerzeichen oder Sonderzeichen. Kopieren Sie alles noch einmal aus onOffice."
    ),
    "token": "Token",
    "secret": "Secret",
    "The address ({place}) has blanks or quotation marks in or around it. Remove them.": (
        "Die Adresse ({place}) enthält Leer- oder Anführungszeichen. Entfernen Sie sie."
    ),
    "The address ({place}) cannot be a web address. Leave it out, or write it like {example}.": (
        "Die Adresse ({place}) ist keine Webadresse. Lassen Sie sie weg, oder schreiben Sie sie wie {example}."
    ),
    "The address ({place}) has a user name, a query or a # part. Remove it.": (
        "Die Adresse ({place}) enthält einen Benutzernamen, eine Abfrage oder einen Teil hinter #. Entfernen Sie das."
    ),
    "The address ({place}) is not encrypted. Write https:// instead of http://, which may only ask this"
    " computer itself.": "Die Adresse ({place}) ist nicht verschlüsselt. Schreiben Sie https:// statt http://.",
    "The address ({place}) lacks the path of the API. Let it end in {one}, or in {other}.": (
        "Der Adresse ({place}) fehlt der Pfad der API. Sie muss auf {one} oder {other} enden."
    ),
    "The address ({place}) would send the token from {source} to {host}. Name keys and address in the same"
    " place, or pass the address as an argument.": (
        "Die Adresse ({place}) würde den Token ({source}) an {host} senden. Geben Sie Schlüssel und Adresse an"
        " derselben Stelle an."
    ),
}

TEMPLATES: Final[dict[str, str]] = {**_NO_CONNECTION, **_ANSWERS, **_CLOCK, **_CREDENTIALS}
