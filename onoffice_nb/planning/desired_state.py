"""A file that declares which links there shall be: to check the CRM against it, and to bring it there.

As TOML, by the pair or by a table beside it:

    [[links]]
    relation = "contactPersonAll"
    pairs = [[1001, 5001], [1002, 5003]]      # parent, child

    [[links]]
    relation = "buyer"
    file = "buyers.csv"                       # CSV or Excel, found from the folder of this file
    parent = "estate"
    child = "address"

or as a table alone (CSV, .xlsx) with the columns `relation`, `parent` and `child`,
one link a row.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import pandas as pd

from onoffice_nb.api.client import Client
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import InputError, OnOfficeError
from onoffice_nb.formatting import quote
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.pairs import Pairs, read_pairs
from onoffice_nb.model import RelationType
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.planner import plan

__all__ = ["DesiredLinks", "plan_desired_state", "read_desired_state"]

_Source: TypeAlias = Path | bytes
_STDIN: Final = "what was given"
_BEGINS_AS_TOML: Final = re.compile(rb"^\s*\[\[\s*links\s*\]\]", re.MULTILINE)
_COLUMNS: Final = ("relation", "parent", "child")
_BY_PAIR: Final = {"relation", "pairs"}
_BY_FILE: Final = {"relation", "file", "parent", "child"}
_HOW_TO: Final = (
    '[[links]] with relation = "…" and either pairs = [[parent, child], …] or file = "….csv", parent = "column",'
    ' child = "column"'
)


@dataclass(frozen=True)
class DesiredLinks:
    """The links that a file declares of one relation type.

    Attributes:
        relation: The relation type.
        pairs: The links that there shall be.
    """

    relation: RelationType
    pairs: Pairs


def read_desired_state(source: str | Path | bytes) -> tuple[DesiredLinks, ...]:
    r"""Read which links there shall be.

    A file is taken as a whole or not at all: a row that is no pair could hide a
    link that is wanted, and with `prune` such a link would be removed.

    Args:
        source: The path of a `.toml`, or of a table (CSV, Excel) with the columns relation, parent and child; or the
            content of either as bytes, where a line `[[links]]` makes it TOML and files are found from the working
            directory.

    Returns:
        What is declared, one entry a relation type, in the order of the file.

    Raises:
        InputError: The file cannot be read, or something in it cannot be used; all problems are named at once.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "links.toml")
        ...     written = file.write_text('[[links]]\nrelation = "buyer"\npairs = [[1001, 5001], [1002, 5002]]')
        ...     (declared,) = read_desired_state(file)
        >>> declared.relation.suffix, len(declared.pairs)
        ('estate:address:buyer', 2)
    """
    content = source if isinstance(source, bytes) else Path(source)
    name = _STDIN if isinstance(content, bytes) else str(content)
    folder = Path() if isinstance(content, bytes) else content.parent
    entries = _toml_entries(content, name) if _is_toml(content) else _table_entries(content, name)

    problems: list[str] = []
    declared: dict[str, DesiredLinks] = {}
    for where, entry in entries:
        try:
            links = _desired_links(folder, entry)
        except OnOfficeError as error:
            problems.append(f"{where}: {error}")
            continue

        if links.relation.urn in declared:
            problems.append(
                f"{where}: {links.relation.suffix} is declared before; put all of its links into one entry."
            )
        declared[links.relation.urn] = links
        problems += [f"{where}: {problem}" for problem in _problems_of(links.pairs)]

    if not declared and not problems:
        problems.append(f"nothing is declared; expected {_HOW_TO}.")
    if problems:
        raise InputError("\n".join([f"{name} cannot be used as a desired state:", *problems]))
    return tuple(declared.values())


def plan_desired_state(
    crm: Client, desired: Sequence[DesiredLinks], *, prune: bool = False, preflight: bool = True
) -> list[Plan]:
    """What has to be sent so that the CRM is as declared. Nothing is written yet.

    Args:
        crm: The account; it is read, never written.
        desired: What `read_desired_state` read.
        prune: Also remove the other links of the parents that are named, each one after the declared links of its
            parent stand.
        preflight: Read the records, for their names and to find out what speaks against a plan.

    Returns:
        One plan a relation type, for `oo.submit`. Where nothing is pending in any of them, the CRM is as declared.

    Raises:
        OnOfficeError: The CRM did not answer, or refused.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> desired = [DesiredLinks(oo.relation("buyer"), oo.cross([1001], [5001]))]
        >>> (needed,) = plan_desired_state(crm, desired)
        >>> needed.counts()["create"]
        1
        >>> report = oo.submit(crm, needed, progress=False)
        >>> len(plan_desired_state(crm, desired)[0].pending)
        0
    """
    return [plan(crm, links.relation, links.pairs, replace=prune, preflight=preflight) for links in desired]


def _is_toml(source: _Source) -> bool:
    return bool(_BEGINS_AS_TOML.search(source)) if isinstance(source, bytes) else source.suffix.lower() == ".toml"


def _toml_entries(source: _Source, name: str) -> Iterator[tuple[str, Any]]:
    try:
        text = source if isinstance(source, bytes) else source.read_bytes()
        content = tomllib.loads(text.decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{name} cannot be read ({reason}): expected TOML with {_HOW_TO}.") from None

    links = content.pop("links", [])
    surplus = ", ".join(map(quote, content))
    if surplus or not isinstance(links, list):
        raise InputError(f"{name}: expected {_HOW_TO}, got {surplus or 'links that are not a list'}.")
    for number, entry in enumerate(links, 1):
        yield f"entry {number}", entry


def _table_entries(source: _Source, name: str) -> Iterator[tuple[str, Any]]:
    table = read_table(source)
    missing = [column for column in _COLUMNS if column not in table.columns]
    if missing:
        raise InputError(
            f"{name}: expected the columns {', '.join(_COLUMNS)}, one link a row, got none called {', '.join(missing)}."
        )
    for relation, rows in table.groupby("relation", sort=False, dropna=False):
        if pd.isna(relation) or not str(relation).strip():
            raise InputError(f"{name}: row {rows.index[0]} names no relation type; fill its column relation in.")
        yield quote(str(relation)), {"relation": str(relation), "table": rows}


def _desired_links(folder: Path, entry: Any) -> DesiredLinks:
    names = set(entry) if isinstance(entry, dict) else set()
    if "table" in names:
        return DesiredLinks(
            find_relation(entry["relation"].strip()), read_pairs(entry["table"], parent="parent", child="child")
        )
    if names not in (_BY_PAIR, _BY_FILE):
        raise InputError(f"expected {_HOW_TO}, got {', '.join(map(quote, sorted(names))) or 'nothing'}.")

    relation = find_relation(entry["relation"])
    if "file" in names:
        table = read_table(folder / str(entry["file"]))
        return DesiredLinks(relation, read_pairs(table, parent=entry["parent"], child=entry["child"]))

    pairs = entry["pairs"]
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise InputError(f"expected pairs = [[parent, child], …], got {quote(str(pairs))}.")
    parents, children = [parent for parent, _ in pairs], [child for _, child in pairs]
    return DesiredLinks(relation, read_pairs(parent=parents, child=children))


def _problems_of(pairs: Pairs) -> Iterator[str]:
    """The rows that became no pair, each with its reason."""
    rejects = pairs.rejects
    for row, raw, reason in rejects[["row", "raw", "reason"]].itertuples(index=False, name=None):
        yield f"row {row}, {quote(str(raw))}: {reason}"
