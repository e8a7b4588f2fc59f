"""The read call: records of six modules, by ids or by filter, sorted and in pages."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import API_USER, Store
from onoffice_nb.sandbox.endpoint import appointments
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.filters import comparable, read_filter
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult

__all__ = [
    "MAIN_LANGUAGE",
    "MODULES",
    "Module",
    "Values",
    "is_true",
    "list_limit",
    "read",
    "read_index",
    "read_order",
    "readable_records",
]

_DEFAULT_LIMIT: Final = 20
_LARGEST_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class Module:
    """A module that can be read.

    Attributes:
        name: its name in the store.
        id_field: the field that shows the record's id; None where there is none.
        fields: all others.
        id_in_data: whether `data` may name the id field, too.
        not_in_filter: fields that a filter may not name.
        by_resourceid: whether one record can be read by the action's resourceid.
    """

    name: str
    id_field: str | None
    fields: tuple[str, ...]
    id_in_data: bool = True
    not_in_filter: frozenset[str] = frozenset()
    by_resourceid: bool = True

    @property
    def in_data(self) -> tuple[str, ...]:
        """All fields that can be read."""
        return self.fields if self.id_field is None or not self.id_in_data else (self.id_field, *self.fields)

    @property
    def in_filter(self) -> frozenset[str]:
        """All fields that can be filtered by."""
        return frozenset({*self.fields, *([self.id_field] if self.id_field else [])}) - self.not_in_filter


# A part of what there is: the fields that the documentation's pages name and those that say what a record is.
MODULES: Final = {
    "estate": Module(
        "estate",
        "Id",
        (
            *("objekttitel", "objektnr_extern", "objektnr_intern", "strasse", "hausnummer", "plz", "ort", "land"),
            *("objektart", "objekttyp", "nutzungsart", "vermarktungsart", "verkauft", "reserviert", "status"),
            *("kaufpreis", "kaltmiete", "warmmiete", "wohnflaeche", "anzahl_zimmer", "stammobjekt", "benutzer"),
            *("veroeffentlichen", "exclusive", "top_angebot", "preisreduktion", "courtage_frei", "showGoogleMap"),
            *("referenz", "objekt_des_tages", "neu", "erstellt_am", "geaendert_am", "letzte_aktion", "uuid"),
            *("multiParkingLot", "lage"),
        ),
    ),
    "address": Module(
        "address",
        None,
        (
            *("Anrede", "Titel", "Briefanrede", "Vorname", "Name", "Firma", "Zusatz1", "Strasse", "Plz", "Ort", "Land"),
            *("KdNr", "Email", "Telefon1", "email", "phone", "mobile", "fax", "defaultemail", "defaultphone"),
            *("defaultfax", "ArtDaten", "Status", "contactCategory", "Benutzer", "Eintragsdatum", "Aenderung"),
            *("letzter_Kontakt", "outlookSync", "imageUrl", "uuid"),
        ),
        not_in_filter=frozenset({"outlookSync", "imageUrl"}),
    ),
    "user": Module(
        "user",
        "Nr",
        (
            *("Anrede", "Titel", "Kuerzel", "Vorname", "Nachname", "Firma", "PLZ", "Ort", "Strasse", "Hausnummer"),
            *("Land", "province", "Mobil", "Telefon", "Fax", "Url", "UstID", "taxNumber", "Gerichtsstand"),
            *("imprintFurthermore", "Firmazusatz1", "PositionUnternehmen", "Namezusatz1", "Namezusatz2", "Bank"),
            *("IBAN", "BIC", "Finanzamt", "Hinweis", "Sonstiges", "Name", "email", "Emailname", "adrId:adressen.ID"),
            *("anbieter", "Prefix", "usesAccount:account.id", "Sprache", "meetingUrl", "online", "userCreationDate"),
        ),
    ),
    "calendar": Module("calendar", None, appointments.FIELDS),
    "task": Module(
        "task",
        "Nr",
        (
            *("Eintragsdatum", "modified", "von", "Deadline", "Prio", "Aufgabe", "Verantwortung", "Art", "Status"),
            *("Betreff", "Bearbeiter", "Beginnt_am", "Aufwand_Soll_NUM", "Einheit_Aufwand_Soll"),
            *("Aufwand_Zusatz_NUM", "Einheit_Aufwand_Zusatz", "erledigt", "publicDescription", "Stand"),
            *("Deadline_strikt", "Deadline_Zeit", "Beginnt_um", "Austragsdatum", "Erinnerung", "Erinnerungsdatum"),
            *("Erinnerungsdatum_Zeit", "Privat", "Verantwortung_Gruppe", "Kommentar"),
        ),
        id_in_data=False,
    ),
    "agentslog": Module(
        "agentsLog",
        "Nr",
        (
            *("Objekt_nr", "Adress_nr", "Aktionsart", "Aktionstyp", "Datum", "created", "Benutzer", "Benutzer_nr"),
            *("Datum_bearb", "Kosten", "Bemerkung", "merkmal", "HerkunftKontakt", "dauer", "Beratungsebene"),
            *("Absagegrund", "Benutzer_bearb", "mailDate", "Aktionsmerkmale", "Angeboten_fuer"),
        ),
        not_in_filter=frozenset({"Benutzer", "Adress_nr", "Objekt_nr", "dauer"}),
        by_resourceid=False,
    ),
}

# Parameters that restrict a list to the records linked with others, with the relation type that links them.
_RESTRICTED_BY: Final = {
    "agentslog": {"estateid": "agentsLog:estate", "addressid": "agentsLog:address", "projectid": "project:agentslog"},
    "task": {
        "relatedAddressId": "task:address",
        "relatedEstateId": "task:estate",
        "relatedProjectIds": "project:task:customer",
    },
}
# Fields that show the ids of linked records, as lists.
_SHOWS_LINKED: Final = {"Objekt_nr": "agentsLog:estate", "Adress_nr": "agentsLog:address"}
# Fields of several entries, which are written under a name of their own each: email__13027.
_CONTACT_DATA: Final = ("email", "phone", "mobile", "fax", "defaultemail", "defaultphone", "defaultfax")
MAIN_LANGUAGE: Final = "DEU"

Record: TypeAlias = tuple[int, "Values"]


class Values(dict[str, Any]):
    """A record's values under its fields' names; what was not put in is worked out, or empty."""

    def __init__(self, module: Module, number: int, stored: Mapping[str, str]) -> None:
        super().__init__(stored)
        self._module = module
        self._number = number
        if module.id_field is not None:
            self[module.id_field] = str(number)
        for name in _CONTACT_DATA if module.name == "address" else ():
            self[name] = _entries(name, stored)

    def __missing__(self, name: str) -> Any:
        if name == "uuid":
            return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._module.name} {self._number}"))
        if name == "Zusatz1":
            return self.get("Firma", "")
        return _UNLESS_SET.get(name, "")


# A record is active, and nobody has bought, reserved or published it.
_UNLESS_SET: Final = dict.fromkeys(("status", "Status"), "1") | dict.fromkeys(
    ("verkauft", "reserviert", "stammobjekt", "veroeffentlichen"), "0"
)


def _entries(name: str, stored: Mapping[str, str]) -> tuple[str, ...]:
    """The entries of an address's phone book, the main one first; further ones are stored with blanks between."""
    kind = name.removeprefix("default")
    main = stored.get({"email": "Email", "phone": "Telefon1"}.get(kind, ""), "")
    entries = (main, *stored.get(kind, "").split())
    return tuple(filter(None, entries[:1] if name.startswith("default") else entries))


