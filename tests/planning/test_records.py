"""What records are called, whatever the API tells of them or refuses to tell."""

from __future__ import annotations

import json
from typing import Any

import httpx
import numpy as np
import pytest

import onoffice_nb as oo
from onoffice_nb.api.wire import ApiKeys, Call
from onoffice_nb.errors import NotAuthenticated
from onoffice_nb.planning.records import ask, read_known_records

UNKNOWN_FIELD = 141
IDS = np.array([7], dtype=np.int64)


class Office:
    """An account whose records have these values; it refuses fields that it has not, or everything with one code."""

    def __init__(self, values: dict[str, Any], *, names_the_field: bool = True, code: int = 0) -> None:
        self.values = values
        self.names_the_field = names_the_field
        self.code = code
        self.asked: list[list[str]] = []
        keys, account = ApiKeys("t" * 32, "s" * 64), oo.Account("Test", live=False, fingerprint="f")
        transport = httpx.MockTransport(self.respond)
        self.crm = oo.Client(keys, "https://onoffice.invalid/api/stable/api.php", account, transport=transport)

    def respond(self, request: httpx.Request) -> httpx.Response:
        actions = json.loads(request.content)["request"]["actions"]
        results = [] if self.code else [self.result(action) for action in actions]
        status = {"code": 400 if self.code else 200, "errorcode": self.code, "message": "no"}
        return httpx.Response(200, json={"status": status, "response": {"results": results}})

    def result(self, action: dict[str, Any]) -> dict[str, Any]:
        fields = action["parameters"].get("data", [])
        self.asked.append(fields)
        missing = [name for name in fields if name not in self.values]
        status: dict[str, Any] = {"errorcode": 0, "message": "OK"}
        if missing:
            named = f" {missing[0]}" if self.names_the_field else ""
            status = {"errorcode": UNKNOWN_FIELD, "message": f"Unknown field{named}"}
        record = {"id": 7, "elements": {name: self.values.get(name) for name in fields}}
        data = {"meta": {"cntabsolute": 1}, "records": [] if missing else [record]}
        return {"identifier": action["identifier"], "data": data, "status": status}


def names_of(module: str, **values: Any) -> dict[int, str]:
    return read_known_records(Office(values).crm, module, IDS).names()


def test_records_without_a_name_of_their_own_are_called_by_what_they_say() -> None:
    assert names_of("task", Betreff="Rückruf") == {7: "Rückruf"}
    several = {"1": "Brief", "2": "E-Mail"}
    assert names_of("agentsLog", Datum="2026-06-01", Aktionsart=several) == {7: "2026-06-01 · Brief|E-Mail"}
    assert names_of("agentsLog", Datum=None, Aktionsart=None) == {}


def test_fields_that_an_account_has_not_are_left_out_one_by_one() -> None:
    office = Office({"Betreff": "Rückruf", "Status": "offen"})
    records = read_known_records(office.crm, "task", IDS, ["Ampel", "Status", "Zusatz"])
    assert office.asked == [
        ["Betreff", "Ampel", "Status", "Zusatz"],
        ["Betreff", "Status", "Zusatz"],
        ["Betreff", "Status"],
    ]
    assert records.columns["Status"] == ["offen"]


def test_a_refusal_that_names_no_field_costs_all_that_were_asked_for_beside_the_name() -> None:
    office = Office({"Betreff": "Rückruf"}, names_the_field=False)
    records = read_known_records(office.crm, "task", IDS, ["Ampel", "Status"])
    assert office.asked == [["Betreff", "Ampel", "Status"], ["Betreff"]]
    assert records.names() == {7: "Rückruf"}


def test_who_is_not_let_in_is_told_so_instead_of_getting_records_without_names() -> None:
    locked = Office({}, code=137).crm
    with pytest.raises(NotAuthenticated):
        read_known_records(locked, "task", IDS)
    with pytest.raises(NotAuthenticated):
        ask(locked, [Call("get", "fields", {})])


def test_a_request_that_is_refused_as_a_whole_has_no_results() -> None:
    refusing = Office({}, code=170).crm
    assert ask(refusing, [Call("get", "fields", {})] * 51) == [None] * 51
    assert "cannot be read (170: no)" in read_known_records(refusing, "task", IDS).unknown
