"""Peak memory from a frame to the plan and the report, in bytes a pair, and how it grows.

    python -m tests.benchmarks.bench_memory

The frame itself is not counted. The report is that of a run whose links were
all there already, so that what is measured is ours and not the sandbox's.
"""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import numpy as np
import pandas as pd

import onoffice_nb as oo
from onoffice_nb.execution.history import build_report
from onoffice_nb.model import Verb
from onoffice_nb.planning.actions import Items


def measured(n: int) -> tuple[float, float, float]:
    draw = np.random.default_rng(3)
    cells = draw.permutation(np.unique(draw.integers(0, (n // 5) ** 2, int(n * 1.2))))[:n]
    frame = pd.DataFrame({"estate": cells // (n // 5) + 1001, "address": cells % (n // 5) + 5001})
    tracemalloc.start()
    pairs = oo.read_pairs(frame, parent="estate", child="address")
    reading = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    items = Items.of(Verb.CREATE, pairs.parents, pairs.children)
    account = oo.Account("benchmark", live=False, fingerprint="0")
    before = np.zeros(len(items), dtype=np.int8)
    plan = oo.Plan(account, oo.relation("buyer"), Verb.CREATE, pairs, items, before, datetime.now(UTC))
    len(plan.requests)
    planning = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    journal = oo.Journal(":memory:")
    report = build_report(journal, journal.open_run(plan), pairs.source)
    len(report.frame)
    reporting = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return reading / n, planning / n, reporting / n


def main() -> None:
    print("| pairs | frame to pairs | pairs to plan | plan to report |")
    print("|---|---|---|---|")
    for n in (10_000, 100_000, 1_000_000):
        reading, planning, reporting = measured(n)
        print(f"| {n:,} | {reading:.0f} | {planning:.0f} | {reporting:.0f} |")
    print("\nPeak bytes a pair in each step, with all that the steps before it have left.")


if __name__ == "__main__":
    main()
