from __future__ import annotations

import tracemalloc
import unicodedata
from collections import Counter
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.errors import PairsError, PlanError
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.pairs import Pairs, cross, read_ids, read_pairs
from onoffice_nb.model import CONFIRMATIONS, RelationInfo
from tests.samples import SAMPLES

ESTATE, ADDRESS = "Datensatznr. Immobilie", "Datensatznr. Adresse"


def of(parents: list[Any], children: list[Any], infos: list[Any] | None = None, index: Any = None) -> pd.DataFrame:
    columns = {"estate": parents, "address": children} | ({} if infos is None else {"info": infos})
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()}).set_axis(
        range(len(parents)) if index is None else index
    )


def read(frame: pd.DataFrame) -> Pairs:
    return read_pairs(frame, parent="estate", child="address", info="info" if "info" in frame else None)


def listed(pairs: Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True))


def accounted(pairs: Pairs, rows: int) -> None:
    """Every input row is a pair, a repetition of one, or a reject with a reason."""
    assert len(pairs.rows) == rows == len(pairs) + pairs.duplicates + pairs.rejected
    assert set(pairs.reasons) == set(np.flatnonzero(pairs.rows < 0).tolist())
    assert len(set(listed(pairs))) == len(pairs)
    assert list(dict.fromkeys(pairs.rows[pairs.rows >= 0].tolist())) == list(range(len(pairs)))


# What becomes of each row of the Excel export: its pair, or its problems as (column, raw text, reason, advice).
EXPORT: list[Any] = [
    (1001, 5001),
    (1002, 5002),
    (1002, 5003),
    [
        (ESTATE, "1.003", "a thousands separator or a fraction", "perhaps 1003"),
        (ADDRESS, "5.004", "a thousands separator or a fraction", "perhaps 5004"),
    ],
    [(ADDRESS, "", "empty", "fill in the record id")],
    (1005, 5006),  # written 1005.0 and 5006.0
    (1005, 5006),  # the same pair again
    (1006, 5007),  # with blanks around 5007
    [(ADDRESS, "5008/5009", "2 ids in one cell", "one row each: 5008, 5009")],
    [(ESTATE, "#NV", "no id", "Excel error value")],
    [(ADDRESS, "KD-5011", "no id", "customer or object number")],
    (1010, 5012),
    [(ESTATE, "-1011", "negative", "1011, if the sign is a slip")],
    [(ADDRESS, "9,00E+03", "an exponent hides digits", "perhaps 9000 or near it")],
]


def test_the_excel_export_row_by_row() -> None:
    pairs = read_pairs(read_table(SAMPLES / "kaeufer_export.csv"), parent=ESTATE, child=ADDRESS)
    assert len(pairs.rows) == len(EXPORT)
    problems = pairs.rejects.to_dict("records")
    # Row 1 of the file holds the names.
    for row, (place, expected) in enumerate(zip(pairs.rows.tolist(), EXPORT, strict=True), 2):
        if isinstance(expected, tuple):
            assert listed(pairs)[place] == expected
            continue
        assert place == -1
        for column, raw, reason, advice in expected:
            problem = problems.pop(0)
            assert [problem[key] for key in ("row", "index", "column", "raw")] == [row, row, column, raw]
            assert problem["reason"] == reason
            assert advice in problem["suggestion"]
            assert all(part in pairs.reasons[row - 2] for part in (column, raw, reason, advice))
    assert problems == []
    accounted(pairs, 14)
    assert repr(pairs) == (
        "6 pairs · 1 duplicate · 7 rejects (first: row 5, '1.003': a thousands separator or a fraction)"
    )
    assert pairs.notes == (
        "kaeufer_export.csv: read as Windows-1252, which is a guess, such as 'Jürgen'. If letters look wrong, name it:"
        " encoding=…",
        f"{ESTATE}: 10 ids as text, such as '1001' in row 2, taken as 1001",
        f"{ESTATE}: 1 id with a decimal zero, such as '1005.0' in row 7, taken as 1005",
        f"{ADDRESS}: 7 ids as text, such as '5001' in row 2, taken as 5001",
        f"{ADDRESS}: 1 id with blanks around, such as ' 5007 ' in row 9, taken as 5007",
        f"{ADDRESS}: 1 id with a decimal zero, such as '5006.0' in row 7, taken as 5006",
        "1 duplicate, each kept once: row 8 repeats row 7",
    )


