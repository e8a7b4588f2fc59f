"""Matching takes nothing that is not sure, and shows the right record for what it does not take."""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd
import pytest

import onoffice_nb as oo
from onoffice_nb.matching.ladder import match_module
from onoffice_nb.matching.matcher import Question, compare
from onoffice_nb.matching.matches import Matches
from tests.matching.people import (
    Record,
    Written,
    clean_estate,
    clean_person,
    dirty_estate,
    dirty_person,
    estates_in_the_crm,
    people_in_the_crm,
)

PEOPLE = 2_000
ESTATES = 500


def matched(module: str, rows: list[Record], records: dict[int, Record]) -> Matches:
    """Rows compared with records by all rules of the module, without a CRM."""
    rules = match_module(module)
    return compare(rules, rules.rungs, Question.of_rows(rows), list(records), list(records.values()))


def address(**fields: str) -> Record:
    return {"Vorname": "Hans", "Name": "Kern", "Strasse": "Am Markt 1", "Ort": "Aachen"} | fields


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("write", "fewest"), [(clean_person, 0.9), (dirty_person, 0.6)])
def test_none_is_wrong_and_most_are_taken(
    seed: int, write: Callable[[random.Random, int, Record], Written], fewest: float
) -> None:
    choose = random.Random(seed)
    people = people_in_the_crm(choose, PEOPLE)
    written = [write(choose, number, record) for number, record in people.items()]
    matches = matched("address", [person.row for person in written], people)

    wrong = [row for row, match in matches.found.items() if match.id != written[row - 1].meant]
    assert wrong == []
    assert len(matches.found) >= fewest * PEOPLE

    first_three = {row: [one.id for one in likely[:3]] for row, likely in matches.candidates.items()}
    shown = sum(written[row - 1].meant in ids for row, ids in first_three.items())
    assert shown >= 0.95 * len(first_three)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("write", "fewest"), [(clean_estate, 0.9), (dirty_estate, 0.6)])
def test_of_estates_too_none_is_wrong_and_most_are_taken(
    seed: int, write: Callable[[random.Random, int, Record], Written], fewest: float
) -> None:
    choose = random.Random(seed)
    estates = estates_in_the_crm(choose, PEOPLE)
    written = [write(choose, number, record) for number, record in estates.items()]
    matches = matched("estate", [estate.row for estate in written], estates)

    wrong = [(row, written[row - 1]) for row, match in matches.found.items() if match.id != written[row - 1].meant]
    assert wrong == []
    assert len(matches.found) >= fewest * PEOPLE

    first_three = {row: [one.id for one in likely[:3]] for row, likely in matches.candidates.items()}
    shown = sum(written[row - 1].meant in ids for row, ids in first_three.items())
    assert shown >= 0.95 * len(first_three)


@pytest.mark.parametrize("seed", range(5))
def test_estates_by_number_or_place(seed: int) -> None:
    choose = random.Random(seed)
    estates = estates_in_the_crm(choose, ESTATES)
    rows = [
        {"strasse": f"{record['strasse']} {record['hausnummer']}", "ort": record["ort"]} for record in estates.values()
    ]
    by_place = matched("estate", rows, estates)
    assert all(match.id == 1000 + row for row, match in by_place.found.items())
    assert len(by_place.found) >= 0.8 * ESTATES
    assert all("records are found by street" in problem for problem in by_place.problems.values())

    numbers = [{"objektnr_extern": record["objektnr_extern"].lower()} for record in estates.values()]
    assert len(matched("estate", numbers, estates).found) == ESTATES


def test_a_father_and_his_son_are_told_apart_by_their_mail_alone() -> None:
    people = {1: address(Email="vater@mail.example"), 2: address(Email="sohn@mail.example")}
    rows = [address(Email="sohn@mail.example"), address(), address(Email="enkel@mail.example")]
    matches = matched("address", rows, people)
    assert {row: match.id for row, match in matches.found.items()} == {1: 2}
    assert "2 records" in matches.problems[2]
    assert {candidate.id for candidate in matches.candidates[3]} == {1, 2}


def test_another_mail_or_another_name_stands_against_a_rule() -> None:
    people = {
        1: address(Email="h.kern@mail.example", KdNr="77"),
        2: address(Vorname="Ruth", Firma="Bau", Email="info@bau.example"),
    }
    rows = [
        address(Email="somebody@else.example"),
        {"KdNr": "77", "Vorname": "Elif", "Name": "Kaya"},
        {"Firma": "Bau", "Email": "info@bau.example", "Name": "Kaya"},
        address(Email="h.kernn@mail.example"),
    ]
    matches = matched("address", rows, people)
    assert {row: match.id for row, match in matches.found.items()} == {4: 1}
    assert "another e-mail" in matches.problems[1]
    assert "another name" in matches.problems[2]
    assert "another name" in matches.problems[3]


def test_rules_that_point_to_two_records_settle_nothing() -> None:
    people = {1: address(), 2: {"Vorname": "Hans", "Name": "Kern", "Email": "h.kern@mail.example"}}
    matches = matched("address", [address(Email="h.kern@mail.example")], people)
    assert not matches.found
    assert "2 records" in matches.problems[1]


