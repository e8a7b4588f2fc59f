"""The check over 50,000 rows: what each click takes in Python until the page can draw, in milliseconds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

import onoffice_nb as oo
from onoffice_nb.builder.row_table import Query, RowState, RowTable
from onoffice_nb.builder.steps.check import CheckStep
from onoffice_nb.builder.wording import Words
from onoffice_nb.planning.plan import Plan

ROWS = 50_000
TIMES = 5

WORDS = Words("de")


def milliseconds(work: Callable[[], object], times: int = TIMES) -> float:
    """The median of several times."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))


def plan_of(rows: int) -> Plan:
    """A plan of rows with names and cities; one cell in ten has to be mended, one row in seven repeats another."""
    random = np.random.default_rng(1)
    numbers = random.integers(5001, 5001 + rows, rows)
    is_odd = random.random(rows) < 0.1
    frame = pd.DataFrame(
        {
            "Immobilie": random.integers(1001, 1001 + rows // 10, rows),
            "Adresse": [
                f"{n // 1000}.{n % 1000:03}" if odd else str(n) for n, odd in zip(numbers, is_odd, strict=True)
            ],
            "Name": [f"Müller-{n}, Jürgen" for n in numbers],
            "Ort": [f"Köln {n % 97}" for n in numbers],
        }
    )
    pairs = oo.read_pairs(frame, parent="Immobilie", child="Adresse")
    return oo.plan(oo.Sandbox().client(), "buyer", pairs, preflight=False)


def check_table() -> None:
    """The table of the check."""
    plan = plan_of(ROWS)
    table = RowTable.of_plan(plan)
    print(f"| the check's table, {ROWS:,} rows | ms |")
    print("|---|---|")
    print(f"| made of the plan | {milliseconds(lambda: RowTable.of_plan(plan)):.0f} |")
    first_search = milliseconds(lambda: RowTable.of_plan(plan).page(Query(search="müller-5001"), WORDS), 1)
    print(f"| made, and searched for the first time | {first_search:.0f} |")

    queries = {
        "filter: to be mended": Query(state=RowState.MEND),
        "search: a name": Query(search="müller-5001"),
        "search: in every row": Query(search="jürgen"),
        "search: two words": Query(search="köln jürgen"),
        "sort: a column of texts": Query(sort="column 0"),
        "sort: record ids, last page": Query(sort="child", is_descending=True, page=10_000),
        "filter, search and sort": Query(state=RowState.NEW, search="köln", sort="column 1"),
    }
    for name, query in queries.items():
        print(f"| {name} | {milliseconds(partial(table.page, query, WORDS)):.1f} |")


def check_clicks() -> None:
    """A click until the view is JSON, its size, and the download."""
    files: list[bytes] = []
    step = CheckStep(
        check=lambda: None,
        decide=lambda decisions: None,
        look_up=lambda module, texts: None,
        swap=lambda: None,
        leave_out=lambda rows: None,
        download=lambda name, media_type, content: files.append(content),
        work_beside=lambda job: job(),
    )
    plan = plan_of(ROWS)
    step.show(plan, cast(Any, SimpleNamespace(left_out=())), "")
    clicks: dict[str, tuple[str, dict[str, Any]]] = {
        "search": ("search", {"text": "jürgen"}),
        "filter": ("filter", {"state": "mend"}),
        "sort": ("sort", {"column": "column 0"}),
        "page": ("page", {"page": 7}),
        "picture opened": ("open", {"part": "picture", "is_open": True}),
    }
    step.view(WORDS)
    print(f"\n| a click until its view is JSON, {ROWS:,} rows | ms | kB |")
    print("|---|---|---|")
    for name, (action, content) in clicks.items():

        def click(action: str = action, content: dict[str, Any] = content) -> str:
            step.actions[action](**content)
            return json.dumps(step.view(WORDS))

        print(f"| {name} | {milliseconds(click):.0f} | {len(click()) / 1000:.0f} |")
    for ending in ("csv", "xlsx"):
        taken = milliseconds(partial(step.actions["download"], ending=ending), 1)
        print(f"| download as {ending} | {taken:.0f} | {len(files[-1]) / 1000:.0f} |")


def main() -> None:
    """Print tables."""
    check_table()
    check_clicks()


if __name__ == "__main__":
    main()
