"""The engine's sentences in German.

The engine speaks English. Where the page shows German, its sentences are found
by template: `{name}` stands for whatever a sentence names (a row, a value, an
id), which goes into the German sentence as it is. A text of several lines or
sentences is taken apart; what no template knows stays as it is, so nothing is
ever left out.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from onoffice_nb.builder.wording.row_sentences import ROW_SENTENCES

__all__ = ["TEMPLATES", "in_german"]

# English -> German. Placeholders bear the same names on both sides.
TEMPLATES: Final[dict[str, str]] = {
    **ROW_SENTENCES,
    "Note: {note}.": "Hinweis: {note}.",
    "The builder is at work already. Wait until it is done, or stop it.": (
        "Die Seite arbeitet gerade. Warten Sie, bis sie fertig ist, oder halten Sie sie an."
    ),
}

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
# Where one sentence ends and the next begins, with its blank.
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=[.!?:;]) (?=\S)")


@lru_cache(maxsize=4096)
def in_german(text: str) -> str:
    """A text of the engine in German, as far as its sentences are known.

    Args:
        text: What the engine says: one or several sentences, in one or several lines.

    Returns:
        The same in German; a sentence that is not known stays English.

    Example:
        >>> in_german("Note: only for brokers.")
        'Hinweis: only for brokers.'
    """
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    # The shortest beginning that is known: a placeholder would also take what follows for its value.
    ends = [*(between.start() for between in _BETWEEN_SENTENCES.finditer(line)), len(line)]
    for end in ends:
        known = _translated(line[:end])
        if known is not None:
            return f"{known} {_line(line[end + 1 :])}" if line[end + 1 :] else known

    if len(ends) == 1:
        return line
    return f"{line[: ends[0]]} {_line(line[ends[0] + 1 :])}"


def _translated(text: str) -> str | None:
    for pattern, german in _patterns():
        match = pattern.fullmatch(text)
        if match is not None:
            return german.format_map({name: _translated(value) or value for name, value in match.groupdict().items()})
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The templates as patterns: those with more fixed text first, as they say more."""
    ordered = sorted(TEMPLATES.items(), key=lambda item: -len(_PLACEHOLDER.sub("", item[0])))
    return [(re.compile(_as_pattern(english), re.DOTALL), german) for english, german in ordered]


def _as_pattern(english: str) -> str:
    parts = _PLACEHOLDER.split(english)
    # Texts and names of placeholders take turns; a placeholder that comes twice has to stand for the same.
    pattern, known = "", set[str]()
    for position, part in enumerate(parts):
        if position % 2 == 0:
            pattern += re.escape(part)
        elif part in known:
            pattern += f"(?P={part})"
        else:
            pattern += f"(?P<{part}>.+?)"
            known.add(part)
    return pattern