def read(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Records of one module. Unknown ids and records that may not be read are absent."""
    module, parameters = MODULES[action.resourcetype], action.parameters
    if action.resourceid and not module.by_resourceid:
        raise ApiRefusal(24, action.resourceid)
    if module.name == "user" and behaviour.user_right == "missing" and action.resourceid != str(API_USER):
        raise ApiRefusal(170)
    pages = module.name != "task" or behaviour.task_listoffset == "accepted"
    if not pages and "listoffset" in parameters:
        raise ApiRefusal(144, "listoffset")

    wanted = _fields(parameters, module, behaviour)
    records = _chosen(action, module, store, behaviour)
    order = read_order(parameters, module)
    if not order and module.name == "agentsLog":
        # Newest first.
        records.sort(key=lambda record: (comparable(record[1]["Datum"]), record[0]), reverse=True)
    for name, descending in reversed(order):
        records.sort(key=lambda record: comparable(record[1][name]), reverse=descending)

    offset, limit = read_index(parameters, "listoffset", 0), list_limit(parameters, behaviour)
    page = records[offset : offset + limit]
    elements = _elements(action, module, page, wanted, store)
    shown = [{"id": number, "type": action.resourcetype, "elements": elements[number]} for number, _ in page]
    return CallResult(shown, len(records) if pages else len(page))


def readable_records(module: Module, store: Store, ids: Iterable[object] | None = None) -> list[Record]:
    """All records of a module that may be read, or those with these ids, ordered by id."""
    return [(number, Values(module, number, fields)) for number, fields in store.records(module.name, ids)]


def _chosen(action: ActionRequest, module: Module, store: Store, behaviour: Behaviour) -> list[Record]:
    """All records that are asked for, by id: one by resourceid, or those of recordids, and of the filter."""
    if action.resourceid:
        return _single(action, module, store, behaviour)

    parameters = action.parameters
    ids = parameters.get("recordids") if module.name == "address" else None
    records = readable_records(module, store, [ids] if isinstance(ids, str | int) else php.as_list(ids))
    records = _in_language(records, module, parameters)
    for name, relation in _RESTRICTED_BY.get(action.resourcetype, {}).items():
        if name in parameters:
            linked = _linked_with(relation, module, parameters[name], store)
            records = [record for record in records if record[0] in linked]
    keep = read_filter(parameters.get("filter") or {}, module.in_filter, behaviour.unknown_field)
    return [(number, values) for number, values in records if keep(values)]


def _single(action: ActionRequest, module: Module, store: Store, behaviour: Behaviour) -> list[Record]:
    records = _in_language(readable_records(module, store, [action.resourceid]), module, action.parameters)
    if not records and behaviour.unknown_resourceid == "refused":
        raise ApiRefusal(80)
    return records


def _in_language(records: list[Record], module: Module, parameters: Mapping[str, Any]) -> list[Record]:
    """Estates in one language: an estate's copy in another one is read where that one is named, and only there."""
    if module.name != "estate":
        return records
    language = parameters.get("estatelanguage") or MAIN_LANGUAGE
    return [(number, values) for number, values in records if (values["sprache"] or MAIN_LANGUAGE) == language]


def _linked_with(relation: str, module: Module, ids: object, store: Store) -> set[int]:
    """The records of a module that are linked with any of these ids, whichever side they are on."""
    others = php.as_list(ids)
    texts = map(str, [ids] if others is None else others)
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) < 19]
    if relation.startswith(module.name):
        return {parent for parent, _ in store.pairs(relation, children=numbers)}
    return {child for _, child in store.pairs(relation, parents=numbers)}


