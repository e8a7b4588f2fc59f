"""Plan 10^4, 10^5 and 10^6 pairs, against sorting them and against grouping them.

    python -m tests.benchmarks.bench_plan [largest number of pairs]

Prints two tables in Markdown. *Time* is the median of runs that alternate with
`numpy.lexsort((children, parents))` of the same pairs; *memory* is the peak of
what planning allocates. *Actions* are counted with the cap of the API (500 ids);
no plan can have fewer than the *bound*.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from onoffice_nb.model import IDS_PER_ACTION
from onoffice_nb.planning.stars import stars

Ints: TypeAlias = NDArray[np.int64]

RUNS = 7


def drawn(draw: np.random.Generator, pairs: int, n_parents: int, n_children: int) -> tuple[Ints, Ints]:
    """That many different pairs, each as likely as any other, in random order."""
    cells = np.unique(draw.integers(0, n_parents * n_children, int(pairs * 1.6)))
    return mixed(draw, cells // n_children, cells % n_children, pairs)


def popular(draw: np.random.Generator, pairs: int, exponent: float) -> tuple[Ints, Ints]:
    """The k-th most popular parent, and child, as frequent as k^-exponent: few hubs, many on the fringe."""
    ids = pairs // 5
    weights = 1 / np.arange(1, ids + 1) ** exponent
    many = 3 * pairs
    sides = [draw.permutation(ids)[draw.choice(ids, many, p=weights / weights.sum())] for _ in range(2)]
    cells = np.unique(sides[0] * ids + sides[1])
    return mixed(draw, cells // ids, cells % ids, pairs)


def mixed(draw: np.random.Generator, parents: Ints, children: Ints, pairs: int) -> tuple[Ints, Ints]:
    chosen = draw.permutation(len(parents))[:pairs]
    return parents[chosen] + 1001, children[chosen] + 5001


def cases(pairs: int) -> Iterator[tuple[str, Ints, Ints]]:
    draw = np.random.default_rng(20)
    for share in (1, 2, 3, 4, 5, 10):
        share_size = pairs // share
        yield f"uniform, {share} a parent", *drawn(draw, pairs, share_size, share_size)
    root = int(1.5 * pairs**0.5)
    yield "uniform, dense", *drawn(draw, pairs, root, root)
    far_parents, far_children = drawn(draw, pairs, pairs // 5, pairs // 5)
    yield "uniform, 5 a parent, ids far apart", far_parents * 7_919, far_children * 7_919
    for exponent in (0.6, 0.8, 1.0):
        yield f"skewed, exponent {exponent}", *popular(draw, pairs, exponent)
    side = int(pairs**0.5)
    parents, children = np.indices((side, side)).reshape(2, -1)
    yield "grid, in order", parents + 1001, children + 5001
    yield "grid, mixed", *mixed(draw, parents, children, pairs)


def times(parents: Ints, children: Ints) -> tuple[float, float]:
    """Median seconds of sorting and of planning, the two in turn."""
    sorting, planning = [], []
    for _ in range(RUNS):
        begun = perf_counter()
        np.lexsort((children, parents))
        between = perf_counter()
        stars(parents, children)
        sorting.append(between - begun)
        planning.append(perf_counter() - between)
    return median(sorting), median(planning)


def peak(parents: Ints, children: Ints) -> int:
    """Bytes that planning allocates at its peak, beside its input."""
    tracemalloc.start()
    stars(parents, children)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def grouped(ids: Ints) -> int:
    _, sizes = np.unique(ids, return_counts=True)
    return int((-(-sizes // IDS_PER_ACTION)).sum())


def bound(parents: Ints, children: Ints) -> int:
    """What every plan needs at least, from a linear program that a flow solves.

    A pair of a hub over the cap costs 1/cap there, and any other id with pairs of
    its own 1. What the others cost beyond what they take off the hubs is a
    weighted vertex cover of the pairs among themselves, and so a maximum flow.
    """
    p, c = (np.unique(ids, return_inverse=True)[1] for ids in (parents, children))
    c = c + p.max() + 1
    n = int(c.max()) + 1
    hub = np.bincount(np.concatenate([p, c])) > IDS_PER_ACTION
    of_hub = hub[p] | hub[c]
    taken = np.bincount(p[hub[c]], minlength=n) + np.bincount(c[hub[p]], minlength=n)
    weight = np.where(hub, 0, IDS_PER_ACTION - taken)
    sides = np.arange(n) <= p.max()
    source, sink = np.full(n, n)[sides], np.full(n, n + 1)[~sides]
    tails = np.concatenate([source, p[~of_hub], np.flatnonzero(~sides)])
    heads = np.concatenate([np.flatnonzero(sides), c[~of_hub], sink])
    capacity = np.concatenate([weight[sides], np.full(int((~of_hub).sum()), IDS_PER_ACTION), weight[~sides]])
    graph = csr_array((capacity.astype(np.int32), (tails, heads)), shape=(n + 2, n + 2))
    shares = int(of_hub.sum()) + int(maximum_flow(graph, n, n + 1).flow_value)
    return -(-shares // IDS_PER_ACTION)


def main(largest: int = 10**6) -> None:
    """Measure and print."""
    speed = ["| pairs | case | lexsort | plan | ratio | bytes a pair |", "|--:|:--|--:|--:|--:|--:|"]
    saved = ["| pairs | case | bound | planned | by parent | by child | one by one |", "|--:|:--|--:|--:|--:|--:|--:|"]
    for pairs in (size for size in (10**4, 10**5, 10**6) if size <= largest):
        for name, parents, children in cases(pairs):
            count = len(parents)
            sorting, planning = times(parents, children)
            speed.append(
                f"| {count:,} | {name} | {sorting * 1e3:.1f} ms | {planning * 1e3:.1f} ms "
                f"| {planning / sorting:.1f} × | {peak(parents, children) / count:.0f} |"
            )
            saved.append(
                f"| {count:,} | {name} | {bound(parents, children):,} | {len(stars(parents, children)):,} "
                f"| {grouped(parents):,} | {grouped(children):,} | {count:,} |"
            )
    sys.stdout.write("\n".join([*speed, "", *saved, ""]))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
