"""Sentences by template: what a text says, found by its fixed words, said in another language.

A template is a text with places for what a sentence names. `{name}` takes
anything, and says it in the other language as far as it is known; the other
kinds of places are there to tell sentences apart:

    {name}         anything; it may hold sentences of its own
    {name:number}  a number, written as the other language does: 1,482 becomes 1.482
    {name:word}    anything without a blank
    {name:known}   something that has a template itself, or else the template does not fit
    {name:list}    parts between commas, semicolons, "and" and "or"; each is said as far as it is known
    {name:numbers} a list that begins with a number, such as ids

What stands in quotation marks comes from outside: it is never looked into, and
goes over as it is. A text of several lines or sentences is taken apart, and the
longest beginning that is known counts. Quoted values and numbers are set aside
first, so that of a thousand rejects each kind is looked up once.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from operator import attrgetter
from typing import Final, NamedTuple

__all__ = ["PLACE", "Templates", "Translation"]

PLACE: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")

# A value as `repr` quotes it; an apostrophe within a word opens none, and a command stays one that can be copied.
_QUOTED: Final = r"""(?<!\w)(?<!pip install )(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")(?!\w)"""
_NUMBER: Final = r"(?<![\w.,:^-])\d+(?:,\d{3})*(?:\.\d+)?(?!\.?\w|[\^-])"
_VALUE: Final = re.compile(f"(?P<quoted>{_QUOTED})|{_NUMBER}")
# In a template, what holds a place is no value.
_VALUE_IN_TEMPLATE: Final = re.compile(
    rf"""(?P<quoted>(?<!\w)(?<!pip install )(?:'[^'{{}}]*'|"[^"{{}}]*")(?!\w))|{_NUMBER}"""
)
# What stands for a value while its text is taken apart: its number between private characters, which no text has.
_QUOTED_MARK: Final = "\ue000"
_NUMBER_MARK: Final = "\ue001"
_MARKED: Final = re.compile("[\ue000\ue001](\\d+)[\ue000\ue001]")
_MARKED_NUMBER: Final = re.compile("\ue001\\d+\ue001")

_LETTER: Final = re.compile(r"[^\W\d_]")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_BULLET: Final = re.compile(r"\s*(?:- )?")
# Where one sentence or clause ends and the next begins, with the blank between them.
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=[.!?:;…)]) (?=\S)")
_END_OF_SENTENCE: Final = (".", "!", "?", ":", ";")
_BETWEEN_PARTS: Final = re.compile(r"(, and |, |; | and by | and | or | · | \(|\))")
_CONJUNCTIONS: Final = {", and ": " und ", " and ": " und ", " and by ": " und ", " or ": " oder "}

# A line with more sentences than this is not one of the engine's.
_MOST_SENTENCES: Final = 40


class Translation(NamedTuple):
    """A text in the other language.

    Attributes:
        text: As far as its sentences are known.
        unknown: The sentences that are not; they stand in the text as they were.
    """

    text: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Template:
    """A template as it is compared: the texts between its places, and the places by name and kind."""

    texts: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    other: str
    # The words that a text has to hold: those that no place stands beside.
    words: frozenset[str]
    # How much of it is fixed: of several templates that fit, the one with most says most.
    weight: int

    @classmethod
    def of(cls, text: str, other: str) -> _Template:
        parts = PLACE.split(text)
        texts, names, kinds = parts[::3], parts[1::3], [kind or "" for kind in parts[2::3]]
        weight = sum(map(len, texts)) + sum(kind != "" for kind in kinds)
        return cls(tuple(texts), tuple(zip(names, kinds, strict=True)), other, _whole_words(texts), weight)

    def values(self, text: str) -> list[str] | None:
        """What stands at its places, each ended by the first fixed text that follows; None where it does not fit."""
        first, last = self.texts[0], self.texts[-1]
        position, end = len(first), len(text) - len(last)
        if position >= end or not text.startswith(first) or not text.endswith(last):
            return None

        values = []
        for fixed_text in self.texts[1:-1]:
            found = text.find(fixed_text, position + 1, end)
            if found < 0:
                return None
            values.append(text[position:found])
            position = found + len(fixed_text)
        values.append(text[position:end])
        return values if position < end else None


