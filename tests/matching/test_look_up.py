"""A text means a record where it is an identifier of exactly one; all else is for a person to judge."""

from __future__ import annotations

import pytest

import onoffice_nb as oo
from onoffice_nb.matching.look_up import look_up, look_up_all


@pytest.fixture(scope="module")
def crm() -> oo.Client:
    return oo.Sandbox().client()


@pytest.mark.parametrize(
    ("module", "text", "record"),
    [
        ("estate", "A-1008", 1008),
        ("estate", " a-1008 ", 1008),
        ("address", "kunde5001@mail.example", 5001),
        ("address", "5011", 5105),
    ],
)
def test_an_identifier_of_one_record_is_found(crm: oo.Client, module: str, text: str, record: int) -> None:
    found = look_up(crm, module, text).found
    assert found is not None
    assert found.id == record


@pytest.mark.parametrize(
    ("text", "record", "reason"),
    [("KD-5011", 5105, "without 'KD-'"), ("Vogt, Lea", 5014, "same name"), ("Peter Schmitz", 5005, "same name")],
)
def test_what_is_only_likely_is_a_candidate(crm: oo.Client, text: str, record: int, reason: str) -> None:
    found, candidates = look_up(crm, "address", text)
    assert found is None
    assert candidates[0].id == record
    assert reason in candidates[0].reasons


@pytest.mark.parametrize("text", ["A-9999", "xyzzy", ""])
def test_what_no_record_has_gives_nothing(crm: oo.Client, text: str) -> None:
    assert look_up(crm, "estate", text) == (None, ())


def test_records_without_numbers_cannot_be_looked_up(crm: oo.Client) -> None:
    with pytest.raises(oo.InputError, match="calendar"):
        look_up(crm, "calendar", "A-1008")


TEXTS = ["A-1008", "A-1001", "a-1002 ", "A-9999", "", "KD-5011", "5011", "kunde5001@mail.example", "Vogt, Lea", "5011"]


@pytest.mark.parametrize("module", ["estate", "address"])
def test_many_texts_mean_what_each_means_alone(crm: oo.Client, module: str) -> None:
    texts = [*TEXTS, *(f"kunde{number}@mail.exampel" for number in range(5001, 5004))]
    assert look_up_all(crm, module, texts) == [look_up(crm, module, text) for text in texts]


def test_many_texts_take_no_more_requests_than_one() -> None:
    def requests(texts: list[str]) -> int:
        box = oo.Sandbox()
        look_up_all(box.client(), "estate", texts)
        return len(box.log)

    assert requests([f"A-{number}" for number in range(1001, 1013)]) == requests(["A-1001"])
