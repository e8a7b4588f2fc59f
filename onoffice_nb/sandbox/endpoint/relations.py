"""The four relation calls: create, modify and delete links, and get the ids of the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.relation_storage import BROKERS_ONLY, LinkStorage, link_storage
from onoffice_nb.sandbox.data.store import Pair, Store
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult, Write
from onoffice_nb.sandbox.endpoint.validation import EMPTY, LinkRequest, in_the_way, read_ids, read_relation, validate

__all__ = ["create", "delete", "linked", "modify", "related", "writes"]

_SUCCESS: Final[dict[str, Any]] = {"id": 0, "type": "", "elements": {"success": "success"}}
_UNCONFIRMED: Final = "nicht gesetzt"


def create(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Link one parent with children, or one child with parents; links that exist stay as they are."""

    def link(request: LinkRequest, pairs: list[Pair]) -> None:
        confirmation = (request.infos[0] or _UNCONFIRMED) if request.storage.relation.takes_info else None
        if behaviour.single_side == "replaces":
            for replaced in in_the_way(request, store).values():
                store.unlink(request.storage.stored_as, replaced)
        store.link(request.storage.stored_as, pairs, confirmation)

    return _written(action, store, behaviour, link, behaviour.create_reply)


def modify(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Change the relationinfo of links."""

    def inform(request: LinkRequest, pairs: list[Pair]) -> None:
        if request.storage.relation.takes_info:
            store.inform(request.storage.stored_as, pairs, *request.infos)

    return _written(action, store, behaviour, inform, behaviour.delete_reply)


def delete(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Delete a link."""

    def unlink(request: LinkRequest, pairs: list[Pair]) -> None:
        store.unlink(request.storage.stored_as, pairs)

    return _written(action, store, behaviour, unlink, behaviour.delete_reply)


def _written(
    action: ActionRequest,
    store: Store,
    behaviour: Behaviour,
    write: Callable[[LinkRequest, list[Pair]], None],
    reply: str,
) -> CallResult:
    request = LinkRequest.read(action, behaviour)
    pairs, objection = validate(request, store, behaviour)
    write(request, pairs)
    if objection is not None:
        raise objection
    return CallResult([_SUCCESS] if reply == "success" else [])


def related(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """The ids on the other side of links, for the ids of one side; a side that is empty counts as not sent."""
    storage = read_relation(action, behaviour)
    sides = {name: action.parameters.get(name) for name in ("parentids", "childids")}
    given = {name: read_ids(value, name) for name, value in sides.items() if value not in EMPTY}
    if not given:
        raise ApiRefusal(185)
    if len(given) == 2 and behaviour.both_sides == "refused":
        raise ApiRefusal(255, "childids")
    side, ids = next(iter(given.items()))
    if behaviour.ids_per_action is not None and len(ids) > behaviour.ids_per_action:
        raise ApiRefusal(302)
    linked_ids: dict[int, list[int]] = {number: [] for number in ids}
    if side == "parentids":
        for parent, child in linked(store, storage, parents=ids):
            linked_ids[parent].append(child)
    else:
        for parent, child in linked(store, storage, children=ids):
            linked_ids[child].append(parent)
    return _related(
        linked_ids, behaviour, listed=behaviour.unlinked_id == "listed" and storage.relation.parent != "task"
    )


def _related(linked_ids: Mapping[int, list[int]], behaviour: Behaviour, *, listed: bool) -> CallResult:
    write = str if behaviour.related_ids == "strings" else int
    elements: dict[str, Any] | None = {
        str(number): [write(other) for other in others] for number, others in linked_ids.items() if others or listed
    }
    if not any(linked_ids.values()):
        if behaviour.no_hit == "no record":
            return CallResult([])
        if behaviour.no_hit != "empty lists":
            elements = {} if behaviour.no_hit == "empty elements" else None
    return CallResult([{"id": "relatedIds", "type": "", "elements": elements}])


def linked(
    store: Store,
    storage: LinkStorage,
    *,
    parents: Iterable[int] | None = None,
    children: Iterable[int] | None = None,
) -> list[Pair]:
    """The links of one storage as they are shown, each once: of these parents, of these children, or all of them."""
    if storage.reversed:
        parents, children = children, parents
    pairs = [pair for name in storage.reads_from for pair in store.pairs(name, parents=parents, children=children)]
    if len(storage.reads_from) > 1:
        pairs = list(dict.fromkeys(pairs))
    if storage.reversed:
        pairs = [(child, parent) for parent, child in pairs]
    if storage.suffix == BROKERS_ONLY:
        rights = store.rights("address", {child for _, child in pairs})
        # By switch, links may hang on addresses that there are not.
        pairs = [(parent, child) for parent, child in pairs if child in rights and rights[child].broker]
    return pairs


def writes(action: ActionRequest, code: int) -> list[Write]:
    """The links that an action asks to write, as far as it can be read; none for n:n."""
    if action.resourcetype != "relation" or action.verb not in ("create", "modify", "delete"):
        return []
    storage = link_storage(action.parameters.get("relationtype"))
    try:
        parents, children = (read_ids(action.parameters.get(name), name) for name in ("parentid", "childid"))
    except ApiRefusal:
        return []
    if storage is None or min(len(parents), len(children)) > 1:
        return []
    return [Write(action.verb, storage.suffix, parent, child, code) for parent in parents for child in children]
