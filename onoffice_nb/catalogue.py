"""The 63 relation types that onOffice documents, found by URN, by suffix or by a word.

The facts are in `data/relations.csv`: modules, labels, and what the API's
documentation says of each call. Nothing is derived from the text of a URN,
because its parts do not always name the modules.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from onoffice_nb.errors import RelationError
from onoffice_nb.formatting import counted, html_table, make_frame, quote, text_table
from onoffice_nb.model import URN_PREFIX, RelationType, Support

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["Relations", "all_relations", "relation", "relations"]

# A word that is the name of one type and the habit of another: official SDKs
# map "tenant" to renter, while the documentation lists a tenant beside it.
_AMBIGUOUS = {"tenant": ("estate:address:renter", "estate:address:tenant")}

_CALLS = ("create", "modify", "delete", "read")
_SHORTEST_PART = 3
_LISTED = 12


class Relations(tuple[RelationType, ...]):
    """Relation types as a tuple that prints as a table; `.frame` is the same as a DataFrame."""

    __slots__ = ()

    @property
    def frame(self) -> pd.DataFrame:
        """One row per relation type: suffix, modules, labels, what is documented, note, urn."""
        names = ("suffix", "parent", "child", "label_en", "label_de", *_CALLS, "note", "urn")
        return make_frame({name: [str(getattr(each, name)) for each in self] for name in names})

    def __repr__(self) -> str:
        rows = [(each.suffix, f"{each.parent} → {each.child}", each.label_en, each.label_de) for each in self]
        table = text_table(["suffix", "parent → child", "English", "Deutsch"], rows)
        return f"{table}\n{counted(len(self), 'relation type')}"

    def _repr_html_(self) -> str:
        rows = [
            (
                each.suffix,
                f"{each.parent} → {each.child}",
                each.label_en,
                each.label_de,
                *(getattr(each, call) for call in _CALLS),
                each.note,
            )
            for each in self
        ]
        table = html_table(["suffix", "parent → child", "English", "Deutsch", *_CALLS, "note"], rows)
        return f"{table}<div>{counted(len(self), 'relation type')}</div>"


@cache
def all_relations() -> Relations:
    """Every relation type of the catalogue, in the order of the documentation.

    >>> len(all_relations())
    63
    """
    table = files("onoffice_nb").joinpath("data/relations.csv").read_text(encoding="utf-8")
    return Relations(
        RelationType(
            urn=URN_PREFIX + row["urn_suffix"],
            parent=row["parent_module"],
            child=row["child_module"],
            label_en=row["label_en"],
            label_de=row["label_de"],
            create=Support(row["create"]),
            modify=Support(row["modify"]),
            delete=Support(row["delete"]),
            read=Support(row["read"]),
            note=row["note"],
        )
        for row in csv.DictReader(table.splitlines())
    )


def relation(name: str | RelationType) -> RelationType:
    """The one relation type of this name: a whole URN, its suffix, or an unambiguous word.

    A word is the last part of a suffix or a label, English or German, in any
    case; the whole of one wins over the beginning of a word in one. A relation
    type is returned as it is, so custom ones pass.

    Raises RelationError for names that are unknown, ambiguous or misspelt; the
    message says which types they may have meant. Nothing is guessed.

    >>> relation("Käufer").suffix
    'estate:address:buyer'
    >>> relation("urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:buyer") is relation("buyer")
    True
    >>> relation("officer")
    Traceback (most recent call last):
    onoffice_nb.errors.RelationError: 'officer' may be any of these; name one by its suffix:
      estate:user:officer: estate (parent) → user (child), the officer of estate
      address:user:officer: address (parent) → user (child), the officer of address
    """
    if isinstance(name, RelationType):
        return name
    if not isinstance(name, str):
        raise RelationError(f"A relation type is named by text (URN, suffix or word), not by {type(name).__name__}.")
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise RelationError("The name of the relation type is empty. oo.relations() shows all of them.")
    return _by_urn(name) if ":" in name else _by_word(name)


def relations(word: str = "", *, module: str | None = None) -> Relations:
    """The relation types whose suffix or label contains `word` and whose parent or child is `module`.

    Raises RelationError for a module that no relation type has.

    >>> relations("participant")
    suffix            parent → child      English                  Deutsch
    calendar:address  calendar → address  Appointment participant  Termin-Teilnehmer
    1 relation type
    >>> len(relations(module="agentsLog"))
    7
    """
    for value in (word, module or ""):
        if not isinstance(value, str):
            raise RelationError(f"Relation types are searched by text, not by {type(value).__name__}.")
    wanted = _folded(word)
    found = [each for each in all_relations() if any(wanted in _folded(text) for text in (each.suffix, *_names(each)))]
    if module is not None:
        modules = {_folded(name): name for each in all_relations() for name in (each.parent, each.child)}
        if _folded(module) not in modules:
            near = get_close_matches(_folded(module), modules, n=1)
            hint = f"Probably meant: {modules[near[0]]!r}. " if near else ""
            raise RelationError(
                f"{quote(module)} is no module. {hint}There are: {', '.join(sorted(modules.values()))}."
            )
        found = [each for each in found if modules[_folded(module)] in (each.parent, each.child)]
    return Relations(found)


def _by_word(word: str) -> RelationType:
    folded = _folded(word)
    if folded in _AMBIGUOUS:
        usual, other = (_of_suffix()[suffix] for suffix in _AMBIGUOUS[folded])
        raise RelationError(
            f"{quote(word)} is doubtful; probably meant is the first, which is usual and documented:\n"
            f"{_bullet_list([usual, other])}\nName one by its suffix."
        )
    whole = [each for each in all_relations() if folded in map(_folded, _names(each))]
    found = whole or [each for each in all_relations() if _begins(folded, each)]
    if len(found) == 1:
        return found[0]
    if found:
        raise RelationError(f"{quote(word)} may be any of these; name one by its suffix:\n{_bullet_list(found)}")
    names = {_folded(name): each for each in all_relations() for name in _names(each)}
    near = [names[name] for name in get_close_matches(folded, names, n=3, cutoff=0.7)]
    raise _unknown(f"{quote(word)} names no relation type.", near)


def _by_urn(name: str) -> RelationType:
    marker = re.search("relationTypes:", name, re.IGNORECASE)
    beginning, suffix = (name[: marker.end()], name[marker.end() :]) if marker else ("", name)
    known = _of_suffix().get(suffix)
    if known is not None and beginning in ("", URN_PREFIX):
        return known
    wrong = f" It does not begin with {URN_PREFIX!r}." if beginning not in ("", URN_PREFIX) else ""
    raise _unknown(f"{quote(name, 120)} is no relation type of the catalogue.{wrong}", _suggestions(suffix))


def _suggestions(suffix: str) -> list[RelationType]:
    """The types that a wrong suffix may have meant: by case, by order of its parts, in part, by likeness."""
    folded = suffix.casefold().strip(":")
    keys = {each.suffix.casefold(): each for each in all_relations()}
    parts = sorted(folded.split(":"))
    for found in (
        [key for key in keys if key == folded],
        [key for key in keys if sorted(key.split(":")) == parts],
        [key for key in keys if folded.endswith(":" + key)],
        [key for key in keys if key.startswith(folded + ":")],
        get_close_matches(folded, keys, n=3, cutoff=0.7),
    ):
        if found:
            return [keys[key] for key in found]
    return []


def _unknown(problem: str, near: list[RelationType]) -> RelationError:
    if near:
        return RelationError(f"{problem} Probably meant:\n{_bullet_list(near)}")
    return RelationError(
        f"{problem} oo.relations() shows all {len(all_relations())}; "
        "oo.RelationType.custom(urn, parent=…, child=…) makes one that the catalogue lacks."
    )


def _bullet_list(found: Iterable[RelationType]) -> str:
    lines = [f"  {each.suffix}: {each.description}" for each in found]
    more = [f"  … and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return "\n".join(lines[:_LISTED] + more)


@cache
def _of_suffix() -> dict[str, RelationType]:
    return {each.suffix: each for each in all_relations()}


def _names(each: RelationType) -> tuple[str, str, str]:
    return each.suffix.rsplit(":", 1)[-1], each.label_en, each.label_de


def _begins(folded: str, each: RelationType) -> bool:
    """Whether one of the names has a word that begins so; very short beginnings would find anything."""
    if len(folded) < _SHORTEST_PART:
        return False
    return any(re.search(r"\b" + re.escape(folded), _folded(name)) for name in _names(each))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