def test_the_frame_keeps_its_columns_rows_and_labels() -> None:
    frame = read_table(SAMPLES / "kaeufer_export.csv").set_index("Objekt-Nr (extern)")
    pairs = read_pairs(frame, parent=ESTATE, child=ADDRESS)
    assert pairs.source is not None
    pd.testing.assert_frame_equal(pairs.source, frame)
    assert pairs.columns == (ESTATE, ADDRESS)
    assert pairs.rejects["index"][0] == "A-1003"


def test_the_summary_line() -> None:
    frame = of([1, 2, 3, 1, "#NV"], [5, 6, 7, 5, 8])
    assert repr(read(frame)) == "3 pairs · 1 duplicate · 1 reject (first: row 5, '#NV': no id)"
    assert repr(read(of([], []))) == "0 pairs · 0 duplicates · 0 rejects"
    many = read(of(list(range(1, 1483)), [5] * 1482))
    assert repr(many) == "1,482 pairs · 0 duplicates · 0 rejects"


def test_appointments_carry_their_infos() -> None:
    table = read_table(SAMPLES / "termine_teilnehmer.csv")
    pairs = read_pairs(table, parent="termin_id", child="adresse_id", info="bestaetigung")
    assert len(pairs) == len(table) == 133
    assert set(pairs.infos) == {RelationInfo(confirmation) for confirmation in CONFIRMATIONS}
    assert pairs.frame["info"].tolist() == table["bestaetigung"].tolist()
    assert pairs.info is not None
    assert pairs.info.dtype == np.int16


def test_infos_are_read_as_strictly_as_ids() -> None:
    nfd = unicodedata.normalize("NFD", "bestätigt")
    cells = ["bestätigt", nfd, "\u00a0gesendet", "", None, "Bestätigt", "aktiv", 1, RelationInfo("gecancelt")]
    pairs = read(of([1] * 9, list(range(1, 10)), cells))
    assert pairs.frame["info"].fillna("").tolist() == ["bestätigt", "bestätigt", "gesendet", "", "", "gecancelt"]
    assert pairs.rejects[["row", "column", "raw"]].to_numpy().tolist() == [
        [6, "info", "Bestätigt"],
        [7, "info", "aktiv"],
        [8, "info", "1"],
    ]
    assert pairs.rejects["suggestion"][0].startswith("perhaps bestätigt; one of: bestätigt, gesendet, gecancelt")
    assert pairs.notes == (
        f"info: 1 info in decomposed letters, such as {nfd!r} in row 2, taken as 'bestätigt'",
        "info: 1 info with blanks around, such as '\\xa0gesendet' in row 3, taken as 'gesendet'",
        "info: 2 rows without an info, such as row 4",
    )


def test_only_infos_that_pairs_have_are_kept() -> None:
    pairs = read(of(["x", 1, 2], [5, 5, 5], ["gesendet", "bestätigt", ""]))
    assert pairs.infos == (RelationInfo("bestätigt"),)
    assert pairs.info is not None
    assert pairs.info.tolist() == [0, -1]
    assert read(of([1], [5], [""])).infos == ()


def test_the_same_pair_with_different_infos_rejects_every_one_of_its_rows() -> None:
    infos = ["bestätigt", "gesendet", "", "bestätigt", "gesendet", "gesendet"]
    pairs = read(of([1, 1, 1, 1, 2, 2], [5] * 6, infos))
    assert listed(pairs) == [(2, 5)]
    assert pairs.duplicates == 1
    assert pairs.rejects["row"].tolist() == [1, 2, 3, 4]
    assert pairs.rejects["suggestion"][0] == "'gesendet' in row 2; '' in row 3: keep one of these rows"
    assert pairs.rejects["suggestion"][1] == "'bestätigt' in row 1, 4; '' in row 3: keep one of these rows"
    accounted(pairs, 6)


