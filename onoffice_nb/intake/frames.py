"""Frames of any library: read as pandas without losing a digit, and given back in the library that they came from.

narwhals knows the libraries (polars, pyarrow, DuckDB, Dask, Modin, PySpark,
Ibis and others), Arrow carries the values. Both come with the extra `frames`.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.errors import PairsError
from onoffice_nb.extras import extra

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LIBRARY", "cells_of_library", "in_library_of", "library_name", "to_pandas"]

# Where a frame that was made from another library's keeps the name of that library, in `frame.attrs`.
LIBRARY: Final = "library"


def to_pandas(frame: Any) -> pd.DataFrame:
    """A frame of any library as a pandas DataFrame: its columns, rows and order, whole numbers and gaps exact.

    Args:
        frame: A pandas DataFrame (returned as it is), or a frame of another
            library. Lazy ones are collected, once.

    Raises:
        PairsError: It is not a frame, or its library cannot be read here.
        MissingExtra: Without the packages of the extra `frames`.

    Example:
        >>> import pyarrow
        >>> to_pandas(pyarrow.table({"a": [2**53 + 1, None]}))["a"][0]
        9007199254740993
    """
    import pandas as pd

    if isinstance(frame, pd.DataFrame):
        return frame
    if library_name(frame) == "builtins":
        raise _not_read(frame, "is not a frame that is known here")
    with extra("frames", f"Reading a frame of {library_name(frame)}"):
        import narwhals as nw
        import pyarrow  # noqa: F401
    try:
        # What narwhals has to say of its own future is nothing to the user.
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            narwhal = nw.from_native(frame)
    except TypeError:
        raise _not_read(frame, "is not a frame that is known here") from None

    try:
        eager = narwhal.collect() if isinstance(narwhal, nw.LazyFrame) else narwhal
        if eager.implementation.is_pandas_like():
            made = eager.to_pandas()
        else:
            made = eager.to_arrow().to_pandas(types_mapper=pd.ArrowDtype)
    # A lazy frame fails with whatever its engine raises; a type that Arrow does not have, with Arrow's own.
    except Exception as error:
        raise _not_read(frame, f"could not be read ({type(error).__name__})") from None
    made.attrs[LIBRARY] = library_name(frame)
    return made


def in_library_of(source: pd.DataFrame | None, frame: pd.DataFrame) -> Any:
    """A pandas frame in the library that `source` came from.

    Args:
        source: What `to_pandas` made, or a frame of pandas' own, or None.
        frame: The frame to give back.

    Returns:
        A frame of that library: polars DataFrame, pyarrow Table, DuckDB
        relation and so on; the pandas frame itself where the library is
        pandas or cannot take it.
    """
    library = None if source is None else source.attrs.get(LIBRARY)
    if library is None:
        return frame
    if library == "modin":
        import modin.pandas as modin

        return modin.DataFrame(frame)

    import narwhals as nw
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    match library:
        case "pyarrow":
            return table
        case "polars":
            import polars as pl

            return pl.from_arrow(table)
        case "duckdb" | "dask" | "ibis":
            with warnings.catch_warnings(action="ignore", category=FutureWarning):
                return nw.from_native(table).lazy(backend=library).to_native()
    return frame


def cells_of_library(source: Any) -> pd.Series[Any] | None:
    """A column of another library (polars or pyarrow, say) as a pandas Series; None if it is not one."""
    library = library_name(source)
    if library in ("builtins", "numpy", "pandas"):
        return None
    import pandas as pd

    if library == "pyarrow":
        import pyarrow as pa

        if isinstance(source, pa.Array):
            source = pa.chunked_array([source])
    try:
        import narwhals as nw

        series = nw.from_native(source, series_only=True)
    except (ImportError, TypeError):
        return None
    if series.implementation.is_pandas_like():
        made: pd.Series[Any] = series.to_pandas()
        return made
    values = series.to_arrow()
    return pd.Series(values, dtype=pd.ArrowDtype(values.type), name=series.name or None)


def library_name(value: Any) -> str:
    """The library that a value's type comes from, such as `polars`."""
    return type(value).__module__.partition(".")[0].lstrip("_")


def _not_read(frame: Any, what: str) -> PairsError:
    if isinstance(frame, str):
        what = "is a text; oo.read_table(text) makes a frame of a pasted one"
    kind = type(frame)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{library_name(frame)}.{kind.__name__}"
    return PairsError(
        f"Pairs are read from a DataFrame (pandas, polars, Arrow and others), not from {name}: it {what}."
        " oo.read_table(path) makes a frame of a file, frame.to_pandas() of many others; lists go in without a frame:"
        " parent=[…], child=[…]."
    )
