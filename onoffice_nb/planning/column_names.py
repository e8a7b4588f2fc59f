"""Which records the name of a column speaks of, in the words of both languages.

Where an account has an estate 1001 and an address 1001, two columns in each
other's place link records that nobody meant, and no id shows it. Their names
often do.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from onoffice_nb.formatting import quote
from onoffice_nb.model import RelationType

__all__ = ["MODULE_WORDS", "UNIT_TYPES", "contradictions"]

# The two names of the same links, between a base property and its units.
UNIT_TYPES: Final = frozenset({"estate:estateUnit", "complex:estate:units"})

# What the columns of exports are called.
MODULE_WORDS: Final = {
    "estate": ("immobilie", "objekt", "estate", "property", "object"),
    "address": ("adress", "kontakt", "address", "contact"),
    "calendar": ("termin", "calendar", "appointment"),
    "user": ("benutzer", "betreuer", "user"),
    "task": ("aufgabe", "task"),
    "project": ("projekt", "project"),
    "agentsLog": ("maklerbuch", "aktivit", "activity", "agentslog"),
}

# People go by what they are to an estate: a column "Immobilienkäufer" speaks of both, and so decides nothing.
_PEOPLE: Final = (
    *("käufer", "kaeufer", "mieter", "eigentümer", "eigentuemer", "interessent", "teilnehmer", "makler"),
    *("ansprechpartner", "kunde", "person", "buyer", "renter", "tenant", "owner", "seller", "prospect", "client"),
    *("customer", "participant", "agent", "broker"),
)
_BASES: Final = ("stamm", "anlage", "base", "complex", "komplex")
_UNITS: Final = ("einheit", "unit")


def contradictions(relation: RelationType, parent: str, child: str) -> list[str]:
    """What the names of two columns say against their places, one sentence for each column that does.

    A name speaks against its place if it names the module of the other side and
    not the one of its own. Where both sides are of one module only bases and
    their units can be told apart.

    Args:
        relation: The relation type that they are to be linked by.
        parent: The name of the column of parents.
        child: The name of the column of children.

    Returns:
        The sentences; empty where the names agree, say nothing, or say both.

    Example:
        >>> from onoffice_nb.catalogue import relation
        >>> contradictions(relation("buyer"), "Adresse", "Immobilie")
        ["'Adresse' speaks of address, but stands for the parent (estate)",
        "'Immobilie' speaks of estate, but stands for the child (address)"]
        >>> contradictions(relation("buyer"), "Objekt", "Immobilienkäufer")
        []
    """
    parents, children = _sides(relation)
    sentences = []
    for side, label, own, other in (("parent", parent, parents, children), ("child", child, children, parents)):
        if other.is_meant_by(label) and not own.is_meant_by(label):
            sentences.append(f"{quote(label)} speaks of {other.name}, but stands for the {side} ({own.name})")
    return sentences


class _Side(NamedTuple):
    """What stands on one side of a relation type, and the words that speak of it."""

    name: str
    words: tuple[str, ...]

    def is_meant_by(self, label: str) -> bool:
        folded = label.casefold()
        return any(word in folded for word in self.words)


def _sides(relation: RelationType) -> tuple[_Side, _Side]:
    if relation.suffix in UNIT_TYPES:
        return _Side("base property", _BASES), _Side("unit", _UNITS)
    if relation.parent == relation.child:
        return _Side(relation.parent, ()), _Side(relation.child, ())
    return _side_of(relation.parent), _side_of(relation.child)


def _side_of(module: str) -> _Side:
    words = MODULE_WORDS.get(module, (module.casefold(),))
    return _Side(module, words + _PEOPLE if module == "address" else words)