def test_one_info_for_all() -> None:
    pairs = read_pairs(parent=[1, 2], child=[5, 6], info=RelationInfo("gesendet"))
    assert pairs.frame["info"].tolist() == ["gesendet", "gesendet"]
    assert cross([1], [5, 6], info=RelationInfo("gesendet")).frame["info"].tolist() == ["gesendet", "gesendet"]
    with pytest.raises(PairsError, match=r"info='bestätigt': .*oo\.RelationInfo"):
        cross([1], [2], info="bestätigt")  # type: ignore[arg-type]  # as a user may


def test_lists_columns_and_pasted_text_pair_up_without_a_frame() -> None:
    for parent, child in [
        ([1001, 1002], [5001, 5002]),
        ("1001\n1002\n", "Adresse\n5001\n5002\n"),
        (pd.Series([1001, 1002]), np.array([5001, 5002])),
    ]:
        pairs = read_pairs(parent=parent, child=child)
        assert listed(pairs) == [(1001, 5001), (1002, 5002)]
        assert pairs.source is None
        pairs.check_unchanged()


def test_an_empty_cell_of_a_pasted_column_does_not_shift_the_others() -> None:
    pairs = read_pairs(parent="\n1001\n1002\n", child="5001\n5002\n\n", info="gesendet\nbestätigt\n\n")
    assert listed(pairs) == [(1001, 5002)]
    assert pairs.rejects["row"].tolist() == [1, 3]
    assert pairs.frame["info"].tolist() == ["bestätigt"]


def test_unequal_lengths_are_an_error_that_names_both() -> None:
    with pytest.raises(PairsError, match=r"parent has 3 rows, child has 1 row: .* oo\.cross"):
        read_pairs(parent=[1, 2, 3], child=[5])
    with pytest.raises(PairsError, match="parent has 1 row, info has 2 rows"):
        read_pairs(parent=[1], child=[5], info=["gesendet", "gesendet"])


def test_a_header_that_makes_lists_unequal_is_named() -> None:
    with pytest.raises(PairsError, match=r"parent has 1 row, child has 2 rows: .* parent: the first line, 'Brandt Jü"):
        read_pairs(parent="Brandt Jürgen\nMüller", child="5001\n5002")


def test_lines_that_do_not_fit_are_not_zipped() -> None:
    with pytest.raises(PairsError, match=r"not line by line: line 1 has 2 and 1\. .* oo\.cross"):
        read_pairs(parent="1001 1002\n1003", child="5001\n5002 5003")
    with pytest.raises(PairsError, match="not line by line: line 2 has 1 and 2"):
        read_pairs(parent="1001\n1002\n1003", child="5001\n5002 5003")
    for parent, child in (
        ("1001 1002\n1003", "5001 5002\n5003"),
        ("1001, 1002, 1003", "5001\n5002\n5003"),
        ("1001, 1002,\n1003", "5001\n5002\n5003"),
    ):
        assert listed(read_pairs(parent=parent, child=child)) == [(1001, 5001), (1002, 5002), (1003, 5003)]


def test_what_has_lost_the_order_of_its_rows_is_not_zipped() -> None:
    # Each has lost one row, but not the same one: of equal length, and wrong.
    parents, children = read_ids("1001 1001 1002 1003"), read_ids("5001 5002 5002 5003")
    with pytest.raises(PairsError, match=r"parent: 3 ids · 1 duplicate .* oo\.cross"):
        read_pairs(parent=parents, child=children)
    with pytest.raises(PairsError, match="child: a set has no order"):
        read_pairs(parent=[1001, 1002], child={5001, 5002})
    whole = read_pairs(parent=read_ids("1001 1002"), child=read_ids([5002, 5001]))
    assert whole.frame.values.tolist() == [[1001, 5002], [1002, 5001]]


def test_series_with_other_labels_are_not_zipped() -> None:
    with pytest.raises(PairsError, match="different labels"):
        read_pairs(parent=pd.Series([1, 2]), child=pd.Series([5, 6], index=[1, 0]))


