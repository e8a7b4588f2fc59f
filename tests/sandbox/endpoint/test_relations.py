"""The four relation calls of the sandbox with what is documented of them, spoken to by hand."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoffice_nb.catalogue import all_relations
from onoffice_nb.errors import SandboxError
from onoffice_nb.model import RelationType, Support
from onoffice_nb.sandbox import Behaviour, Sandbox
from onoffice_nb.sandbox.data.relation_storage import link_storage
from tests.reference_client import URN, ReferenceClient

BUYER = "estate:address:buyer"
PARTICIPANT = "calendar:address"
EVERY = pytest.mark.parametrize("relation", all_relations(), ids=lambda relation: relation.suffix)


@pytest.fixture
def box() -> Sandbox:
    """Records 1 to 20 of every module; 3 and 4 may not be written; addresses 1 and 2 are brokers."""
    box = Sandbox(empty=True)
    for module in sorted(
        {name for relation in all_relations() for name in (kind(relation).parent, kind(relation).child)}
    ):
        box.add(module, *range(1, 21))
        box.add(module, 3, 4, writable=False)
    box.add("address", 1, 2, broker=True)
    return box


@pytest.fixture
def hand(box: Sandbox) -> ReferenceClient:
    return ReferenceClient(box.token, box.secret, box.transport)


def kind(relation: RelationType) -> Any:
    return link_storage(relation.urn)


@EVERY
def test_create_read_delete(box: Sandbox, hand: ReferenceClient, relation: RelationType) -> None:
    """Every type: written where that is documented, refused with 78 or 168 where not, read in any case."""
    creates, deletes = (support is Support.DOCUMENTED for support in (relation.create, relation.delete))
    pair = (10, 1)
    assert hand.relate("create", relation.suffix, *pair) == (0 if creates else 78)
    assert box.links(relation) == ({pair} if creates else set())
    if not creates:
        source = kind(relation).reads_from[0]
        box.link(relation if kind(relation).stored_as == source else source, [pair])
    assert hand.related(relation.suffix, parentids=[10]) == {"10": ["1"]}
    assert hand.related(relation.suffix, childids=[1]) == {"1": ["10"]}
    assert hand.relate("delete", relation.suffix, *pair) == (0 if deletes else 168)


@pytest.mark.parametrize(
    ("suffix", "parent", "child"),
    [
        ("templateManagement:email:attachment", "email", "file"),
        ("agentsLogMail:address", "agentsLog", "address"),
        ("address:contact:address", "address", "address"),
    ],
)
def test_modules_come_from_the_table(suffix: str, parent: str, child: str) -> None:
    """A link needs records of these modules, whatever the suffix names."""
    box = Sandbox(empty=True, behaviour=Behaviour(undocumented_writes="accepted"))
    hand = ReferenceClient(box.token, box.secret, box.transport)
    box.add(child, 2)
    assert hand.relate("create", suffix, 1, 2) in (80, 292)
    box.add(parent, 1)
    assert hand.relate("create", suffix, 1, 2) == 0


def test_documented_examples(box: Sandbox, hand: ReferenceClient) -> None:
    """Create with arrays and with scalars, 1:n and n:1."""
    assert hand.relate("create", PARTICIPANT, [5], [6, 7]) == 0
    assert hand.relate("create", PARTICIPANT, [8, 9], [6]) == 0
    assert hand.relate("create", PARTICIPANT, 5, 8) == 0
    assert hand.relate("create", PARTICIPANT, "5", "9") == 0
    assert box.links(PARTICIPANT) == {(5, 6), (5, 7), (8, 6), (9, 6), (5, 8), (5, 9)}


def test_get_from_either_side(box: Sandbox, hand: ReferenceClient) -> None:
    box.link(BUYER, [(1, 5), (1, 6), (2, 5)])
    by_parent = hand.related(BUYER, parentids=[1, 2, 7])
    assert {parent: set(children) for parent, children in by_parent.items()} == {
        "1": {"5", "6"},
        "2": {"5"},
        "7": set(),
    }
    assert list(by_parent) == ["1", "2", "7"]
    by_child = hand.related(BUYER, childids=["6", "5"], parentids=[])
    assert {child: set(parents) for child, parents in by_child.items()} == {"6": {"1"}, "5": {"1", "2"}}


def test_get_of_the_wrong_side_finds_whoever_bears_the_id(box: Sandbox, hand: ReferenceClient) -> None:
    box.link(BUYER, [(1, 5)])
    assert hand.related(BUYER, parentids=[5]) == []
    assert hand.relate("create", BUYER, 5, 1) == 0
    assert box.links(BUYER) == {(1, 5), (5, 1)}


def test_get_in_the_order_of_creation(box: Sandbox, hand: ReferenceClient) -> None:
    """From both sides; the first contact person is the main one."""
    for child in (7, 2, 9, 5):
        hand.relate("create", BUYER, 1, child)
    box.link(BUYER, [(2, 9), (10, 9), (5, 9)])
    assert hand.related(BUYER, parentids=[1]) == {"1": ["7", "2", "9", "5"]}
    assert hand.related(BUYER, childids=[9]) == {"9": ["1", "2", "10", "5"]}
    assert [child for parent, child in box.ordered_links(BUYER) if parent == 1] == [7, 2, 9, 5]


def test_get_for_task_types_leaves_out_what_has_no_link(box: Sandbox, hand: ReferenceClient) -> None:
    box.link("task:address", [(1, 5)])
    assert hand.related("task:address", parentids=[1, 2]) == {"1": ["5"]}
    assert hand.related("task:address", childids=[5, 6]) == {"5": ["1"]}


def test_equal_links_under_two_names(box: Sandbox, hand: ReferenceClient) -> None:
    hand.relate("create", "estate:estateUnit", 1, [2, 5])
    assert box.links("complex:estate:units") == {(1, 2), (1, 5)}
    assert hand.related("complex:estate:units", childids=[5]) == {"5": ["1"]}


def test_contact_persons(box: Sandbox, hand: ReferenceClient) -> None:
    """contactPerson takes brokers only and shows the brokers among contactPersonAll."""
    one, everyone = "estate:address:contactPerson", "estate:address:contactPersonAll"
    assert hand.relate("create", one, 10, 1) == 0
    assert hand.relate("create", one, 10, [2, 5]) == 263
    assert hand.relate("create", everyone, 10, 5) == 0
    assert box.links(one) == {(10, 1)}
    assert box.links(everyone) == {(10, 1), (10, 5)}
    assert hand.relate("delete", one, 10, 5) == 168
    assert hand.relate("delete", everyone, 10, 1) == 0
    assert box.links(one) == set()


def test_new_estate_has_a_contact_person(box: Sandbox) -> None:
    (estate,) = box.add("estate", objekttitel="Neubau")
    assert box.links("contactPerson") == {(estate, 1)}
    box.add("estate", estate, objekttitel="umbenannt")
    box.unlink("contactPerson", [(estate, 1)])
    box.add("estate", estate)
    assert box.links("contactPerson") == set()


def test_pictures_are_derived(box: Sandbox, hand: ReferenceClient) -> None:
    box.link("estate:file:titelbild", [(1, 1)])
    box.link("estate:file:foto", [(1, 2)])
    box.link("estate:file:alllinks", [(1, 5)])
    assert box.links("estate:file:allpictures") == {(1, 1), (1, 2)}
    assert box.links("estate:file:allpicturesExceptTitelbild") == {(1, 2)}
    assert box.links("estate:allFiles") == {(1, 1), (1, 2), (1, 5)}
    assert set(hand.related("estate:allFiles", parentids=[1])["1"]) == {"1", "2", "5"}


def test_what_is_derived_cannot_be_put_in(box: Sandbox) -> None:
    with pytest.raises(SandboxError, match="derived from: estate:file:titelbild"):
        box.link("estate:file:allpictures", [(1, 1)])


def test_matching_is_seen_from_both_sides(box: Sandbox, hand: ReferenceClient) -> None:
    box.link("estate:address:matching", [(1, 5), (2, 5)])
    box.unlink("address:estate:matching", [(5, 2)])
    assert box.links("address:estate:matching") == {(5, 1)}
    assert hand.related("address:estate:matching", parentids=[5]) == {"5": ["1"]}
    assert hand.related("address:estate:matching", childids=[1]) == {"1": ["5"]}


@pytest.mark.parametrize(
    ("verb", "parent", "child", "code"),
    [
        ("create", [1, 2], [5, 6], 219),
        ("modify", [1, 2], [5, 6], 219),
        ("create", list(range(1, 502)), [5], 302),
        ("create", [1], list(range(1, 502)), 302),
        ("create", [], [5], 185),
        ("create", [1], {}, 185),
        ("create", None, 5, 167),
        ("create", 1, None, 167),
        ("create", "", 5, 185),
        ("create", True, 5, 228),
        ("create", 1, "five", 228),
        ("create", 1, ["5x"], 228),
        ("create", 1, [5.5], 228),
        ("create", 1, [None], 228),
        ("create", 1, [True], 228),
        ("create", 1, [[5]], 228),
        ("create", 1, "5' OR '1'='1", 228),
        ("create", 1, "٣", 228),
        ("create", 1, "9" * 30, 228),
        ("create", 1, 99, 292),
        ("create", 99, 5, 293),
        ("create", 99, 98, 293),
        ("create", -1, 5, 293),
        ("create", 0, 5, 293),
        ("create", 1, [5, 99], 292),
        ("create", 2**62, 5, 293),
        ("create", 1, 3, 261),
        ("create", 3, 5, 262),
        ("create", 3, 99, 292),
        ("delete", [1], [5], 187),
        ("delete", 1, 5, 168),
        ("delete", 1, 99, 292),
        ("delete", 3, 5, 262),
        ("modify", 1, 5, 182),
    ],
)
def test_refusals(box: Sandbox, hand: ReferenceClient, verb: str, parent: Any, child: Any, code: int) -> None:
    assert hand.relate(verb, BUYER, parent, child) == code
    assert box.links(BUYER) == set()


def test_rights_name_the_ids(hand: ReferenceClient) -> None:
    parameters = {"relationtype": URN + BUYER, "parentid": 1, "childid": [4, 3, 5]}
    message = hand.call("create", "relation", parameters)["status"]["message"]
    assert message == "Missing write right for address(es) with id(s) 3, 4"
    assert hand.relate("create", "address:user:sync", 1, 3) == 156


def test_unknown_record_elsewhere(hand: ReferenceClient) -> None:
    assert hand.relate("create", PARTICIPANT, 99, 5) == 80


@pytest.mark.parametrize(
    "urn",
    [
        None,
        5,
        [],
        "",
        BUYER,
        URN,
        URN + "estate:address:unheard",
        (URN + BUYER).upper(),
        (URN + BUYER).replace("onoffice-de-ns", "onoffice-dens"),
        (URN + BUYER).replace("onoffice-de-ns", "onoffice-en-ns"),
        URN + BUYER + " ",
        "' OR 1=1 --",
    ],
)
def test_relation_that_there_is_not(hand: ReferenceClient, urn: object) -> None:
    assert hand.code("create", "relation", {"relationtype": urn, "parentid": 1, "childid": 5}) == 132
    assert hand.code("get", "idsfromrelation", {"relationtype": urn, "parentids": [1]}) == 132


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        ({}, 185),
        ({"parentids": []}, 185),
        ({"parentids": [], "childids": []}, 185),
        ({"parentids": list(range(501))}, 302),
        ({"childids": ["x"]}, 228),
        ({"parentids": True}, 228),
    ],
)
def test_get_refusals(hand: ReferenceClient, sides: dict[str, Any], code: int) -> None:
    assert hand.code("get", "idsfromrelation", {"relationtype": URN + BUYER, **sides}) == code


def test_get_takes_500_ids_and_unknown_ones(hand: ReferenceClient) -> None:
    assert hand.related(BUYER, parentids=list(range(501, 1001))) == []


@pytest.mark.parametrize(
    ("verb", "info", "code"),
    [
        ("create", {"statusTerminbestaetigung": "bestätigt"}, 0),
        ("create", {"statusTerminbestaetigung": "nicht gesetzt"}, 0),
        ("create", {}, 0),
        ("create", [], 0),
        ("create", None, 0),
        ("create", "", 0),
        ("create", {"statusTerminbestaetigung": unicodedata.normalize("NFD", "bestätigt")}, 179),
        ("create", {"statusTerminbestaetigung": "maybe"}, 179),
        ("create", {"statusTerminbestaetigung": ["bestätigt"]}, 179),
        ("create", {"statusTerminrueckmeldung": "aktiv"}, 179),
        ("create", "bestätigt", 179),
        ("create", {"status": "bestätigt"}, 144),
        ("create", ["bestätigt"], 144),
        ("modify", {"statusTerminbestaetigung": "gesendet"}, 0),
        ("modify", {"statusTerminbestaetigung": "gecancelt", "statusTerminrueckmeldung": "inaktiv"}, 0),
        ("modify", {"statusTerminrueckmeldung": "aktiv"}, 0),
        ("modify", {"statusTerminrueckmeldung": "bestätigt"}, 181),
        ("modify", {"status": "bestätigt"}, 144),
        ("modify", "bestätigt", 181),
        ("modify", None, 167),
        ("modify", {}, 167),
    ],
)
def test_relationinfo(box: Sandbox, hand: ReferenceClient, verb: str, info: Any, code: int) -> None:
    if verb == "modify":
        box.link(PARTICIPANT, [(1, 5), (1, 6)])
    assert hand.relate(verb, PARTICIPANT, [1], [5, 6], relationinfo=info) == code
    if code == 0:
        given = info or {}
        assert box.info(1, 5) == box.info(1, 6)
        confirmation, feedback = box.info(1, 6) or (None, None)
        unconfirmed = "nicht gesetzt" if verb == "create" else None
        assert confirmation == given.get("statusTerminbestaetigung", unconfirmed)
        assert feedback == given.get("statusTerminrueckmeldung")
    else:
        assert box.info(1, 6) == ((None, None) if verb == "modify" else None)


def test_relationinfo_is_for_participants_only(box: Sandbox, hand: ReferenceClient) -> None:
    info = {"statusTerminbestaetigung": "gesendet"}
    assert hand.relate("create", BUYER, 1, 5, relationinfo=info) == 179
    box.link(BUYER, [(1, 5)])
    assert hand.relate("modify", BUYER, 1, 5, relationinfo=info) == 182


def test_modify_under_the_actionid_of_create(box: Sandbox, hand: ReferenceClient) -> None:
    """The example on the documentation's page of modify."""
    info = {"statusTerminbestaetigung": "gecancelt"}
    assert hand.relate("create", PARTICIPANT, [5], [6], relationinfo=info) == 0
    assert box.info(5, 6) == ("gecancelt", None)


