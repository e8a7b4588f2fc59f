"""The demo agency: whole, always the same, plausible, and with the faults that its description promises."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest

from onoffice_nb.catalogue import all_relations
from onoffice_nb.sandbox import Sandbox
from onoffice_nb.sandbox.data import demo_agency as agency
from onoffice_nb.sandbox.data.relation_storage import link_storage
from tests.reference_client import ReferenceClient
from tests.samples import SAMPLES


@pytest.fixture(scope="module")
def box() -> Sandbox:
    return Sandbox()


@pytest.fixture(scope="module")
def hand(box: Sandbox) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport)


def read(hand: ReferenceClient, resourcetype: str, *fields: str) -> dict[int, dict[str, str]]:
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


def test_size(hand: ReferenceClient) -> None:
    sizes = {name: len(read(hand, name)) for name in ("estate", "address", "user", "calendar", "task", "agentslog")}
    assert sizes == {"estate": 419, "address": 886, "user": 9, "calendar": 215, "task": 100, "agentslog": 120}


def test_size_without_overlapping_ids() -> None:
    box = Sandbox(overlapping_ids=False)
    hand = ReferenceClient(box.token, box.secret, box.transport)
    sizes = {name: len(read(hand, name)) for name in ("estate", "address", "calendar", "task")}
    assert sizes == {"estate": 206, "address": 614, "calendar": 153, "task": 80}
    assert box.existing_ids("address", [1001, 3001]) == box.existing_ids("estate", [5001, 10821]) == set()


@pytest.mark.parametrize(
    ("module", "ids"),
    [
        ("address", [*range(1001, 1201), *range(3001, 3031), 48, 359, 671, 2909, *range(21, 29)]),
        ("estate", [*range(5001, 5201), 153, 181, 281, 10821, 10823, *range(21, 29)]),
        ("calendar", [*range(1001, 1031), *range(5001, 5031)]),
        ("task", [*range(1001, 1011), *range(5001, 5011)]),
    ],
)
def test_ids_overlap(box: Sandbox, module: str, ids: list[int]) -> None:
    """Who swaps two columns finds records under every number, and links the wrong ones."""
    assert box.existing_ids(module, ids) == set(ids)


def test_swapped_columns_link_the_wrong_records() -> None:
    box = Sandbox()
    hand = ReferenceClient(box.token, box.secret, box.transport)
    assert hand.relate("create", "estate:address:buyer", 5001, 1001) == 0
    assert (5001, 1001) in box.links("buyer")


def test_records_for_a_preflight_to_find(box: Sandbox, hand: ReferenceClient) -> None:
    """Archived and sold ones, copies in other languages, base properties, brokers, and what may not be written."""
    estates = read(hand, "estate", "status", "stammobjekt", "verkauft", "objektnr_extern")
    assert {number for number, fields in estates.items() if fields["status"] == "0"} == set(range(1196, 1201))
    assert {number for number, fields in estates.items() if fields["stammobjekt"] == "1"} == {1101, 1110}
    assert {number for number, fields in estates.items() if fields["verkauft"] == "1"} == set(range(1150, 1180))
    assert estates[1001]["objektnr_extern"] == "A-1001"
    people = read(hand, "address", "Status", "ArtDaten", "KdNr")
    assert {number for number, fields in people.items() if fields["Status"] == "0"} == set(range(5581, 5591))
    brokers = {number for number, fields in people.items() if fields["ArtDaten"] == "|Makler|"}
    assert brokers == set(range(4001, 4009))
    assert hand.relate("create", "estate:address:contactPerson", 1001, 5001) == 263
    customer_numbers = [fields["KdNr"] for fields in people.values()]
    assert len(set(customer_numbers)) < len(customer_numbers)
    parameters = {"data": ["objekttitel"], "estatelanguage": "ENG", "addMainLangId": True}
    copies = hand.call("read", "estate", parameters)["data"]["records"]
    assert {record["id"]: record["elements"]["mainLangId"] for record in copies} == {4701: "1001", 4702: "1002"}
    assert hand.relate("create", "estate:address:buyer", 4701, 5001) == 293
    assert hand.relate("create", "estate:address:buyer", 4801, 5001) == 262
    assert hand.relate("create", "estate:address:buyer", 1001, 4811) == 261


@pytest.mark.parametrize(
    ("resourcetype", "ids"),
    [
        ("estate", [48, *range(1001, 1201), 4629, 4469, 2533, 2715]),
        ("address", [10821, 10823, 153, 281, 181, *range(5001, 5601)]),
        ("calendar", [2909, 671, 359, *range(3001, 3031)]),
    ],
)
def test_ids_of_documentation_and_samples(hand: ReferenceClient, resourcetype: str, ids: list[int]) -> None:
    assert set(ids) <= set(read(hand, resourcetype))


def test_ids_that_are_to_fail(hand: ReferenceClient) -> None:
    assert not {9, 9000, 12} & (set(read(hand, "address")) | set(read(hand, "estate")))


def test_links_hang_on_records(box: Sandbox) -> None:
    for relation in all_relations():
        kind = link_storage(relation.urn)
        assert kind is not None
        pairs = box.links(relation)
        for module, side in ((kind.parent, 0), (kind.child, 1)):
            ids = {pair[side] for pair in pairs}
            assert box.existing_ids(module, ids) == ids, relation


def test_always_the_same(box: Sandbox) -> None:
    def content(one: Sandbox) -> str:
        links = {relation.suffix: sorted(one.links(relation)) for relation in all_relations()}
        hand = ReferenceClient(one.token, one.secret, one.transport)
        records = [read(hand, "address", "Name", "Ort"), read(hand, "estate", "objekttitel", "kaufpreis")]
        return hashlib.sha256(json.dumps([links, records]).encode()).hexdigest()

    assert content(box) == content(Sandbox())
    # In every version of Python, as committed notebooks show it.
    assert content(box).startswith("2c053476")


def test_first_estates_have_no_buyer(box: Sandbox) -> None:
    assert not {parent for parent, _ in box.links("buyer")} & set(range(1001, 1150))


def test_samples_meet_nothing_that_is_linked(box: Sandbox) -> None:
    with (SAMPLES / "termine_teilnehmer.csv").open(encoding="utf-8") as file:
        participants = {(int(row["termin_id"]), int(row["adresse_id"])) for row in csv.DictReader(file)}
    with (SAMPLES / "interessenten_pairs.csv").open(encoding="utf-8") as file:
        prospects = {(int(row["estate_id"]), int(row["address_id"])) for row in csv.DictReader(file)}
    assert not participants & box.links("calendar:address")
    assert not prospects & box.links("interested")


def test_faults_to_be_found(box: Sandbox, hand: ReferenceClient) -> None:
    owners = {pair for pair in box.links("owner") if pair[0] in agency.ESTATES}
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
    wrong = {pair for pair in box.links("contactPerson") - wanted if pair[0] in agency.ESTATES}
    assert wrong == {(estate, 4008) for estate in range(1121, 1161)}
    assert not any(address == 4008 for _, address in wanted)


def test_hostile_records(hand: ReferenceClient) -> None:
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


def test_customer_number_is_no_record_id(hand: ReferenceClient) -> None:
    numbers = {number: fields["KdNr"] for number, fields in read(hand, "address", "KdNr").items()}
    assert [number for number, customer in numbers.items() if customer == "5011"] == [5105]
    assert not any(customer == str(number) for number, customer in numbers.items())
