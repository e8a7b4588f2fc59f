from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onoffice_nb.errors import PairsError
from onoffice_nb.intake.cells import ParsedId, read_cell
from onoffice_nb.intake.digits import read_plain_numbers
from onoffice_nb.intake.ids import Ids, read_ids
from onoffice_nb.model import MAX_ID

IDS = st.integers(1, MAX_ID)


def accounted(ids: Ids, cells: int) -> None:
    """Every cell is an id, a repetition of one, or a reject; none is lost, none counts twice."""
    assert len(ids.rows) == cells == len(ids) + ids.duplicates + len(ids.rejects)
    assert (np.flatnonzero(ids.rows < 0) + 1).tolist() == ids.rejects["row"].tolist()
    assert len(set(ids)) == len(ids)
    assert list(dict.fromkeys(ids.rows[ids.rows >= 0].tolist())) == list(range(len(ids)))


def test_a_copied_column_is_read_with_its_header_and_its_rows() -> None:
    ids = read_ids("\nDatensatznr. Adresse\r\n5001\r\n5002, 5001\r\n\r\n12a\r\n")
    assert list(ids) == [5001, 5002]
    assert repr(ids) == "2 ids · 1 duplicate · 2 rejects (first: row 4, empty)"
    assert ids.rows.tolist() == [0, 1, 0, -1, -1]
    assert ids.rejects[["row", "raw", "reason"]].to_numpy().tolist() == [[4, "", "empty"], [5, "12a", "no id"]]
    assert ids.notes == (
        "ids: the first line, 'Datensatznr. Adresse', was taken as the header",
        "ids: 1 line was taken as a list of ids, such as '5002, 5001'",
        "ids: 1 duplicate, each kept once: row 3 repeats row 1",
    )


def test_what_was_written_oddly_is_noted_per_kind_with_an_example() -> None:
    ids = read_ids(pd.Series(["5001", " 5002", "5003.0", "5004"], name="adr"))
    assert list(ids) == [5001, 5002, 5003, 5004]
    assert ids.notes == (
        "adr: 2 ids as text, such as '5001' in row 1, taken as 5001",
        "adr: 1 id with blanks around, such as ' 5002' in row 2, taken as 5002",
        "adr: 1 id with a decimal zero, such as '5003.0' in row 3, taken as 5003",
    )


@pytest.mark.parametrize(
    "source",
    [
        [5001, 5002],
        (5001, 5002),
        range(5001, 5003),
        (number for number in [5001, 5002]),
        {5001: "", 5002: ""}.keys(),
        np.array([5001, 5002]),
        np.array([5001, 5002], dtype="uint16"),
        np.array(["5001", "5002"]),
        pd.Series([5001, 5002], index=["x", "x"]),
        pd.Series([5001, 5002], dtype="Int64"),
        pd.Series([5001, 5002], dtype="Sparse[int64]"),
        pd.Series(["5001", "5002"], dtype="string"),
        pd.Series(["5001", "5002"], dtype="category"),
        pd.Series([5001, 5002], dtype="category"),
        pd.Series([5001, "5002"], dtype=object),
        pd.Series([5001.0, 5002.0]),
        pd.Series([5001.0, 5002.0], dtype="Float64"),
        pd.Index([5001, 5002]),
        "5001\n5002",
        "5001;5002\n",
    ],
    ids=lambda source: f"{type(source).__name__}-{getattr(source, 'dtype', '')}",
)
def test_all_shapes_of_the_same_ids_read_the_same(source: Any) -> None:
    ids = read_ids(source)
    assert list(ids) == [5001, 5002]
    assert not len(ids.rejects)


