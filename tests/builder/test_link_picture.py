"""The picture of links: bounded, and no link lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from onoffice_nb.builder.link_picture import MOST_LINES, MOST_NODES, LinkPicture, draw_links
from onoffice_nb.planning.actions import IntArray

LINKS = st.integers(0, 900).flatmap(
    lambda n: st.tuples(
        arrays.arrays(np.int64, n, elements=st.integers(1, 150)),
        arrays.arrays(np.int64, n, elements=st.integers(1, 150)),
        arrays.arrays(np.uint8, n, elements=st.integers(0, 3)),
    )
)


def states(n: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.zeros(n, dtype=np.uint8)


def drawn(picture: LinkPicture) -> int:
    return sum(line.links for line in picture.lines)


@given(LINKS)
def test_what_is_drawn_and_what_is_counted_make_all(links: tuple[IntArray, IntArray, IntArray]) -> None:
    parents, children, codes = links
    picture = draw_links(parents, children, codes.astype(np.uint8))
    assert drawn(picture) + picture.not_drawn == picture.links == len(parents)
    assert len(picture.lines) <= MOST_LINES

    for side, ids in ((picture.parents, parents), (picture.children, children)):
        assert len(side) <= MOST_NODES
        assert sum(node.records for node in side) == len(np.unique(ids))
        assert sum(node.links for node in side) == len(ids)
        # Only the last node may stand for several records, and each other one for a record of its own.
        assert all(node.records == 1 and node.id for node in side[:-1])
        assert len({node.id for node in side}) == len(side)


@given(LINKS)
def test_lines_lie_between_records_that_are_so_linked(links: tuple[IntArray, IntArray, IntArray]) -> None:
    parents, children, codes = links
    picture = draw_links(parents, children, codes.astype(np.uint8))
    there = set(zip(parents.tolist(), children.tolist(), codes.tolist(), strict=True))
    for line in picture.lines:
        parent, child = picture.parents[line.parent], picture.children[line.child]
        if parent.id and child.id:
            assert (parent.id, child.id, line.state) in there


def test_few_links_are_drawn_one_by_one() -> None:
    picture = draw_links(np.array([1, 1, 2]), np.array([7, 8, 8]), np.array([0, 1, 0], dtype=np.uint8))
    assert [(node.id, node.links) for node in picture.parents] == [(1, 2), (2, 1)]
    assert {(line.parent, line.child, line.state) for line in picture.lines} == {(0, 0, 0), (0, 1, 1), (1, 1, 0)}
    assert not picture.is_shortened


def test_the_records_with_the_most_links_stand_for_themselves() -> None:
    busy = np.full(50, 999, dtype=np.int64)
    parents = np.concatenate([np.arange(1, 101), busy])
    picture = draw_links(parents, np.arange(1, 151), states(150))
    assert 999 in {node.id for node in picture.parents}
    assert picture.parents[-1].records == 101 - (MOST_NODES - 1)
    assert picture.is_shortened


def test_children_stand_near_their_parents() -> None:
    picture = draw_links(np.array([1, 2, 3]), np.array([9, 8, 7]), states(3))
    assert [node.id for node in picture.children] == [9, 8, 7]


def test_records_are_named() -> None:
    picture = draw_links(np.array([1]), np.array([7]), states(1), lambda side, number: f"{'ab'[side]}{number}")
    assert (picture.parents[0].label, picture.children[0].label) == ("a1", "b7")


@pytest.mark.parametrize("n", [0, 1, 5000])
def test_any_number_of_links_makes_a_picture(n: int) -> None:
    picture = draw_links(np.arange(1, n + 1), np.arange(1, n + 1), states(n))
    assert picture.links == n
    assert drawn(picture) + picture.not_drawn == n
