"""Modules too large to read are searched: the same rules, the same rows, fewer requests."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onoffice_nb as oo
from onoffice_nb.matching import search
from onoffice_nb.matching.ladder import match_module

PEOPLE = {"Vorname": "first", "Name": "last", "Strasse": "street", "Ort": "city"}
ESTATES = {"strasse": "street", "ort": "city"}


@pytest.fixture
def box() -> Iterator[oo.Sandbox]:
    with oo.Sandbox() as box:
        yield box


def calls(box: oo.Sandbox) -> list[str]:
    lines: list[str] = []
    box.on_request = lambda entry: lines.extend(entry.lines)
    return lines


def people(crm: oo.Client, n: int = 40) -> pd.DataFrame:
    """People of the CRM in another writing: umlauts written out, capitals, streets cut short."""
    read = crm.read("address", ["Vorname", "Name", "Strasse", "Ort"])
    chosen = read[read["Strasse"] != ""].head(n)
    spelt = {"ü": "ue", "ö": "oe", "ä": "ae", "ß": "ss"}
    frame = pd.DataFrame(
        {
            "first": chosen["Vorname"].str.upper(),
            "last": chosen["Name"].replace(spelt, regex=True),
            "street": chosen["Strasse"].str.replace("straße", "str.", regex=False),
            "city": chosen["Ort"],
        }
    )
    return frame.assign(meant=chosen["id"].to_numpy())


@pytest.mark.parametrize("n", [1, 40])
def test_people_are_found_by_searching_as_they_are_by_reading(box: oo.Sandbox, n: int) -> None:
    crm = box.client()
    frame = people(crm, n)
    by_reading = oo.match(crm, "address", frame, by=PEOPLE)
    lines = calls(box)
    by_searching = oo.match(crm, "address", frame, by=PEOPLE, most_read=100)
    assert any("search" in line for line in lines)
    assert by_searching.found == by_reading.found
    assert {match.id for match in by_searching.found.values()} <= set(frame["meant"])
    assert len(by_searching.found) >= 0.7 * n


def test_small_modules_are_read(box: oo.Sandbox) -> None:
    crm = box.client()
    lines = calls(box)
    oo.match(crm, "address", people(crm, 3), by=PEOPLE)
    assert not any("search" in line for line in lines)


def test_what_takes_fewer_requests_is_done(box: oo.Sandbox) -> None:
    crm = box.client()
    many = pd.concat([people(crm, 300)], ignore_index=True)
    lines = calls(box)
    oo.match(crm, "address", many, by=PEOPLE, most_read=0)
    assert not any("search" in line for line in lines), "300 searches are 6 requests, reading the module takes fewer"


def test_estates_are_found_by_their_street(box: oo.Sandbox) -> None:
    crm = box.client()
    estates = crm.read("estate", ["strasse", "hausnummer", "ort"]).head(20)
    street = estates["strasse"].str.replace("straße", "str.", regex=False) + " " + estates["hausnummer"]
    frame = pd.DataFrame({"street": street, "city": estates["ort"]})
    by_reading = oo.match(crm, "estate", frame, by=ESTATES)
    by_searching = oo.match(crm, "estate", frame, by=ESTATES, most_read=0)
    assert by_searching.found.items() <= by_reading.found.items()
    cut = {row for row, problem in by_searching.problems.items() if "there may be more" in problem}
    assert by_searching.found.keys() | cut >= by_reading.found.keys()


def test_numbers_beside_names_are_asked_for_exactly(box: oo.Sandbox) -> None:
    crm = box.client()
    frame = pd.DataFrame({"full": ["Jürgn Brand", "Nobody At All"], "Mail": ["kunde5001@mail.example", ""]})
    matches = oo.match(crm, "address", frame, by={"full name": "full", "Email": "Mail"}, most_read=0)
    assert [candidate.id for candidate in matches.candidates[1]] == [5001]
    assert matches.candidates[2] == ()


def test_a_row_whose_answer_may_be_cut_is_not_taken(box: oo.Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    crm = box.client()
    frame = people(crm, 1)
    assert oo.match(crm, "address", frame, by=PEOPLE, most_read=0).found
    monkeypatch.setitem(search._LONGEST_ANSWER, "address", 1)
    matches = oo.match(crm, "address", frame, by=PEOPLE, most_read=0)
    assert not matches.found
    assert "there may be more" in matches.problems[1]
    assert matches.candidates[1], "they are shown all the same"


def test_a_search_that_is_refused_is_told() -> None:
    with oo.Sandbox() as box:
        crm = box.client()
        with pytest.raises(oo.ApiError):
            search.search_records(crm, "address", [" "])


UMLAUTS = ("Müller", "Groß", "Jörg", "Käthe")
WRITTEN_OUT = ("Mueller", "Gross", "Joerg", "Kaethe")
SPELT = st.lists(st.tuples(st.sampled_from(range(4)), st.booleans(), st.booleans()), min_size=1, max_size=3)


@given(SPELT)
def test_a_name_is_asked_for_as_the_crm_may_spell_it(words: list[tuple[int, bool, bool]]) -> None:
    row, record = (
        " ".join((UMLAUTS if flags[side] else WRITTEN_OUT)[place] for place, *flags in words) for side in (0, 1)
    )
    assert record.lower() in search.searched_texts(match_module("address"), {"full name": row})


@given(st.text(), st.text())
def test_whatever_stands_in_a_row_few_texts_are_asked_for_and_none_is_empty(one: str, other: str) -> None:
    for module, row in (
        ("address", {"Vorname": one, "Name": other}),
        ("address", {"Firma": one}),
        ("estate", {"strasse": one, "ort": other}),
    ):
        texts = search.searched_texts(match_module(module), row)
        assert len(texts) <= 8
        assert all(text.strip() for text in texts)


@pytest.mark.parametrize(
    ("street", "texts"),
    [
        ("Jülicher Straße 12 a", ("jülicher aachen", "juelicher aachen")),
        ("Juelicherstr. 12A", ("juelicher aachen", "jülicher aachen")),
        ("Am Markt 5", ("markt aachen",)),
        ("Karl-Marx-Str. 1", ("karl marx aachen",)),
        ("Str. 1", ()),
        ("", ()),
    ],
)
def test_streets_are_asked_for_by_what_is_always_written(street: str, texts: tuple[str, ...]) -> None:
    assert search.searched_texts(match_module("estate"), {"strasse": street, "ort": "Aachen (Brand)"}) == texts
