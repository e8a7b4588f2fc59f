"""Frames of any library: read as pandas without losing a digit, and given back in the library that they came from.

narwhals knows the libraries (polars, pyarrow, DuckDB, Dask, Modin, PySpark,
Ibis and others), Arrow carries the values. Both come with the extra `frames`.

A lazy frame may be far larger than memory, so only the columns that somebody
names are computed of it, and Dask takes one partition after another.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.errors import PairsError
from onoffice_nb.extras import extra
from onoffice_nb.intake.column_names import find_column, quoted_list
from onoffice_nb.intake.provenance import NOTES, SOME_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LIBRARY", "cells_of_library", "in_library_of", "is_lazy", "library_name", "to_pandas"]

# Where a frame that was made from another library's keeps the name of that library, in `frame.attrs`.
LIBRARY: Final = "library"


def to_pandas(frame: Any, columns: Iterable[Hashable] | None = None) -> pd.DataFrame:
    """A frame of any library as a pandas DataFrame: its columns, rows and order, whole numbers and gaps exact.

    Args:
        frame: A pandas DataFrame (returned as it is), or a frame of another
            library. Lazy ones are computed, once.
        columns: The only columns that are computed of a lazy frame, as `find_column` finds them; None for all.
            Other frames are there already and stay whole.

    Raises:
        PairsError: It is not a frame, its library cannot be read here, or a lazy frame has no such column.
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

        # narwhals hands its frames on by it.
        import_module("pyarrow")
    try:
        # What narwhals has to say of its own future is nothing to the user.
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            narwhal = nw.from_native(frame)
    except TypeError:
        raise _not_read(frame, "is not a frame that is known here") from None

    try:
        made = _computed(narwhal, columns) if isinstance(narwhal, nw.LazyFrame) else _pandas_of(narwhal)
    except PairsError:
        raise
    # A lazy frame fails with whatever its engine raises; a type that Arrow does not have, with Arrow's own.
    except Exception as error:
        raise _not_read(frame, f"could not be read ({type(error).__name__})") from None
    made.attrs[LIBRARY] = library_name(frame)
    return made


def _computed(lazy: Any, columns: Iterable[Hashable] | None) -> pd.DataFrame:
    """The named columns of a lazy frame of narwhals', in the order of the frame; what was left is noted."""
    import pandas as pd

    names = lazy.collect_schema().names()
    left_out: list[str] = []
    if columns is not None:
        header = pd.DataFrame(columns=names)
        places = {find_column(header, column) for column in columns}
        left_out = [name for place, name in enumerate(names) if place not in places]

    # Spark takes a name that is selected apart where it has a dot ("Objekt.Nr"), one that is dropped it does not.
    made = _pandas_of(lazy.drop(*left_out).collect(**_ways_to_compute(lazy)))
    if left_out:
        made.attrs[SOME_COLUMNS] = True
        made.attrs[NOTES] = (f"computed of the lazy frame: {quoted_list(made.columns)}, and none of its other columns",)
    return made


def _ways_to_compute(lazy: Any) -> dict[str, str]:
    """How Dask is to compute: as the user has set it, else one partition at a time, so that only one is in memory.

    Its own default holds as many partitions as there are cores. A cluster is
    something that the user has set: it keeps the partitions to itself.
    """
    if not lazy.implementation.is_dask():
        return {}
    import dask

    return {} if dask.config.get("scheduler", None) else {"scheduler": "synchronous"}


def _pandas_of(eager: Any) -> pd.DataFrame:
    """An eager frame of narwhals' as pandas."""
    import pandas as pd

    if eager.implementation.is_pandas_like():
        made: pd.DataFrame = eager.to_pandas()
        return made
    carried: pd.DataFrame = eager.to_arrow().to_pandas(types_mapper=pd.ArrowDtype)
    return carried


def is_lazy(frame: Any) -> bool:
    """Whether a frame is computed anew each time that somebody looks, as queries of any library are.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"a": [1]})
        >>> is_lazy(frame.lazy()), is_lazy(frame), is_lazy([1])
        (True, False, False)
    """
    # They are asked without narwhals, which may not be installed, only where that can be told.
    if library_name(frame) in ("builtins", "pandas"):
        return False
    try:
        import narwhals as nw
    except ImportError:
        return False
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        return isinstance(nw.from_native(frame, pass_through=True), nw.LazyFrame)


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