def test_too_little_is_said_so() -> None:
    matches = matched("address", [{}, {"Name": "Kern"}, address(Ort="Bonn")], {1: address()})
    assert not matches.found
    assert matches.problems[1] == "empty"
    assert "too little" in matches.problems[2]
    assert "no record" in matches.problems[3]


def test_decisions_are_the_users_alone() -> None:
    people = {1: address(), 2: address(), 3: address(Vorname="Ruth")}
    matches = matched("address", [address(), address(), address(Vorname="Rut", Ort="Düren")], people)
    assert [cell for cell in matches.cells if isinstance(cell, int)] == []

    decided = matches.decided({1: 2})
    assert decided.frame["id"].tolist() == [2, pd.NA, pd.NA]
    assert decided.frame["rule"][0] == "decided by you"
    assert not matches.found, "the matches that were decided upon stay as they were"

    with pytest.raises(oo.InputError, match=r"row 2 cannot be 99.*row 7"):
        matches.decided({2: 99, 7: 1})
    with pytest.raises(oo.InputError, match="row 1"):
        decided.decided({1: 1})


def test_candidates_are_a_table_the_likeliest_first() -> None:
    people = {1: address(Strasse="Ring 1"), 2: address(Vorname="Ruth", Strasse="Ring 2")}
    frame = matched("address", [address(Strasse="Neue Gasse 7"), {}], people).candidate_frame
    assert list(frame.columns) == ["row", "text", "rank", "id", "label", "reasons"]
    assert frame[["row", "rank", "id"]].to_numpy().tolist() == [[1, 1, 1], [1, 2, 2]]
    assert frame["reasons"].tolist()[0].startswith("same name · same first name")


def test_numbers_beside_gaps_and_rows_of_two_files_are_what_they_were() -> None:
    two_files = pd.DataFrame({"KdNr": [7.0, None]}, index=pd.Index([2, 2], name="file row"))
    matches = oo.match(oo.Sandbox().client(), "address", two_files, by={"KdNr": "KdNr"})
    assert list(matches.texts.items()) == [(1, "7"), (2, "")]


def test_all_alike_are_decided_at_once() -> None:
    people = {number: address(Vorname=name) for number, name in enumerate(["Hans", "Ruth", "Elif"], 1)}
    rows = [address(Vorname=name, Strasse="Neue Gasse 7") for name in ("Hans", "Ruth", "Elif")]
    matches = matched("address", rows, people)
    pattern = matches.candidates[1][0].pattern
    assert pattern == "same name · same first name · same city"
    assert [match.id for match in matches.decided_alike(pattern).found.values()] == [1, 2, 3]
    with pytest.raises(oo.InputError, match="candidate_frame"):
        matches.decided_alike("same shoe size")


def test_hostile_texts_are_shown_as_texts() -> None:
    matches = matched(
        "address", [address(Name="<script>alert(1)</script>", Ort="Bonn")], {1: address(Name="<b>Kern</b>")}
    )
    assert "<script>" not in matches._repr_html_()
    assert "<b>" not in matches._repr_html_()


def test_exact_values_are_asked_for_in_batches() -> None:
    with oo.Sandbox() as box:
        requests: list[str] = []
        box.on_request = lambda entry: requests.append(str(entry))
        export = pd.DataFrame({"Objekt-Nr": [f" a-{number} " for number in range(1001, 1701)] + [None]})
        matches = oo.match(box.client(), "estate", export, by={"objektnr_extern": "Objekt-Nr"})
    assert len(requests) == 2
    assert matches.frame["id"].head(3).tolist() == [1001, 1002, 1003]
    assert matches.problems[701] == "empty"


def test_what_is_not_sure_becomes_a_reject_of_its_row() -> None:
    export = pd.DataFrame({"Objekt": ["A-1001", "5001"], "Adresse": [5001, 5002]})
    with oo.Sandbox() as box:
        estates = oo.match(box.client(), "estate", export, by={"objektnr_extern": "Objekt"})
    pairs = oo.read_pairs(parent=estates.cells, child=export["Adresse"])
    assert pairs.frame[["parent", "child"]].to_numpy().tolist() == [[1001, 5001]]
    assert pairs.rejects[["row", "raw"]].to_numpy().tolist() == [[2, "5001"]]
    assert "object number" in pairs.rejects["reason"][0]


@pytest.mark.parametrize("by", [{}, {"Vorname ": "Name"}, ["full name", "Schuhgröße"]])
def test_unknown_fields_are_named(by: dict[str, str] | list[str]) -> None:
    with oo.Sandbox() as box, pytest.raises(oo.InputError, match="KdNr"):
        oo.match(box.client(), "address", pd.DataFrame({"Name": ["Kern"]}), by=by)


def test_unknown_modules_and_columns_are_named() -> None:
    frame = pd.DataFrame({"Name": ["Kern"]})
    with oo.Sandbox() as box:
        crm = box.client()
        with pytest.raises(oo.InputError, match="address and estate"):
            oo.match(crm, "task", frame, by="Betreff")
        with pytest.raises(oo.PairsError, match=r"'Nachname'.*'Name'"):
            oo.match(crm, "address", frame, by={"Name": "Nachname"})
