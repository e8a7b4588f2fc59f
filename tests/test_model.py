from __future__ import annotations

import dataclasses
import unicodedata
from typing import Any

import pytest

from onoffice_nb.catalogue import relation
from onoffice_nb.errors import InputError, RelationError
from onoffice_nb.model import CONFIRMATIONS, FEEDBACKS, URN_PREFIX, Account, Action, RelationInfo, RelationType, Verb

BUYER = relation("estate:address:buyer")
APPOINTMENT = relation("calendar:address")


def test_an_account_says_where_we_are() -> None:
    assert str(Account("Muster", live=True, fingerprint="a")) == "LIVE · Muster"
    assert str(Account("Muster", live=False, fingerprint="a")) == "SANDBOX · Muster"


def test_a_relation_type_says_its_direction() -> None:
    assert BUYER.suffix == "estate:address:buyer"
    assert BUYER.description == "estate (parent) → address (child), the buyer"
    assert repr(BUYER) == "<RelationType estate:address:buyer: estate (parent) → address (child), the buyer>"
    assert not BUYER.takes_info
    assert APPOINTMENT.takes_info


@pytest.mark.parametrize(
    "urn",
    ["", URN_PREFIX, "estate:address:heir", URN_PREFIX + "a b", URN_PREFIX + "a\nb", URN_PREFIX.upper() + "a", 5, None],
)
def test_no_relation_urn(urn: Any) -> None:
    with pytest.raises(RelationError, match="Expected the URN of a relation type"):
        RelationType.custom(urn, parent="estate", child="address")


@pytest.mark.parametrize("module", ["", "two words", "estate:address", 5, None])
def test_no_module(module: Any) -> None:
    with pytest.raises(RelationError, match="Expected parent to be a module"):
        RelationType.custom(URN_PREFIX + "estate:address:heir", parent=module, child="address")
    with pytest.raises(RelationError, match="Expected child to be a module"):
        RelationType.custom(URN_PREFIX + "estate:address:heir", parent="estate", child=module)


def test_a_custom_relation_type_says_that_it_is_one() -> None:
    kind = RelationType.custom(URN_PREFIX + "estate:address:heir", parent="estate", child="address", label="Heir")
    assert kind.description == "estate (parent) → address (child), the heir"
    assert kind.note.startswith("custom")


@pytest.mark.parametrize("value", CONFIRMATIONS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_confirmations_are_sent_composed(value: str, form: Any) -> None:
    info = RelationInfo(unicodedata.normalize(form, value))
    assert info.parameters == {"statusTerminbestaetigung": unicodedata.normalize("NFC", value)}
    assert info == RelationInfo(value)


def test_an_info_holds_one_or_both() -> None:
    assert RelationInfo(feedback="aktiv").parameters == {"statusTerminrueckmeldung": "aktiv"}
    assert str(RelationInfo("bestätigt", "inaktiv")) == "bestätigt · inaktiv"


@pytest.mark.parametrize(
    "wrong",
    [
        {"confirmation": "Bestätigt"},
        {"confirmation": ""},
        {"confirmation": 5},
        {"confirmation": []},
        {"feedback": "ja"},
        {"feedback": True},
        {"confirmation": "gesendet", "feedback": "weg"},
    ],
)
def test_no_info(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"use one of ({'|'.join(map(', '.join, (CONFIRMATIONS, FEEDBACKS)))})"):
        RelationInfo(**wrong)


def test_an_info_is_not_empty() -> None:
    with pytest.raises(InputError, match="needs a confirmation or a feedback"):
        RelationInfo()


def test_create_and_modify_take_arrays() -> None:
    action = Action(Verb.CREATE, APPOINTMENT, (2909,), (10821, 10823), RelationInfo("gesendet"))
    assert action.parameters == {
        "relationtype": URN_PREFIX + "calendar:address",
        "parentid": [2909],
        "childid": [10821, 10823],
        "relationinfo": {"statusTerminbestaetigung": "gesendet"},
    }
    assert "relationinfo" not in Action(Verb.CREATE, BUYER, (1,), (2,)).parameters


def test_delete_takes_one_integer_each() -> None:
    parameters = Action(Verb.DELETE, BUYER, (1001,), (5001,)).parameters
    assert parameters == {"relationtype": BUYER.urn, "parentid": 1001, "childid": 5001}


def test_words_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        BUYER.urn = "x"  # type: ignore[misc]  # what is tested