@pytest.mark.parametrize(
    ("parent", "child", "message"),
    [
        ("estate", "adress", "no column 'adress'. Probably meant: 'address'. Its columns: 'estate', 'address'"),
        ("Estates", "address", "Probably meant: 'estate'"),
        ("estate", "estate", "are the same column, 'estate'"),
        ("estate", [5001], "not list"),
        ("estate", pd.Series([5001]), "not Series"),
        (None, "address", "no column 'None'. Its columns"),
        (0, "address", "no column '0'"),
        ("row", "address", "It is the index"),
    ],
)
def test_columns_that_are_not_there_are_named(parent: Any, child: Any, message: str) -> None:
    with pytest.raises(PairsError) as caught:
        read_pairs(of([1], [5]).rename_axis("row"), parent=parent, child=child)
    assert message in str(caught.value)


def test_two_columns_of_one_name_are_an_error_only_where_they_are_asked_for() -> None:
    frame = pd.DataFrame([[1, 5, 6, "x", "y"]], columns=["estate", "address", "address", "note", "note"])
    with pytest.raises(PairsError, match="2 columns are named 'address'"):
        read_pairs(frame, parent="estate", child="address")
    frame.columns = pd.Index(["estate", "address", "other", "note", "note"])
    assert listed(read_pairs(frame, parent="estate", child="address")) == [(1, 5)]


@pytest.mark.parametrize(
    "label", ["\u00a0Straße", "Straße ", "STRASSE", "  straße\u200b", unicodedata.normalize("NFD", "Straße"), "Ｓtraße"]
)
def test_columns_are_found_in_spite_of_blanks_case_and_unicode_form(label: str) -> None:
    frame = pd.DataFrame({label: ["1001"], "\ufeffAdresse Nr": ["5001"], "Größe": [1]})
    pairs = read_pairs(frame, parent="Straße", child="adresse\u00a0 nr")
    assert listed(pairs) == [(1001, 5001)]
    assert pairs.columns == (label, "\ufeffAdresse Nr")
    with pytest.raises(PairsError, match=r"Its columns: '.*', 'Adresse Nr', 'Größe'"):
        read_pairs(frame, parent="Straße", child="x")


def test_columns_that_differ_by_blanks_only_are_never_mixed_up() -> None:
    frame = pd.DataFrame([[1, 5, 6]], columns=["estate", "address", "address "])
    assert listed(read_pairs(frame, parent="estate", child="address ")) == [(1, 6)]
    with pytest.raises(PairsError, match="2 columns are named like 'Address': 'address', 'address '"):
        read_pairs(frame, parent="estate", child="Address")


