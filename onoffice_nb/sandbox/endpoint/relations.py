"""The four relation calls: create, modify and delete links, and get the ids of the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.relation_storage import BROKERS_ONLY, Kind, kind_of
from onoffice_nb.sandbox.data.store import Pair, Store
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult, Write
from onoffice_nb.sandbox.endpoint.validation import EMPTY, LinkRequest, in_the_way, read_ids, read_kind, validate

__all__ = ["create", "delete", "linked", "modify", "related", "writes"]

_SUCCESS: Final[dict[str, Any]] = {"id": 0, "type": "", "elements": {"success": "success"}}
_UNCONFIRMED: Final = "nicht gesetzt"


def create(asked: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Link one parent with children, or one child with parents; links that exist stay as they are."""

    def link(wish: LinkRequest, pairs: list[Pair]) -> None:
        confirmation = (wish.infos[0] or _UNCONFIRMED) if wish.kind.relation.takes_info else None
        if behaviour.single_side == "replaces":
            for replaced in in_the_way(wish, store).values():
                store.unlink(wish.kind.stored_as, replaced)
        store.link(wish.kind.stored_as, pairs, confirmation)

    return _written(asked, store, behaviour, link, behaviour.create_reply)


def modify(asked: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Change the relationinfo of links."""

    def inform(wish: LinkRequest, pairs: list[Pair]) -> None:
        if wish.kind.relation.takes_info:
            store.inform(wish.kind.stored_as, pairs, *wish.infos)

    return _written(asked, store, behaviour, inform, behaviour.delete_reply)


def delete(asked: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Delete a link."""

    def unlink(wish: LinkRequest, pairs: list[Pair]) -> None:
        store.unlink(wish.kind.stored_as, pairs)

    return _written(asked, store, behaviour, unlink, behaviour.delete_reply)


def _written(
    asked: ActionRequest,
    store: Store,
    behaviour: Behaviour,
    write: Callable[[LinkRequest, list[Pair]], None],
    reply: str,
) -> CallResult:
    wish = LinkRequest.read(asked, behaviour)
    pairs, objection = validate(wish, store, behaviour)
    write(wish, pairs)
    if objection is not None:
        raise objection
    return CallResult([_SUCCESS] if reply == "success" else [])


def related(asked: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """The ids on the other side of links, for the ids of one side; a side that is empty counts as not sent."""
    kind = read_kind(asked, behaviour)
    sides = {name: asked.parameters.get(name) for name in ("parentids", "childids")}
    given = {name: read_ids(value, name) for name, value in sides.items() if value not in EMPTY}
    if not given:
        raise ApiRefusal(185)
    if len(given) == 2 and behaviour.both_sides == "refused":
        raise ApiRefusal(255, "childids")
    side, ids = next(iter(given.items()))
    if behaviour.ids_per_action is not None and len(ids) > behaviour.ids_per_action:
        raise ApiRefusal(302)
    found: dict[int, list[int]] = {number: [] for number in ids}
    if side == "parentids":
        for parent, child in linked(store, kind, parents=ids):
            found[parent].append(child)
    else:
        for parent, child in linked(store, kind, children=ids):
            found[child].append(parent)
    return _related(found, behaviour, listed=behaviour.unlinked_id == "listed" and kind.relation.parent != "task")


def _related(found: Mapping[int, list[int]], behaviour: Behaviour, *, listed: bool) -> CallResult:
    write = str if behaviour.related_ids == "strings" else int
    elements: dict[str, Any] | None = {
        str(one): [write(other) for other in others] for one, others in found.items() if others or listed
    }
    if not any(found.values()):
        if behaviour.no_hit == "no record":
            return CallResult([])
        if behaviour.no_hit != "empty lists":
            elements = {} if behaviour.no_hit == "empty elements" else None
    return CallResult([{"id": "relatedIds", "type": "", "elements": elements}])


def linked(
    store: Store,
    kind: Kind,
    *,
    parents: Iterable[int] | None = None,
    children: Iterable[int] | None = None,
) -> list[Pair]:
    """The links of one kind as they are shown, each once: of these parents, of these children, or all of them."""
    if kind.reversed:
        parents, children = children, parents
    pairs = [pair for name in kind.reads_from for pair in store.pairs(name, parents=parents, children=children)]
    if len(kind.reads_from) > 1:
        pairs = list(dict.fromkeys(pairs))
    if kind.reversed:
        pairs = [(child, parent) for parent, child in pairs]
    if kind.suffix == BROKERS_ONLY:
        rights = store.rights("address", {child for _, child in pairs})
        # By switch, links may hang on addresses that there are not.
        pairs = [(parent, child) for parent, child in pairs if child in rights and rights[child].broker]
    return pairs


def writes(asked: ActionRequest, code: int) -> list[Write]:
    """The links that an action asks to write, as far as it can be read; none for n:n."""
    if asked.resourcetype != "relation" or asked.verb not in ("create", "modify", "delete"):
        return []
    kind = kind_of(asked.parameters.get("relationtype"))
    try:
        parents, children = (read_ids(asked.parameters.get(name), name) for name in ("parentid", "childid"))
    except ApiRefusal:
        return []
    if kind is None or min(len(parents), len(children)) > 1:
        return []
    return [Write(asked.verb, kind.suffix, parent, child, code) for parent in parents for child in children]
