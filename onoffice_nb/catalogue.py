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
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from onoffice_nb.errors import RelationError
from onoffice_nb.formatting import counted, html_table, make_frame, quote, text_table
from onoffice_nb.model import URN_PREFIX, RelationType, Support

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["Relations", "all_relations", "relation", "relations", "search_relations"]

# A word that is the name of one type and the habit of another: official SDKs
# map "tenant" to renter, while the documentation lists a tenant beside it.
_AMBIGUOUS = {"tenant": ("estate:address:renter", "estate:address:tenant")}

# Other words for the same, in both languages. They are only suggested: what people mean by them differs.
_SYNONYMS = {
    **dict.fromkeys(("purchaser", "erwerber"), ("estate:address:buyer",)),
    **dict.fromkeys(("lessee", "paechter"), ("estate:address:renter",)),
    **dict.fromkeys(("seller", "vendor", "landlord", "verkaeufer", "vermieter"), ("estate:address:owner",)),
    **dict.fromkeys(("prospect", "lead", "kaufinteressent", "mietinteressent"), ("estate:address:interested",)),
    **dict.fromkeys(("broker", "agent"), ("estate:address:contactPerson", "estate:user:officer")),
    **dict.fromkeys(("attendee", "guest", "gast", "eingeladener"), ("calendar:address",)),
    **dict.fromkeys(("suchprofil", "suchauftrag", "wanted profile"), ("address:searchcriteria",)),
    **dict.fromkeys(("viewing", "besichtigung", "besichtigungstermin"), ("calendar:estate", "calendar:address")),
    **dict.fromkeys(("wohneinheit", "apartment"), ("estate:estateUnit", "complex:estate:units")),
    **dict.fromkeys(("referrer", "empfehler"), ("address:estate:tipp", "address:address:isTippgeberOf")),
    **dict.fromkeys(("assignee", "sachbearbeiter"), ("estate:user:officer", "address:user:officer")),
}
# Of plurals in both languages, and of the feminine in German.
_ENDINGS = ("", "e", "en", "er", "n", "nen", "s", "es", "in", "innen")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

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
        return make_frame({name: [str(getattr(relation_type, name)) for relation_type in self] for name in names})

    def __repr__(self) -> str:
        rows = [self._row(relation_type) for relation_type in self]
        table = text_table(["suffix", "parent → child", "English", "Deutsch"], rows)
        return f"{table}\n{counted(len(self), 'relation type')}"

    def _repr_html_(self) -> str:
        rows = [
            (*self._row(relation_type), *(getattr(relation_type, call) for call in _CALLS), relation_type.note)
            for relation_type in self
        ]
        table = html_table(["suffix", "parent → child", "English", "Deutsch", *_CALLS, "note"], rows)
        return f"{table}<div>{counted(len(self), 'relation type')}</div>"

    @staticmethod
    def _row(relation_type: RelationType) -> tuple[str, str, str, str]:
        modules = f"{relation_type.parent} → {relation_type.child}"
        return relation_type.suffix, modules, relation_type.label_en, relation_type.label_de


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
    """Find the one relation type of this name: a whole URN, its suffix, or an unambiguous word.

    A word is the last part of a suffix or a label, English or German, in any
    case, also as a plural and with ae, oe, ue for umlauts; the whole of a name
    wins over the beginning of a word in one.

    Args:
        name: the name; a relation type is returned as it is, so custom ones pass.

    Returns:
        The relation type.

    Raises:
        RelationError: for names that are unknown, ambiguous or misspelt; the message says which
            types they may have meant. Nothing is guessed.

    Example:
        >>> relation("Käufer").suffix
        'estate:address:buyer'
        >>> relation("Interessenten").suffix
        'estate:address:interested'
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
        raise RelationError(
            f"A relation type is named by text (URN, suffix or word), not by {type(name).__name__}:"
            " oo.relations() shows all of them."
        )
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise RelationError("The name of the relation type is empty. oo.relations() shows all of them.")
    return _by_urn(name) if ":" in name else _by_word(name)


def relations(word: str = "", *, module: str | None = None) -> Relations:
    """List the relation types whose suffix or label contains a word and that link a module.

    Args:
        word: part of a suffix or label, in any case; all without.
        module: module of the parent or of the child, such as 'estate'; any without.

    Returns:
        The relation types, in the order of the documentation; prints as a table.

    Raises:
        RelationError: for a module that no relation type has.

    Example:
        >>> relations("participant")
        suffix            parent → child      English                  Deutsch
        calendar:address  calendar → address  Appointment participant  Termin-Teilnehmer
        1 relation type
        >>> len(relations(module="agentsLog"))
        7
    """
    for value in (word, module or ""):
        if not isinstance(value, str):
            raise RelationError(
                f"Relation types are searched by text, not by {type(value).__name__}: write relations('buyer')."
            )
    wanted = _folded(word)
    chosen = [
        relation_type
        for relation_type in all_relations()
        if any(wanted in _folded(text) for text in (relation_type.suffix, *_names(relation_type)))
    ]
    if module is not None:
        spelt = _module_of_the_catalogue(module)
        chosen = [relation_type for relation_type in chosen if spelt in (relation_type.parent, relation_type.child)]
    return Relations(chosen)


def search_relations(text: str) -> Relations:
    """The relation types that a search may mean, the likeliest first.

    What bears this very name comes first, then what has every word of the text in
    its names, then other words for the same (`Verkäufer` for the owner), then what
    is spelt alike. Plurals, feminine forms and ae, oe, ue for umlauts count as the word.

    Args:
        text: what somebody has typed: words in English or German, or a part of a URN.

    Returns:
        The relation types; all of them for an empty text.

    Example:
        >>> [relation_type.suffix for relation_type in search_relations("Verkäufer")]
        ['estate:address:owner']
        >>> [relation_type.suffix for relation_type in search_relations("Besichtigungen")]
        ['calendar:estate', 'calendar:address']
    """
    folded = _folded(unicodedata.normalize("NFC", text).strip().removeprefix(URN_PREFIX))
    if not folded:
        return all_relations()

    named = [candidate for candidate in all_relations() if _is_named(folded, candidate)]
    named += [candidate for candidate in all_relations() if _is_named_in_another_form(folded, candidate)]
    having = [candidate for candidate in all_relations() if all(_mentions(word, candidate) for word in folded.split())]
    synonyms = [_of_suffix()[suffix] for word in folded.split() for suffix in _synonyms_of(word)]
    # A word of the trade means its synonym, not a longer word that contains it ("seller" in "reseller").
    meant = named or synonyms
    found = list(dict.fromkeys([*meant, *having]))
    return Relations(found or _similar(folded) or (_similar_suffixes(folded) if ":" in folded else []))


def _mentions(word: str, relation_type: RelationType) -> bool:
    return word in _folded(relation_type.suffix) or any(
        word in _folded(name) or _has_the_word(word, relation_type) for name in _names(relation_type)
    )


def _synonyms_of(word: str) -> tuple[str, ...]:
    """The suffixes that a word of the trade means, also in the plural or the feminine."""
    return tuple(
        suffix
        for synonym, suffixes in _SYNONYMS.items()
        if word == synonym or word in _forms(synonym)
        for suffix in suffixes
    )


def _module_of_the_catalogue(name: str) -> str:
    """A module as the catalogue spells it."""
    modules = {
        _folded(module): module
        for relation_type in all_relations()
        for module in (relation_type.parent, relation_type.child)
    }
    folded = _folded(name)
    if folded in modules:
        return modules[folded]
    likely = get_close_matches(folded, modules, n=1)
    hint = f" Probably meant: {modules[likely[0]]!r}." if likely else ""
    raise RelationError(
        f"No relation type has the module {quote(name)}.{hint} There are: {', '.join(sorted(modules.values()))}."
    )


def _by_word(word: str) -> RelationType:
    folded = _folded(word)
    if folded in _AMBIGUOUS:
        usual, other = (_of_suffix()[suffix] for suffix in _AMBIGUOUS[folded])
        raise RelationError(
            f"{quote(word)} is doubtful; probably meant is the first, which is usual and documented:\n"
            f"{_bullet_list([usual, other])}\nName one by its suffix."
        )

    for fits in (_is_named, _is_named_in_another_form, _has_the_word):
        candidates = [relation_type for relation_type in all_relations() if fits(folded, relation_type)]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise RelationError(
                f"{quote(word)} may be any of these; name one by its suffix:\n{_bullet_list(candidates)}"
            )
    raise _unknown(f"{quote(word)} names no relation type.", _similar(folded))


def _is_named(folded: str, relation_type: RelationType) -> bool:
    return any(folded == _folded(name) for name in _names(relation_type))


def _is_named_in_another_form(folded: str, relation_type: RelationType) -> bool:
    """Whether one of the names is meant, with one of its words in the plural or the feminine."""
    for name in _names(relation_type):
        words = _folded(name).split(" ")
        for position, word in enumerate(words):
            before, after = words[:position], words[position + 1 :]
            if any(folded == " ".join([*before, form, *after]) for form in _forms(word)):
                return True
    return False


def _has_the_word(folded: str, relation_type: RelationType) -> bool:
    """Whether a word of a name begins so, or is this one in another form; very short beginnings would find anything."""
    if len(folded) < _SHORTEST_PART:
        return False
    for name in map(_folded, _names(relation_type)):
        begins = re.search(r"\b" + re.escape(folded), name)
        if begins or any(folded in _forms(word) for word in re.split(r"\W+", name)):
            return True
    return False


@cache
def _forms(word: str) -> frozenset[str]:
    """Plurals and feminine forms of a folded word, as both languages build them.

    >>> {"interessenten", "interessentinnen"} <= _forms("interessent")
    True
    >>> "activities" in _forms("activity"), "anhaenge" in _forms("anhang")
    (True, True)
    """
    if len(word) < _SHORTEST_PART:
        return frozenset()
    umlauted = re.sub(r"([aou])(?=[^aeiou]*$)", r"\1e", word)
    forms = {stem + ending for stem in {word, umlauted} for ending in _ENDINGS}
    if word.endswith("y"):
        forms.add(word[:-1] + "ies")
    return frozenset(forms - {word})


def _similar(folded: str) -> list[RelationType]:
    """The types that an unknown word may have meant: by another word for the same, or by likeness; each once."""
    meant = [_of_suffix()[suffix] for suffix in _SYNONYMS.get(folded, ())]
    named = {_folded(name): relation_type for relation_type in all_relations() for name in _names(relation_type)}
    meant += [named[name] for name in get_close_matches(folded, named, n=3, cutoff=0.7)]
    return list(dict.fromkeys(meant))


def _by_urn(name: str) -> RelationType:
    marker = re.search("relationTypes:", name, re.IGNORECASE)
    beginning, suffix = (name[: marker.end()], name[marker.end() :]) if marker else ("", name)
    known = _of_suffix().get(suffix)
    if known is not None and beginning in ("", URN_PREFIX):
        return known
    wrong = f" It does not begin with {URN_PREFIX!r}." if beginning not in ("", URN_PREFIX) else ""
    raise _unknown(f"The catalogue has no relation type {quote(name, 120)}.{wrong}", _similar_suffixes(suffix))


def _similar_suffixes(suffix: str) -> list[RelationType]:
    """The types that a wrong suffix may have meant: by case, by order of its parts, in part, by likeness."""
    folded = suffix.casefold().strip(":")
    by_key = {relation_type.suffix.casefold(): relation_type for relation_type in all_relations()}
    parts = sorted(folded.split(":"))
    for keys in (
        [key for key in by_key if key == folded],
        [key for key in by_key if sorted(key.split(":")) == parts],
        [key for key in by_key if folded.endswith(":" + key)],
        [key for key in by_key if key.startswith(folded + ":")],
        get_close_matches(folded, by_key, n=3, cutoff=0.7),
    ):
        if keys:
            return [by_key[key] for key in keys]
    return []


def _unknown(problem: str, meant: list[RelationType]) -> RelationError:
    if meant:
        return RelationError(f"{problem} Probably meant:\n{_bullet_list(meant)}")
    return RelationError(
        f"{problem} oo.relations() shows all {len(all_relations())}; "
        "oo.RelationType.custom(urn, parent=…, child=…) makes one that the catalogue lacks."
    )


def _bullet_list(listed: Iterable[RelationType]) -> str:
    lines = [f"  {relation_type.suffix}: {relation_type.description}" for relation_type in listed]
    more = [f"  … and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return "\n".join(lines[:_LISTED] + more)


@cache
def _of_suffix() -> dict[str, RelationType]:
    return {relation_type.suffix: relation_type for relation_type in all_relations()}


def _names(relation_type: RelationType) -> tuple[str, str, str]:
    return relation_type.suffix.rsplit(":", 1)[-1], relation_type.label_en, relation_type.label_de


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    """A text for comparing: without case, and with umlauts as a keyboard without them writes them.

    >>> _folded(" KÄUFER ")
    'kaeufer'
    """
    plain = unicodedata.normalize("NFC", text).strip().casefold()
    return plain.translate(_UMLAUTS)
