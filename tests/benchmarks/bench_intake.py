"""Read a million rows of ids, against what pandas takes to make numbers of them and to drop duplicates.

    python -m tests.benchmarks.bench_intake [rows]

Prints a table in Markdown. *pandas* is `pandas.to_numeric` of both columns and
`drop_duplicates`, on the same frame; both are medians of runs that alternate.
The ratio is what counts: for digits as text it is to be at most 1.5.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from onoffice_nb.intake.pairs import read_pairs

RUNS = 5


def cases(rows: int) -> Iterator[tuple[str, Any, pd.DataFrame]]:
    """What is read, and the same as pandas works on it."""
    draw = np.random.default_rng(20)
    numbers = pd.DataFrame({"estate": draw.integers(1, rows, rows), "address": draw.integers(1, rows, rows)})
    texts = numbers.astype(str).astype(object)
    strings = texts.astype("str")
    yield "numbers", numbers, numbers
    yield "digits as text (object)", texts, texts
    yield "digits as text (str)", strings, strings
    yield "digits as text (polars)", pl.from_pandas(strings), strings
    yield "digits as text (Arrow)", pa.Table.from_pandas(strings), strings
    yield "numbers (polars)", pl.from_pandas(numbers), numbers
    gaps = numbers.astype("Int64").mask(numbers["address"] % 100 == 0)
    yield "numbers with gaps (Int64)", gaps, gaps


def by_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: pd.to_numeric(column) for name, column in frame.items()}).drop_duplicates()


def times(frame: Any, same: pd.DataFrame) -> tuple[float, float]:
    """Median seconds of pandas and of intake, the two in turn."""
    theirs, ours = [], []
    for _ in range(RUNS):
        begun = perf_counter()
        by_pandas(same)
        between = perf_counter()
        read_pairs(frame, parent="estate", child="address")
        theirs.append(between - begun)
        ours.append(perf_counter() - between)
    return median(theirs), median(ours)


def main(rows: int = 10**6) -> None:
    """Measure and print."""
    lines = ["| rows | what | pandas | intake | ratio |", "|--:|:--|--:|--:|--:|"]
    for name, frame, same in cases(rows):
        theirs, ours = times(frame, same)
        lines.append(f"| {rows:,} | {name} | {theirs:.2f} s | {ours:.2f} s | {ours / theirs:.2f} × |")
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
