"""How things look: counts, tables and cards as text, HTML and files, without widgets.

Whatever comes from the CRM or from a file is hostile until it went through
`escape` (for HTML) or `printable` (for text): markup stays text, and characters
that change how their neighbours are read are spelt out.

Colours are JupyterLab's own variables, so tables and cards follow the theme,
light or dark; the fallbacks serve pages that have no theme. Styles stand in
the elements, as JupyterLab strips style sheets from notebooks it does not trust.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape as _markup
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onoffice_nb.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from onoffice_nb.model import Account

__all__ = [
    "counted",
    "escape",
    "escape_formula",
    "html_card",
    "html_table",
    "make_frame",
    "printable",
    "quote",
    "text_table",
    "write_file",
]

_FORMULA = re.compile(r"\s*[=@+-]")
_NUMBER = re.compile(r"\s*[+-][\d\s()/.,-]*")

# Control, format (bidi marks, zero width), surrogates, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

_INK = "color:var(--jp-ui-font-color1,inherit)"
_LINE = "var(--jp-border-color2,#bdbdbd)"
_CELL = f"padding:3px 10px;border:0;border-bottom:1px solid {_LINE};vertical-align:top;white-space:pre-wrap"


def counted(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun.

    Args:
        n: The number.
        noun: What is counted.
        plural: Its plural, where that is not the noun with an s.

    Returns:
        Both, with commas between thousands.

    Example:
        >>> counted(1482, "pair"), counted(1, "pair"), counted(0, "entry", "entries")
        ('1,482 pairs', '1 pair', '0 entries')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def printable(value: object) -> str:
    r"""The text of a value in which nothing hides: control, bidi and zero-width characters are spelt out.

    Args:
        value: Anything that has a text.

    Returns:
        The text, on one line.

    Example:
        >>> printable("5001\n\u202e2005")
        '5001␊⟨U+202E⟩2005'
    """
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelt(character) if unicodedata.category(character) in _UNSEEN else character for character in text)


def _spelt(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"


def quote(text: str, limit: int = 50) -> str:
    r"""A text as a message names it: in quotes, nothing hidden, not endless.

    Args:
        text: The text.
        limit: How many of its characters are shown.

    Returns:
        The text in quotes; one that is too long ends with "…".

    Example:
        >>> print(quote(" 5007\xa0"), quote("12a" * 100))
        ' 5007\xa0' '12a12a12a12a12a12a12a12a12a12a12a12a12a12a12a12a1…'
    """
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def escape(value: object) -> str:
    """The text of a value, safe to stand in HTML, between tags or in a quoted attribute.

    Args:
        value: Anything that has a text.

    Returns:
        The text as HTML.

    Example:
        >>> escape("<b>Müller & Co</b>")
        '&lt;b&gt;Müller &amp; Co&lt;/b&gt;'
    """
    return _markup(printable(value))


def html_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, numeric: Collection[int] = ()) -> str:
    """An HTML table; every header and cell is escaped.

    Args:
        headers: What stands above the columns.
        rows: The cells, as many a row as there are headers.
        numeric: The positions of the columns that are set to the right.

    Returns:
        The table, in the colours of JupyterLab's theme.

    Example:
        >>> "<td" in html_table(["id"], [[5001]]), "<b>" in html_table(["id"], [["<b>"]])
        (True, False)
    """

    def line(tag: str, weight: int, cells: Sequence[object]) -> str:
        return "".join(
            f'<{tag} style="{_CELL};font-weight:{weight};text-align:{"right" if position in numeric else "left"}">'
            f"{escape(cell)}</{tag}>"
            for position, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{line('td', 400, cells)}</tr>" for cells in rows)
    return (
        f'<table style="border-collapse:collapse;margin:4px 0;{_INK}">'
        f"<thead><tr>{line('th', 600, headers)}</tr></thead><tbody>{body}</tbody></table>"
    )


def text_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, numeric: Collection[int] = ()) -> str:
    """The same table for a terminal: aligned columns, two blanks apart.

    Args:
        headers: What stands above the columns.
        rows: The cells, as many a row as there are headers.
        numeric: The positions of the columns that are set to the right.

    Returns:
        The table, one line a row.

    Example:
        >>> print(text_table(["name", "id"], [["Brandt", 7], ["Kaya", 5001]], numeric=[1]))
        name      id
        Brandt     7
        Kaya    5001
    """
    lines = [[printable(cell) for cell in cells] for cells in (headers, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if position in numeric else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in lines
    )


def escape_formula(cell: object) -> object:
    """A cell of a CSV file that no spreadsheet takes for a formula: an apostrophe before what would be one.

    Numbers, also those of telephones, stay as they are.

    Args:
        cell: The cell.

    Returns:
        The cell, changed only where it is a text.

    Example:
        >>> escape_formula("=1+1"), escape_formula("+49 241 4791-0"), escape_formula(-5)
        ("'=1+1", '+49 241 4791-0', -5)
    """
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def make_frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    """A DataFrame of these columns; pandas loads only now.

    Args:
        columns: Label -> values, all equally many.

    Returns:
        The frame. Texts with half a character (a lone surrogate) are kept as objects, as Arrow takes none.

    Example:
        >>> make_frame({"id": [5001], "name": ["Kaya"]})
             id  name
        0  5001  Kaya
    """
    import pandas as pd

    def as_objects(values: Any) -> Any:
        try:
            return pd.Series(values)
        except UnicodeEncodeError:
            return pd.Series(values, dtype=object)

    try:
        return pd.DataFrame(dict(columns))
    except UnicodeEncodeError:
        # pandas keeps texts in Arrow where that is installed, and Arrow has no half characters.
        return pd.DataFrame({name: as_objects(values) for name, values in columns.items()})


def html_card(title: str, body_html: str, *, account: Account | None = None) -> str:
    """A titled box that says, in words, SANDBOX or LIVE and whose account it is.

    Args:
        title: Its title, which is escaped.
        body_html: What stands in it; it is HTML already, so its maker has escaped it.
        account: Whose account it is about, if it is about one.

    Returns:
        The box as HTML.

    Example:
        >>> "&lt;b&gt;" in html_card("<b>", "<p>body</p>")
        True
    """
    live = account is not None and account.live
    edge = "var(--jp-error-color1,#d32f2f)" if live else "var(--jp-brand-color1,#1976d2)"
    place = "" if account is None else f'<span style="margin-left:1em;font-weight:400">{escape(account)}</span>'
    return (
        f'<div style="border:1px solid {_LINE};border-left:4px solid {edge};padding:6px 12px;margin:4px 0;{_INK}">'
        f'<div style="font-weight:600;margin-bottom:4px">{escape(title)}{place}</div>{body_html}</div>'
    )


def write_file(path: str | Path, text: str, *, encoding: str = "utf-8") -> Path:
    """Write a text to a file, over what is there.

    Args:
        path: the file, in a folder that exists.
        text: what is to stand in it.
        encoding: how it is written.

    Returns:
        The path.

    Raises:
        InputError: where that cannot be done.
    """
    try:
        path = Path(path)
        # Half a surrogate, which no encoding has, is spelt out.
        path.write_text(text, encoding=encoding, errors="backslashreplace")
    except (OSError, TypeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"{quote(str(path), 200)} cannot be written: {reason}. Name a file in a folder that exists;"
            " if it is open in another program, close it there."
        ) from None
    return path
