"""What the other columns of a frame say of the records that its ids name.

Where an account has an estate 1001 and an address 1001, the ids of two columns
in each other's place prove nothing, and neither does a column called "ID 2".
But a file with ids mostly holds names, object numbers or titles beside them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.planning.records import Records

__all__ = ["mentioned", "texts_beside_ids"]

# A text that is shorter, "Haus" or a number of two digits, stands in a row by chance.
_SHORTEST: Final = 5


def texts_beside_ids(pairs: Pairs, chosen: Collection[int]) -> dict[int, str]:
    """What stands beside the ids of some pairs in the frame that they were read from.

    Args:
        pairs: The pairs.
        chosen: The positions of those that are asked for.

    Returns:
        Position -> the other cells of the first row of that pair, as one text in small letters; only those that
        have a text.
    """
    source = pairs.result_source
    if source is None or pairs.columns is None:
        return {}
    positions, first = np.unique(pairs.rows, return_index=True)
    row_of = dict(zip(positions.tolist(), first.tolist(), strict=True))
    wanted = [position for position in chosen if position in row_of]

    others = source.loc[:, ~source.columns.isin(pairs.columns)]
    rows = others.iloc[[row_of[position] for position in wanted]].to_numpy(dtype=object).tolist()
    texts = [" ".join(cell for cell in row if isinstance(cell, str)).casefold() for row in rows]
    return {position: text for position, text in zip(wanted, texts, strict=True) if len(text) >= _SHORTEST}


def mentioned(records: Records, ids: Mapping[int, int], texts: Mapping[int, str]) -> set[int]:
    """The pairs whose texts mention the record of their id.

    Args:
        records: The records that there are.
        ids: Position of a pair -> the id that is looked for.
        texts: Position of a pair -> its text in small letters.

    Returns:
        The positions.

    Example:
        >>> columns = {"Vorname": ["Jürgen"], "Name": ["Brandt"], "Firma": [""]}
        >>> people = Records("address", np.array([5001]), columns)
        >>> mentioned(people, {0: 5001, 1: 5001}, {0: "brandt,jürgen", 1: "brandtner, anna"})
        {0}
    """
    row_of = {number: row for row, number in enumerate(records.ids.tolist())}
    return {
        position
        for position, text in texts.items()
        if position in ids and ids[position] in row_of and _is_named(records, row_of[ids[position]], text)
    }


def _is_named(records: Records, row: int, text: str) -> bool:
    """Whether a text names a record: by its object number, title or company, or by first name and surname."""
    for field in ("objektnr_extern", "objekttitel", "Firma"):
        value = _value(records, field, row)
        if len(value) >= _SHORTEST and value in text:
            return True
    names = [_value(records, field, row) for field in ("Vorname", "Name")]
    return all(name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)


def _value(records: Records, field: str, row: int) -> str:
    column = records.columns.get(field)
    return column[row].casefold() if column else ""
