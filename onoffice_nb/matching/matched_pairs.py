"""From rows to pairs in one call: each side of a link by its record id, or by what people have instead."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import InputError
from onoffice_nb.formatting import make_frame
from onoffice_nb.intake.frames import is_lazy, to_pandas
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs, read_pairs
from onoffice_nb.intake.repairs import Repair
from onoffice_nb.matching.ladder import MODULES
from onoffice_nb.matching.matcher import match
from onoffice_nb.model import RelationInfo, RelationType

__all__ = ["look_up_rejects", "match_pairs"]

# The field of each module that holds the number by which people call a record.
_NUMBER_FIELD: Final = {"address": "KdNr", "estate": "objektnr_extern"}


def match_pairs(
    crm: Client,
    relation: str | RelationType,
    frame: Any,
    *,
    parent: Hashable | Mapping[str, Hashable],
    child: Hashable | Mapping[str, Hashable],
    info: Hashable | RelationInfo | None = None,
) -> Pairs:
    """Pairs row by row, where a side need not be a column of record ids.

    A side that is given as a mapping is looked up in the CRM as `oo.match`
    does: what is sure by a rule is taken, all else is a reject. Its repairs are
    the records that may be meant, the likeliest first, each with its id
    (`values`), the record in words (`label`) and the reasons (`reasons`);
    `Pairs.mended` takes the ones that you choose. `Pairs.lookups` tells where
    each id came from.

    Args:
        crm: A client; it is read, never written.
        relation: The relation type, or its name; it says of which modules the records are.
        frame: A DataFrame of pandas, polars, Arrow or another library. Of a lazy one (Dask, PySpark, a query) only
            the columns of both sides and of `info` are computed.
        parent: The column with the parents' record ids; or field of the CRM to column of the frame, such as
            `{"objektnr_extern": "Objekt-Nr (extern)"}` or `{"full name": "Kunde", "Email": "Mail"}`.
        child: As `parent`.
        info: The column of relationinfos, or one for all, as in `oo.read_pairs`.

    Returns:
        The pairs, as `oo.read_pairs` makes them.

    Raises:
        RelationError: There is no such relation type, or several.
        InputError: Records of this side cannot be looked up, or a field is unknown.
        PairsError: A column is missing.
        OnOfficeError: The records cannot be read.

    Example:
        >>> import onoffice_nb as oo, pandas as pd
        >>> crm = oo.Sandbox().client()
        >>> export = pd.DataFrame({"Objekt": ["A-1001", "A-1002"], "Käufer": ["Brandt, Jürgen", "Jürgn Brand"]})
        >>> export["Mail"] = "kunde5001@mail.example"
        >>> sales = oo.match_pairs(
        ...     crm, "buyer", export,
        ...     parent={"objektnr_extern": "Objekt"}, child={"full name": "Käufer", "Email": "Mail"},
        ... )
        >>> sales.frame
           parent  child
        0    1001   5001
        >>> sales.rejects["repairs"][0][0].pattern
        'same e-mail · similar name'
        >>> sales.mended({"same e-mail · similar name": "take"})
        2 pairs · 0 duplicates · 1 cell mended by you · 0 rejects
    """
    require_client(crm)
    found_relation = find_relation(relation)
    modules = {"parent": found_relation.parent, "child": found_relation.child}
    sides: dict[str, Any] = {"parent": parent, "child": child}

    # A query would be computed once for each side and once for the pairs.
    source = to_pandas(frame, _columns(parent, child, info)) if is_lazy(frame) else frame
    for side, given in sides.items():
        if isinstance(given, Mapping):
            sides[side] = match(crm, _module_to_match(side, modules[side]), source, by=given)
    return read_pairs(source, parent=sides["parent"], child=sides["child"], info=info)


def look_up_rejects(crm: Client, relation: str | RelationType, pairs: Pairs) -> dict[DecisionKey, Decision]:
    """Record ids for rejects that look like object or customer numbers: decisions that `Pairs.mended` takes.

    Only numbers that exactly one record bears are answered. Nothing is mended by this.

    Args:
        crm: A client; it is read, never written.
        relation: The relation type, or its name; it says of which modules the records are.
        pairs: Pairs with rejects.

    Returns:
        (Number of the row, `"parent"` or `"child"`) to the repair that takes the record's id.

    Raises:
        RelationError: There is no such relation type, or several.
        OnOfficeError: The records cannot be read.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> pairs = oo.read_pairs(parent=["A-1001", "A-9999"], child=[5001, 5002])
        >>> oo.look_up_rejects(crm, "buyer", pairs)
        {(1, 'parent'): Repair.take(1001)}
        >>> pairs.mended(oo.look_up_rejects(crm, "buyer", pairs)).mend_lines
        ["mended by you: row 1, parent, 'A-1001': take 1001 (same object number)"]
    """
    require_client(crm)
    found_relation = find_relation(relation)
    number_of_cell = pairs.numbers_to_look_up
    decisions: dict[DecisionKey, Decision] = {}

    for side, module in (("parent", found_relation.parent), ("child", found_relation.child)):
        cells = [cell for cell in number_of_cell if cell[1] == side]
        field = _NUMBER_FIELD.get(module)
        if not cells or field is None:
            continue

        numbers = make_frame({field: [number_of_cell[cell] for cell in cells]})
        for row, record in match(crm, module, numbers, by=field).found.items():
            decisions[cells[row - 1]] = Repair.take(record.id, record.label, (f"same {record.rule}",))
    return decisions


def _columns(*sides: Hashable | Mapping[str, Hashable] | RelationInfo | None) -> list[Hashable]:
    """The columns of the frame that the sides are of."""
    columns: list[Hashable] = []
    for side in sides:
        if isinstance(side, Mapping):
            columns.extend(side.values())
        elif side is not None and not isinstance(side, RelationInfo):
            columns.append(side)
    return columns


def _module_to_match(side: str, module: str) -> str:
    if module not in MODULES:
        raise InputError(
            f"The {side} of this relation type is a record of {module}: only records of {' and '.join(sorted(MODULES))}"
            f" can be looked up, so name the column with the record ids: {side}=…"
        )
    return module
