"""`Client` and `AsyncClient`: two thin drivers of `flow`, which decide how to wait and how to post.

No exception of httpx comes out of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from onoffice_nb.api.appointments import Infos, read_infos
from onoffice_nb.api.operations import (
    HttpReply,
    Links,
    Operation,
    Send,
    Wait,
    call_one,
    read_links,
    read_records,
    request_cycle,
    write_links,
)
from onoffice_nb.api.transport import BoundedBody, httpx_options, translate_error
from onoffice_nb.api.wire import ApiKeys, Call, Result
from onoffice_nb.errors import ConnectionFailed, InputError, OutcomeUnknown
from onoffice_nb.formatting import make_frame
from onoffice_nb.model import Account, RelationInfo, RelationType, Verb

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["AsyncClient", "Client", "require_client"]

T = TypeVar("T")
Relation = str | RelationType
_CLOSED = "This client is closed. Open a new one, for example with oo.connect()."


class _Connection:
    """What both clients know: where they speak to, and as whom."""

    def __init__(self, keys: ApiKeys, url: str, account: Account) -> None:
        if not isinstance(keys, ApiKeys):
            raise InputError("A client is made by oo.connect(token=…, secret=…), or by sandbox.client().")
        self._keys = keys
        self._clock: Callable[[], float] = time.time
        self.url = url
        self.account = account

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.account}>"


class Client(_Connection):
    """The API, blocking. Made by `connect()` or `Sandbox().client()`; a context manager.

    `transport` replaces the network (sandbox, tests). Safe to use from several threads.
    """

    def __init__(self, keys: ApiKeys, url: str, account: Account, transport: httpx.BaseTransport | None = None) -> None:
        super().__init__(keys, url, account)
        self._http = httpx.Client(transport=transport, **httpx_options(url))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, step: Send | Wait) -> HttpReply | None:
        if isinstance(step, Wait):
            time.sleep(step.seconds)
            return None
        if self._http.is_closed:
            raise InputError(_CLOSED)
        body = BoundedBody()
        try:
            with self._http.stream("POST", self.url, content=step.body) as response:
                for piece in response.iter_bytes():
                    body.add(piece)
                return body.answer(response.status_code)
        except BaseException as error:
            failure = translate_error(error)
        # Out here httpx's exception, which knows the whole request, is not the context of ours.
        raise failure from None

    def batch(self, calls: Sequence[Call]) -> list[Result | None]:
        """One request of up to 50 calls: one result each, in order; None for a write where none can be trusted.

        Errors of single calls stand in their results (`.code`, `.error`).
        Raises ConnectionFailed (nothing was sent), OutcomeUnknown (it cannot
        be told what was done; never repeated for calls that write) or ApiError
        (refused as a whole).
        """
        steps = request_cycle(calls, self._keys, self._clock)
        try:
            step = next(steps)
            while True:
                try:
                    answer = self._do(step)
                except (ConnectionFailed, OutcomeUnknown) as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as done:
            results: list[Result | None] = done.value
            return results

    def _run(self, operation: Operation[T]) -> T:
        try:
            calls = next(operation)
            while True:
                calls = operation.send(self.batch(calls))
        except StopIteration as done:
            answer: T = done.value
            return answer

    def call(
        self, verb: str, resourcetype: str, parameters: Mapping[str, Any], resourceid: str = "", identifier: str = ""
    ) -> Result:
        """Anything the API can do, as one action: `verb` is read, create, modify, delete, get or do.

        >>> from onoffice_nb.sandbox import Sandbox
        >>> crm = Sandbox().client()
        >>> crm.call("read", "estate", {"data": ["ort"], "listlimit": 1}).total > 100
        True
        """
        return self._run(call_one(Call(verb, resourcetype, parameters, resourceid, identifier)))

    def create(
        self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo | None = None
    ) -> Result:
        """Create links: one parent with up to 500 children, or one child with up to 500 parents.

        `oo.plan` and `oo.submit` do this for any number of pairs, with a
        journal and a way back; here one action is sent as it stands.
        """
        return self._run(write_links(Verb.CREATE, relation, parents, children, info))

    def modify(self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo) -> Result:
        """Change the relationinfo of links (appointment participants only)."""
        return self._run(write_links(Verb.MODIFY, relation, parents, children, info))

    def delete(self, relation: Relation, parent: int, child: int) -> Result:
        """Delete one link."""
        return self._run(write_links(Verb.DELETE, relation, [parent], [child]))

    def link_arrays(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> Links:
        """The links of these parents, or of these children, as two arrays."""
        return self._run(read_links(relation, parents=parents, children=children))

    def related(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> pd.DataFrame:
        """The links of these parents, or of these children, as a frame of `parent` and `child`.

        >>> from onoffice_nb.sandbox import Sandbox
        >>> crm = Sandbox().client()
        >>> crm.create("calendar:address", [2909], [10821, 10823]).message
        'OK'
        >>> crm.related("calendar:address", parents=[2909])
           parent  child
        0    2909  10821
        1    2909  10823
        """
        links = self.link_arrays(relation, parents=parents, children=children)
        return make_frame({"parent": links.parents, "child": links.children})

    def info_arrays(self, relation: Relation, *, parents: Iterable[int]) -> Infos:
        """The relation infos of these appointments' participants, as arrays: for programs without pandas.

        Args:
            relation: `calendar:address`, the only relation type that carries an info.
            parents: ids of appointments.

        Returns:
            Five arrays of equal length, ordered by parent, then child; see `Infos`.

        Raises:
            InputError: for another relation type, or what cannot be ids.
            ApiError: if the account refuses to tell.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return self._run(read_infos(relation, parents=parents))

    def read_infos(self, relation: Relation, *, parents: Iterable[int]) -> pd.DataFrame:
        """Confirmation and feedback of everybody who takes part in these appointments.

        One appointment is one action (the API has no call for several by id),
        so 50 appointments are one request. Appointments that do not exist or
        may not be read are left out.

        Args:
            relation: `calendar:address`, the only relation type that carries an info.
            parents: ids of appointments.

        Returns:
            A frame of `parent` (the appointment), `child` (the address), `confirmation` and
            `feedback`, ordered by parent, then child. The values are those of `RelationInfo`
            (German, as the CRM shows them); missing where the API names none.

        Raises:
            InputError: for another relation type, or what cannot be ids.
            ApiError: if the account refuses to tell.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return make_frame(self.info_arrays(relation, parents=parents).columns)

    def read(
        self,
        module: str,
        fields: Sequence[str],
        *,
        ids: Iterable[int] | None = None,
        filter: Mapping[str, Any] | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Records of estate, address, user, calendar, task or agentsLog, as a frame of `id` and the fields.

        `filter` is the API's own: `{"ort": [{"op": "IN", "val": ["Aachen"]}]}`.
        Ids that are unknown or may not be read are left out by the API.
        """
        with _counting(module, progress) as seen:
            return make_frame(self._run(read_records(module, fields, ids=ids, filter=filter, seen=seen)))


