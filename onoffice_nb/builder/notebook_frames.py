"""The DataFrames of the notebook, and which of their columns look like the two sides of a relation."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, Final

from IPython import get_ipython

from onoffice_nb.errors import InputError, PairsError
from onoffice_nb.formatting import counted
from onoffice_nb.intake.pairs import read_ids
from onoffice_nb.model import RelationType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["described", "frames_here", "name_here", "suggestion", "validated_frames"]

_LOOKED_AT: Final = 200

# What the columns of exports are called, in the words of both languages.
_WORDS: Final = {
    "estate": ("immobilie", "objekt", "estate", "property"),
    "address": ("adresse", "kontakt", "address", "contact"),
    "calendar": ("termin", "calendar", "appointment"),
    "user": ("benutzer", "betreuer", "user"),
    "task": ("aufgabe", "task"),
    "project": ("projekt", "project"),
    "agentsLog": ("maklerbuch", "aktivit", "activity", "agentslog"),
}


def frames_here() -> dict[str, pd.DataFrame]:
    """The DataFrames of the notebook by name, but for those whose name begins with `_`."""
    return {name: value for name, value in _names().items() if not name.startswith("_") and _is_frame(value)}


def name_here(value: object) -> str | None:
    """What the notebook calls this very object, or None."""
    return next((name for name, each in _names().items() if each is value and not name.startswith("_")), None)


def validated_frames(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames that somebody gave by name; InputError where a name or a frame is none."""
    if not isinstance(frames, Mapping):
        raise InputError(f"frames names DataFrames: {{'buyers': buyers}}; it is no {type(frames).__name__}.")
    for name, frame in frames.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise InputError(f"{name!r} is no name that Python could call a DataFrame: use letters, digits and _.")
        if not _is_frame(frame):
            raise InputError(f"{name} is no pandas DataFrame but {type(frame).__name__}. Give the DataFrame itself.")
    return dict(frames)


def suggestion(frame: pd.DataFrame, relation: RelationType) -> tuple[Hashable, Hashable] | None:
    """The columns that are likely parent and child by their names and by what is in them; None in any doubt.

    >>> import pandas as pd
    >>> from onoffice_nb.catalogue import relation
    >>> export = pd.DataFrame({"Objekt-Nr": ["A-1"], "Immobilie": ["1001"], "Adresse": ["5001"]})
    >>> suggestion(export, relation("buyer"))
    ('Immobilie', 'Adresse')
    """
    if relation.parent == relation.child:
        return None
    found = [_likely(frame, _WORDS.get(module, (module,))) for module in (relation.parent, relation.child)]
    if found[0] is None or found[1] is None or found[0] == found[1]:
        return None
    return found[0], found[1]


def _likely(frame: pd.DataFrame, words: tuple[str, ...]) -> Hashable | None:
    """The only column of such a name that mostly holds ids."""
    fitting = []
    for at, label in enumerate(frame.columns):
        if any(word.casefold() in str(label).casefold() for word in words):
            try:
                ids = read_ids(frame.iloc[:_LOOKED_AT, at])
            except PairsError:
                continue
            if len(ids.rows) and (ids.rows >= 0).mean() > 0.5:
                fitting.append(label)
    return fitting[0] if len(fitting) == 1 else None


def described(name: str, frame: pd.DataFrame) -> str:
    """A frame as the list names it."""
    return f"{name} ({counted(len(frame), 'row')}, {counted(len(frame.columns), 'column')})"


def _names() -> dict[str, Any]:
    shell = get_ipython()
    return dict(shell.user_ns) if shell is not None else {}


def _is_frame(value: object) -> bool:
    # Where pandas was never imported, there is no DataFrame either.
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)
