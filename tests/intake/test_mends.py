from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onoffice_nb as oo
from onoffice_nb.errors import PairsError
from onoffice_nb.intake.cells import read_cell
from onoffice_nb.intake.ids import read_ids
from onoffice_nb.intake.pairs import Pairs, cross, read_pairs
from onoffice_nb.intake.repairs import Reject, Repair
from onoffice_nb.model import MAX_ID

FRAME = pd.DataFrame(
    {
        "estate": ["1001", "1.002", "1003", "#NV", "1005", "1006", "1.007"],
        "address": ["5001", "5002", "5003/5004", "5005", "005006", "KD-5007", "05008"],
        "name": list("abcdefg"),
    }
)


def read(frame: pd.DataFrame = FRAME) -> Pairs:
    return read_pairs(frame, parent="estate", child="address")


def links(pairs: Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True))


@pytest.mark.parametrize(
    ("cell", "repairs"),
    [
        ("1.003", ["take 1003"]),
        (1.003, ["take 1003"]),
        ("100,200", ["take 100200", "split into 100 and 200"]),
        ("2,5", ["split into 2 and 5", "take 2500"]),
        ("5008/5009", ["split into 5008 and 5009"]),
        ("5008 5009", ["split into 5008 and 5009"]),
        ("[5008, 5009]", ["split into 5008 and 5009"]),
        ("005001", ["take 5001"]),
        ("-1011", ["take 1011"]),
        (-1011, ["take 1011"]),
        ("+5", ["take 5"]),
        ("5006,0", ["take 5006"]),
        ("５００６", ["take 5006"]),
        ("5001 (Kaya)", ["take 5001"]),
        ("№ 5001", ["take 5001"]),
        ("A-1008", ["look up object number 'A-1008'"]),
        ("9,00E+03", []),
        ("5001 - 5010", []),
        ("10 %", []),
        ("", []),
        ("#NV", []),
        ("9.999.999.999.999.999", []),
    ],
)
def test_a_reject_knows_its_repairs_as_values(cell: Any, repairs: list[str]) -> None:
    reject = read_cell(cell)
    assert isinstance(reject, Reject)
    assert list(map(str, reject.repairs)) == repairs


@given(st.text() | st.from_regex(r"[\s+\-#'’.,/;0-9eE٥５KD()]*") | st.floats() | st.integers())
def test_every_id_of_a_repair_is_one(cell: Any) -> None:
    reject = read_cell(cell)
    if isinstance(reject, Reject):
        ids = [value for repair in reject.repairs for value in repair.values if isinstance(value, int)]
        assert all(1 <= value <= MAX_ID for value in ids)


def test_nothing_is_mended_by_itself() -> None:
    pairs = read()
    assert links(pairs) == [(1001, 5001)]
    assert len(pairs.mends) == 0
    assert pairs.decisions == {}
    assert pairs.rejects["kind"].tolist()[:3] == ["thousands", "several ids", "error value"]
    assert str(pairs.rejects["repairs"][1][0]) == "split into 5003 and 5004"


def test_decisions_one_by_one_and_for_all_of_a_kind() -> None:
    before = read()
    decisions: dict[Any, Any] = {"thousands": "take", 3: "split", 4: 1004, (7, "address"): 5008, 6: [5007, 5017]}
    pairs = before.mended(decisions)
    assert links(pairs) == [
        *((1001, 5001), (1002, 5002), (1003, 5003), (1003, 5004)),
        *((1004, 5005), (1006, 5007), (1006, 5017), (1007, 5008)),
    ]
    assert repr(pairs) == (
        "8 pairs · 0 duplicates · 6 cells mended by you · 1 reject (first: row 5, '005006': leading zeros)"
    )
    assert pairs.origins is not None
    assert pairs.origins.tolist() == [0, 1, 2, 2, 3, 4, 5, 5, 6]
    assert pairs.row_numbers.tolist() == [1, 2, 3, 3, 4, 5, 6, 6, 7]
    assert pairs.rejects[["row", "index"]].to_numpy().tolist() == [[5, 4]]
    assert list(pairs.reasons) == [5]
    assert pairs.mends[["row", "column", "raw", "decision"]].to_numpy().tolist()[:3] == [
        [2, "estate", "1.002", "take 1002"],
        [3, "address", "5003/5004", "split into 5003 and 5004"],
        [4, "estate", "#NV", "take 1004"],
    ]
    # What was read stays as it is, and so does the user's frame.
    assert links(before) == [(1001, 5001)]
    assert pairs.source is not None
    pd.testing.assert_frame_equal(pairs.source, FRAME)
    pairs.check_unchanged()


def test_decisions_add_up_and_the_one_on_a_cell_comes_first() -> None:
    once = read().mended({"leading zeros": "take"})
    twice = once.mended({5: 9999, "thousands": "take"})
    assert (1005, 9999) in links(twice)
    assert (1007, 5008) in links(twice)
    assert links(read().mended(twice.decisions)) == links(twice)
    # They can be copied as code.
    assert links(read().mended(eval(repr(twice.decisions)))) == links(twice)  # noqa: S307  # our own code


