"""The requests of a plan as texts to read and copy: a window of their lines, and the same with curl; both bounded."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any, Final

from onoffice_nb.api.credentials import DEFAULT_URL
from onoffice_nb.planning.plan import Plan

__all__ = ["WINDOW_LINES", "RequestWindow", "curl_command", "request_window", "shortened_code"]

# So many lines of a request are in the page at a time.
WINDOW_LINES: Final = 200
_LINES_BEFORE_HIT: Final = 10

# So many ids of a side, and so many actions, stand in a command to copy.
_MOST_IDS: Final = 20
_MOST_ACTIONS: Final = 3

# What is longer is no cell that anybody reads.
_MOST_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class RequestWindow:
    """Some lines of a request, around the hit of a search.

    Attributes:
        lines: The lines that are shown.
        first: The number of the first of them, from 1.
        total: How many lines the request has.
        hits: How many of them hold what is searched.
        hit: Which hit is shown, from 0; 0 without any.
        hit_line: The number of its line, from 1; 0 without any.
    """

    lines: tuple[str, ...]
    first: int
    total: int
    hits: int = 0
    hit: int = 0
    hit_line: int = 0


def request_window(text: str, search: str = "", hit: int = 0) -> RequestWindow:
    """The part of a request that is shown.

    Args:
        text: The request.
        search: What is searched, whatever its case; an empty text for the beginning of the request.
        hit: Which line that holds it; past the last one it begins anew.

    Example:
        >>> request_window('{"a": 1,\\n"b": 2}', "B").hit_line
        2
    """
    lines = text.splitlines()
    wanted = search.strip().casefold()
    found = [position for position, line in enumerate(lines) if wanted in line.casefold()] if wanted else []
    hit = hit % len(found) if found else 0
    line = found[hit] if found else 0
    first = min(max(0, line - _LINES_BEFORE_HIT), max(0, len(lines) - WINDOW_LINES))
    return RequestWindow(
        tuple(lines[first : first + WINDOW_LINES]), first + 1, len(lines), len(found), hit, line + 1 if found else 0
    )


def curl_command(plan: Plan, request: int = 1) -> str:
    """A command that sends a request without this library; token and hmac are masked.

    Long lists of ids and of actions are cut, and the command says so.

    Args:
        plan: The plan.
        request: Which of its requests, from 1.
    """
    body = json.loads(plan.to_json(request))
    actions = body["request"]["actions"]
    remarks = ["# Token and hmac are masked; each action is signed with the moment in which it is sent."]
    if len(actions) > _MOST_ACTIONS:
        remarks.append(f"# Shortened: {_MOST_ACTIONS} of the {len(actions)} actions of this request.")
        body["request"]["actions"] = actions[:_MOST_ACTIONS]
    for action in body["request"]["actions"]:
        for side, ids in action["parameters"].items():
            if isinstance(ids, list) and len(ids) > _MOST_IDS:
                remarks.append(f"# Shortened: {_MOST_IDS} of {len(ids):,} ids under {side}.")
                action["parameters"][side] = ids[:_MOST_IDS]
    return "\n".join([*dict.fromkeys(remarks), *_curl_lines(body)])


def _curl_lines(body: dict[str, Any]) -> list[str]:
    return [
        f"curl {DEFAULT_URL} \\",
        "  --header 'Content-Type: application/json' \\",
        f"  --data {shlex.quote(json.dumps(body, ensure_ascii=False))}",
    ]


def shortened_code(code: str) -> str:
    """A cell of Python, its longest lines cut where it would be endless.

    Example:
        >>> shortened_code("x = 1")
        'x = 1'
    """
    if len(code) <= _MOST_CHARACTERS:
        return code
    lines = code.splitlines()
    share = max(200, _MOST_CHARACTERS // max(1, len(lines)))
    kept = [
        line if len(line) <= share else f"{line[:share]} …  # {len(line) - share:,} characters more" for line in lines
    ]
    return "\n".join([*kept, "# Shortened: builder.code holds all of it."])[: 2 * _MOST_CHARACTERS]
