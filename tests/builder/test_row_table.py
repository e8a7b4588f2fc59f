"""The table of rows: one state for each row, and filters, search and order over all of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onoffice_nb as oo
from onoffice_nb.builder.row_table import PAGE_SIZE, Query, RowState, RowTable, telling_columns
from onoffice_nb.builder.wording import Words
from onoffice_nb.intake.provenance import FILE_ROW

ENGLISH, GERMAN = Words("en"), Words("de")


def export() -> pd.DataFrame:
    """Rows as they come from Excel: 2 is new, 3 linked already, 4 like 2, 5 to be mended, 6 nobody."""
    frame = pd.DataFrame(
        {
            "Immobilie": ["1001", "1002", "1001", "1003", "1004"],
            "Adresse": ["5001", "5002", "5001", "5.003", "999999"],
            "Name": ["Brandt, Jürgen", "Özdemir, Elif", "Brandt, Jürgen", "Müller, Anna", "Niemand"],
            "Ort": ["Aachen", "Köln", "Aachen", "Düren", None],
        }
    )
    frame.index = pd.Index(range(2, 7), name=FILE_ROW)
    return frame


@pytest.fixture
def sandbox() -> oo.Sandbox:
    sandbox = oo.Sandbox()
    sandbox.link("buyer", [(1002, 5002)])
    return sandbox


@pytest.fixture
def table(sandbox: oo.Sandbox) -> RowTable:
    pairs = oo.read_pairs(export(), parent="Immobilie", child="Adresse")
    return RowTable.of_plan(oo.plan(sandbox.client(), "buyer", pairs))


def rows(table: RowTable, **query: Any) -> list[int]:
    positions = table.matching(Query(**query), ENGLISH)
    numbers: list[int] = table.numbers[positions].tolist()
    return numbers


def test_each_row_has_its_state_number_columns_and_names(table: RowTable) -> None:
    assert table.numbers.tolist() == [2, 3, 4, 5, 6]
    assert table.states == [
        RowState.NEW,
        RowState.ALREADY,
        RowState.DOUBLE,
        RowState.MEND,
        RowState.NOT_FOUND,
    ]
    assert [label for label, _ in table.telling] == ["Name", "Ort"]
    assert table.name(1, 0) == "Jürgen Brandt"
    assert table.detail(2, ENGLISH) == "same pair as row 2"
    assert "5.003" in table.detail(3, ENGLISH)
    # The side that could be read is shown of a row that has to be mended too.
    assert (table.parents[3], table.children[3]) == (1003, 0)


def test_counts_are_of_all_rows(table: RowTable) -> None:
    assert table.counts == dict.fromkeys(
        [RowState.MEND, RowState.NOT_FOUND, RowState.NEW, RowState.ALREADY, RowState.DOUBLE], 1
    )
    assert sum(table.counts.values()) == len(table)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", [2, 3, 4, 5, 6]),
        ("özdemir", [3]),
        ("ÖZDEMIR", [3]),
        ("O\u0308zdemir", [3]),
        ("jürgen new", [2]),
        ("5.003", [5]),
        ("5002", [3]),
        ("same pair as row 2", [4]),
        ("A-1001", [2, 4]),
        ("nothing like this", []),
        ("(", []),
        ("perhaps 5003", [5]),
        (".*", []),
    ],
)
def test_search_looks_at_all_that_is_shown(table: RowTable, search: str, expected: list[int]) -> None:
    assert rows(table, search=search) == expected


def test_search_knows_the_words_of_the_language(table: RowTable) -> None:
    assert table.matching(Query(search="schon da"), GERMAN).tolist() == [1]
    assert table.matching(Query(search="schon da"), ENGLISH).tolist() == []


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("vielleicht 5003", [3]),
        ("Tausenderpunkt", [3]),
        ("nehmen: 5003", [3]),
        ("gleiches Paar wie Zeile 2", [2]),
        ("zu klären", [3]),
        ("perhaps", []),
        ("thousands", []),
    ],
)
def test_a_german_search_finds_what_a_german_page_shows(table: RowTable, search: str, expected: list[int]) -> None:
    assert table.matching(Query(search=search), GERMAN).tolist() == expected


def test_what_was_decided_is_found_and_why_it_was_asked_is_not(sandbox: oo.Sandbox) -> None:
    # Row 5 is the same pair as row 2 then, which is said of it as of any other.
    pairs = oo.read_pairs(export(), parent="Immobilie", child="Adresse").mended({5: [5001, 5003]})
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", pairs))
    assert table.matching(Query(search="von Ihnen geklärt 5.003"), GERMAN).tolist() == [3, 4]
    assert table.matching(Query(search="vielleicht 5003"), GERMAN).tolist() == []


def test_a_word_does_not_reach_into_the_next_row(table: RowTable) -> None:
    assert rows(table, search="new 3") == []


def test_filters_and_search_go_together(table: RowTable) -> None:
    assert rows(table, state=RowState.DOUBLE) == [4]
    assert rows(table, state=RowState.NEW, search="özdemir") == []
    assert rows(table, rows=(6, 3, 77)) == [3, 6]


def test_sorting_by_any_column_and_back(table: RowTable) -> None:
    assert rows(table, sort="column 0") == [2, 4, 5, 6, 3]
    # Nothing comes last, whichever letter it would begin with.
    assert rows(table, sort="column 1") == [2, 4, 5, 3, 6]
    assert rows(table, sort="child") == [5, 2, 4, 3, 6]
    assert rows(table, sort="state") == [5, 6, 2, 3, 4]
    assert rows(table, sort="row", is_descending=True) == [6, 5, 4, 3, 2]
    assert rows(table, sort="column 77") == [2, 3, 4, 5, 6]


def test_texts_that_are_numbers_are_sorted_by_size(sandbox: oo.Sandbox) -> None:
    frame = pd.DataFrame({"e": [1001, 1002, 1003], "a": [5001, 5002, 5003], "Nr": ["10", "9", "Ä"]})
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", oo.read_pairs(frame, parent="e", child="a")))
    assert rows(table, sort="column 0") == [2, 1, 3]


def test_left_out_rows_are_told_as_such(sandbox: oo.Sandbox) -> None:
    pairs = oo.read_pairs(export(), parent="Immobilie", child="Adresse")
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", pairs), left_out={2})
    assert table.states[0] is RowState.LEFT_OUT
    assert table.detail(0, ENGLISH) == ""


def test_a_split_cell_is_one_row_for_each_of_its_ids(sandbox: oo.Sandbox) -> None:
    pairs = oo.read_pairs(parent=[1001, 1002], child=["5001/5002", "5003"]).mended({1: "split"})
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", pairs))
    assert table.numbers.tolist() == [1, 1, 2]
    assert table.children.tolist() == [5001, 5002, 5003]
    assert table.positions_of(1) == [0, 1]
    assert table.cells[0, 1] is table.cells[1, 1]
    assert table.cells[0, 1].is_decided


def test_half_mended_rows_show_what_was_decided(sandbox: oo.Sandbox) -> None:
    pairs = oo.read_pairs(parent=["1.001"], child=["#NV"]).mended({(1, "parent"): "take"})
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", pairs))
    assert table.states == [RowState.MEND]
    assert (table.parents.tolist(), table.children.tolist()) == ([1001], [0])


def test_removals_and_what_is_not_linked(sandbox: oo.Sandbox) -> None:
    pairs = oo.read_pairs(parent=[1002, 1003], child=[5002, 5003])
    table = RowTable.of_plan(oo.plan_removal(sandbox.client(), "buyer", pairs))
    assert table.states == [RowState.REMOVE, RowState.NOT_LINKED]


def test_links_that_a_replacement_removes_stand_below_the_rows(sandbox: oo.Sandbox) -> None:
    pairs = oo.read_pairs(parent=[1002], child=[5003])
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", pairs, replace=True))
    assert table.states == [RowState.NEW, RowState.REMOVE]
    assert table.numbers.tolist() == [1, 0]
    assert (table.parents[1], table.children[1], table.name(1, 1)) == (1002, 5002, "Elif Özdemir")
    assert table.positions_of(0) == []


def test_statuses_are_told_from_and_to() -> None:
    sandbox = oo.Sandbox()
    crm = sandbox.client()
    sandbox.link("calendar:address", [(2909, 10821)])
    first = pd.DataFrame({"t": [2909, 2910], "p": [10821, 10821], "s": ["gesendet", "gesendet"]})
    oo.submit(crm, oo.plan_info(crm, "calendar:address", oo.read_pairs(first, parent="t", child="p", info="s")))
    then = first.assign(s=["bestätigt", "bestätigt"])
    plan = oo.plan_info(crm, "calendar:address", oo.read_pairs(then, parent="t", child="p", info="s"))
    table = RowTable.of_plan(plan)
    assert table.states == [RowState.CHANGE, RowState.NOT_LINKED]
    assert table.detail(0, ENGLISH) == "gesendet → bestätigt"


def test_after_a_run_the_same_rows_have_their_outcomes() -> None:
    sandbox = oo.Sandbox()
    crm = sandbox.client()
    frame = export()
    pairs = oo.read_pairs(frame, parent="Immobilie", child="Adresse")
    plan = oo.plan(crm, "buyer", pairs)
    report = oo.submit(crm, plan, force=["unknown-record"], progress=False)
    table = RowTable.of_report(report, plan.names, pairs.columns or ())

    assert table.numbers.tolist() == [2, 3, 4, 5, 6]
    assert table.states == [
        RowState.LINKED,
        RowState.LINKED,
        RowState.LINKED,
        RowState.SKIPPED,
        RowState.FAILED,
    ]
    assert table.has_run
    assert [label for label, _ in table.telling] == ["Name", "Ort"]
    assert table.name(0, 0).startswith("A-1001")
    assert "error" in table.detail(4, ENGLISH)
    assert report.frame["advice"].iloc[4] in table.detail(4, ENGLISH)
    counts = Counter({state.value: n for state, n in table.counts.items()})
    assert counts["failed"] == report.counts["failed"]


def test_links_removed_without_a_row_are_in_the_report_table(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1002], child=[5003]), replace=True)
    table = RowTable.of_report(oo.submit(crm, plan, progress=False), plan.names)
    assert table.states == [RowState.LINKED, RowState.REMOVED]
    assert table.numbers.tolist() == [1, 0]


def test_pages_hold_a_hundred_rows_and_never_run_out(sandbox: oo.Sandbox) -> None:
    n = 2 * PAGE_SIZE + 1
    pairs = oo.read_pairs(parent=[1001] * n, child=range(5001, 5001 + n))
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", pairs, preflight=False))
    pages = [table.page(Query(page=page), ENGLISH) for page in (0, 1, 2, 9, -1)]
    assert [len(page.positions) for page in pages] == [100, 100, 1, 1, 100]
    assert {page.pages for page in pages} == {3}
    assert np.concatenate([page.positions for page in pages[:3]]).tolist() == list(range(n))
    nothing = table.page(Query(search="nothing of that"), ENGLISH)
    assert (nothing.matching, nothing.pages, len(nothing.positions)) == (0, 1, 0)


def test_the_table_is_saved_with_the_columns_of_the_user(table: RowTable) -> None:
    frame = table.frame(GERMAN)
    assert list(frame.columns[:4]) == ["Immobilie", "Adresse", "Name", "Ort"]
    assert frame["Zeile"].tolist() == [2, 3, 4, 5, 6]
    assert frame["Stand"].tolist() == ["neu", "schon da", "doppelt", "zu klären", "nicht gefunden"]
    assert frame["Adresse: Bezeichnung"].tolist()[0] == "Jürgen Brandt"


def test_a_column_named_as_one_of_ours_is_kept(sandbox: oo.Sandbox) -> None:
    frame = pd.DataFrame({"e": [1001], "a": [5001], "State": ["sold"]})
    table = RowTable.of_plan(oo.plan(sandbox.client(), "buyer", oo.read_pairs(frame, parent="e", child="a")))
    assert set(table.frame(ENGLISH).iloc[0].tolist()) >= {"sold", "new"}


def test_telling_columns_are_texts_that_tell_people_apart() -> None:
    frame = pd.DataFrame(
        {
            "Id": [1, 2],
            "Preis": [100.0, 200.0],
            "Notiz": ["x" * 80, "y" * 80],
            "Leer": [None, ""],
            "Ort": ["Köln", "Aachen"],
            "Kürzel": ["a", "b"],
            "Straße": ["Am Ring 1", "Am Ring 2"],
            "Nachname": ["Reh", "Weiß"],
        }
    )
    assert [frame.columns[place] for place in telling_columns(frame, [0])] == ["Ort", "Straße", "Nachname"]
    assert telling_columns(frame, range(8)) == []
    assert telling_columns(pd.DataFrame()) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1001", "1002", "1.003", "#NV", ""]),
            st.sampled_from(["5001", "5002", "5003/5004", "x"]),
            st.text(max_size=8),
        ),
        max_size=12,
    ),
    st.text(max_size=3),
)
def test_every_row_is_in_the_table_and_in_one_state(cells: list[tuple[str, str, str]], search: str) -> None:
    frame = pd.DataFrame(cells, columns=["e", "a", "Name"], dtype=object)
    pairs = oo.read_pairs(frame, parent="e", child="a")
    plan = oo.plan(_CRM, "buyer", pairs, preflight=False)
    table = RowTable.of_plan(plan)
    assert table.numbers.tolist() == list(range(1, len(cells) + 1))
    assert sum(table.counts.values()) == len(cells)
    by_state = [table.matching(Query(state=state), ENGLISH) for state in table.counts]
    assert sorted(np.concatenate([*by_state, np.zeros(0)]).tolist()) == list(range(len(cells)))
    # What is found by a text has it in itself, and nothing that has it is missed.
    found = set(table.matching(Query(search=search), ENGLISH).tolist())
    shown = [" ".join(texts).casefold() for texts in table._shown(ENGLISH)]
    if search.isalnum() and search.isascii():
        assert found == {row for row, text in enumerate(shown) if search.casefold() in text}


_CRM = oo.Sandbox().client()
