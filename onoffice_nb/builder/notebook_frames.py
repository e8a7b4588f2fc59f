"""The frames of the notebook, of any library, and which of them can be read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final

from IPython import get_ipython

from onoffice_nb.errors import InputError
from onoffice_nb.intake.frames import library_name

if TYPE_CHECKING:
    pass

__all__ = [
    "FrameChoices",
    "frame_size",
    "is_frame",
    "name_in_notebook",
    "unreadable",
]

# Libraries whose frames are read, and what their frames are called.
_LIBRARIES: Final = frozenset({"pandas", "polars", "pyarrow", "duckdb", "dask", "modin", "pyspark", "ibis"})
_FRAME_TYPES: Final = frozenset({"DataFrame", "LazyFrame", "Table", "RecordBatch", "DuckDBPyRelation"})


class FrameChoices:
    """The frames that can be picked, by name.

    These are the ones that somebody gave by name, or else those of the notebook
    as they are at the moment; and beside them those that a call brought along.

    Args:
        frames: Frames by name; None for those of the notebook.

    Raises:
        InputError: A name is not one that Python could use, or a value is not a frame.
    """

    def __init__(self, frames: Mapping[str, Any] | None) -> None:
        self._given = None if frames is None else _validated_frames(frames)
        self._brought_along: dict[str, Any] = {}

    def available(self) -> dict[str, Any]:
        """The frames by name, as they are now; those of libraries that cannot be read here too."""
        frames = _frames_of_notebook() if self._given is None else self._given
        return {**frames, **self._brought_along}

    def name_of(self, frame: Any) -> str:
        """What a frame is called here; one that has no name yet gets one that means nothing else here.

        Raises:
            InputError: It is not a DataFrame.
        """
        available = self.available()
        for name, available_frame in available.items():
            if available_frame is frame:
                return name

        first_choice = name_in_notebook(frame) or "frame"
        candidates = chain([first_choice], (f"{first_choice}_{number}" for number in count(2)))
        name = next(candidate for candidate in candidates if candidate not in available)
        self._brought_along |= _validated_frames({name: frame})
        return name


def name_in_notebook(value: object) -> str | None:
    """What the notebook calls this very object, or None."""
    for name, named_value in _notebook_names().items():
        if named_value is value and not name.startswith("_"):
            return name
    return None


def is_frame(value: object) -> bool:
    """Whether a value is a frame of some library, by its type alone: none is imported for it.

    >>> import pandas as pd
    >>> is_frame(pd.DataFrame()), is_frame("DataFrame")
    (True, False)
    """
    # A subclass of pandas' own, such as geopandas', is one of pandas.
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame):
        return True
    return type(value).__name__ in _FRAME_TYPES and not isinstance(value, type)


def unreadable(frame: object) -> str:
    """Why a frame cannot be read here, in words; `""` if it can."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        return ""
    library = library_name(frame)
    if library not in _LIBRARIES and not library.startswith("dask"):
        return f"frames of {library} cannot be read; frame.to_pandas() often makes one that can"
    missing = [name for name in ("narwhals", "pyarrow") if find_spec(name) is None]
    return f"needs {' and '.join(missing)}: pip install 'onoffice_nb[frames]'" if missing else ""


def frame_size(frame: Any) -> tuple[int | None, int | None]:
    """How many rows and columns a frame has; None for what it does not tell without being computed."""
    library = library_name(frame)
    # To be asked how long they are, others compute what they stand for.
    if library in ("pandas", "polars", "pyarrow", "modin") and hasattr(frame, "shape"):
        rows, width = frame.shape
        return int(rows), int(width)
    # polars warns whoever asks a lazy frame for its columns.
    is_asked = library in ("duckdb", "dask", "ibis") and hasattr(frame, "columns")
    return None, len(frame.columns) if is_asked else None


def _validated_frames(frames: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(frames, Mapping):
        raise InputError(
            f"Expected DataFrames by name, got {type(frames).__name__}: write frames={{'buyers': buyers}}."
        )

    for name, frame in frames.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise InputError(
                f"Expected a name that Python could call a DataFrame, got {name!r}: use letters, digits and _, as in"
                " frames={'buyers': buyers}."
            )
        if not is_frame(frame):
            raise InputError(
                f"Expected a pandas DataFrame (or one of polars, Arrow, DuckDB, Dask) as {name}, got"
                f" {type(frame).__name__}: give the DataFrame itself."
            )
    return dict(frames)


def _frames_of_notebook() -> dict[str, Any]:
    """But for those whose name begins with `_`: such are IPython's own, and whatever somebody hides."""
    return {name: value for name, value in _notebook_names().items() if not name.startswith("_") and is_frame(value)}


def _notebook_names() -> dict[str, Any]:
    shell = get_ipython()
    return dict(shell.user_ns) if shell is not None else {}