class AsyncClient(_Connection):
    """The API for `async` code: the calls of `Client`, awaited."""

    def __init__(
        self, keys: ApiKeys, url: str, account: Account, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        super().__init__(keys, url, account)
        self._http = httpx.AsyncClient(transport=transport, **httpx_options(url))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _do(self, step: Send | Wait) -> HttpReply | None:
        if isinstance(step, Wait):
            await asyncio.sleep(step.seconds)
            return None
        if self._http.is_closed:
            raise InputError(_CLOSED)
        body = BoundedBody()
        try:
            async with self._http.stream("POST", self.url, content=step.body) as response:
                async for piece in response.aiter_bytes():
                    body.add(piece)
                return body.answer(response.status_code)
        except BaseException as error:
            failure = translate_error(error)
        raise failure from None

    async def batch(self, calls: Sequence[Call]) -> list[Result | None]:
        """As `Client.batch`."""
        steps = request_cycle(calls, self._keys, self._clock)
        try:
            step = next(steps)
            while True:
                try:
                    answer = await self._do(step)
                except (ConnectionFailed, OutcomeUnknown) as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as done:
            results: list[Result | None] = done.value
            return results

    async def _run(self, operation: Operation[T]) -> T:
        try:
            calls = next(operation)
            while True:
                calls = operation.send(await self.batch(calls))
        except StopIteration as done:
            answer: T = done.value
            return answer

    async def call(
        self, verb: str, resourcetype: str, parameters: Mapping[str, Any], resourceid: str = "", identifier: str = ""
    ) -> Result:
        """As `Client.call`."""
        return await self._run(call_one(Call(verb, resourcetype, parameters, resourceid, identifier)))

    async def create(
        self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo | None = None
    ) -> Result:
        """As `Client.create`."""
        return await self._run(write_links(Verb.CREATE, relation, parents, children, info))

    async def modify(
        self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo
    ) -> Result:
        """As `Client.modify`."""
        return await self._run(write_links(Verb.MODIFY, relation, parents, children, info))

    async def delete(self, relation: Relation, parent: int, child: int) -> Result:
        """As `Client.delete`."""
        return await self._run(write_links(Verb.DELETE, relation, [parent], [child]))

    async def link_arrays(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> Links:
        """As `Client.links`."""
        return await self._run(read_links(relation, parents=parents, children=children))

    async def related(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> pd.DataFrame:
        """As `Client.related`."""
        links = await self.link_arrays(relation, parents=parents, children=children)
        return make_frame({"parent": links.parents, "child": links.children})

    async def info_arrays(self, relation: Relation, *, parents: Iterable[int]) -> Infos:
        """The relation infos of these appointments' participants, as arrays: for programs without pandas.

        Args:
            relation: `calendar:address`, the only relation type that carries an info.
            parents: ids of appointments.

        Returns:
            Five arrays of equal length, ordered by parent, then child; see `Infos`.

        Raises:
            InputError: for another relation type, or what cannot be ids.
            ApiError: if the account refuses to tell.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return await self._run(read_infos(relation, parents=parents))

    async def read_infos(self, relation: Relation, *, parents: Iterable[int]) -> pd.DataFrame:
        """Confirmation and feedback of everybody who takes part in these appointments.

        One appointment is one action (the API has no call for several by id),
        so 50 appointments are one request. Appointments that do not exist or
        may not be read are left out.

        Args:
            relation: `calendar:address`, the only relation type that carries an info.
            parents: ids of appointments.

        Returns:
            A frame of `parent` (the appointment), `child` (the address), `confirmation` and
            `feedback`, ordered by parent, then child. The values are those of `RelationInfo`
            (German, as the CRM shows them); missing where the API names none.

        Raises:
            InputError: for another relation type, or what cannot be ids.
            ApiError: if the account refuses to tell.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return make_frame((await self.info_arrays(relation, parents=parents)).columns)

    async def read(
        self,
        module: str,
        fields: Sequence[str],
        *,
        ids: Iterable[int] | None = None,
        filter: Mapping[str, Any] | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """As `Client.read`."""
        with _counting(module, progress) as seen:
            return make_frame(await self._run(read_records(module, fields, ids=ids, filter=filter, seen=seen)))


@contextmanager
def _counting(module: str, shown: bool) -> Iterator[Callable[[int], object]]:
    from tqdm.auto import tqdm

    with tqdm(desc=module, unit=" records", disable=not shown) as bar:
        yield bar.update


def require_client(crm: object) -> None:
    """Raise InputError unless this is the client that plans, runs and their history are asked with."""
    if not isinstance(crm, Client):
        raise InputError(
            f"The first argument has to be a client, not {type(crm).__name__}:"
            " crm = oo.connect() opens one, and sandbox.client() that of a sandbox."
        )
