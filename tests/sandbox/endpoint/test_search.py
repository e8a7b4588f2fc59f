"""Searching addresses and estates in the sandbox, spoken to by hand."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.sandbox import Sandbox
from tests.reference_client import ReferenceClient


@pytest.fixture
def box() -> Sandbox:
    box = Sandbox(empty=True)
    box.add("address", 307, Vorname="Max", Name="Mustermann", KdNr="132", Email="p.muster@x.example")
    box.add("address", 308, Vorname="Maxine", Name="Muster", Firma="Musterfirma", KdNr="307", email="max@y.example")
    box.add("address", 309, Vorname="Eva", Name="Adam", KdNr="K-9", Telefon1="0241-555", contactCategory="Notarin")
    box.add("address", 310, Name="Mustermann", readable=False)
    box.add("estate", 1237, objektnr_extern="PC910", plz="52064", ort="Aachen", strasse="Musterstrasse")
    box.add("estate", 1238, objektnr_extern="PC911", ort="Aachen", strasse="Am Markt", hausnummer="12", status="0")
    box.link("estate:address:owner", [(1237, 307), (1237, 308), (1238, 309)])
    return box


@pytest.fixture
def hand(box: Sandbox) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport)


def found(hand: ReferenceClient, resourceid: str, text: str, **parameters: Any) -> list[int]:
    result = hand.call("get", "search", {"input": text, **parameters}, resourceid=resourceid)
    assert result["status"]["errorcode"] == 0, result["status"]
    assert (result["data"]["meta"], result["cacheable"]) == ({"cntabsolute": None}, False)
    return [record["id"] for record in result["data"]["records"]]


def test_documented_address(hand: ReferenceClient) -> None:
    result = hand.call("get", "search", {"input": "Max Mustermann"}, resourceid="address")
    assert result["data"]["records"] == [
        {
            "id": 307,
            "type": "address",
            "elements": {
                "customerno": 132,
                "surname": "Mustermann",
                "firstname": "Max",
                "company": "",
                "addressDescription": "",
                "emailaddress": ["p.muster@x.example"],
                "primaryEmail": "p.muster@x.example",
            },
        }
    ]


@pytest.mark.parametrize(
    ("text", "parameters", "ids"),
    [
        ("max", {}, [307, 308]),
        ("Max musterfirma", {}, [308]),
        ("307", {}, [308]),
        ("p.muster", {}, [307]),
        ("max@y.example", {}, []),
        ("max@y.example", {"includecontactdata": True}, [308]),
        ("0241-555", {}, []),
        ("0241-555", {"includecontactdata": True}, [309]),
        ("max", {"casesensitive": True}, []),
        ("Max", {"casesensitive": True}, [307, 308]),
        ("muster", {"searchparameter": ["Name"]}, [307, 308]),
        ("max", {"searchparameter": ["Name"]}, []),
        ("muster", {"listlimit": 1}, [307]),
        ("muster", {"sortby": "Name"}, [308, 307]),
        ("muster", {"sortby": "Name", "sortorder": "DESC"}, [307, 308]),
        ("nobody", {}, []),
    ],
)
def test_addresses(hand: ReferenceClient, text: str, parameters: dict[str, Any], ids: list[int]) -> None:
    assert found(hand, "address", text, **parameters) == ids


def test_documented_estate(hand: ReferenceClient) -> None:
    result = hand.call("get", "search", {"input": "Musterstrasse"}, resourceid="estate", identifier="x")
    assert result["data"]["records"] == [
        {
            "id": 1237,
            "type": "estate",
            "elements": {
                "externalestateno": "PC910",
                "zipcode": "52064",
                "city": "Aachen",
                "street": "Musterstrasse",
                "houseno": "",
                "owner": "Max Mustermann",
                "type": "",
            },
        }
    ]


@pytest.mark.parametrize(
    ("text", "parameters", "ids"),
    [
        ("pc91", {}, [1237, 1238]),
        ("aachen mustermann", {}, [1237]),
        ("Am Markt 12", {}, [1238]),
        ("Eva Adam", {}, [1238]),
        ("aachen", {"filter": {"status": [{"op": "=", "val": 1}]}}, [1237]),
        ("aachen", {"sortby": "strasse"}, [1238, 1237]),
    ],
)
def test_estates(hand: ReferenceClient, text: str, parameters: dict[str, Any], ids: list[int]) -> None:
    assert found(hand, "estate", text, **parameters) == ids


@pytest.mark.parametrize(
    ("resourceid", "parameters", "code"),
    [
        ("", {"input": "x"}, 24),
        ("searchcriteria", {"input": "x"}, 24),
        ("address", {}, 167),
        ("address", {"input": ""}, 69),
        ("address", {"input": 5}, 69),
        ("address", {"input": "x", "searchparameter": ["unheard"]}, 141),
        ("address", {"input": "x", "searchparameter": "Name"}, 74),
        ("estate", {"input": "x", "sortby": "unheard"}, 212),
        ("estate", {"input": "x", "filter": {"unheard": []}}, 141),
    ],
)
def test_refusals(hand: ReferenceClient, resourceid: str, parameters: dict[str, Any], code: int) -> None:
    assert hand.code("get", "search", parameters, resourceid=resourceid) == code