def test_columns_may_be_named_by_anything() -> None:
    frame = pd.DataFrame([[1, 5, 0]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", pd.NA)]))
    assert listed(read_pairs(frame, parent=("a", 1), child=("a", 2))) == [(1, 5)]
    frame.columns = pd.Index([7, pd.NA, None], dtype=object)
    with pytest.raises(PairsError, match="no column 'x'"):
        read_pairs(frame, parent=7, child="x")


def test_only_a_frame_is_a_frame() -> None:
    rubbish: Any = {"estate": [1]}
    with pytest.raises(PairsError, match=r"not from dict: .* oo\.read_table"):
        read_pairs(rubbish, parent="estate", child="address")


def test_swapping_changes_places_and_nothing_else() -> None:
    pairs = read(of([1, 2, "x", 1], [5, 6, 7, 5]))
    back = pairs.swapped()
    assert listed(back) == [(5, 1), (6, 2)]
    assert back.columns == ("address", "estate")
    assert back.rows is pairs.rows
    assert listed(back.swapped()) == listed(pairs)


def test_results_are_values() -> None:
    pairs = read(of([1], [5]))
    for array in (pairs.parents, pairs.children, pairs.rows):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9


def test_a_frame_that_was_changed_is_noticed_with_its_rows() -> None:
    frame = of([1, None, 3], [5, [6], "7"])
    pairs = read(frame)
    pairs.check_unchanged()
    frame["note"] = "more columns are welcome"
    frame.index = pd.Index(["x", "y", "z"])
    pairs.swapped().check_unchanged()
    frame.loc["z", "address"] = "8"
    with pytest.raises(PlanError, match="address was changed since it was read: row 3 was '7', is '8'"):
        pairs.check_unchanged()


def test_a_frame_that_was_turned_extended_or_renamed_is_noticed() -> None:
    frame = of([1, 2, 3], [5, 6, 7], ["gesendet", "", "bestätigt"])
    pairs = read(frame)
    frame["estate"] = [3, 2, 1]
    with pytest.raises(PlanError, match="row 1 was '1', is '3'; row 3 was '3', is '1'"):
        pairs.check_unchanged()
    frame["estate"] = [1.0, 2.0, 3.0]
    pairs.check_unchanged()
    frame.loc[1, "info"] = "gesendet"
    with pytest.raises(PlanError, match="info was changed"):
        pairs.check_unchanged()
    frame.loc[3, "estate"] = 4
    with pytest.raises(PlanError, match="had 3 rows when read, now 4"):
        pairs.check_unchanged()
    frame = of([1], [5])
    pairs = read(frame)
    frame.columns = pd.Index(["estate", "adresse"])
    with pytest.raises(PlanError, match=r"no column 'address'\. Probably meant: 'adresse'"):
        pairs.check_unchanged()


def test_every_parent_with_every_child() -> None:
    pairs = cross("1001, 1002", [5001, "5002", 5001, "KD-1"])
    assert listed(pairs) == [(1001, 5001), (1001, 5002), (1002, 5001), (1002, 5002)]
    assert repr(pairs) == "4 pairs · 0 duplicates · 1 reject (first: row 4, 'KD-1': no id)"
    assert pairs.rejects[["row", "column"]].to_numpy().tolist() == [[4, "child"]]
    assert pairs.reasons[4].startswith("child, row 4: 'KD-1': no id")
    assert pairs.notes[-1] == "child: 1 duplicate, each kept once: row 3 repeats row 1"
    accounted(pairs, 5)
    assert listed(cross(read_ids("1001"), read_ids([5001]))) == [(1001, 5001)]


def test_combining_with_nothing_is_nothing_and_too_much_is_a_slip() -> None:
    assert len(cross([], [5001])) == 0
    with pytest.raises(PairsError, match="10,000 parents with 10,000 children make 100,000,000 pairs"):
        cross(range(1, 10_001), range(1, 10_001))


def test_html_shows_what_was_refused() -> None:
    html = read(of(["<b>", 2], [5, 6]))._repr_html_()
    assert "1 pair · 0 duplicates · 1 reject" in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


def test_a_million_rows_of_numbers_make_no_object_per_row() -> None:
    n = 1_000_000
    frame = pd.DataFrame({"estate": np.arange(n) % 2000 + 1, "address": np.arange(n) + 1})
    tracemalloc.start()
    try:
        pairs = read_pairs(frame, parent="estate", child="address")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(pairs) == n
    assert peak < 200 * n


CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 4)
    | st.sampled_from(["1", " 2", "3.0", "1.003", "#NV", "2/3", "", "x", pd.NA, 2.0, 2.5, b"1", (1,)])
    | st.text()
    | st.floats()
    | st.integers()
)
ROWS = st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["", "gesendet", "bestätigt", "x", None, 5]) | st.text()))


@given(ROWS)
def test_rubbish_is_accounted_for(rows: list[tuple[Any, Any, Any]]) -> None:
    parents, children, infos = ([row[at] for row in rows] for at in range(3))
    accounted(read(of(parents, children)), len(rows))
    pairs = read(of(parents, children, infos))
    accounted(pairs, len(rows))
    assert pairs.info is not None
    assert len(pairs.info) == len(pairs) == len(pairs.frame)
    accounted(read_pairs(parent=parents, child=children, info=infos), len(rows))
    sides = read_ids(parents), read_ids(children)
    combined = len(sides[0]) * len(sides[1])
    accounted(cross(*sides), combined + len(sides[0].rejects) + len(sides[1].rejects))


@given(ROWS, st.randoms())
def test_the_same_rows_in_any_order_give_the_same_pairs(rows: list[tuple[Any, Any, Any]], random: Any) -> None:
    def links(rows: list[tuple[Any, Any, Any]]) -> tuple[Any, ...]:
        pairs = read(of(*([row[at] for row in rows] for at in range(3))))
        return set(pairs.frame.itertuples(index=False, name=None)), Counter(pairs.rejects["raw"]), pairs.duplicates

    before = links(rows)
    random.shuffle(rows)
    assert links(rows) == before


