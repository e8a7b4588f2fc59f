"""Decisions and rows left out, as lines of Python: a few in one line, many in a block.

What was decided for a cell stays a decision for that cell and the text that it
had. Written as one for all of its kind, or by the row alone, it would be
shorter, and some day take a cell that nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.repairs import Repair

__all__ = ["decision_lines"]

# So many stand in one line of code, as they were taken.
_FEW: Final = 10
_LINE: Final = 110
# From so many on, rows that follow one another are written as a range.
_RANGE: Final = 4
_SIDES: Final = ("parent", "child", "info")


def decision_lines(call: str, decisions: Mapping[DecisionKey, Decision], left_out: Collection[int]) -> list[str]:
    """The lines that read the pairs, mend them and leave rows out.

    Args:
        call: The call that reads the pairs.
        decisions: What was decided.
        left_out: The numbers of the rows that are left out.

    Example:
        >>> decision_lines("oo.read_pairs(…)", {5: 1003}, [7])
        ['pairs = oo.read_pairs(…).mended({5: 1003}).without([7])']
    """
    lines = [f"pairs = {call}"]
    if decisions and len(decisions) <= _FEW:
        lines[-1] += f".mended({{{', '.join(_items(decisions))}}})"
    elif decisions:
        lines += _lines_of_many(decisions)
    if left_out and len(left_out) <= _FEW:
        ending = f".without({sorted(left_out)!r})"
        lines = [*lines[:-1], lines[-1] + ending]
    elif left_out:
        lines += ["pairs = pairs.without([", *_wrapped(_ranges(sorted(left_out))), "])"]
    return lines


def _lines_of_many(decisions: Mapping[DecisionKey, Decision]) -> list[str]:
    """Side by side, the rows of each side with what they mean."""
    rows_of_side: dict[str, dict[int, Decision]] = {side: {} for side in _SIDES}
    others: dict[DecisionKey, Decision] = {}
    for key, decision in decisions.items():
        if isinstance(key, tuple) and key[1] in rows_of_side:
            rows_of_side[key[1]][key[0]] = decision
        else:
            others[key] = decision

    lines = ["pairs = pairs.mended({", *_wrapped(_items(others))]
    for side, rows in rows_of_side.items():
        if rows:
            lines.append(f"    **{{(row, {side!r}): meant for row, meant in {{")
            lines += [f"    {line}" for line in _wrapped(_items(dict(sorted(rows.items()))))]
            lines.append("    }.items()},")
    return [*lines, "})"]


def _items(decisions: Mapping[int, Decision] | Mapping[DecisionKey, Decision]) -> list[str]:
    return [f"{key!r}: {_value(decision)}" for key, decision in decisions.items()]


def _value(decision: Decision) -> str:
    """A decision as it can be written down: a repair by the id or ids that it means."""
    if isinstance(decision, Mapping):
        return f"{{{', '.join(f'{text!r}: {_value(meaning)}' for text, meaning in decision.items())}}}"
    if not isinstance(decision, Repair):
        return repr(decision)
    return repr(decision.values[0] if len(decision.values) == 1 else list(decision.values))


def _ranges(numbers: Sequence[int]) -> list[str]:
    """Numbers in ascending order; those that follow one another as a range."""
    written: list[str] = []
    for _, run in groupby(enumerate(numbers), key=lambda place: place[1] - place[0]):
        following = [number for _, number in run]
        if len(following) < _RANGE:
            written += map(str, following)
        else:
            written.append(f"*range({following[0]}, {following[-1] + 1})")
    return written


def _wrapped(items: Iterable[str]) -> Iterator[str]:
    """Items in lines that a person can read."""
    line = "   "
    for item in items:
        if len(line) + len(item) > _LINE and line.strip():
            yield line
            line = "   "
        line += f" {item},"
    if line.strip():
        yield line