class Templates:
    """Templates of one language, by which its sentences are said in another.

    Args:
        templates: Sentence -> the same in the other language, with the same places (without their kinds).
        quotation_marks: Those of the other language, the opening and the closing one.

    Example:
        >>> german = {"{n:number} rows": "{n} Zeilen", "Not found: {rows:known}.": "Es fehlen {rows}."}
        >>> templates = Templates(german, quotation_marks="„“")
        >>> templates.translated("Not found: 1,482 rows. Look at 'Not found: 2 rows.' again.")
        Translation(text='Es fehlen 1.482 Zeilen. Look at „Not found: 2 rows.“ again.',
        unknown=('Look at „Not found: 2 rows.“ again.',))
    """

    def __init__(self, templates: Mapping[str, str], *, quotation_marks: str = "''") -> None:
        self._quotation_marks = quotation_marks
        # The sign that ends a sentence is left to the text that is said.
        with_places = {_with_places_of_values(_bare(text)): _bare(other) for text, other in templates.items()}
        self._fixed = {text: other for text, other in with_places.items() if "{" not in text}
        self._by_word = _by_rarest_word(
            [_Template.of(text, other) for text, other in with_places.items() if "{" in text]
        )
        # Bound to this object, so that the memory goes with it. Lines that differ in their values alone are one.
        self._line = lru_cache(maxsize=4_096)(self._taken_apart)
        self._known = lru_cache(maxsize=16_384)(self._looked_up)

    def translated(self, text: str) -> Translation:
        """A text, sentence by sentence.

        Args:
            text: One or several sentences, in one or several lines.

        Returns:
            The same in the other language, and what of it is not known.
        """
        if _QUOTED_MARK in text or _NUMBER_MARK in text:
            return Translation(text, (text,))
        values: list[str] = []

        def mark(value: re.Match[str]) -> str:
            values.append(value[0])
            sign = _QUOTED_MARK if value["quoted"] else _NUMBER_MARK
            return f"{sign}{len(values) - 1}{sign}"

        def value_of(mark: re.Match[str]) -> str:
            value = values[int(mark[1])]
            return self._quoted(value) if mark[0][0] == _QUOTED_MARK else _number(value)

        lines = [self._line(line) for line in _VALUE.sub(mark, text).split("\n")]
        unknown = [sentence for line in lines for sentence in line.unknown]
        return Translation(
            _MARKED.sub(value_of, "\n".join(line.text for line in lines)),
            tuple(_MARKED.sub(value_of, sentence) for sentence in unknown),
        )

    def _quoted(self, value: str) -> str:
        return f"{self._quotation_marks[0]}{value[1:-1]}{self._quotation_marks[1]}"

    def _taken_apart(self, line: str) -> Translation:
        """One line, which may be one of a list, with marks for its values."""
        bullet = _BULLET.match(line)
        start = bullet.end() if bullet else 0
        unknown: list[str] = []
        said = self._sentences(line[start:], unknown)
        return Translation(line[:start] + said, tuple(unknown))

    def _sentences(self, text: str, unknown: list[str]) -> str:
        """The longest beginning that is known, then the rest in the same way."""
        if not _has_words(text):
            return text
        ends = [*(between.start() for between in _BETWEEN_SENTENCES.finditer(text)), len(text)]
        if len(ends) > _MOST_SENTENCES:
            unknown.append(text)
            return text

        said: list[str] = []
        start = 0
        while ends:
            known, end = self._longest_beginning(text, start, ends)
            if known is None:
                known, end = text[start : ends[0]], ends[0]
                unknown += [known] if _has_words(known) else []
            said.append(known)
            start = end + 1
            ends = [later for later in ends if later > end]
        return " ".join(said)

    def _longest_beginning(self, text: str, start: int, ends: list[int]) -> tuple[str | None, int]:
        """As many sentences from `start` on as one template takes, and where they end."""
        for end in reversed(ends):
            known = self._sentence(text[start:end])
            if known is not None:
                return known, end
        return None, start

    def _sentence(self, text: str) -> str | None:
        """A sentence or a clause, whatever sign ends it, or what stands behind it in parentheses."""
        bare = _bare(text)
        known = self._known(bare)
        if known is None and bare.endswith(")"):
            known = self._with_parentheses(bare)
        return None if known is None else known + text[len(bare) :]

    def _with_parentheses(self, text: str) -> str | None:
        """A clause with another one in parentheses behind it: `zero (record ids start at 1)`."""
        before, _, inside = text[:-1].rpartition(" (")
        if text.startswith("("):
            before, inside = "", text[1:-1]
        known_before = self._known(before) if before else ""
        known_inside = self._known(inside)
        if known_before is None or known_inside is None:
            return None
        return f"{known_before} ({known_inside})".lstrip()

    def _looked_up(self, text: str) -> str | None:
        fixed = self._fixed.get(text)
        # No template with places is a single word.
        if fixed is not None or " " not in text:
            return fixed

        words = {*text.split(" "), ""}
        candidates = [template for word in words for template in self._by_word.get(word, ()) if template.words <= words]
        candidates.sort(key=attrgetter("weight"), reverse=True)
        for template in candidates:
            values = template.values(text)
            said = None if values is None else self._said(template, values)
            if said is not None:
                return said
        return None

    def _said(self, template: _Template, values: list[str]) -> str | None:
        """A template in the other language, with what stands at its places; None where that is of another kind."""
        said: dict[str, str] = {}
        for (name, kind), value in zip(template.places, values, strict=True):
            other = self._value(kind, value)
            if other is None:
                return None
            said[name] = other
        return PLACE.sub(lambda place: said[place[1]], template.other)

    def _value(self, kind: str, value: str) -> str | None:
        match kind:
            case "number":
                return value if _MARKED_NUMBER.fullmatch(value) else None
            case "word":
                return None if " " in value else value
            case "known":
                return self._sentence(value)
            case "numbers":
                return self._parts(value) if value.startswith(_NUMBER_MARK) else None
            case "list":
                whole = self._known(value)
                return self._parts(value) if whole is None else whole
            case _:
                return self._sentences(value, [])

    def _parts(self, text: str) -> str:
        # Parts and what stands between them take turns.
        parts = _BETWEEN_PARTS.split(text)
        for position in range(0, len(parts), 2):
            parts[position] = self._sentences(parts[position], [])
        for position in range(1, len(parts), 2):
            parts[position] = _CONJUNCTIONS.get(parts[position], parts[position])
        return "".join(parts)


