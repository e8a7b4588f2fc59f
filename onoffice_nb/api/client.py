"""`Client` and `AsyncClient`: two thin drivers of the same operations, which decide how to wait and how to post.

No exception of httpx comes out of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from onoffice_nb.api.appointments import Infos, list_appointments, read_infos
from onoffice_nb.api.change_log import LinkEvent, log_reaches_back, read_link_events, read_log
from onoffice_nb.api.exchange import HttpReply, Send, Session, Wait, batch_cycle
from onoffice_nb.api.operations import Links, Operation, call_one, read_child_order, read_links, write_links
from onoffice_nb.api.probe import Probe, probe_account
from onoffice_nb.api.progress_bar import progress_bar
from onoffice_nb.api.records import read_records
from onoffice_nb.api.transport import BoundedBody, httpx_options, translate_error
from onoffice_nb.api.wire import ApiKeys, Call, Result
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import ApiError, ConnectionFailed, InputError, OutcomeUnknown
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
        self._session = Session(keys)
        self.url = url
        self.account = account

    @property
    def actions_per_request(self) -> int:
        """How many actions a request may hold: 50, or 1 where the account was found to refuse several."""
        return self._session.actions_per_request

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.account}>"


class Client(_Connection):
    """The API, blocking. Made by `connect()` or `Sandbox().client()`; a context manager.

    Safe to use from several threads.

    Args:
        keys: token and secret.
        url: the address of the API.
        account: what the account is called, and whether it is a real one.
        transport: replaces the network (sandbox, tests).

    Raises:
        InputError: if the keys are not checked ones: clients are made by `connect()`.
    """

    def __init__(self, keys: ApiKeys, url: str, account: Account, transport: httpx.BaseTransport | None = None) -> None:
        super().__init__(keys, url, account)
        self._http = httpx.Client(**httpx_options(url, transport=transport))

    def close(self) -> None:
        """Close the connections. Whatever is asked for afterwards raises InputError."""
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
                return body.reply(response)
        except BaseException as error:
            failure = translate_error(error, self.url)
        # Out here httpx's exception, which knows the whole request, is not the context of ours.
        raise failure from failure.__cause__

    def _run(self, operation: Operation[T]) -> T:
        try:
            calls = next(operation)
            while True:
                try:
                    results = self.batch(calls)
                except ApiError as refusal:
                    calls = operation.throw(refusal)
                else:
                    calls = operation.send(results)
        except StopIteration as done:
            answer: T = done.value
            return answer

    def batch(self, calls: Sequence[Call]) -> list[Result | None]:
        """Send several calls as one request.

        Where the account takes one action a request only, each call is a
        request of its own.

        Args:
            calls: 1 to 50 calls, reads and writes as you like.

        Returns:
            One result a call, in their order; errors of single calls stand in their results
            (`.code`, `.error`). None stands for a write of which nobody can tell what it did.

        Raises:
            InputError: for what is not a list of 1 to 50 calls.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done; never repeated for calls that write.
            ApiError: if the request was refused as a whole.

        Example:
            >>> from onoffice_nb.sandbox import Sandbox
            >>> crm = Sandbox().client()
            >>> estates, addresses = crm.batch([
            ...     Call("read", "estate", {"data": ["ort"]}),
            ...     Call("read", "address", {"data": ["Ort"]}),
            ... ])
            >>> len(estates.records), addresses.error
            (20, None)
        """
        steps = batch_cycle(calls, self._session)
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

    def call(
        self, verb: str, resourcetype: str, parameters: Mapping[str, Any], resourceid: str = "", identifier: str = ""
    ) -> Result:
        """Send anything the API can do, as one action.

        Args:
            verb: read, create, modify, delete, get or do.
            resourcetype: what it is about, as the API's documentation names it.
            parameters: the call's parameters: numbers, texts, lists and dicts.
            resourceid: the record or call it is about, where the documentation wants one.
            identifier: a name of your own for the action; the API repeats it.

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what cannot be sent.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done.

        Example:
            >>> from onoffice_nb.sandbox import Sandbox
            >>> crm = Sandbox().client()
            >>> crm.call("read", "estate", {"data": ["ort"], "listlimit": 1}).total > 100
            True
        """
        return self._run(call_one(Call(verb, resourcetype, parameters, resourceid, identifier)))

    def create(
        self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo | None = None
    ) -> Result:
        """Create links, as one action: one parent with up to 500 children, or one child with up to 500 parents.

        `oo.plan` and `oo.submit` do this for any number of pairs, with a
        journal and a way back; here one action is sent as it stands.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of the parents.
            children: ids of the children.
            info: the relation info that the links get (`calendar:address` only; no feedback).

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what the API would refuse: n:n, more than 500 ids, an info on another type.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done: read the links back.

        Example:
            >>> from onoffice_nb.sandbox import Sandbox
            >>> Sandbox().client().create("buyer", [1001], [5001, 5002]).message
            'OK'
        """
        return self._run(write_links(Verb.CREATE, relation, parents, children, info))

    def modify(self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo) -> Result:
        """Change the relation info of links, as one action.

        Args:
            relation: `calendar:address`, the only relation type that carries an info.
            parents: ids of appointments.
            children: ids of addresses that take part in them.
            info: what they are to have.

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what the API would refuse.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done: read the infos back.
        """
        return self._run(write_links(Verb.MODIFY, relation, parents, children, info))

    def delete(self, relation: Relation, parent: int, child: int) -> Result:
        """Delete one link.

        Args:
            relation: URN, suffix or word, or a relation type.
            parent: id of the parent.
            child: id of the child.

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what cannot be ids.
            ApiError: if the API answers with an error code, 168 for a link that is not there.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done: read the links back.
        """
        return self._run(write_links(Verb.DELETE, relation, [parent], [child]))

    def link_arrays(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> Links:
        """Read the links of these parents, or of these children, as two arrays: for programs without pandas.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents; or else
            children: ids of children.

        Returns:
            Two int64 arrays of equal length, ordered by parent, then child.

        Raises:
            InputError: for both sides or none, or what cannot be ids.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return self._run(read_links(relation, parents=parents, children=children))

    def child_order(self, relation: Relation, *, parents: Iterable[int]) -> dict[int, list[int]]:
        """The children of some parents, in the order in which the API gives them.

        For contact persons it means something: the first is the main contact.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents.

        Returns:
            A parent's id -> the ids of its children.

        Raises:
            InputError: for what cannot be ids.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return self._run(read_child_order(relation, parents=parents))

    def related(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> pd.DataFrame:
        """Read the links of these parents, or of these children.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents; or else
            children: ids of children.

        Returns:
            A frame of `parent` and `child`, int64, ordered by parent, then child. An id without
            links has no row.

        Raises:
            InputError: for both sides or none, or what cannot be ids.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.

        Example:
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
        """Read the relation infos of these appointments' participants, as arrays: for programs without pandas.

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
        return self._run(read_infos(relation, parents=parents, refused=self._session.refused_calls))

    def read_infos(self, relation: Relation, *, parents: Iterable[int]) -> pd.DataFrame:
        """Read confirmation and feedback of everybody who takes part in these appointments.

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

        Example:
            >>> from onoffice_nb.sandbox import Sandbox
            >>> crm = Sandbox().client()
            >>> crm.create("calendar:address", [2909], [10821, 10823], RelationInfo("bestätigt")).message
            'OK'
            >>> crm.read_infos("calendar:address", parents=[2909])["confirmation"].tolist()
            ['bestätigt', 'bestätigt']
        """
        return make_frame(self.info_arrays(relation, parents=parents).columns)

    def read(
        self,
        module: str,
        fields: Sequence[str],
        *,
        ids: Iterable[int] | None = None,
        filter: Mapping[str, Any] | None = None,
        start: str | date | None = None,
        end: str | date | None = None,
        users: Iterable[int] | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Read records, all of them that fit: by ids, by a filter, or, for appointments, by a period.

        A list of appointments (`calendar`) needs `start` and `end`, as the API
        knows no other. `crm.appointments` lists them in a form that is easier
        to work with.

        Args:
            module: estate, address, user, calendar, task or agentsLog.
            fields: names of the fields, as the API writes them; capitals count.
            ids: ids of records. Those that are unknown or may not be read are left out by the API.
            filter: the API's own: `{"ort": [{"op": "IN", "val": ["Aachen"]}]}`.
            start: first day of a list of appointments, as '2026-06-01' or a date.
            end: its last day, included.
            users: ids of the users whose appointments are wanted; everybody's without.
            progress: whether a bar counts the records.

        Returns:
            A frame of `id` and the fields, with the values as the API writes them: mostly text.

        Raises:
            InputError: for arguments that do not go together, or a period that is missing.
            ApiError: if the API answers with an error code: an unknown field, a missing right.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came, or the list changed while it was read.

        Warns:
            OnOfficeWarning: if the list may be cut.

        Example:
            >>> from onoffice_nb.sandbox import Sandbox
            >>> crm = Sandbox().client()
            >>> where = {"ort": [{"op": "=", "val": "Aachen"}]}
            >>> list(crm.read("estate", ["objekttitel", "ort"], filter=where).columns)
            ['id', 'objekttitel', 'ort']
        """
        with _counting(module, progress) as seen:
            reading = read_records(module, fields, ids=ids, filter=filter, start=start, end=end, users=users, seen=seen)
            return make_frame(self._run(reading))

    def appointments(
        self,
        start: str | date,
        end: str | date,
        *,
        users: Iterable[int] | None = None,
        cancelled: bool = False,
    ) -> pd.DataFrame:
        """List the appointments of a period.

        For some users' appointments the API's call `appointmentList` is asked, for
        everybody's its predecessor `calendar`, the only one that is documented to
        list them; where an account refuses the one, the other is. A list holds 500
        at most, so longer ones are asked for in parts.

        Args:
            start: first day, as '2026-06-01' or a date.
            end: last day, included.
            users: ids of the users whose appointments are wanted; everybody's without.
            cancelled: whether cancelled appointments are wanted too.

        Returns:
            A frame of `id`, `start`, `end` (text, as the API writes it: with an offset from
            appointmentList, without from calendar), `subject`, `type`, `status`, `confirmation` (of the
            whole), `location`, and the lists of ids `users`, `addresses` and `estates`.

        Raises:
            InputError: for what is not a day, or a period that ends before it begins.
            ApiError: if the account refuses both calls.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.

        Warns:
            OnOfficeWarning: if a single day has more appointments than a list holds.
        """
        refused = self._session.refused_calls
        listing = list_appointments(start, end, users=users, cancelled=cancelled, refused=refused)
        return make_frame(self._run(listing))

    def read_log(
        self,
        *,
        start: str | datetime | None = None,
        end: str | datetime | None = None,
        module: str | None = None,
        action: str | None = None,
        filter: Mapping[str, Any] | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Read the CRM's own log, which only administrators may: who did what, and when.

        `oo.history` and `oo.audit` make of it what concerns links.

        Args:
            start: the first moment, by the log's own clock: '2026-06-01 14:30', or a datetime.
            end: the last one, included.
            module: what entries are filed under, such as owner, interested, relation, estate.
            action: such as link, unlink, add, edit, delete.
            filter: more conditions, in the API's own form.
            progress: whether a bar counts the entries.

        Returns:
            A frame by `id`, oldest first: `time` (by the log's own clock, which names no time zone), `user` (id),
            `action`, `module`, `origin` and `origin_table` (the record that was changed), `target` (the other record,
            if any).

        Raises:
            AccessDenied: if the API user is no administrator.
            InputError: for what is no moment.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came, or the log may be cut.

        Example:
            >>> from onoffice_nb.sandbox import Sandbox
            >>> crm = Sandbox().client()
            >>> crm.create("buyer", [1001], [5001]).message
            'OK'
            >>> crm.read_log(action="link")[["action", "origin_table", "origin", "target"]].tail(1).to_dict("records")
            [{'action': 'link', 'origin_table': 'estate', 'origin': 1001, 'target': 5001}]
        """
        with _counting("log", progress) as seen:
            reading = read_log(start=start, end=end, module=module, action=action, filter=filter, seen=seen)
            return make_frame(self._run(reading))

    def link_events(
        self,
        relation: Relation,
        *,
        parents: Iterable[int],
        after: datetime | None = None,
        log_module: str | None = None,
    ) -> list[LinkEvent]:
        """Read what the CRM's log tells of the links of these parents: for programs; `oo.history` shows a frame.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents.
            after: only what came after this moment, by the log's own clock.
            log_module: what this account's log files the type under, where you know it.

        Returns:
            The events, in the order in which they happened; what is not certain is marked.

        Raises:
            AccessDenied: if the API user is no administrator.
            InputError: for what cannot be ids.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came, or the log may be cut.
        """
        reading = read_link_events(find_relation(relation), parents, after=after, log_module=log_module)
        return self._run(reading)

    def log_reaches_back(self, moment: datetime) -> bool:
        """Tell whether the CRM's log holds anything of this moment or before.

        Args:
            moment: by the log's own clock.

        Returns:
            False where the log is younger, or was never written.

        Raises:
            AccessDenied: if the API user is no administrator.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return self._run(log_reaches_back(moment))

    def probe(self) -> Probe:
        """Find out what the documentation leaves open of this account, by reading only.

        The client adapts to what it learns: where several actions in one
        request are refused, it sends one at a time from now on.

        Returns:
            A table that a notebook shows, one row a question; `.frame` is the same as a DataFrame.

        Raises:
            NotAuthenticated: if token, secret or clock are refused.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.

        Example:
            >>> from onoffice_nb.sandbox import Sandbox
            >>> Sandbox().client().probe().frame.loc[0, "question"]
            'Several actions in one request'
        """
        return self._run(probe_account(self._session))


class AsyncClient(_Connection):
    """The API for `async` code: the calls of `Client`, awaited. Made by `connect_async()`; a context manager.

    Args:
        keys: token and secret.
        url: the address of the API.
        account: what the account is called, and whether it is a real one.
        transport: replaces the network (sandbox, tests).

    Raises:
        InputError: if the keys are not checked ones: clients are made by `connect_async()`.

    Example:
        >>> from onoffice_nb.sandbox import Sandbox
        >>> async def count_links():
        ...     async with Sandbox().async_client() as crm:
        ...         await crm.create("buyer", [1001], [5001])
        ...         return len(await crm.related("buyer", parents=[1001]))
        >>> asyncio.run(count_links())
        1
    """

    def __init__(
        self, keys: ApiKeys, url: str, account: Account, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        super().__init__(keys, url, account)
        self._http = httpx.AsyncClient(**httpx_options(url, transport=transport))

    def __await__(self) -> Generator[None, None, Self]:
        """`crm = await oo.connect_async()` is the same as without `await`."""
        yield from ()
        return self

    async def close(self) -> None:
        """Close the connections. Whatever is asked for afterwards raises InputError."""
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
                return body.reply(response)
        except BaseException as error:
            failure = translate_error(error, self.url)
        raise failure from failure.__cause__

    async def _run(self, operation: Operation[T]) -> T:
        try:
            calls = next(operation)
            while True:
                try:
                    results = await self.batch(calls)
                except ApiError as refusal:
                    calls = operation.throw(refusal)
                else:
                    calls = operation.send(results)
        except StopIteration as done:
            answer: T = done.value
            return answer

    async def batch(self, calls: Sequence[Call]) -> list[Result | None]:
        """Send several calls as one request.

        Where the account takes one action a request only, each call is a
        request of its own.

        Args:
            calls: 1 to 50 calls, reads and writes as you like.

        Returns:
            One result a call, in their order; errors of single calls stand in their results
            (`.code`, `.error`). None stands for a write of which nobody can tell what it did.

        Raises:
            InputError: for what is not a list of 1 to 50 calls.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done; never repeated for calls that write.
            ApiError: if the request was refused as a whole.
        """
        steps = batch_cycle(calls, self._session)
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

    async def call(
        self, verb: str, resourcetype: str, parameters: Mapping[str, Any], resourceid: str = "", identifier: str = ""
    ) -> Result:
        """Send anything the API can do, as one action.

        Args:
            verb: read, create, modify, delete, get or do.
            resourcetype: what it is about, as the API's documentation names it.
            parameters: the call's parameters: numbers, texts, lists and dicts.
            resourceid: the record or call it is about, where the documentation wants one.
            identifier: a name of your own for the action; the API repeats it.

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what cannot be sent.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done.
        """
        return await self._run(call_one(Call(verb, resourcetype, parameters, resourceid, identifier)))

    async def create(
        self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo | None = None
    ) -> Result:
        """Create links, as one action: one parent with up to 500 children, or one child with up to 500 parents.

        `oo.plan` and `oo.submit` do this for any number of pairs, with a
        journal and a way back; here one action is sent as it stands.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of the parents.
            children: ids of the children.
            info: the relation info that the links get (`calendar:address` only; no feedback).

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what the API would refuse: n:n, more than 500 ids, an info on another type.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done: read the links back.
        """
        return await self._run(write_links(Verb.CREATE, relation, parents, children, info))

    async def modify(
        self, relation: Relation, parents: Iterable[int], children: Iterable[int], info: RelationInfo
    ) -> Result:
        """Change the relation info of links, as one action.

        Args:
            relation: `calendar:address`, the only relation type that carries an info.
            parents: ids of appointments.
            children: ids of addresses that take part in them.
            info: what they are to have.

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what the API would refuse.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done: read the infos back.
        """
        return await self._run(write_links(Verb.MODIFY, relation, parents, children, info))

    async def delete(self, relation: Relation, parent: int, child: int) -> Result:
        """Delete one link.

        Args:
            relation: URN, suffix or word, or a relation type.
            parent: id of the parent.
            child: id of the child.

        Returns:
            The answer, which is a success.

        Raises:
            InputError: for what cannot be ids.
            ApiError: if the API answers with an error code, 168 for a link that is not there.
            ConnectionFailed: if no connection was made, so that nothing was sent.
            OutcomeUnknown: if it cannot be told what was done: read the links back.
        """
        return await self._run(write_links(Verb.DELETE, relation, [parent], [child]))

    async def link_arrays(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> Links:
        """Read the links of these parents, or of these children, as two arrays: for programs without pandas.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents; or else
            children: ids of children.

        Returns:
            Two int64 arrays of equal length, ordered by parent, then child.

        Raises:
            InputError: for both sides or none, or what cannot be ids.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return await self._run(read_links(relation, parents=parents, children=children))

    async def child_order(self, relation: Relation, *, parents: Iterable[int]) -> dict[int, list[int]]:
        """The children of some parents, in the order in which the API gives them.

        For contact persons it means something: the first is the main contact.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents.

        Returns:
            A parent's id -> the ids of its children.

        Raises:
            InputError: for what cannot be ids.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return await self._run(read_child_order(relation, parents=parents))

    async def related(
        self, relation: Relation, *, parents: Iterable[int] | None = None, children: Iterable[int] | None = None
    ) -> pd.DataFrame:
        """Read the links of these parents, or of these children.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents; or else
            children: ids of children.

        Returns:
            A frame of `parent` and `child`, int64, ordered by parent, then child. An id without
            links has no row.

        Raises:
            InputError: for both sides or none, or what cannot be ids.
            ApiError: if the API answers with an error code.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        links = await self.link_arrays(relation, parents=parents, children=children)
        return make_frame({"parent": links.parents, "child": links.children})

    async def info_arrays(self, relation: Relation, *, parents: Iterable[int]) -> Infos:
        """Read the relation infos of these appointments' participants, as arrays: for programs without pandas.

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
        return await self._run(read_infos(relation, parents=parents, refused=self._session.refused_calls))

    async def read_infos(self, relation: Relation, *, parents: Iterable[int]) -> pd.DataFrame:
        """Read confirmation and feedback of everybody who takes part in these appointments.

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
        start: str | date | None = None,
        end: str | date | None = None,
        users: Iterable[int] | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Read records, all of them that fit: by ids, by a filter, or, for appointments, by a period.

        A list of appointments (`calendar`) needs `start` and `end`, as the API
        knows no other. `crm.appointments` lists them in a form that is easier
        to work with.

        Args:
            module: estate, address, user, calendar, task or agentsLog.
            fields: names of the fields, as the API writes them; capitals count.
            ids: ids of records. Those that are unknown or may not be read are left out by the API.
            filter: the API's own: `{"ort": [{"op": "IN", "val": ["Aachen"]}]}`.
            start: first day of a list of appointments, as '2026-06-01' or a date.
            end: its last day, included.
            users: ids of the users whose appointments are wanted; everybody's without.
            progress: whether a bar counts the records.

        Returns:
            A frame of `id` and the fields, with the values as the API writes them: mostly text.

        Raises:
            InputError: for arguments that do not go together, or a period that is missing.
            ApiError: if the API answers with an error code: an unknown field, a missing right.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came, or the list changed while it was read.

        Warns:
            OnOfficeWarning: if the list may be cut.
        """
        with _counting(module, progress) as seen:
            reading = read_records(module, fields, ids=ids, filter=filter, start=start, end=end, users=users, seen=seen)
            return make_frame(await self._run(reading))

    async def appointments(
        self,
        start: str | date,
        end: str | date,
        *,
        users: Iterable[int] | None = None,
        cancelled: bool = False,
    ) -> pd.DataFrame:
        """List the appointments of a period.

        For some users' appointments the API's call `appointmentList` is asked, for
        everybody's its predecessor `calendar`, the only one that is documented to
        list them; where an account refuses the one, the other is. A list holds 500
        at most, so longer ones are asked for in parts.

        Args:
            start: first day, as '2026-06-01' or a date.
            end: last day, included.
            users: ids of the users whose appointments are wanted; everybody's without.
            cancelled: whether cancelled appointments are wanted too.

        Returns:
            A frame of `id`, `start`, `end` (text, as the API writes it: with an offset from
            appointmentList, without from calendar), `subject`, `type`, `status`, `confirmation` (of the
            whole), `location`, and the lists of ids `users`, `addresses` and `estates`.

        Raises:
            InputError: for what is not a day, or a period that ends before it begins.
            ApiError: if the account refuses both calls.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.

        Warns:
            OnOfficeWarning: if a single day has more appointments than a list holds.
        """
        refused = self._session.refused_calls
        listing = list_appointments(start, end, users=users, cancelled=cancelled, refused=refused)
        return make_frame(await self._run(listing))

    async def read_log(
        self,
        *,
        start: str | datetime | None = None,
        end: str | datetime | None = None,
        module: str | None = None,
        action: str | None = None,
        filter: Mapping[str, Any] | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Read the CRM's own log, which only administrators may: who did what, and when.

        `oo.history` and `oo.audit` make of it what concerns links.

        Args:
            start: the first moment, by the log's own clock: '2026-06-01 14:30', or a datetime.
            end: the last one, included.
            module: what entries are filed under, such as owner, interested, relation, estate.
            action: such as link, unlink, add, edit, delete.
            filter: more conditions, in the API's own form.
            progress: whether a bar counts the entries.

        Returns:
            A frame by `id`, oldest first: `time` (by the log's own clock, which names no time zone), `user` (id),
            `action`, `module`, `origin` and `origin_table` (the record that was changed), `target` (the other record,
            if any).

        Raises:
            AccessDenied: if the API user is no administrator.
            InputError: for what is no moment.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came, or the log may be cut.
        """
        with _counting("log", progress) as seen:
            reading = read_log(start=start, end=end, module=module, action=action, filter=filter, seen=seen)
            return make_frame(await self._run(reading))

    async def link_events(
        self,
        relation: Relation,
        *,
        parents: Iterable[int],
        after: datetime | None = None,
        log_module: str | None = None,
    ) -> list[LinkEvent]:
        """Read what the CRM's log tells of the links of these parents: for programs; `oo.history` shows a frame.

        Args:
            relation: URN, suffix or word, or a relation type.
            parents: ids of parents.
            after: only what came after this moment, by the log's own clock.
            log_module: what this account's log files the type under, where you know it.

        Returns:
            The events, in the order in which they happened; what is not certain is marked.

        Raises:
            AccessDenied: if the API user is no administrator.
            InputError: for what cannot be ids.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came, or the log may be cut.
        """
        reading = read_link_events(find_relation(relation), parents, after=after, log_module=log_module)
        return await self._run(reading)

    async def log_reaches_back(self, moment: datetime) -> bool:
        """Tell whether the CRM's log holds anything of this moment or before.

        Args:
            moment: by the log's own clock.

        Returns:
            False where the log is younger, or was never written.

        Raises:
            AccessDenied: if the API user is no administrator.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return await self._run(log_reaches_back(moment))

    async def probe(self) -> Probe:
        """Find out what the documentation leaves open of this account, by reading only.

        The client adapts to what it learns: where several actions in one
        request are refused, it sends one at a time from now on.

        Returns:
            A table that a notebook shows, one row a question; `.frame` is the same as a DataFrame.

        Raises:
            NotAuthenticated: if token, secret or clock are refused.
            ConnectionFailed: if no connection was made.
            OutcomeUnknown: if no readable answer came.
        """
        return await self._run(probe_account(self._session))


@contextmanager
def _counting(module: str, shown: bool) -> Iterator[Callable[[int], object]]:
    with progress_bar("records", shown=shown, title=module) as bar:
        yield bar.update


def require_client(crm: object) -> None:
    """Make sure that this is a client that plans, runs and their history can be asked with.

    Args:
        crm: what was passed as the first argument.

    Raises:
        InputError: if it is anything else.
    """
    if not isinstance(crm, Client):
        raise InputError(
            f"Expected a client as the first argument, got {type(crm).__name__}:"
            " crm = oo.connect() opens one, and sandbox.client() that of a sandbox."
        )
