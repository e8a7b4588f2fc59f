"""The planner: every pair once, only stars, and as few of them as can be."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from onoffice_nb.errors import PairsError
from onoffice_nb.model import IDS_PER_ACTION
from onoffice_nb.planning.stars import Stars, stars
from tests.samples import SAMPLES

Ints: TypeAlias = NDArray[np.int64]
PairList: TypeAlias = list[tuple[int, int]]

INTERESSENTEN = SAMPLES / "interessenten_pairs.csv"
UNCAPPED = 10**9

small_graphs = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), unique=True, max_size=10)
graphs = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), unique=True, max_size=80)
wide_ids = st.integers(-(2**62), 2**62)
caps = st.integers(1, 6)


def columns(pairs: PairList) -> tuple[Ints, Ints]:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def actions(plan: Stars, parents: Ints, children: Ints) -> list[PairList]:
    """The plan spelt out; fails where an action is no star, or not the star it says it is."""
    spelt = []
    for first, last, by_parent in zip(plan.starts[:-1], plan.starts[1:], plan.hub_is_parent, strict=True):
        rows = plan.order[first:last]
        hubs = parents[rows] if by_parent else children[rows]
        assert len(set(hubs.tolist())) == 1
        assert by_parent or len(rows) > 1
        spelt.append(list(zip(parents[rows].tolist(), children[rows].tolist(), strict=True)))
    return spelt


def fewest(pairs: PairList, cap: int) -> int:
    """The optimum, by trying every choice of a hub for every pair."""
    ways = product((0, 1), repeat=len(pairs))
    plans = (Counter((side, pair[side]) for side, pair in zip(way, pairs, strict=True)) for way in ways)
    return min(sum(-(-size // cap) for size in plan.values()) for plan in plans)


def grouped(ids: Ints, cap: int = IDS_PER_ACTION) -> int:
    return int((-(-np.unique(ids, return_counts=True)[1] // cap)).sum())


def matching(parents: Ints, children: Ints) -> int:
    """The size of a maximum matching, which no number of stars can undercut, from another implementation."""
    p, c = (np.unique(ids, return_inverse=True)[1] for ids in (parents, children))
    found = maximum_bipartite_matching(csr_array((np.ones(len(p), np.int8), (p, c))), perm_type="column")
    return int((found >= 0).sum())


def distinct(parents: Ints, children: Ints) -> tuple[Ints, Ints]:
    pairs = np.unique(np.stack([parents, children]), axis=1)
    return pairs[0], pairs[1]


@given(small_graphs)
def test_stars_are_as_few_as_brute_force_finds(pairs: PairList) -> None:
    assert len(stars(*columns(pairs), cap=UNCAPPED)) == fewest(pairs, UNCAPPED)


@given(graphs, caps)
def test_every_pair_once_in_stars_within_the_cap(pairs: PairList, cap: int) -> None:
    parents, children = columns(pairs)
    plan = stars(parents, children, cap=cap)
    spelt = actions(plan, parents, children)
    assert sorted(pair for action in spelt for pair in action) == sorted(pairs)
    assert all(1 <= len(action) <= cap for action in spelt)
    assert len(plan) == len(spelt)


@given(graphs, caps)
def test_the_promises_of_the_cap(pairs: PairList, cap: int) -> None:
    parents, children = columns(pairs)
    capped, free = len(stars(parents, children, cap=cap)), len(stars(parents, children, cap=UNCAPPED))
    assert capped <= free + (len(pairs) - free) // cap
    assert capped <= grouped(parents, cap)
    assert capped <= grouped(children, cap)
    assert capped >= max(free, -(-len(pairs) // cap))


@given(small_graphs, caps)
def test_no_cap_is_beaten_by_more_than_its_promise(pairs: PairList, cap: int) -> None:
    capped, optimum = len(stars(*columns(pairs), cap=cap)), fewest(pairs, cap)
    assert optimum <= capped <= max(2 * optimum - 1, 0)


@given(graphs)
def test_the_matching_bound_is_met(pairs: PairList) -> None:
    parents, children = columns(pairs)
    if pairs:
        assert len(stars(parents, children, cap=UNCAPPED)) == matching(parents, children)


@given(graphs.flatmap(lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))), caps)
def test_the_order_of_the_input_changes_nothing(both: tuple[PairList, PairList], cap: int) -> None:
    ways = [columns(pairs) for pairs in both]
    one, other = (actions(stars(*way, cap=cap), *way) for way in ways)
    assert one == other


@given(st.lists(st.tuples(wide_ids, wide_ids), unique=True, max_size=20))
def test_ids_may_lie_anywhere(pairs: PairList) -> None:
    parents, children = columns(pairs)
    spelt = actions(stars(parents, children), parents, children)
    assert sorted(pair for action in spelt for pair in action) == sorted(pairs)


@pytest.mark.parametrize(("n_parents", "n_children"), [(60_000, 60_000), (20_000, 20_000), (8_000, 30_000), (400, 400)])
def test_large_random_plans_meet_the_matching_bound(n_parents: int, n_children: int) -> None:
    draw = np.random.default_rng(7)
    parents, children = distinct(draw.integers(0, n_parents, 60_000), draw.integers(0, n_children, 60_000))
    plan = stars(parents, children)
    assert len(plan) == matching(parents, children)
    assert np.array_equal(np.sort(plan.order), np.arange(len(parents)))


def test_popular_hubs_over_the_cap_stay_near_the_bound() -> None:
    draw = np.random.default_rng(7)
    parents, children = distinct(draw.zipf(1.3, 60_000) % 9_000, draw.zipf(1.3, 60_000) % 9_000)
    bound = matching(parents, children)
    plan = stars(parents, children)
    assert bound <= len(plan) <= bound + (len(parents) - bound) // IDS_PER_ACTION
    assert len(plan) <= min(grouped(parents), grouped(children))
    assert np.diff(plan.starts).max() == IDS_PER_ACTION


def test_long_chains_of_dead_ends_end() -> None:
    """A ladder in which a careless search tries 2**400 paths."""
    step = np.arange(400)
    near, far = 2 * step[:-1], 2 * step[1:]
    rungs = [(2 * step, 2 * step), (2 * step + 1, 2 * step + 1)]
    rungs += [(near + a, far + b) for a in (0, 1) for b in (0, 1)]
    tail = 800 + np.arange(401)
    rungs += [(tail, tail), (tail, tail + 1), (np.array([1300, 1300, 1301]), np.array([0, 1, 800]))]
    parents, children = (np.concatenate(side) for side in zip(*rungs, strict=True))
    assert len(stars(parents, children)) == 2 * 400 + 401 + 1


@pytest.mark.parametrize(
    ("n_parents", "n_children", "expected"),
    [
        (1, 1, 1),
        (1, 500, 1),
        (1, 501, 2),
        (500, 3, 3),
        (501, 3, 4),  # three hubs with 500 each, and what is left of all three is one star
        (501, 100, 101),
        (501, 501, 503),
        (1000, 1000, 2000),
    ],
)
def test_every_with_every(n_parents: int, n_children: int, expected: int) -> None:
    parents, children = np.indices((n_parents, n_children)).reshape(2, -1)
    assert len(stars(parents, children)) == expected
    assert len(stars(children, parents)) == expected


@pytest.mark.parametrize("seed", range(5))
def test_crowded_ids_share_their_last_actions(seed: int) -> None:
    """Each id has some 67 pairs with 50 an action: two actions each, or one each and a third as many for the rest."""
    cells = np.random.default_rng(seed).permutation(150 * 150)[:10_000]
    parents, children = cells // 150, cells % 150
    assert min(grouped(parents, 50), grouped(children, 50)) >= 299
    assert 200 <= len(stars(parents, children, cap=50)) <= 215


def test_a_cover_that_spills_is_no_dearer_than_grouping() -> None:
    """Two pairs an action: here the fewest stars, split, cost one action more than one child after the other."""
    pairs = [(0, 1), (2, 1), (2, 4), (3, 1), (3, 4), (4, 0), (4, 3), (5, 0), (5, 1), (5, 3)]
    assert len(stars(*columns(pairs), cap=2)) == fewest(pairs, cap=2) == 5


def test_interessenten_need_118_actions() -> None:
    parents, children = np.loadtxt(INTERESSENTEN, dtype=np.int64, delimiter=",", skiprows=1, unpack=True)
    plan = stars(parents, children)
    assert len(plan) == 118 == matching(parents, children)
    assert len(plan) < min(grouped(parents), grouped(children))
    mixed = np.random.default_rng(1).permutation(len(parents))
    assert actions(stars(parents[mixed], children[mixed]), parents[mixed], children[mixed]) == actions(
        plan, parents, children
    )


def test_no_pairs_no_stars() -> None:
    plan = stars([], [])
    assert len(plan) == 0
    assert plan.starts.tolist() == [0]
    assert plan.order.tolist() == []


def test_unequal_columns_are_named() -> None:
    with pytest.raises(PairsError, match="got 3 parents and 2 children"):
        stars([1, 2, 3], [4, 5])


def test_a_repeated_pair_is_named() -> None:
    with pytest.raises(PairsError, match=r"8 → 4 more than once \(2 repeated in all\)"):
        stars([8, 1, 8, 8], [4, 4, 4, 4])


def test_a_cap_below_one_is_refused() -> None:
    with pytest.raises(PairsError, match="1 or more ids an action, got 0"):
        stars([1], [2], cap=0)
