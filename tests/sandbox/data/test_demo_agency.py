"""The demo agency: whole, always the same, plausible, and with the faults that its description promises."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest

from onoffice_nb.catalogue import all_relations
from onoffice_nb.sandbox import Sandbox
from onoffice_nb.sandbox.data import demo_agency as agency
from onoffice_nb.sandbox.data.relation_storage import kind_of
from tests.reference_client import ByHand
from tests.samples import SAMPLES


@pytest.fixture(scope="module")
def box() -> Sandbox:
    return Sandbox()


@pytest.fixture(scope="module")
def hand(box: Sandbox) -> ByHand:
    return ByHand(box.token, box.secret, box.transport)


def read(hand: ByHand, resourcetype: str, *fields: str) -> dict[int, dict[str, str]]:
    """All records of a module."""
    records = []
    if resourcetype == "calendar":
        year = {"datestart": "2026-01-01", "dateend": "2026-12-31", "allusers": True}
        result = hand.call("read", "calendar", year)
        return {record["id"]: record["elements"] for record in result["data"]["records"]}
    for offset in (0, 500) if resourcetype != "task" else (0,):
        paging = {"listlimit": 500} | ({"listoffset": offset} if offset else {})
        result = hand.call("read", resourcetype, {"data": fields, **paging})
        records += result["data"]["records"]
    assert len(records) == result["data"]["meta"]["cntabsolute"]
    return {record["id"]: record["elements"] for record in records}


def test_size(hand: ByHand) -> None:
    sizes = {name: len(read(hand, name)) for name in ("estate", "address", "user", "calendar", "task", "agentslog")}
    assert sizes == {"estate": 205, "address": 613, "user": 9, "calendar": 153, "task": 80, "agentslog": 120}


@pytest.mark.parametrize(
    ("resourcetype", "ids"),
    [
        ("estate", [48, *range(1001, 1201), 4629, 4469, 2533, 2715]),
        ("address", [10821, 10823, 153, 281, 181, *range(5001, 5601)]),
        ("calendar", [2909, 671, 359, *range(3001, 3031)]),
    ],
)
def test_ids_of_documentation_and_samples(hand: ByHand, resourcetype: str, ids: list[int]) -> None:
    assert set(ids) <= set(read(hand, resourcetype))


def test_ids_that_are_to_fail(hand: ByHand) -> None:
    assert not {9, 9000, 12} & (set(read(hand, "address")) | set(read(hand, "estate")))


def test_links_hang_on_records(box: Sandbox) -> None:
    for relation in all_relations():
        kind = kind_of(relation.urn)
        assert kind is not None
        pairs = box.links(relation)
        for module, side in ((kind.parent, 0), (kind.child, 1)):
            ids = {pair[side] for pair in pairs}
            assert box.existing_ids(module, ids) == ids, relation


def test_always_the_same(box: Sandbox) -> None:
    def content(one: Sandbox) -> str:
        links = {relation.suffix: sorted(one.links(relation)) for relation in all_relations()}
        hand = ByHand(one.token, one.secret, one.transport)
        records = [read(hand, "address", "Name", "Ort"), read(hand, "estate", "objekttitel", "kaufpreis")]
        return hashlib.sha256(json.dumps([links, records]).encode()).hexdigest()

    assert content(box) == content(Sandbox())
    # In every version of Python, as committed notebooks show it.
    assert content(box).startswith("8da2942c")


def test_first_estates_have_no_buyer(box: Sandbox) -> None:
    assert not {parent for parent, _ in box.links("buyer")} & set(range(1001, 1150))


def test_samples_meet_nothing_that_is_linked(box: Sandbox) -> None:
    with (SAMPLES / "termine_teilnehmer.csv").open(encoding="utf-8") as file:
        participants = {(int(row["termin_id"]), int(row["adresse_id"])) for row in csv.DictReader(file)}
    with (SAMPLES / "interessenten_pairs.csv").open(encoding="utf-8") as file:
        prospects = {(int(row["estate_id"]), int(row["address_id"])) for row in csv.DictReader(file)}
    assert not participants & box.links("calendar:address")
    assert not prospects & box.links("interested")


def test_faults_to_be_found(box: Sandbox, hand: ByHand) -> None:
    owners = box.links("owner")
    assert {estate for estate, _ in owners} == set(agency.ESTATES)
    doubled = {estate for estate in agency.ESTATES if sum(pair[0] == estate for pair in owners) > 1}
    assert doubled == {1042, 1043}
    with_participants = {appointment for appointment, _ in box.links("calendar:address")}
    assert set(agency.APPOINTMENTS) - with_participants == {359, 671, 2909, *range(3001, 3031)}
    sold = {number for number, fields in read(hand, "estate", "verkauft").items() if fields["verkauft"] == "1"}
    assert len(sold & {estate for estate, _ in box.links("interested")}) >= 3
    units = box.links("estate:estateUnit")
    assert (1114, 1110) in units
    assert (1110, 1114) not in units


def test_imported_contact_persons(box: Sandbox) -> None:
    """For all other estates the contact person is the officer's address."""
    address_of = dict(box.links("user:address"))
    wanted = {(estate, address_of[user]) for estate, user in box.links("estate:user:officer")}
    wrong = box.links("contactPerson") - wanted
    assert wrong == {(estate, 4008) for estate in range(1121, 1161)}
    assert not any(address == 4008 for _, address in wanted)


def test_hostile_records(hand: ByHand) -> None:
    addresses = read(hand, "address", "Vorname", "Name", "Ort")
    names = {number: addresses[number]["Name"] for number in range(5591, 5601)}
    assert "<script>" in names[5591]
    assert len(names[5594]) > 300
    assert "\u202e" in names[5595]
    assert set(addresses[5596].values()) == {"", 5596}
    assert "\t" in names[5598]
    titles = read(hand, "estate", "objekttitel")
    assert titles[1194]["objekttitel"] == ""
    assert "<script>" in titles[1191]["objekttitel"]


def test_customer_number_is_no_record_id(hand: ByHand) -> None:
    numbers = {number: fields["KdNr"] for number, fields in read(hand, "address", "KdNr").items()}
    assert [number for number, customer in numbers.items() if customer == "5011"] == [5105]
    assert not any(customer == str(number) for number, customer in numbers.items())
