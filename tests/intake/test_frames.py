from __future__ import annotations

import warnings
from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import finalize

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import onoffice_nb as oo
from onoffice_nb.errors import InputError, PairsError, PlanError
from onoffice_nb.intake.frames import in_library_of, is_lazy, to_pandas
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
    "polars, lazy": lambda: pl.DataFrame(TABLE).lazy(),
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
    source = to_pandas(frame)
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


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_report_comes_back_in_the_library_of_the_frame_with_its_columns(library: str) -> None:
    crm = oo.Sandbox().client()
    frame = LIBRARIES[library]()
    pairs = read_pairs(frame, parent="estate", child="address")
    report = oo.submit(crm, oo.plan(crm, "buyer", pairs, preflight=False), progress=False)
    read = ["estate", "address"] if is_lazy(frame) else ["estate", "address", "when"]
    assert list(report.frame.columns) == [*read, "row", "parent", "child", "outcome", "code", "message", "advice"]

    native = report.with_source(frame).native_frame
    assert type(native).__module__.partition(".")[0] == type(frame).__module__.partition(".")[0]
    table = to_pandas(native)
    assert list(table.columns)[:4] == ["estate", "address", "when", "row"]
    assert table["outcome"].tolist() == ["failed", "skipped", "skipped"]
    assert table["estate"].astype(object).tolist()[0] == EXACT
    assert table["when"].isna().tolist() == [False, True, False]


# A lazy frame may be far larger than memory.


class Partitions:
    """A wide Dask frame that tells what is computed of it, and how many of its partitions were in memory at once.

    Attributes:
        made: The numbers of the partitions that were made.
        other_columns: How often the column `other` was computed.
        most_at_once: How many partitions were there at the same time, at most.
    """

    def __init__(self, count: int = 6, rows: int = 50) -> None:
        self.made: list[int] = []
        self.other_columns = 0
        self.most_at_once = 0
        self._count, self._rows = count, rows
        self._there: set[int] = set()
        self._lock = Lock()

    @property
    def frame(self) -> Any:
        """Estate, address, a wide column that is in every partition, and another that is computed by itself."""
        with warnings.catch_warnings(action="ignore"):
            import dask.dataframe as dd

            meta = pd.DataFrame({"estate": [1], "address": [1], "wide": [0.0]}).head(0)
            frame = dd.from_map(self._make, range(self._count), meta=meta)
            return frame.assign(other=frame["wide"].map_partitions(self._other, meta=("other", "f8")))

    def __dask_tokenize__(self) -> int:
        """Each is another one to Dask."""
        return id(self)

    def _make(self, number: int) -> pd.DataFrame:
        first = number * self._rows
        estates = range(1 + first, 1 + first + self._rows)
        made = pd.DataFrame({"estate": estates, "address": [5001 + row for row in estates], "wide": 0.0})
        with self._lock:
            self.made.append(number)
            self._there.add(number)
            self.most_at_once = max(self.most_at_once, len(self._there))
        finalize(made, self._forget, number)
        return made

    def _forget(self, number: int) -> None:
        with self._lock:
            self._there.discard(number)

    def _other(self, wide: Any) -> Any:
        self.other_columns += 1
        return wide


def test_of_a_dask_frame_only_the_named_columns_are_computed_one_partition_after_another() -> None:
    partitions = Partitions()
    pairs = read_pairs(partitions.frame, parent="estate", child="address")
    assert (len(pairs), pairs.rejected) == (300, 0)
    assert pairs.parents.tolist() == list(range(1, 301))
    assert sorted(partitions.made) == list(range(6))
    assert (partitions.most_at_once, partitions.other_columns) == (1, 0)
    assert pairs.source is not None
    assert list(pairs.source.columns) == ["estate", "address"]
    assert "computed of the lazy frame: 'estate', 'address', and none of its other columns" in pairs.notes

    whole = to_pandas(partitions.frame)
    assert list(whole.columns) == ["estate", "address", "wide", "other"]
    assert partitions.other_columns == 6


def test_dask_computes_as_the_user_has_set_it() -> None:
    import dask

    schedulers = []

    def noting(*words: Any, **options: Any) -> Any:
        schedulers.append("own")
        return dask.get(*words, **options)

    with dask.config.set(scheduler=noting):
        assert len(read_pairs(Partitions().frame, parent="estate", child="address")) == 300
    assert schedulers == ["own"]


@pytest.mark.parametrize("library", [library for library in LIBRARIES if is_lazy(LIBRARIES[library]())])
def test_of_every_lazy_frame_only_the_named_columns_are_read(library: str) -> None:
    frame = LIBRARIES[library]()
    assert list(to_pandas(frame, ["when", " ESTATE "]).columns) == ["estate", "when"]
    dotted = in_library_of(to_pandas(frame), pd.DataFrame({"Objekt.Nr": [1], "Kd.-Nr.": [5], "a.b": [0], "a": [0]}))
    assert len(read_pairs(dotted, parent="Objekt.Nr", child="Kd.-Nr.")) == 1
    with pytest.raises(PairsError, match=r"no column 'adr'.* Its columns: 'estate', 'address', 'when'"):
        read_pairs(frame, parent="estate", child="adr")
    with pytest.raises(PairsError, match="same column, 'estate'"):
        read_pairs(frame, parent="estate", child="estate")


def test_matching_computes_a_lazy_frame_once_and_only_what_it_asks_for() -> None:
    pytest.importorskip("rapidfuzz")
    partitions = Partitions(2, 5)
    by_number, by_customer = {"objektnr_extern": "estate"}, {"KdNr": "address"}
    pairs = oo.match_pairs(oo.Sandbox().client(), "buyer", partitions.frame, parent=by_number, child=by_customer)
    assert len(pairs.rows) == 10
    assert sorted(partitions.made) == [0, 1]
    assert (partitions.most_at_once, partitions.other_columns) == (1, 0)
    assert any("none of its other columns" in note for note in pairs.notes)


def test_the_other_columns_of_a_lazy_frame_are_set_beside_a_run_of_the_journal() -> None:
    crm = oo.Sandbox().client()
    query = pl.LazyFrame({"agent": ["Kaya", "Berg"], "estate": [1001, 1002], "buyer": [5001, 5002]})
    plan = oo.plan(crm, "buyer", read_pairs(query, parent="estate", child="buyer"))
    run = oo.submit(crm, plan, progress=False).run
    report = oo.resume(crm, run, progress=False)
    assert report.source is None
    told = report.with_source(query).frame
    assert told[["agent", "outcome"]].to_numpy().tolist() == [["Kaya", "linked"], ["Berg", "linked"]]
    # Computed elsewhere, in another order of columns, it is the same.
    assert report.with_source(query.select("buyer", "estate", "agent").collect()).frame["agent"].tolist() == [
        "Kaya",
        "Berg",
    ]
    for other in (query.reverse(), query.drop("buyer"), query.with_columns(estate=pl.lit(1))):
        with pytest.raises(InputError, match="not what the rows of run"):
            report.with_source(other)