@pytest.mark.parametrize(
    "source",
    [
        [5001, None],
        pd.Series([5001, np.nan]),
        pd.Series([5001, None], dtype="Int64"),
        pd.Series([5001, None], dtype="Float64"),
        pd.Series(["5001", None], dtype="string"),
        pd.Series(["5001", None], dtype="category"),
        pd.Series([5001, pd.NaT], dtype=object),
        np.ma.array([5001, 5002], mask=[False, True]),
    ],
    ids=lambda source: f"{type(source).__name__}-{getattr(source, 'dtype', '')}",
)
def test_a_gap_is_a_reject_in_every_kind_of_column(source: Any) -> None:
    ids = read_ids(source)
    assert list(ids) == [5001]
    assert repr(ids).endswith("1 reject (first: row 2, empty)")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.array([True, False]), "a truth value"),
        (pd.Series([True, None], dtype="boolean"), "a truth value"),
        (np.array([-1, 5001]), "negative"),
        (np.array([2**63 + 1], dtype="uint64"), "beyond 2^53 (9007199254740992)"),
        (np.array([2.0**53]), "beyond what float64 holds exactly"),
        (np.array([2.0**24], dtype="float32"), "beyond what float32 holds exactly"),
        (np.array([np.inf]), "infinite"),
        (np.array(["2024-05-01"], dtype="datetime64[ns]"), "a date or a time"),
        (np.array([5001], dtype="timedelta64[ns]"), "a date or a time"),
        (np.array([5001], dtype=complex), "of type complex128"),
        (np.array([b"5001"]), "of type bytes_"),
        (pd.Series([pd.Period("2024-05")]), "of type Period"),
    ],
    ids=lambda value: str(getattr(value, "dtype", "")),
)
def test_wrong_kinds_of_columns_are_refused_cell_by_cell(values: Any, reason: str) -> None:
    ids = read_ids(values)
    assert ids.rejects["reason"][0] == reason
    accounted(ids, len(values))


def test_equal_is_not_the_same() -> None:
    ids = read_ids([True, 1, 1.0, Decimal(1), "1", [1], None])
    assert list(ids) == [1]
    assert ids.rows.tolist() == [-1, 0, 0, 0, 0, -1, -1]


def test_lost_thousands_points_taint_the_small_numbers_of_their_column() -> None:
    # 1.003 and 2.000, read by somebody's CSV reader as fractions: 2 would be another record.
    ids = read_ids(pd.Series([1.003, 2.0, 5006.0]))
    assert list(ids) == [5006]
    assert ids.rejects["raw"].tolist() == ["1.003", "2.0"]
    assert "perhaps 2000" in ids.rejects["suggestion"][1]
    assert list(read_ids(pd.Series([1.0, 2.0, np.nan]))) == [1, 2]


@pytest.mark.parametrize(
    "source",
    [
        [1.011, 2, 15.25],
        [1.011, 2.0, None],
        [Decimal("1.011"), 2],
        pd.Series([1.011, 2, "x"], dtype=object),
        pd.Series([1.011, 2.0, None], dtype="Float64"),
        pd.Series([1.011, 2.0, None], dtype="float32"),
        ["1.011", "2", "15.25"],
        ["1,011", "2"],
        ["15,25", "2"],
        pd.Series(["15.25", " 2"], dtype="string"),
        "1.011\n2\n15.25",
        "2\n2,5",
    ],
    ids=repr,
)
def test_small_numbers_beside_fractions_are_refused_whatever_way_they_come_in(source: Any) -> None:
    ids = read_ids(source)
    assert list(ids) == []
    beside = ids.rejects[ids.rejects["reason"] == "whole, but beside fractions"]
    assert list(map(float, beside["raw"])) == [2]
    assert all("perhaps 2000" in suggestion for suggestion in beside["suggestion"])


@pytest.mark.parametrize(
    "source", [[5006.5, 2], ["1.011.000", "2"], ["1'011", "2"], ["KD 1.5", "2"], [0.5, 2]], ids=repr
)
def test_other_rejects_taint_no_small_numbers(source: Any) -> None:
    assert list(read_ids(source)) == [2]


def test_labels_of_the_frame_are_named() -> None:
    series = pd.Series(["5001", "x", "y"], index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)]))
    assert read_ids(series).rejects["index"].tolist() == [("a", 2), ("b", 1)]
    assert read_ids(series.reset_index(drop=True)).rejects["index"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        (5001, "not int"),
        (None, "not NoneType"),
        (b"5001", "not bytes"),
        ({5001: 1}, "not dict"),
        (pd.DataFrame({"adr": [5001]}), "Name one of its columns: 'adr'"),
        (np.zeros((2, 2)), "2 dimensions"),
        (np.array(5), "0 dimensions"),
        (pd.MultiIndex.from_tuples([(1, 2)]), "2 levels"),
    ],
)
def test_what_is_no_list_of_cells_is_an_error(source: Any, advice: str) -> None:
    with pytest.raises(PairsError, match=advice):
        read_ids(source)


