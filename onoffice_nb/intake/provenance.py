"""What a frame tells of the file that it was read from: the numbers of its rows, and notes.

`read_table` gives its frame an index of the name `FILE_ROW` which holds the
numbers that the rows have in the file. It survives filtering and sorting, so
that a reject still names the row that the user sees in Excel. What has to be
said of the file itself (hidden rows, a guessed encoding) stands in
`frame.attrs["notes"]`, which pandas hands on in the same way.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "FILE_NAME",
    "FILE_ROW",
    "NOTES",
    "SOME_COLUMNS",
    "digest_of_frame",
    "file_notes",
    "is_of_digest",
    "name_of_frame",
    "row_numbers",
]

FILE_ROW: Final = "file row"
NOTES: Final = "notes"
# What its file, or whatever it came from, is called.
FILE_NAME: Final = "file"
# True in `frame.attrs` where the frame has only some of the columns of what it was read from.
SOME_COLUMNS: Final = "some_columns"

_DIGITS: Final = 16


def row_numbers(index: pd.Index[Any] | None, n: int) -> NDArray[np.int64]:
    """The number of each of `n` rows, as messages name it.

    Args:
        index: The labels of the rows, None where they have none.
        n: How many rows there are.

    Returns:
        int64[n]: the labels themselves if the index is one of file rows, else 1 to `n`.

    Example:
        >>> import pandas as pd
        >>> row_numbers(pd.Index([4, 6], name=FILE_ROW), 2).tolist()
        [4, 6]
        >>> row_numbers(pd.Index([4, 6]), 2).tolist()
        [1, 2]
    """
    if index is not None and index.name == FILE_ROW and index.dtype == np.int64:
        return index.to_numpy(dtype=np.int64)
    return np.arange(1, n + 1)


def digest_of_frame(frame: pd.DataFrame) -> str:
    """A sum over the names, cells and row numbers of a frame, by which it is known again without being kept.

    Args:
        frame: A frame of pandas.

    Returns:
        16 hexadecimal digits; behind them, where only some columns were read, the names of these.

    Example:
        >>> import pandas as pd
        >>> one, other = pd.DataFrame({"a": ["1001"]}), pd.DataFrame({"a": ["1002"]})
        >>> digest_of_frame(one) == digest_of_frame(one.copy()) != digest_of_frame(other)
        True
    """
    digest = hashlib.sha256(row_numbers(frame.index, len(frame)).tobytes())
    for position, name in enumerate(frame.columns):
        cells = map(str, [name, *frame.iloc[:, position].tolist()])
        # Half a character is no text to most, but it may stand in a cell.
        digest.update("\x1f".join(cells).encode("utf-8", "surrogatepass") + b"\x1e")
    names = json.dumps(list(frame.columns)) if frame.attrs.get(SOME_COLUMNS) is True else ""
    return digest.hexdigest()[:_DIGITS] + names


def is_of_digest(frame: pd.DataFrame, digest: str) -> bool:
    """Whether a frame is the one that a digest was made of, or has the columns that were read, and the same in them.

    Args:
        frame: A whole frame of pandas.
        digest: What `digest_of_frame` returned.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"a": [1001], "b": ["Kaya"]})
        >>> read = frame[["a"]]
        >>> read.attrs[SOME_COLUMNS] = True
        >>> is_of_digest(frame, digest_of_frame(read)), is_of_digest(frame, digest_of_frame(frame[["a"]]))
        (True, False)
    """
    names = json.loads(digest[_DIGITS:] or "null")
    if names is None:
        return digest_of_frame(frame) == digest
    if not set(names) <= set(frame.columns):
        return False
    read = frame[names]
    read.attrs[SOME_COLUMNS] = True
    return digest_of_frame(read) == digest


def name_of_frame(frame: pd.DataFrame | None) -> str:
    """What the file of a frame is called, or whatever it came from; an empty text if nobody has noted it.

    >>> import pandas as pd
    >>> name_of_frame(pd.DataFrame({"a": [1001]}))
    ''
    """
    name = None if frame is None else frame.attrs.get(FILE_NAME)
    # Another program may keep something else under this name.
    return name if isinstance(name, str) else ""


def file_notes(*sources: object) -> tuple[str, ...]:
    """The notes that frames or their columns carry of their files, each once.

    Args:
        *sources: Anything; what is no frame of `read_table`'s carries none.

    Returns:
        The notes, in order of first appearance.
    """
    carried = [getattr(source, "attrs", {}).get(NOTES) for source in sources]
    # Another program may keep something else under this name.
    notes = [note for notes in carried if isinstance(notes, tuple) for note in notes if isinstance(note, str)]
    return tuple(dict.fromkeys(notes))
