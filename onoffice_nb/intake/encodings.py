"""The text in the bytes of a file: by its mark, as UTF-8, or as a guess that is noted.

Excel for Windows saves "CSV" as Windows-1252, Excel for Mac as Mac Roman, old
programs as DOS text (code page 850). All of these take nearly any byte, so
which one it is shows only in the letters: `Straße` reads `Stra§e` in another.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import counted, quote

__all__ = ["decode"]

# The longer marks first: that of UTF-32 begins like that of UTF-16.
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
# In case of doubt the first.
_GUESSES: Final = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS (code page 850)"}

_UTF8_LETTER: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE: Final = re.compile(rb"[\x80-\xff]")
# Neighbouring ones count as one place, so that no letter is judged twice.
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+(?:[\x00-\x7f]{1,6}[^\x00-\x7f]+)*")
_LOOKED_AT: Final = 100_000
_JUDGED: Final = 2000
_NAMED: Final = 5

# Letters with the letters around them, as German and its neighbours write them, and what speaks for a wrong encoding.
_SIGNS: Final = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (r"(?<=[A-Za-z])[äöüß](?![A-Z])|(?<![A-Za-z])[ÄÖÜäöü](?=[a-z])|(?<=[A-Z])[ÄÖÜ](?=[A-Z])", 3),
        (r"(?<=[A-Za-z])[éèêëàâáíìîïóòôøåæœçñúùû](?![A-Z])|(?<![A-Za-z])[ÉÈÀÁÂÇÎÓÔØÅÆŠŽ](?=[a-z])", 1),
        (r"(?<![^\s(\[])[„“‚‘»«](?=\w)|(?<=[\w.!?])[“”‘’«»](?!\w)|(?<=[a-z])’(?=[a-z])", 2),
        (r"(?<=\s)[–—•·€§°©®](?=\s)|(?<=[0-9])[²³°€]|[€§°](?=\s?[0-9])|(?<=[a-z])[²³…](?![a-z])", 1),
        (r"(?<=[A-Za-z])[^\x00-\x7f\w\s’´·\xad](?=[A-Za-z])", -3),
        (r"(?<=[a-z])[^\W\d_a-zäöüßéèêëàâáíìîïóòôøåæœçñúùûšžÿýõãð]", -3),
        (r"[a-zäöüéèêëàâáíìîïóòôøåæœçñúùû](?<![a-z])(?=[A-Z])", -3),
        (r"[\x80-\x9f\u2500-\u25ff\ufb01\ufb02]", -3),
    )
)


def decode(name: str, data: bytes, encoding: str | None = None) -> tuple[str, list[str]]:
    """The text in some bytes.

    Args:
        name: What messages call the file.
        data: All bytes of the file.
        encoding: What the user says it is, by Python's names; None to find out.

    Returns:
        The text without a mark, and notes: that the encoding was guessed, which places are damaged.

    Raises:
        PairsError: The bytes are no text in the encoding, or in none of those that are tried.

    Example:
        >>> decode("export.csv", "Straße".encode("mac_roman"))
        ('Straße', ["export.csv: read as Mac Roman, ... such as 'Straße'. ..."])
    """
    if encoding is not None:
        return _decode_as_told(name, data, encoding), []
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            return _decode_marked(name, data, codec, label), []

    if unmarked := _unmarked_utf16(data):
        text = data.decode(unmarked, errors="replace")
        return text, [_guess_note(name, "UTF-16, without a mark at its beginning", text)]
    if b"\0" in data:
        raise PairsError(_no_text(name, "UTF-8, UTF-16, Windows-1252"))
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(data):
        text = data.decode("utf-8", errors="replace")
        return text, [_damage_note(name, text)]
    return _decode_guessed(name, data)


def _decode_as_told(name: str, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise PairsError(
            f"{name}: encoding={encoding!r} is not known. Python's names are expected, such as 'utf-8', 'cp1252',"
            " 'mac_roman', 'utf-16'."
        ) from None
    except (UnicodeError, ValueError) as error:
        where = f" in line {data[: error.start].count(10) + 1}" if isinstance(error, UnicodeDecodeError) else ""
        raise PairsError(
            f"{name}: what stands{where} is not {encoding}. Leave encoding=… out to find it out."
        ) from None
    if "\0" in text:
        raise PairsError(_no_text(name, encoding))
    return text.removeprefix("\ufeff")


def _decode_marked(name: str, data: bytes, codec: str, label: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        raise PairsError(_no_text(name, f"{label}, as which it is marked")) from None
    if "\0" in text:
        raise PairsError(_no_text(name, f"{label}, as which it is marked"))
    return text


def _unmarked_utf16(data: bytes) -> str:
    """The codec of UTF-16 without a mark, or nothing: half of the bytes of Western text are zero, all on one side."""
    head = data[:_LOOKED_AT]
    zeros_at_even, zeros_at_odd = head[0::2].count(0), head[1::2].count(0)
    if (
        len(data) % 2
        or max(zeros_at_even, zeros_at_odd) < len(head) * 0.3
        or min(zeros_at_even, zeros_at_odd) > len(head) * 0.01
    ):
        return ""
    return "utf-16-le" if zeros_at_odd > zeros_at_even else "utf-16-be"


def _mostly_utf8(data: bytes) -> bool:
    """Whether the letters beyond ASCII are those of UTF-8, but for a few that are damaged or came from elsewhere."""
    letters = _UTF8_LETTER.findall(data)
    return len(letters) > len(_HIGH_BYTE.findall(data)) - sum(map(len, letters))


def _decode_guessed(name: str, data: bytes) -> tuple[str, list[str]]:
    readings: list[tuple[int, str, str]] = []
    for codec, label in _GUESSES.items():
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        likelihood = _likelihood(text)
        # The others take whatever comes: only what they make of it speaks for them.
        if codec == "cp1252" or likelihood > 0:
            readings.append((likelihood, label, text))
    if not readings:
        raise PairsError(_no_text(name, f"UTF-8, {', '.join(_GUESSES.values())}"))
    _, label, text = max(readings, key=lambda reading: reading[0])
    return text, [_guess_note(name, label, text)]


def _likelihood(text: str) -> int:
    """How much speaks for it that these are the letters that somebody wrote."""
    places = islice(_BEYOND_ASCII.finditer(text), _JUDGED)
    excerpts = "\n".join(text[max(0, place.start() - 3) : place.end() + 3] for place in places)
    return sum(weight * len(sign.findall(excerpts)) for sign, weight in _SIGNS)


def _guess_note(name: str, label: str, text: str) -> str:
    word = re.search(r"[\w.-]*[^\W\d_a-zA-Z][\w.-]*|\S*[^\x00-\x7f]\S*", text)
    example = f", such as {quote(word[0])}" if word else ""
    return f"{name}: read as {label}, which is a guess{example}. If letters look wrong, name it: encoding=…"


def _damage_note(name: str, text: str) -> str:
    lines = [number for number, line in enumerate(text.split("\n"), 1) if "\ufffd" in line]
    more = ", …" if len(lines) > _NAMED else ""
    return (
        f"{name}: UTF-8, but for {counted(text.count(chr(0xFFFD)), 'place')} shown as '\ufffd' in"
        f" line {', '.join(map(str, lines[:_NAMED]))}{more}"
    )


def _no_text(name: str, tried: str) -> str:
    return (
        f"{name} is no text in {tried}, and no workbook. Save it as .xlsx or as CSV (UTF-8), or name what it is:"
        " encoding=…."
    )