def test_modify_needs_the_link(box: Sandbox, hand: ReferenceClient) -> None:
    box.link(PARTICIPANT, [(1, 5)])
    info = {"statusTerminbestaetigung": "gesendet"}
    assert hand.relate("modify", PARTICIPANT, 1, [5, 6], relationinfo=info) == 180
    assert box.info(1, 5) == (None, None)


def test_existing_link_keeps_its_info(box: Sandbox, hand: ReferenceClient) -> None:
    hand.relate("create", PARTICIPANT, 1, 5, relationinfo={"statusTerminbestaetigung": "gesendet"})
    hand.relate("create", PARTICIPANT, 1, 5, relationinfo={"statusTerminbestaetigung": "gecancelt"})
    assert box.info(1, 5) == ("gesendet", None)
    assert hand.related(PARTICIPANT, parentids=[1]) == {"1": ["5"]}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "delete"]),
        st.integers(0, 12),
        st.lists(st.integers(0, 12), min_size=1, max_size=4),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_links_are_a_set(steps: list[tuple[str, int, list[int], bool]]) -> None:
    """Whatever is asked for, in any order: the links are what a set of pairs would hold."""
    box = Sandbox(empty=True)
    box.add("estate", *range(1, 11))
    box.add("address", *range(1, 11))
    hand = ReferenceClient(box.token, box.secret, box.transport)
    expected: set[tuple[int, int]] = set()
    for verb, one, others, turned in steps:
        pairs = {(other, one) if turned else (one, other) for other in others}
        if verb == "delete":
            pairs = set(sorted(pairs)[:1])
            ((parent, child),) = pairs
            good = pairs <= expected
            assert (hand.relate(verb, BUYER, parent, child) == 0) is good
            expected -= pairs
        else:
            sides = (sorted({parent for parent, _ in pairs}), sorted({child for _, child in pairs}))
            good = all(1 <= record_id <= 10 for pair in pairs for record_id in pair)
            assert (hand.relate(verb, BUYER, *sides) == 0) is good
            expected |= pairs if good else set()
    assert box.links(BUYER) == expected
