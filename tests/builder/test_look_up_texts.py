"""What of a row is offered to be looked up, where its cell holds no record id."""

from __future__ import annotations

import pandas as pd
import pytest

from onoffice_nb.builder.look_up_texts import look_up_texts
from onoffice_nb.intake.explanations import explain
from onoffice_nb.intake.repairs import Reject

LINE = pd.Series(
    {
        "Objekt-Nr (extern)": "A-1008",
        "Immobilie": "#NV",
        "Adresse": "KD-5011",
        "Name": " Lenz, Ute ",
        "E-Mail": "ute@mail.example",
        "Notiz": "ruft an",
        "Preis": 5,
    },
    dtype=object,
)


def test_an_object_number_beside_an_error_value_is_offered() -> None:
    assert look_up_texts(Reject("#NV", "no id"), "estate", LINE, [1, 2]) == ["A-1008"]


def test_the_number_in_the_cell_comes_before_mail_and_name() -> None:
    assert look_up_texts(explain("KD-5011"), "address", LINE, [1, 2]) == ["KD-5011", "ute@mail.example", "Lenz, Ute"]


def test_first_and_last_name_are_one_text() -> None:
    line = pd.Series({"Nachname": "Lenz", "Vorname": "Ute"}, dtype=object)
    assert look_up_texts(Reject("", "empty"), "address", line, []) == ["Ute Lenz"]


@pytest.mark.parametrize("module", ["calendar", "task", ""])
def test_nothing_is_offered_where_records_have_no_such_numbers(module: str) -> None:
    assert look_up_texts(Reject("#NV", "no id"), module, LINE, []) == []


def test_without_a_frame_the_cell_itself_is_all_there_is() -> None:
    assert look_up_texts(explain("KD-5011"), "address", None, ()) == ["KD-5011"]
    assert look_up_texts(Reject("#NV", "no id"), "address", None, ()) == []