@pytest.mark.parametrize("source", ["", " \n\t", [], (), pd.Series([], dtype=object), pd.Series([], dtype=float)])
def test_nothing_is_nothing(source: Any) -> None:
    ids = read_ids(source)
    assert repr(ids) == "0 ids · 0 duplicates · 0 rejects"
    assert len(ids.rows) == 0
    names = ["row", "index", "column", "raw", "reason", "suggestion", "kind", "repairs"]
    assert list(ids.rejects.columns) == names


def test_reading_again_changes_nothing() -> None:
    ids = read_ids("5001 5002 5001 x")
    assert read_ids(ids) is ids
    assert list(read_ids(ids.values)) == list(ids)
    with pytest.raises(ValueError, match="read-only"):
        ids.values[0] = 1


def test_html_shows_rejects_escaped() -> None:
    html = read_ids(["<script>", "\u202e5001", *[f"x{at}" for at in range(30)]])._repr_html_()
    assert "<script>" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html
    assert "12 more" in html


RUBBISH = (
    st.none()
    | st.booleans()
    | st.integers()
    | IDS
    | st.floats()
    | st.decimals()
    | st.text()
    | st.from_regex(r"\s?[0-9]{1,5}([.,/][0-9]{1,3})?")
    | st.binary()
    | st.dates()
    | st.lists(IDS, max_size=2)
    | st.sampled_from([pd.NA, pd.NaT, np.int64(5), np.float32(5), np.bool_(True), "#NV", "5006.0"])
)


@given(st.lists(RUBBISH))
@example([10**5000, "9" * 5000, Decimal("1E+999999")])
def test_rubbish_is_accounted_for(cells: list[Any]) -> None:
    for source in (cells, pd.Series(cells, dtype=object)):
        ids = read_ids(source)
        accounted(ids, len(cells))
        for at, place in enumerate(ids.rows.tolist()):
            if place >= 0:
                assert float(str(cells[at]).strip()) == ids.values[place]


@given(st.text())
def test_pasted_rubbish_is_accounted_for(text: str) -> None:
    # Tabs make columns, of which a list has one.
    ids = read_ids(text.replace("\t", " "))
    accounted(ids, len(ids.rows))


@given(st.lists(st.integers(-5, 30) | st.integers()), st.randoms())
def test_arrays_columns_and_lists_agree_in_any_order(numbers: list[int], random: Any) -> None:
    ids = read_ids(numbers)
    assert list(ids) == list(dict.fromkeys(number for number in numbers if 1 <= number <= MAX_ID))
    if all(-(2**63) <= number < 2**63 for number in numbers):
        array = read_ids(np.array(numbers, dtype="int64"))
        assert array.rows.tolist() == ids.rows.tolist()
        assert array.rejects.equals(ids.rejects)
    random.shuffle(numbers)
    assert set(read_ids(numbers)) == set(ids)


DIGITS = (
    st.from_regex(r"[0-9]{1,18}", fullmatch=True) | st.from_regex(r"[ +\-]?[0-9]{1,7}[.,]?[0-9]{0,3} ?") | IDS.map(str)
)


@given(st.lists(DIGITS | st.none() | st.text() | st.sampled_from([5001, 5001.0, True, b"5001"])))
def test_many_digits_at_once_are_read_as_one_by_one(cells: list[Any]) -> None:
    verdicts = [read_cell(cell) for cell in cells]
    expected = [verdict.value if isinstance(verdict, ParsedId) else 0 for verdict in verdicts]
    assert read_plain_numbers(cells).tolist() == [
        value if isinstance(cell, str) and cell == str(value) else 0
        for cell, value in zip(cells, expected, strict=True)
    ]
    ids = read_ids(cells)
    read = [int(ids.values[place]) if place >= 0 else 0 for place in ids.rows.tolist()]
    if "whole, but beside fractions" in set(ids.rejects["reason"]):
        expected = [value if value >= 1000 else 0 for value in expected]
    assert read == expected


@given(st.lists(DIGITS | st.none()))
def test_texts_of_every_storage_read_the_same(cells: list[str | None]) -> None:
    expected = read_ids(cells)
    for source in (
        pd.Series(cells, dtype="str"),
        pd.Series(cells, dtype="string[pyarrow]"),
        pd.Series(cells, dtype="category"),
        pl.Series(cells, dtype=pl.String),
        pa.array(cells, pa.string()),
    ):
        ids = read_ids(source, name="ids")
        assert (list(ids), ids.rows.tolist()) == (list(expected), expected.rows.tolist())
        assert ids.rejects["reason"].tolist() == expected.rejects["reason"].tolist()
