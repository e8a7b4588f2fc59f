"""`get search`: addresses and estates by a text, as in the CRM's own search box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import Store
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.filters import comparable, read_filter
from onoffice_nb.sandbox.endpoint.records import MODULES, is_true, list_limit, read_order, readable_records
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult

__all__ = ["SEARCHED", "search"]

_ADDRESS_FIELDS: Final = ("Vorname", "Name", "Firma", "Email", "KdNr")
_CONTACT_FIELDS: Final = ("email", "phone", "mobile", "fax")
_ESTATE_FIELDS: Final = ("objektnr_extern", "ort", "strasse", "hausnummer")


def search(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """The records in which every word of `input` stands somewhere; no total is told."""
    text = action.parameters.get("input")
    if text is None:
        raise ApiRefusal(167, "input")
    if not isinstance(text, str) or not text.strip():
        raise ApiRefusal(69)

    records = SEARCHED[action.resourceid](action.parameters, text.split(), store, behaviour)
    return CallResult([{"id": number, "type": action.resourceid, "elements": elements} for number, elements in records])


Found = list[tuple[int, dict[str, Any]]]


def _addresses(parameters: Mapping[str, Any], words: list[str], store: Store, behaviour: Behaviour) -> Found:
    module = MODULES["address"]
    fields = php.as_list(parameters.get("searchparameter") or [])
    if fields is None:
        raise ApiRefusal(74)
    for name in fields:
        if name not in module.fields:
            raise ApiRefusal(behaviour.unknown_field, name)
    searched = [
        *(fields or _ADDRESS_FIELDS),
        *(_CONTACT_FIELDS if is_true(parameters.get("includecontactdata")) else ()),
    ]

    fold = str if is_true(parameters.get("casesensitive")) else str.casefold
    records = [
        (number, values)
        for number, values in readable_records(module, store)
        if _all_in(words, (values[name] for name in searched), fold)
    ]
    for name, descending in reversed(read_order(parameters, module)):
        records.sort(key=lambda record: comparable(record[1][name]), reverse=descending)
    if "listlimit" in parameters:
        records = records[: list_limit(parameters, behaviour)]
    return [(number, _address_elements(number, values)) for number, values in records]


def _address_elements(number: int, values: Mapping[str, Any]) -> dict[str, Any]:
    customer_number = values["KdNr"]
    return {
        "customerno": int(customer_number) if customer_number.isdecimal() else customer_number,
        "surname": values["Name"],
        "firstname": values["Vorname"],
        "company": values["Firma"],
        "addressDescription": values["contactCategory"],
        "emailaddress": list(values["email"]),
        "primaryEmail": values["Email"],
    }


def _estates(parameters: Mapping[str, Any], words: list[str], store: Store, behaviour: Behaviour) -> Found:
    module = MODULES["estate"]
    keep = read_filter(parameters.get("filter") or {}, module.in_filter, behaviour.unknown_field)
    owners = _owners(store)
    records = [
        (number, values)
        for number, values in readable_records(module, store)
        if keep(values) and _all_in(words, (*(values[name] for name in _ESTATE_FIELDS), owners[number]), str.casefold)
    ]
    for name, descending in reversed(read_order(parameters, module)):
        records.sort(key=lambda record: comparable(record[1][name]), reverse=descending)

    return [
        (
            number,
            {
                "externalestateno": values["objektnr_extern"],
                "zipcode": values["plz"],
                "city": values["ort"],
                "street": values["strasse"],
                "houseno": values["hausnummer"],
                "owner": owners[number][0] if owners[number] else "",
                "type": values["objektart"],
            },
        )
        for number, values in records
    ]


def _owners(store: Store) -> dict[int, list[str]]:
    """The names of each estate's owners, in the order of their links."""
    people = {
        number: f"{fields.get('Vorname', '')} {fields.get('Name', '')}".strip()
        for number, fields in store.records("address")
    }
    names: dict[int, list[str]] = defaultdict(list)
    for estate, owner in store.pairs("estate:address:owner"):
        names[estate].append(people.get(owner, ""))
    return names


def _all_in(words: list[str], values: Iterable[Any], fold: Callable[[str], str]) -> bool:
    texts = [fold(text) for value in values for text in ([value] if isinstance(value, str) else value)]
    return all(any(fold(word) in text for text in texts) for word in words)


SEARCHED: Final[dict[str, Callable[[Mapping[str, Any], list[str], Store, Behaviour], Found]]] = {
    "address": _addresses,
    "estate": _estates,
}