def test_a_row_that_stays_a_reject_is_not_doubled() -> None:
    pairs = read_pairs(parent=["x", "1"], child=["5/6", "7"]).mended({(1, "child"): "split"})
    assert pairs.rejects[["row", "column"]].to_numpy().tolist() == [[1, "parent"]]
    assert links(pairs) == [(1, 7)]


def test_a_mended_row_may_repeat_another() -> None:
    pairs = read_pairs(parent=["1001", "1001"], child=["5001", "005001"]).mended({2: "take"})
    assert (len(pairs), pairs.duplicates) == (1, 1)
    assert pairs.notes[-1].endswith("row 2 repeats row 1")


def test_infos_are_mended_too() -> None:
    frame = pd.DataFrame({"p": [1, 2, 3], "c": ["5", "6/7", "8"], "i": ["gesendet", "Bestätigt", "aktiv"]})
    pairs = read_pairs(frame, parent="p", child="c", info="i")
    mended = pairs.mended({(2, "i"): "take", (2, "c"): "split", 3: "nicht gesetzt"})
    assert mended.frame["info"].tolist() == ["gesendet", "bestätigt", "bestätigt", "nicht gesetzt"]
    assert mended.rejected == 0


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ({1: 5}, "1: there is no such reject"),
        ({99: 5, "zero": "take"}, "'zero': there is no such reject; 99: there is no such reject"),
        ({7: 5}, r"7: 2 cells of the row are rejects; name one: \(7, 'estate'\), \(7, 'address'\)"),
        ({2: 0}, r"row 2: expected an id, several ids or a repair, got 0 \(repairs: take 1002\)"),
        ({2: "1002"}, "got '1002'"),
        ({2: True}, "got True"),
        ({2: []}, r"got \[\]"),
        ({2: "split"}, "row 2 has 0 repairs of the sort 'split'"),
        ({4: "take"}, "row 4 has 0 repairs of the sort 'take' .none, so give the id"),
        ({6: "look up"}, r"oo\.look_up_rejects"),
        ({(7, "estate"): [1, 2], (7, "address"): [3, 4]}, "row 7: both of its cells are split"),
    ],
)
def test_decisions_that_fit_nothing_are_named_all_at_once(decisions: Any, message: str) -> None:
    with pytest.raises(PairsError, match=f"Nothing was mended. .*{message}"):
        read().mended(decisions)


def test_lists_are_mended_before_they_are_combined() -> None:
    ids = read_ids(["5001", "5002/5003", "5001"]).mended({2: "split"})
    assert repr(ids) == "3 ids · 1 duplicate · 1 cell mended by you · 0 rejects"
    assert ids.notes[-1].endswith("row 3 repeats row 1")
    assert len(cross([1001], ids)) == 3
    assert len(cross(["001001"], ids).mended({"leading zeros": "take"})) == 3


def test_the_rows_of_lists_know_their_pairs_and_their_cells_swapped_too() -> None:
    pairs = cross(["1001", "1.002"], ["5001", "5003", "x"]).mended({(2, "parent"): "take"})
    for lists, ids in ((pairs.crossed, (0, 1)), (pairs.swapped().crossed, (1, 0))):
        assert lists is not None
        one, other = (lists.ids[side].tolist() for side in ids)
        assert (one, other) == ([1001, 1001, 1002, 1002], [5001, 5003, 5001, 5003])
        wanted = [(1002, 5001), (1001, 9999), (1001, 5003)]
        assert lists.positions([(pair[ids[0]], pair[ids[1]]) for pair in wanted]) == [2, 1]
    assert [(cell.row, cell.side, cell.is_decided) for cell in pairs.rejected_cells] == [(2, 0, True), (3, 1, False)]
    swapped = pairs.swapped().rejected_cells
    assert [(cell.row, cell.side, cell.is_decided) for cell in swapped] == [(2, 1, True), (3, 0, False)]


@pytest.mark.parametrize("decisions", [[1003], "take", {1: {1003: 1003}}, {1: {"1.001": {"1.001": 2}}}, {(1, 2): 3}])
def test_what_is_no_decision_is_said(decisions: Any) -> None:
    for read_so in (read_pairs(parent=["1.001"], child=["5001"]), oo.read_ids(["1.001"])):
        with pytest.raises(PairsError):
            read_so.mended(decisions)


def test_a_decision_on_a_text_counts_for_this_text_alone() -> None:
    pairs = read_pairs(parent=["1.001", "1.002"], child=["5001", "5002"])
    mended = pairs.mended({1: {"1.001": "take"}, 2: {"1.002": [7, 8]}})
    assert mended.frame.equals(pairs.mended({1: "take", 2: [7, 8]}).frame)
    with pytest.raises(PairsError, match=r"row 1.*'1\.001'.*'1\.003'.*row 2"):
        pairs.mended({1: {"1.003": 1003}, 2: {}})
    # Of all of a kind too, so that none of them is taken if one is another.
    with pytest.raises(PairsError, match=r"row 2.*'1\.002'"):
        pairs.mended({"thousands": {"1.001": "take"}})


