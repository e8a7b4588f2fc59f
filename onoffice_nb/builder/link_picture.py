"""The picture of links: parents on the left, children on the right, a line for each link; a bounded layout as a value.

More records than can be read side by side are drawn as one: those with the most
links stand for themselves, the rest as a number. Nothing is lost: what the lines
count and what is said to be left out of the drawing make all links together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.planning.actions import IntArray

__all__ = ["MOST_LINES", "MOST_NODES", "Line", "LinkPicture", "Node", "draw_links"]

# What can still be read: so many records on a side, and so many lines between them.
MOST_NODES: Final = 60
MOST_LINES: Final = 600


@dataclass(frozen=True, slots=True)
class Node:
    """A record, or all the records of a side that have no place of their own.

    Attributes:
        id: The record id; 0 where it stands for several.
        label: What the record is called.
        records: How many records it stands for.
        links: How many links it has.
    """

    id: int
    label: str
    records: int
    links: int


@dataclass(frozen=True, slots=True)
class Line:
    """The links of one state between two nodes: the positions of both, the state's code, how many links they are."""

    parent: int
    child: int
    state: int
    links: int


@dataclass(frozen=True, slots=True)
class LinkPicture:
    """What is to be drawn.

    Attributes:
        parents: From top to bottom.
        children: From top to bottom, near the parents that they are linked with.
        lines: The lines, those of the most links first.
        links: How many links there are in all.
        not_drawn: How many of them no line stands for.
    """

    parents: tuple[Node, ...]
    children: tuple[Node, ...]
    lines: tuple[Line, ...]
    links: int
    not_drawn: int

    @property
    def is_shortened(self) -> bool:
        """Whether records are drawn together, or lines are left out."""
        return self.not_drawn > 0 or any(node.records > 1 for node in (*self.parents, *self.children))


def draw_links(
    parents: IntArray,
    children: IntArray,
    states: NDArray[np.uint8],
    name: Callable[[int, int], str] = lambda side, number: "",
) -> LinkPicture:
    """Lay out links.

    Args:
        parents: int64[n]: the parent of each link.
        children: int64[n]: its child.
        states: uint8[n]: the code of its state.
        name: Side (0 for parents, 1 for children) and record id to what the record is called.

    Returns:
        The picture: at most `MOST_NODES` nodes on a side and `MOST_LINES` lines.

    Example:
        >>> picture = draw_links(np.array([1, 1]), np.array([7, 8]), np.array([0, 0], dtype=np.uint8))
        >>> [node.id for node in picture.parents], [node.id for node in picture.children], len(picture.lines)
        ([1], [7, 8], 2)
    """
    left, left_node = _nodes(parents, lambda number: name(0, number))
    right, right_node = _nodes(children, lambda number: name(1, number))
    if not len(parents):
        return LinkPicture((), (), (), 0, 0)

    # Children stand at the mean height of their parents, so that fewer lines cross.
    heights = np.bincount(right_node, weights=left_node, minlength=len(right)) / np.bincount(right_node)
    stands_for_many = np.array([node.records > 1 for node in right])
    order = np.lexsort((heights, stands_for_many))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    right_node = place[right_node]

    ends, counts = np.unique(np.stack([left_node, right_node, states.astype(np.int64)]), axis=1, return_counts=True)
    strongest = np.argsort(-counts, kind="stable")[:MOST_LINES]
    lines = tuple(
        Line(int(ends[0, line]), int(ends[1, line]), int(ends[2, line]), int(counts[line])) for line in strongest
    )
    drawn = int(counts[strongest].sum())
    return LinkPicture(left, tuple(right[n] for n in order), lines, len(parents), len(parents) - drawn)


def _nodes(ids: IntArray, name: Callable[[int], str]) -> tuple[tuple[Node, ...], IntArray]:
    """The nodes of one side, in the order of their first link, the one for all the rest last; and each link's node."""
    numbers, first, code, links = np.unique(ids, return_index=True, return_inverse=True, return_counts=True)
    own = len(numbers) if len(numbers) <= MOST_NODES else MOST_NODES - 1
    # The most linked ones; among equals those that come first.
    chosen = np.lexsort((first, -links))[:own]
    chosen = chosen[np.argsort(first[chosen], kind="stable")]

    node_of = np.full(len(numbers), own, dtype=np.int64)
    node_of[chosen] = np.arange(own)
    nodes = [Node(int(numbers[n]), name(int(numbers[n])), 1, int(links[n])) for n in chosen]
    rest = len(numbers) - own
    if rest:
        nodes.append(Node(0, "", rest, int(links[node_of == own].sum())))
    return tuple(nodes), node_of[code.reshape(-1)]
