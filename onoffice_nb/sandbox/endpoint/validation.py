"""What one action wants to be done to which links, and what speaks against it.

A request is read first, in this order: relationtype (132), ids missing (167),
of a wrong type (74, 187, 228), none (185), more than 500 (302), n:n (219). Then
it is checked in the order of `Behaviour.precedence`:

    support   create (78) or delete (168) not possible for the type; modify but for participants (182)
    info      relationinfo missing (167), with an unknown field (144), or wrong (179 create, 181 modify)
    records   unknown records (292 address, 293 estate, 80 others)
    rights    records that the API user may not write (261 addresses, 262 estates, 156 others)
    broker    contactPerson with an address that is no broker (263)
    shape     a record with itself; a second estate of an appointment, a second base of a unit (78, where so switched)
    links     modify of a link that does not exist (180), delete of one (168)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

from onoffice_nb.model import CONFIRMATIONS, FEEDBACKS, Support
from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.relation_storage import BROKERS_ONLY, LinkStorage, link_storage
from onoffice_nb.sandbox.data.store import Pair, Rights, Store
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest

__all__ = ["EMPTY", "LinkRequest", "in_the_way", "read_ids", "read_relation", "validate"]

# What clients send for "none", beside leaving it out.
EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
_ALLOWED: Final = {"statusTerminbestaetigung": CONFIRMATIONS, "statusTerminrueckmeldung": FEEDBACKS}
_NO_RIGHT: Final = {"address": 261, "estate": 262}
_NO_RECORD: Final = {"address": 292, "estate": 293}


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """One parent with children or one child with parents, of one kind; `info` as it was sent."""

    verb: str
    storage: LinkStorage
    parents: list[int]
    children: list[int]
    info: object

    @classmethod
    def read(cls, action: ActionRequest, behaviour: Behaviour) -> Self:
        """The links that an action asks for; ApiRefusal where they cannot be read."""
        storage = read_relation(action, behaviour)
        sides = [action.parameters.get(name) for name in ("parentid", "childid")]
        arrays = any(isinstance(side, dict | list) for side in sides)
        if action.verb == "delete" and arrays and behaviour.delete_arrays == "refused":
            raise ApiRefusal(187)
        parents, children = read_ids(sides[0], "parentid"), read_ids(sides[1], "childid")
        if not parents or not children:
            raise ApiRefusal(185)
        if behaviour.ids_per_action is not None and max(len(parents), len(children)) > behaviour.ids_per_action:
            raise ApiRefusal(302)
        if min(len(parents), len(children)) > 1:
            raise ApiRefusal(219)
        return cls(action.verb, storage, parents, children, action.parameters.get("relationinfo"))

    @property
    def pairs(self) -> list[Pair]:
        """Its links."""
        return [(parent, child) for parent in self.parents for child in self.children]

    @property
    def infos(self) -> tuple[str | None, str | None]:
        """Confirmation and feedback, None where not sent."""
        info = php.as_map(self.info) or {}
        confirmation, feedback = (info.get(name) for name in _ALLOWED)
        return confirmation, feedback


def read_relation(action: ActionRequest, behaviour: Behaviour) -> LinkStorage:
    """How the relation type is kept that an action names by its whole URN; ApiRefusal 132."""
    urn = action.parameters.get("relationtype")
    storage = link_storage(urn, tenant_is_renter=behaviour.tenant_is_renter)
    if storage is None or storage.relation.urn != urn:
        raise ApiRefusal(132)
    return storage


def read_ids(value: object, name: str) -> list[int]:
    """Ids, each once, in order. A lone one counts as an array (seen in the code of clients)."""
    if value is None:
        raise ApiRefusal(167, name)
    listed = [value] if isinstance(value, str | int | float) and value != "" else php.as_list(value)
    return list(dict.fromkeys([member if type(member) is int else _id(member, name) for member in listed or []]))


def _id(value: object, name: str) -> int:
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 19:
        return int(value)
    raise ApiRefusal(228, name)


def _known(store: Store, behaviour: Behaviour, module: str, ids: list[int]) -> dict[int, Rights]:
    """The rights on those of the ids that relations know."""
    rights = store.rights(module, ids)
    if behaviour.language_copy == "accepted":
        return rights
    return {number: right for number, right in rights.items() if not right.copy}


def validate(request: LinkRequest, store: Store, behaviour: Behaviour) -> tuple[list[Pair], ApiRefusal | None]:
    """The links that may be written, and the objection to the rest; raises it where nothing is to be written."""
    sides = ((request.storage.parent, request.parents), (request.storage.child, request.children))
    first_side, second_side = ((module, ids, _known(store, behaviour, module, ids)) for module, ids in sides)
    context = ValidationContext(request, behaviour, store, (first_side, second_side))
    good, first = request.pairs, None
    for name in behaviour.precedence:
        objection = _CHECKS[name](context)
        if objection is None:
            continue
        refusal, refused_pairs = objection
        if behaviour.several_ids == "all or nothing":
            raise refusal
        first = first or refusal
        good = [pair for pair in good if pair not in refused_pairs]
    if first is not None and not good:
        raise first
    return good, first if behaviour.several_ids == "in part, with an error" else None


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """What a check needs; `sides` are module, ids and the rights on those that are known."""

    request: LinkRequest
    behaviour: Behaviour
    store: Store
    sides: tuple[tuple[str, list[int], dict[int, Rights]], tuple[str, list[int], dict[int, Rights]]]

    def those_with(self, side: int, ids: set[int]) -> set[Pair]:
        """The links that have one of these ids on this side."""
        return {pair for pair in self.request.pairs if pair[side] in ids}

    def those_with_any(self, sides: Sequence[set[int]]) -> set[Pair]:
        """The links that have one of the first ids as parent, or of the second as child."""
        return self.those_with(0, sides[0]) | self.those_with(1, sides[1])

    @property
    def brokers(self) -> set[int]:
        """The children that are brokers."""
        return {number for number, rights in self.sides[1][2].items() if rights.broker}

    @property
    def not_created(self) -> int:
        """The code for a link that could not be made."""
        return 173 if {self.request.storage.parent, self.request.storage.child} == {"address", "estate"} else 78


Violation: TypeAlias = tuple[ApiRefusal, set[Pair]]
_Check: TypeAlias = Callable[[ValidationContext], Violation | None]


def _support(context: ValidationContext) -> None:
    request = context.request
    if request.verb == "modify":
        once_listed = (
            request.storage.relation.modify is Support.UNKNOWN and context.behaviour.undocumented_modify == "accepted"
        )
        if not request.storage.relation.takes_info and not once_listed:
            raise ApiRefusal(182)
    elif not request.storage.supports(request.verb, undocumented=context.behaviour.undocumented_writes == "accepted"):
        raise ApiRefusal(78 if request.verb == "create" else 168)


def _info(context: ValidationContext) -> None:
    request = context.request
    if request.verb == "delete":
        return
    if request.info in EMPTY:
        if request.verb == "modify":
            raise ApiRefusal(167, "relationinfo")
        return
    wrong = ApiRefusal(179 if request.verb == "create" else 181)
    info = php.as_map(request.info)
    takes_info = request.storage.relation.takes_info
    if info is None or (request.verb == "create" and not takes_info):
        raise wrong
    # What the types that were listed once would take is not known.
    if takes_info:
        _check_entries(info, request.verb, wrong)


def _check_entries(info: Mapping[str, Any], verb: str, wrong: ApiRefusal) -> None:
    for name, value in info.items():
        if name not in _ALLOWED:
            raise ApiRefusal(144, name)
        if value not in _ALLOWED[name] or (verb == "create" and name == "statusTerminrueckmeldung"):
            raise wrong


def _records(context: ValidationContext) -> Violation | None:
    if context.behaviour.unknown_record == "linked":
        return None
    unknown = [set(ids) - known.keys() for _, ids, known in context.sides]
    for ids, (module, _, _) in zip(unknown, context.sides, strict=True):
        if ids:
            codes = {"80": 80, "173": context.not_created, "by module": _NO_RECORD.get(module, 80)}
            return ApiRefusal(codes[context.behaviour.unknown_record]), context.those_with_any(unknown)
    return None


def _rights(context: ValidationContext) -> Violation | None:
    closed = [{number for number, rights in known.items() if not rights.writable} for _, _, known in context.sides]
    for ids, (module, _, _) in zip(closed, context.sides, strict=True):
        if ids:
            return ApiRefusal(_NO_RIGHT.get(module, 156), *sorted(ids)), context.those_with_any(closed)
    return None


def _broker(context: ValidationContext) -> Violation | None:
    if context.request.verb != "create" or context.request.storage.suffix != BROKERS_ONLY:
        return None
    others = set(context.request.children) - context.brokers
    return (ApiRefusal(263), context.those_with(1, others)) if others else None


def _shape(context: ValidationContext) -> Violation | None:
    request = context.request
    if request.verb != "create":
        return None
    violating: set[Pair] = set()
    if request.storage.parent == request.storage.child and context.behaviour.self_link == "refused":
        violating |= {(parent, child) for parent, child in request.pairs if parent == child}
    if context.behaviour.single_side == "refused":
        violating |= in_the_way(request, context.store).keys()
    return (ApiRefusal(context.not_created), violating) if violating else None


def in_the_way(request: LinkRequest, store: Store) -> dict[Pair, set[Pair]]:
    """Which links of a request have no place, as an appointment has one estate and a unit one base.

    Args:
        request: links that are to be created.
        store: the links that are there.

    Returns:
        The links without a place, each with the links that take it; empty for all other relation types.
    """
    kept_as = request.storage.stored_as
    if kept_as not in ("calendar:estate", "estate:estateUnit"):
        return {}
    takes_place = _shows_another_estate if kept_as == "calendar:estate" else _takes_part_in_a_complex
    existing_links = store.pairs(kept_as)
    conflicts: dict[Pair, set[Pair]] = {}
    accepted: list[Pair] = []
    for pair in request.pairs:
        others = (other for other in (*existing_links, *accepted) if other != pair)
        taking = {other for other in others if takes_place(other, pair)}
        if taking:
            conflicts[pair] = taking
        else:
            accepted.append(pair)
    return conflicts


def _shows_another_estate(other: Pair, pair: Pair) -> bool:
    """Whether a link takes the one place for an estate in the same appointment."""
    return other[0] == pair[0]


def _takes_part_in_a_complex(other: Pair, pair: Pair) -> bool:
    """Whether by a link the unit has another base or is one itself, or the base is a unit."""
    return other[1] == pair[1] or other[0] == pair[1] or other[1] == pair[0]


def _links(context: ValidationContext) -> Violation | None:
    request = context.request
    if request.verb == "create" and context.behaviour.existing_link != "refused":
        return None
    existing_links = set(
        context.store.pairs(request.storage.stored_as, parents=request.parents, children=request.children)
    )
    if request.storage.suffix == BROKERS_ONLY:
        existing_links = context.those_with(1, context.brokers) & existing_links
    missing = set(request.pairs) - existing_links
    if request.verb == "create":
        return (ApiRefusal(context.not_created), existing_links) if existing_links else None
    if request.verb == "modify":
        return (ApiRefusal(180), missing) if missing else None
    return (ApiRefusal(168), missing) if missing and context.behaviour.missing_link == "refused" else None


_CHECKS: Final[dict[str, _Check]] = {
    "support": _support,
    "info": _info,
    "records": _records,
    "rights": _rights,
    "broker": _broker,
    "shape": _shape,
    "links": _links,
}