def _whole_words(texts: Sequence[str]) -> frozenset[str]:
    """The words of the texts between places, but for those that a place stands beside."""
    words: set[str] = set()
    for position, text in enumerate(texts):
        first = 0 if position == 0 else 1
        last = None if position == len(texts) - 1 else -1
        words |= set(text.split(" ")[first:last])
    return frozenset(words - {""})


def _by_rarest_word(templates: Collection[_Template]) -> dict[str, list[_Template]]:
    """Each template at that of its words which the fewest have, so that few are compared with a text; "" for none."""
    frequency = Counter(word for template in templates for word in template.words)
    by_word: dict[str, list[_Template]] = defaultdict(list)
    for template in templates:
        rarest = min(template.words, key=lambda word: (frequency[word], word), default="")
        by_word[rarest].append(template)
    return dict(by_word)


def _bare(text: str) -> str:
    """A sentence without the sign that ends it."""
    return text[:-1] if text.endswith(_END_OF_SENTENCE) else text


def _with_places_of_values(text: str) -> str:
    """A template in which a quoted word, as in `hidden='skip'`, or a number is a place: it may be any other."""
    values = count()

    def place(value: re.Match[str]) -> str:
        return f"{{value{next(values)}{'' if value['quoted'] else ':number'}}}"

    return _VALUE_IN_TEMPLATE.sub(place, text)


def _has_words(text: str) -> bool:
    """Whether there is anything to say in another language: numbers and quoted values are the same in each."""
    return _LETTER.search(text) is not None


def _number(text: str) -> str:
    """A number with the other language's sign between thousands."""
    return text.replace(",", ".") if _THOUSANDS.fullmatch(text) else text
