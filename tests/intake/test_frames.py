from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import onoffice_nb as oo
from onoffice_nb.errors import PairsError, PlanError
from onoffice_nb.intake.frames import in_library_of, to_pandas
from onoffice_nb.intake.ids import read_ids
from onoffice_nb.intake.pairs import read_pairs

EXACT = 2**53 - 1
TABLE = pa.table(
    {"estate": [EXACT, 1002, None], "address": ["5001", "KD-1", "5003"], "when": pa.array([1, None, 3], pa.int8())}
)


def in_dask() -> Any:
    with warnings.catch_warnings(action="ignore"):
        import dask.dataframe as dd

        return dd.from_pandas(TABLE.to_pandas(types_mapper=pd.ArrowDtype), npartitions=2)


LIBRARIES: dict[str, Callable[[], Any]] = {
    "pyarrow": lambda: TABLE,
    "polars": lambda: pl.from_arrow(TABLE),
    "polars, lazy": lambda: pl.from_arrow(TABLE).lazy(),  # type: ignore[union-attr]  # of a table it is a frame
    "duckdb": lambda: duckdb.from_arrow(TABLE),
    "dask": in_dask,
    "pandas on Arrow": lambda: TABLE.to_pandas(types_mapper=pd.ArrowDtype),
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_frames_of_every_library_are_read_exactly(library: str) -> None:
    pairs = read_pairs(LIBRARIES[library](), parent="estate", child="address")
    assert (pairs.parents.tolist(), pairs.children.tolist()) == ([EXACT], [5001])
    assert pairs.rejects[["row", "column", "raw"]].to_numpy().tolist() == [[2, "address", "KD-1"], [3, "estate", ""]]
    pairs.check_unchanged()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_frame_goes_back_into_its_library_with_its_columns_and_rows(library: str) -> None:
    frame = LIBRARIES[library]()
    source = read_pairs(frame, parent="estate", child="address").source
    assert source is not None
    back = in_library_of(source, source.assign(outcome="linked"))
    assert type(back).__module__.partition(".")[0] == type(frame).__module__.partition(".")[0]
    again = to_pandas(back)
    assert list(again.columns) == ["estate", "address", "when", "outcome"]
    assert again["estate"].astype(object).tolist()[:2] == [EXACT, 1002]
    assert again["when"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    "source",
    [
        pa.array([1011, None, 1012]),
        pa.chunked_array([[1011, None], [1012]]),
        pa.array(["1011", "", "1012"]),
        pl.Series("Nr", [1011, None, 1012]),
        pl.Series("Nr", ["1011", None, "1012"]),
        pd.Series([1011, None, 1012], dtype="int64[pyarrow]"),
        pd.Series(["1011", None, "1012"], dtype="string[pyarrow]"),
        [pa.scalar(1011), None, pa.scalar("1012")],
    ],
    ids=lambda source: f"{type(source).__module__}",
)
def test_columns_of_every_library_are_read(source: Any) -> None:
    ids = read_ids(source)
    assert list(ids) == [1011, 1012]
    assert ids.rejects[["row", "raw", "reason"]].to_numpy().tolist() == [[2, "", "empty"]]


@pytest.mark.parametrize(
    "source",
    [
        pa.array([2**53, 2**53 + 1, None], pa.int64()),
        pl.Series([2**53, 2**53 + 1, None]),
        pd.Series([2**53, 2**53 + 1, None], dtype="Int64"),
        pd.Series([2**53, 2**53 + 1, None], dtype="int64[pyarrow]"),
    ],
    ids=lambda source: f"{type(source).__module__}",
)
def test_nullable_numbers_are_exact(source: Any) -> None:
    ids = read_ids(source)
    assert list(ids) == [2**53]
    assert ids.rejects["raw"].tolist() == ["9007199254740993", ""]


def test_a_polars_frame_that_was_changed_is_noticed() -> None:
    frame = pl.DataFrame({"estate": [1, 2], "address": [5, 6]})
    pairs = read_pairs(frame, parent="estate", child="address")
    frame[1, "address"] = 7
    with pytest.raises(PlanError, match="row 2 was '6', is '7'"):
        pairs.check_unchanged()


class NotAFrame:
    pass


def test_what_cannot_be_read_is_named_with_its_library() -> None:
    with pytest.raises(PairsError, match=r"not from tests\.NotAFrame: .*to_pandas"):
        read_pairs(NotAFrame(), parent="a", child="b")
    with pytest.raises(PairsError, match=r"oo\.read_table\(text\)"):
        read_pairs("a\tb\n1\t2", parent="a", child="b")
    for frame in (pl.DataFrame({"adr": [1]}), pa.table({"adr": [1]})):
        with pytest.raises(PairsError, match=r"a whole DataFrame\. Name one of its columns: 'adr'"):
            read_ids(frame)


@pytest.mark.parametrize("library", ["pyarrow", "polars", "polars, lazy", "duckdb", "pandas on Arrow"])
def test_the_report_comes_back_in_the_library_of_the_frame(library: str) -> None:
    crm = oo.Sandbox().client()
    frame = LIBRARIES[library]()
    pairs = read_pairs(frame, parent="estate", child="address")
    report = oo.submit(crm, oo.plan(crm, "buyer", pairs, preflight=False), progress=False)
    native = report.native_frame
    assert type(native).__module__.partition(".")[0] == type(frame).__module__.partition(".")[0]
    table = to_pandas(native)
    assert list(table.columns)[:3] == ["estate", "address", "when"]
    assert table["outcome"].tolist() == ["failed", "skipped", "skipped"]
    assert table["estate"].astype(object).tolist()[0] == EXACT