@given(ROWS)
def test_pairs_read_again_are_the_same_pairs(rows: list[tuple[Any, Any, Any]]) -> None:
    once = read(of(*([row[at] for row in rows] for at in range(3))))
    again = read_pairs(once.frame, parent="parent", child="child", info="info")
    assert listed(again) == listed(once)
    assert again.frame.equals(once.frame)
    assert again.duplicates == again.rejected == 0


@given(st.recursive(CELLS | st.dictionaries(st.text(), CELLS), st.lists), st.text() | st.lists(CELLS))
def test_sources_of_every_kind_raise_nothing_of_their_own(parent: Any, child: Any) -> None:
    with suppress(PairsError):
        read_pairs(parent=parent, child=child)
    with suppress(PairsError):
        cross(parent, child)


def test_rows_bear_the_numbers_of_their_file_also_when_filtered_and_sorted() -> None:
    index = pd.Index([4, 5, 7, 8, 9], name="file row")
    frame = pd.DataFrame({"e": ["1001", "x", "1001", "1002", "-"], "a": ["5001", "5002", "5001", "y", "5003"]}, index)
    frame.attrs["notes"] = ("2 rows are hidden",)

    pairs = read_pairs(frame[frame["a"] != "5003"].sort_index(ascending=False), parent="e", child="a")

    assert pairs.row_numbers.tolist() == [8, 7, 5, 4]
    assert pairs.rejects["row"].tolist() == [5, 8]
    assert pairs.notes[0] == "2 rows are hidden"
    assert "in row 8, taken as 1002" in pairs.notes[1]
    assert pairs.notes[-1].endswith("row 4 repeats row 7")
    assert read_pairs(parent=frame["e"], child=frame["a"]).notes[0] == "2 rows are hidden"
    assert read_ids(frame["e"]).rejects["row"].tolist() == [5, 9]
    assert cross(frame["e"], frame["a"]).notes.count("2 rows are hidden") == 1

    live = frame.copy()
    pairs = read_pairs(live, parent="e", child="a")
    live.loc[8, "a"] = "5009"
    with pytest.raises(PlanError, match="row 8 was 'y'"):
        pairs.check_unchanged()


@given(
    ids=st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["1", "2", "x", "1/2"])), min_size=1, max_size=8),
    places=st.sets(st.integers(0, 7)),
    is_split=st.booleans(),
)
def test_rows_that_are_left_out_leave_the_pairs_of_the_others(
    ids: list[tuple[int, str]], places: set[int], is_split: bool
) -> None:
    pairs = read_pairs(parent=[parent for parent, _ in ids], child=[child for _, child in ids])
    if is_split and "several ids" in pairs.rejects["kind"].tolist():
        pairs = pairs.mended({"several ids": "split"})
    out = {place + 1 for place in places if place < len(ids)}
    left = pairs.without(out)

    def pairs_of_rows(read: Pairs) -> list[tuple[int, int] | None]:
        known = list(zip(read.parents.tolist(), read.children.tolist(), strict=True))
        return [known[row] if row >= 0 else None for row in read.rows.tolist()]

    expected = [
        None if number in out else pair
        for number, pair in zip(pairs.row_numbers.tolist(), pairs_of_rows(pairs), strict=True)
    ]
    assert pairs_of_rows(left) == expected
    assert set(left.frame.itertuples(index=False, name=None)) == {pair for pair in expected if pair is not None}
    named = left.rejects[left.rejects["kind"] == "left out"]["row"].tolist()
    had_pair = zip(pairs.row_numbers.tolist(), pairs.rows.tolist(), strict=True)
    assert named == [row for row, pair in had_pair if row in out and pair >= 0]
    assert repr(left)


def test_a_row_that_is_not_there_cannot_be_left_out() -> None:
    with pytest.raises(PairsError, match=r"no row 3, 9\."):
        read_pairs(parent=[1001, 1002], child=[5001, 5002]).without([9, 3, 1])
