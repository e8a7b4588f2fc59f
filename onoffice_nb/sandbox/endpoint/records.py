"""The read call: records of six modules, by ids or by filter, sorted and in pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import Store
from onoffice_nb.sandbox.endpoint import appointments
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.filters import comparable, read_filter
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult

__all__ = ["MODULES", "Module", "read"]

_LIMIT: Final = 20
_LARGEST_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class Module:
    """A module that can be read: its name in the store, the field that shows the record id, its other fields."""

    name: str
    id_field: str | None
    fields: tuple[str, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """All fields that a call may name."""
        return self.fields if self.id_field is None else (self.id_field, *self.fields)


# The label fields are documented; the others are a part of what there is.
MODULES: Final = {
    "estate": Module(
        "estate",
        "Id",
        (
            *("objekttitel", "objektnr_extern", "strasse", "hausnummer", "plz", "ort"),
            *("objektart", "vermarktungsart", "verkauft", "kaufpreis", "kaltmiete", "wohnflaeche", "anzahl_zimmer"),
        ),
    ),
    "address": Module(
        "address",
        None,
        ("Anrede", "Vorname", "Name", "Firma", "Strasse", "Plz", "Ort", "KdNr", "Email"),
    ),
    "user": Module("user", "Nr", ("Vorname", "Nachname", "Name", "Kuerzel", "email", "groups")),
    "calendar": Module("calendar", None, appointments.FIELDS),
    "task": Module("task", "Nr", ("Betreff", "Status", "Deadline")),
    "agentslog": Module("agentsLog", "Nr", ("Datum", "Aktionsart", "Aktionstyp", "Bemerkung")),
}


def read(asked: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Records of one module. Unknown ids and records that may not be read are absent."""
    module, parameters = MODULES[asked.resourcetype], asked.parameters
    if module.name == "user" and behaviour.user_right == "missing":
        raise ApiRefusal(170)
    wanted = _fields(parameters, module, behaviour)
    records = _chosen(asked, module, store, behaviour)
    for name, descending in reversed(_order(parameters, module)):
        records.sort(key=lambda record: comparable(record[1][name]), reverse=descending)
    offset, limit = _index(parameters, "listoffset", 0), _index(parameters, "listlimit", _LIMIT)
    if limit > _LARGEST_LIMIT and behaviour.list_limit == "refused":
        raise ApiRefusal(255, "listlimit")
    page = records[offset : offset + min(limit, _LARGEST_LIMIT)]
    # An address repeats its record id among its elements.
    repeated = {number: {"id": number} if module.name == "address" else {} for number, _ in page}
    return CallResult(
        [
            {
                "id": number,
                "type": asked.resourcetype,
                "elements": {**repeated[number], **{name: fields[name] for name in wanted}},
            }
            for number, fields in page
        ],
        len(records),
    )


def _chosen(
    asked: ActionRequest, module: Module, store: Store, behaviour: Behaviour
) -> list[tuple[int, dict[str, str]]]:
    """All records that are asked for, by id: one by resourceid, or those of recordids, and of the filter."""
    if asked.resourceid:
        records = store.records(module.name, [asked.resourceid])
        if not records and behaviour.unknown_resourceid == "refused":
            raise ApiRefusal(80)
        return [(number, _shown(module, number, fields)) for number, fields in records]
    ids = asked.parameters.get("recordids") if module.name == "address" else None
    records = store.records(module.name, [ids] if isinstance(ids, str | int) else php.as_list(ids))
    keep = read_filter(asked.parameters.get("filter") or {}, module.known, behaviour.unknown_field)
    shown = [(number, _shown(module, number, fields)) for number, fields in records]
    return [(number, fields) for number, fields in shown if keep(fields)]


def _shown(module: Module, number: int, fields: Mapping[str, str]) -> dict[str, str]:
    """A record's values under its fields' names; those without a value are empty."""
    shown = {name: fields.get(name, "") for name in module.fields}
    if module.id_field:
        shown[module.id_field] = str(number)
    return shown


def _fields(parameters: Mapping[str, Any], module: Module, behaviour: Behaviour) -> list[str]:
    if "data" not in parameters:
        raise ApiRefusal(167, "data")
    wanted = php.as_list(parameters["data"])
    if wanted is None:
        raise ApiRefusal(74)
    for name in wanted:
        if not isinstance(name, str):
            raise ApiRefusal(291)
        if name not in module.known:
            raise ApiRefusal(behaviour.unknown_field, name)
    return wanted


def _order(parameters: Mapping[str, Any], module: Module) -> list[tuple[str, bool]]:
    """The fields to sort by, each with whether it descends."""
    sortby = parameters.get("sortby") or {}
    order = {sortby: parameters.get("sortorder", "ASC")} if isinstance(sortby, str) else php.as_map(sortby)
    if order is None or any(name not in module.known for name in order):
        raise ApiRefusal(212)
    directions = {name: str(direction).upper() for name, direction in order.items()}
    if any(direction not in ("ASC", "DESC") for direction in directions.values()):
        raise ApiRefusal(255, "sortorder")
    return [(name, direction == "DESC") for name, direction in directions.items()]


def _index(parameters: Mapping[str, Any], name: str, default: int) -> int:
    text = str(parameters.get(name, default))
    if not (text.removeprefix("-").isdigit() and text.isascii() and len(text) < 19):
        raise ApiRefusal(68)
    if int(text) < 0:
        raise ApiRefusal(67)
    return int(text)