def test_mends_of_lists_name_their_rows_as_whole_numbers() -> None:
    pairs = cross(["1001", "1.002"], ["5001"]).mended({2: "take"})
    assert pairs.mend_lines == ["mended by you: row 2, parent, '1.002': take 1002"]


def test_both_lists_may_have_a_split_cell_in_the_same_row() -> None:
    pairs = cross(["1001/1002"], ["5001/5002"]).mended({"several ids": "split"})
    assert len(pairs) == 4
    assert [cell.is_decided for cell in pairs.rejected_cells] == [True, True]


def test_mends_are_shown_in_plan_and_report_and_survive_the_swap() -> None:
    crm = oo.Sandbox().client()
    pairs = read().mended({3: "split", 2: "take"})
    assert "<li>mended by you: row 3, address, &#x27;5003/5004&#x27;: split" in pairs._repr_html_()
    plan = oo.plan(crm, "buyer", pairs)
    assert "mended by you: row 2, estate, '1.002': take 1002" in str(plan)
    report = oo.submit(crm, plan, progress=False).frame
    assert report["row"].tolist() == [1, 2, 3, 3, 4, 5, 6, 7]
    assert report["child"].tolist()[:4] == [5001, 5002, 5003, 5004]
    assert report["name"].tolist() == list("abccdefg")
    assert report["mended by you"].tolist()[1:4] == [
        "estate: take 1002",
        *["address: split into 5003 and 5004"] * 2,
    ]
    swapped = pairs.mended({(7, "child"): 5008}).swapped().mended({4: 1004, (7, "child"): 1007})
    assert (5005, 1004) in links(swapped)
    assert (5008, 1007) in links(swapped)


CELLS = st.sampled_from(["1001", "1002", "1.003", "4/5", "x", "006", None])


@given(st.lists(st.tuples(CELLS, CELLS).filter(lambda row: row != ("4/5", "4/5")), max_size=6))
def test_decisions_on_kinds_leave_every_row_accounted_for(rows: list[tuple[Any, Any]]) -> None:
    pairs = read_pairs(parent=[row[0] for row in rows], child=[row[1] for row in rows])
    kinds = {"thousands": "take", "leading zeros": "take", "several ids": "split"}
    mended = pairs.mended({kind: word for kind, word in kinds.items() if kind in set(pairs.rejects["kind"])})
    assert len(mended.rows) == len(mended) + mended.duplicates + mended.rejected
    assert set(mended.row_numbers.tolist()) == set(range(1, len(rows) + 1))
    rejected = {number for number, place in zip(mended.row_numbers, mended.rows, strict=True) if place < 0}
    assert rejected == {at for at, row in enumerate(rows, 1) if {"x", None} & set(row)}


def test_repairs_are_decisions() -> None:
    pairs = read()
    assert links(pairs.mended({3: pairs.rejects["repairs"][1][0]}))[1:] == [(1003, 5003), (1003, 5004)]
    assert links(pairs.mended({3: Repair.take(5003)}))[1:] == [(1003, 5003)]


@pytest.mark.parametrize(
    "index",
    [list("abcdefg"), [70, 60, 50, 40, 30, 20, 10], pd.RangeIndex(5, 12), pd.date_range("2026-01-01", periods=7)],
    ids=["letters", "numbers", "range", "dates"],
)
def test_mended_rows_bear_the_number_of_the_users_row_in_every_report(index: Any) -> None:
    crm = oo.Sandbox().client()
    pairs = read(FRAME.set_axis(index)).mended({3: "split", "leading zeros": "take", (7, "estate"): 1007})
    report = oo.submit(crm, oo.plan(crm, "buyer", pairs, preflight=False), progress=False)
    numbers = [1, 2, 3, 3, 4, 5, 6, 7]
    assert report.frame["row"].tolist() == numbers
    assert report.frame["name"].tolist() == list("abccdefg")
    resumed = oo.resume(crm, report.run, progress=False)
    assert resumed.frame["row"].tolist() == numbers
    assert resumed.with_source(FRAME.set_axis(index)).frame["name"].tolist() == list("abccdefg")


def test_only_the_frame_of_a_run_goes_with_its_report() -> None:
    crm = oo.Sandbox().client()
    report = oo.submit(crm, oo.plan(crm, "buyer", read(), preflight=False), progress=False)
    for other in (FRAME.iloc[:-1], FRAME.iloc[::-1], FRAME.assign(name="x"), FRAME.rename(columns={"name": "Name"})):
        with pytest.raises(oo.InputError, match="run 1"):
            report.with_source(other)
    pasted = oo.submit(crm, oo.plan(crm, "buyer", read_pairs(parent=[1005], child=[5005])), progress=False)
    with pytest.raises(oo.InputError, match="not read from a frame"):
        pasted.with_source(FRAME)


def test_a_mend_is_said_in_one_line() -> None:
    (cell,) = read_pairs(parent=["1.003"], child=[5001]).mended({1: 1003}).rejected_cells
    assert str(cell).startswith("row 1, parent: '1.003', ")
    assert "1003" in str(cell)