def _elements(
    action: ActionRequest, module: Module, page: list[Record], wanted: list[str], store: Store
) -> dict[int, dict[str, Any]]:
    """What is told of each record of a page."""
    linked = _linked_of_page(action, module, [number for number, _ in page], wanted, store)
    write = _address_fields if module.name == "address" else _written_fields

    elements: dict[int, dict[str, Any]] = {}
    for number, values in page:
        linked_ids = {name: ids[number] for name, ids in linked.items()}
        shown = write(number, values, wanted, linked_ids)
        elements[number] = shown | linked_ids | _language_of(values, action.parameters)
    return elements


def _linked_of_page(
    action: ActionRequest, module: Module, numbers: list[int], wanted: list[str], store: Store
) -> dict[str, dict[int, list[str]]]:
    """The ids that the fields of a page show, by the name of the field, then by the record."""
    linked = {name: _linked_ids(_SHOWS_LINKED[name], numbers, store) for name in wanted if name in _SHOWS_LINKED}
    if module.name != "task":
        return linked

    for name, relation in _RESTRICTED_BY["task"].items():
        if name in action.parameters:
            linked[name] = _linked_ids(relation, numbers, store, children=relation.startswith("project"))
    return linked


def _written_fields(number: int, values: Values, wanted: list[str], linked_ids: Mapping[str, Any]) -> dict[str, Any]:
    return {name: linked_ids[name] if name in linked_ids else values[name] for name in wanted}


