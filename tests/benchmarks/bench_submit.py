"""Submit 10,000 skewed pairs over loopback, with 100 ms added to each request.

    python -m tests.benchmarks.bench_submit

Against the limit (requests x latency / connections: what the line alone takes),
against the same requests posted with bare httpx over as many connections, the one
that reads last, and against one request a pair, which a loop over a client does;
of the loop, 100 requests are measured and taken times a hundred. `submit` is all
of it: journal in a file, requests that write, and reading everything back at the
end. Bare posts and submits take turns.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
import numpy as np
from numpy.typing import NDArray

import onoffice_nb as oo
from onoffice_nb.api.operations import read_links, write_call
from onoffice_nb.api.wire import Call, with_identifiers, write_request
from tests.benchmarks.serving import sandbox_elsewhere

LATENCY = 0.1
PAIRS = 10_000
RUNS = 3
LOOPED = 100
RELATION = "interested"


def skewed() -> oo.Pairs:
    """Few estates that everybody wants, few addresses that want everything, and the rest."""
    draw = np.random.default_rng(7)

    def popular(first: int, n: int) -> NDArray[np.int64]:
        weights = 1 / np.arange(1, n + 1) ** 0.8
        return draw.choice(first + draw.permutation(n), 4 * PAIRS, p=weights / weights.sum())

    drawn = np.unique(np.stack([popular(200_001, 5_000), popular(300_001, 20_000)], axis=1), axis=0)
    chosen = draw.permutation(drawn)[:PAIRS]
    return oo.read_pairs(parent=chosen[:, 0].tolist(), child=chosen[:, 1].tolist())


def bare(crm: oo.Client, plan: oo.Plan, connections: int) -> float:
    """Seconds for the requests of a plan, and for reading its links back, where nothing looks at the answers."""
    keys = crm._session.keys

    def signed(calls: Sequence[Call]) -> bytes:
        return write_request(with_identifiers(calls), keys, int(time.time()))

    writing = [signed([write_call(action) for action in request]) for request in plan.actions.requests]
    reading = [signed(next(read_links(plan.relation, parents=np.unique(plan.pairs.parents).tolist())))]
    with (
        httpx.Client(headers={"Content-Type": "application/json"}, timeout=30) as http,
        ThreadPoolExecutor(connections) as pool,
    ):
        began = perf_counter()
        for bodies in (writing, reading):
            list(pool.map(lambda body: http.post(crm.url, content=body).raise_for_status(), bodies))
        return perf_counter() - began


def main() -> None:
    pairs = skewed()
    columns = (
        "connections", "actions", "requests", "limit s", "bare s", "/ limit",
        "submit s", "/ limit", "/ bare", "one by one s", "/ submit",
    )  # fmt: skip
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    with sandbox_elsewhere(LATENCY) as crm:
        began = perf_counter()
        for parent, child in zip(pairs.parents[:LOOPED].tolist(), pairs.children[:LOOPED].tolist(), strict=True):
            crm.create(RELATION, [parent], [child])
        loop = (perf_counter() - began) / LOOPED * len(pairs)
        for parent, child in zip(pairs.parents[:LOOPED].tolist(), pairs.children[:LOOPED].tolist(), strict=True):
            crm.delete(RELATION, parent, child)
        for connections in (1, 2, 4):
            taken, posted = [], []
            for _ in range(RUNS):
                # A plan without looking first, so that each run writes all of it.
                plan = oo.plan(crm, RELATION, pairs, diff=False)
                posted.append(bare(crm, plan, connections))
                with tempfile.TemporaryDirectory() as folder:
                    journal = oo.Journal(Path(folder) / "runs.sqlite")
                    began = perf_counter()
                    report = oo.submit(crm, plan, progress=False, connections=connections, journal=journal)
                    taken.append(perf_counter() - began)
                    journal.close()
                assert report.counts == {"linked": len(pairs)}
            # One request that reads back would be enough; lines that run idle before the end read some earlier.
            requests = report.requests + 1
            limit = requests * LATENCY / connections
            seconds, floor = median(taken), median(posted)
            print(
                f"| {connections} | {len(plan.actions)} | {requests} | {limit:.2f} | {floor:.2f} | {floor / limit:.2f}"
                f" | {seconds:.2f} | {seconds / limit:.2f} | {seconds / floor:.2f}"
                f" | {loop:,.0f} | {loop / seconds:,.0f} |"
            )


if __name__ == "__main__":
    main()
