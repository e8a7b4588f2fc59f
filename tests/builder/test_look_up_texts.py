"""What of a row is offered to be looked up, where its cell holds no record id."""

from __future__ import annotations

import pytest

from onoffice_nb.builder.look_up_texts import look_up_texts
from onoffice_nb.intake.explanations import explain
from onoffice_nb.intake.repairs import Reject

BESIDE = [
    ("Objekt-Nr (extern)", "A-1008"),
    ("Name", " Lenz, Ute "),
    ("E-Mail", "ute@mail.example"),
    ("Notiz", "ruft an"),
    ("Preis", 5),
]


def test_an_object_number_beside_an_error_value_is_offered() -> None:
    assert look_up_texts(Reject("#NV", "no id"), "estate", BESIDE) == ["A-1008"]


def test_the_number_in_the_cell_comes_before_mail_and_name() -> None:
    assert look_up_texts(explain("KD-5011"), "address", BESIDE) == ["KD-5011", "ute@mail.example", "Lenz, Ute"]


def test_first_and_last_name_are_one_text() -> None:
    beside = [("Nachname", "Lenz"), ("Vorname", "Ute")]
    assert look_up_texts(Reject("", "empty"), "address", beside) == ["Ute Lenz"]


@pytest.mark.parametrize("module", ["calendar", "task", ""])
def test_nothing_is_offered_where_records_have_no_such_numbers(module: str) -> None:
    assert look_up_texts(Reject("#NV", "no id"), module, BESIDE) == []


def test_without_a_frame_the_cell_itself_is_all_there_is() -> None:
    assert look_up_texts(explain("KD-5011"), "address") == ["KD-5011"]
    assert look_up_texts(Reject("#NV", "no id"), "address") == []