def _address_fields(number: int, values: Values, wanted: list[str], linked_ids: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an address, which repeats its record id and numbers the entries of its contact data."""
    shown: dict[str, Any] = {"id": number}
    for name in wanted:
        if name in _CONTACT_DATA:
            shown |= {f"{name}__{number * 10 + place}": entry for place, entry in enumerate(values[name])}
        else:
            shown |= _written_fields(number, values, [name], linked_ids)
    return shown


def _language_of(values: Values, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The language of an estate and the record that it is a copy of, where they are asked for."""
    shown: dict[str, Any] = {}
    if is_true(parameters.get("addestatelanguage")):
        shown["language"] = values["sprache"]
    if is_true(parameters.get("addMainLangId")):
        shown["mainLangId"] = values["mainLangId"] or None
    return shown


def _linked_ids(relation: str, numbers: list[int], store: Store, *, children: bool = False) -> dict[int, list[str]]:
    ids: dict[int, list[str]] = defaultdict(list)
    for parent, child in sorted(store.pairs(relation, **{"children" if children else "parents": numbers})):
        one, other = (child, parent) if children else (parent, child)
        ids[one].append(str(other))
    return ids


def _fields(parameters: Mapping[str, Any], module: Module, behaviour: Behaviour) -> list[str]:
    if "data" not in parameters:
        raise ApiRefusal(167, "data")
    wanted = php.as_list(parameters["data"])
    if wanted is None:
        raise ApiRefusal(74)
    for name in wanted:
        if not isinstance(name, str):
            raise ApiRefusal(291)
        if name not in module.in_data:
            raise ApiRefusal(behaviour.unknown_field, name)
    return wanted


def read_order(parameters: Mapping[str, Any], module: Module) -> list[tuple[str, bool]]:
    """The fields to sort by, each with whether it descends; ApiRefusal 212 or 255."""
    sortby = parameters.get("sortby") or {}
    order = {sortby: parameters.get("sortorder", "ASC")} if isinstance(sortby, str) else php.as_map(sortby)
    unordered = _CONTACT_DATA if module.name == "address" else ()
    if order is None or any(name not in {*module.fields, module.id_field} or name in unordered for name in order):
        raise ApiRefusal(212)
    directions = {name: str(direction).upper() for name, direction in order.items()}
    if any(direction not in ("ASC", "DESC") for direction in directions.values()):
        raise ApiRefusal(255, "sortorder")
    return [(name, direction == "DESC") for name, direction in directions.items()]


def list_limit(parameters: Mapping[str, Any], behaviour: Behaviour) -> int:
    """How many records are to be listed; beyond the largest limit, what the switch says."""
    limit = read_index(parameters, "listlimit", _DEFAULT_LIMIT)
    if limit <= _LARGEST_LIMIT:
        return limit
    if behaviour.list_limit == "refused":
        raise ApiRefusal(255, "listlimit")
    return _DEFAULT_LIMIT if behaviour.list_limit == "falls back" else _LARGEST_LIMIT


def read_index(parameters: Mapping[str, Any], name: str, default: int) -> int:
    """A number from 0 on; ApiRefusal 67 or 68."""
    text = str(parameters.get(name, default))
    if not (text.removeprefix("-").isdigit() and text.isascii() and len(text) < 19):
        raise ApiRefusal(68)
    if int(text) < 0:
        raise ApiRefusal(67)
    return int(text)


def is_true(flag: object) -> bool:
    """Whether a flag of a request is set, in any of the ways that clients write it."""
    return flag in (True, 1, "1", "true")
