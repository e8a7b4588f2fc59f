"""How the relation types hang together: equal links under two names, subsets, and what is only derived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from onoffice_nb.catalogue import all_relations
from onoffice_nb.model import URN_PREFIX, RelationType, Support

__all__ = ["BROKERS_ONLY", "LINKS_ONLY", "LinkStorage", "link_storage"]

BROKERS_ONLY: Final = "estate:address:contactPerson"

# The links of an estate to the net; no type of the catalogue writes them.
LINKS_ONLY: Final = "estate:file:alllinks"

_TENANT: Final = "estate:address:tenant"
_RENTER: Final = "estate:address:renter"

# The same links under another name (documented, or said to be a subset).
_KEPT_AS: Final = {
    "complex:estate:units": "estate:estateUnit",
    BROKERS_ONLY: "estate:address:contactPersonAll",
}

_PICTURES: Final = ("estate:file:titelbild", "estate:file:grundriss", "estate:file:foto")

# Types that show other types' links. Whoever is not listed shows its own.
_SHOWN: Final = {
    "estate:allFiles": (*_PICTURES, LINKS_ONLY),
    "estate:file:allpictures": _PICTURES,
    "estate:file:allpicturesExceptTitelbild": _PICTURES[1:],
    "agentsLog:attachment:download": ("agentsLog:file:attachment",),
}

# Shown with parent and child exchanged.
_MIRRORED: Final = {"address:estate:matching": "estate:address:matching"}

# Modules whose ids are those of another one.
_RECORDS_OF: Final = {"complex": "estate", "attachment": "file"}


@dataclass(frozen=True, slots=True)
class LinkStorage:
    """One relation type as the sandbox keeps it.

    `kept` is the name that its links are stored under, `shown` the names whose
    links it shows; `parent` and `child` are the modules whose records count.
    """

    relation: RelationType
    stored_as: str
    reads_from: tuple[str, ...]
    reversed: bool
    derived: bool
    parent: str
    child: str

    @property
    def suffix(self) -> str:
        """The relation type's suffix."""
        return self.relation.suffix

    def supports(self, verb: str, *, undocumented: bool) -> bool:
        """Whether create or delete works for this type."""
        support: Support = getattr(self.relation, verb)
        return support is Support.DOCUMENTED or (undocumented and support is Support.UNKNOWN and not self.derived)


@cache
def _storages() -> dict[str, LinkStorage]:
    storages = {}
    for relation in all_relations():
        mirror = _MIRRORED.get(relation.suffix)
        stored_as = mirror or _KEPT_AS.get(relation.suffix, relation.suffix)
        storages[relation.urn] = LinkStorage(
            relation=relation,
            stored_as=stored_as,
            reads_from=_SHOWN.get(relation.suffix, (stored_as,)),
            reversed=mirror is not None,
            derived="reads as derived" in relation.note,
            parent=_RECORDS_OF.get(relation.parent, relation.parent),
            child=_RECORDS_OF.get(relation.child, relation.child),
        )
    return storages


def link_storage(urn: object, *, tenant_is_renter: bool = False) -> LinkStorage | None:
    """The storage of a whole URN or of a suffix; None for anything else, also in other case.

    >>> link_storage("complex:estate:units").stored_as
    'estate:estateUnit'
    """
    if not isinstance(urn, str):
        return None
    storage = _storages().get(urn) or _storages().get(URN_PREFIX + urn)
    if tenant_is_renter and storage is not None and storage.suffix == _TENANT:
        return replace(storage, stored_as=_RENTER, reads_from=(_RENTER,))
    return storage
