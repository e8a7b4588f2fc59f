"""Columns found by the names that people type: blanks, case and Unicode form around a name do not count."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from onoffice_nb.errors import PairsError
from onoffice_nb.formatting import printable, quote
from onoffice_nb.intake.cells import is_missing, strip_blanks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["find_column", "quoted_list", "same_value"]


def find_column(frame: pd.DataFrame, name: Any) -> int:
    """Where a column stands.

    The very name comes first; else it is the only column whose name differs by
    no more than blanks, case and Unicode form.

    Args:
        frame: The frame.
        name: The label of one of its columns.

    Returns:
        The position of the column, from 0.

    Raises:
        PairsError: There is no such column, or more than one.

    Example:
        >>> import pandas as pd
        >>> find_column(pd.DataFrame(columns=["Objekt", "\\u00a0Adresse "]), "adresse")
        1
    """
    labels = list(frame.columns)
    if not isinstance(name, Hashable):
        raise PairsError(f"Beside a frame, name its columns: {quoted_list(labels)}; not {type(name).__name__}.")

    exact = [position for position, label in enumerate(labels) if same_value(label, name)]
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise PairsError(f"{len(exact)} columns are named {_shown(name)}. Rename them, so that it is clear which.")

    alike = [position for position, label in enumerate(labels) if _are_alike(label, name)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        exact_names = ", ".join(repr(labels[position]) for position in alike)
        raise PairsError(
            f"{len(alike)} columns are named like {_shown(name)}: {exact_names}. Name one exactly, or rename them."
        )
    raise PairsError(
        f"The frame has no column {_shown(name)}.{_hint(frame, name)} Its columns: {quoted_list(labels) or 'none'}."
    )


def quoted_list(names: Iterable[Any]) -> str:
    """Column names as a message lists them, so that they can be copied from it."""
    return ", ".join(map(_shown, names))


def same_value(one: Any, other: Any) -> bool:
    """Whether two cells or labels are equal, empty ones of any kind included."""
    if one is other or is_missing(one) or is_missing(other):
        return one is other or (is_missing(one) and is_missing(other))
    try:
        return bool(one == other)
    except (TypeError, ValueError):
        return False


def _shown(name: Any) -> str:
    """A name without what cannot be seen in it: as it is found, too, when it is copied."""
    return quote(printable(_visible(name))) if isinstance(name, str) else quote(str(name))


def _visible(name: str) -> str:
    return " ".join(strip_blanks(unicodedata.normalize("NFC", name)).split())


def _folded(name: str) -> str:
    return _visible(unicodedata.normalize("NFKC", name)).casefold()


def _are_alike(label: Any, name: Any) -> bool:
    return isinstance(label, str) and isinstance(name, str) and _folded(label) == _folded(name) != ""


def _hint(frame: pd.DataFrame, name: Any) -> str:
    if name is not None and any(same_value(label, name) for label in frame.index.names):
        return " It is the index: frame.reset_index() makes a column of it."
    labels = {_folded(str(label)): label for label in frame.columns}
    near = get_close_matches(_folded(str(name)), labels, n=1, cutoff=0.5)
    return f" Probably meant: {_shown(labels[near[0]])}." if near else ""
