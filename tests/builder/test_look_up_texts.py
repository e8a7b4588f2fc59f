"""What of a row is offered to be looked up, where its cell holds no record id."""

from __future__ import annotations

import pandas as pd
import pytest

from onoffice_nb.builder.look_up_texts import LookUpTexts
from onoffice_nb.intake.explanations import explain
from onoffice_nb.intake.repairs import Reject

BESIDE = {
    "Id": "#NV",
    "Objekt-Nr (extern)": "A-1008",
    "Name": " Lenz, Ute ",
    "E-Mail": "ute@mail.example",
    "Notiz": "ruft an",
    "Preis": 5,
}


def offers(reject: Reject, module: str, beside: dict[str, object]) -> dict[str, str]:
    return LookUpTexts(module, pd.DataFrame([beside]), ["Id"]).offers(reject, 0)


def test_an_object_number_beside_an_error_value_is_offered() -> None:
    assert offers(Reject("#NV", "no id"), "estate", BESIDE) == {"A-1008": "Objekt-Nr (extern)"}


def test_the_number_in_the_cell_comes_before_mail_and_name() -> None:
    assert list(offers(explain("KD-5011"), "address", BESIDE).items()) == [
        *(("KD-5011", ""), ("ute@mail.example", "E-Mail"), ("Lenz, Ute", "Name")),
    ]


def test_a_column_of_ids_is_none_that_tells() -> None:
    source = pd.DataFrame({"Objekt-Nr": ["A-1008"]})
    assert LookUpTexts("estate", source, ["Objekt-Nr"]).offers(Reject("#NV", "no id"), 0) == {}


def test_first_and_last_name_are_one_text() -> None:
    beside: dict[str, object] = {"Nachname": "Lenz", "Vorname": "Ute"}
    assert offers(Reject("", "empty"), "address", beside) == {"Ute Lenz": "Nachname"}


@pytest.mark.parametrize("module", ["calendar", "task", ""])
def test_nothing_is_offered_where_records_have_no_such_numbers(module: str) -> None:
    assert offers(Reject("#NV", "no id"), module, BESIDE) == {}


def test_without_a_frame_the_cell_itself_is_all_there_is() -> None:
    assert LookUpTexts("address").offers(explain("KD-5011"), 0) == {"KD-5011": ""}
    assert LookUpTexts("address").offers(Reject("#NV", "no id"), 0) == {}
