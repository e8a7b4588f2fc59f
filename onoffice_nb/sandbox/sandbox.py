"""The sandbox itself: an agency, what answers its requests, its log, and the ways to reach it."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from onoffice_nb.api.wire import ApiKeys
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import SandboxError
from onoffice_nb.extras import extra
from onoffice_nb.model import Account, RelationType
from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data import demo_agency as agency
from onoffice_nb.sandbox.data import demo_people as people
from onoffice_nb.sandbox.data.relation_storage import LinkStorage, link_storage
from onoffice_nb.sandbox.data.store import API_USER, COLLEAGUE, Pair, Store
from onoffice_nb.sandbox.endpoint import records as reading
from onoffice_nb.sandbox.endpoint import relations
from onoffice_nb.sandbox.endpoint.handler import KNOWN, HandledRequest, Reply, RequestHandler
from onoffice_nb.sandbox.faults import NEVER_ARRIVED, NOT_DONE, Dropped, Fault, Faults, apply_fault
from onoffice_nb.sandbox.transports.in_process import SandboxTransport

if TYPE_CHECKING:
    from onoffice_nb.api.client import AsyncClient, Client
    from onoffice_nb.sandbox.transports.http_server import Server

__all__ = ["LogEntry", "Sandbox"]

# They begin with a word so that nobody takes them for real ones; 32 and 64 characters as the API's are.
_KEYS: Final = ApiKeys(
    "SANDBOX0muster0immobilien0token0",
    "SANDBOX0muster0immobilien0secret0opens0nothing0but0sandboxes0000",
)
# Under this name nothing can ever be reached, should the transport be forgotten.
_URL: Final = "https://sandbox.invalid/api/stable/api.php"

_LOGGER: Final = logging.getLogger(__name__)

Key = tuple[str, str, int, int]

# What is kept of records beside the fields that can be read by name.
_KEPT_BESIDES: Final = {"estate": ("sprache", "mainLangId"), "user": ("groups",)}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One request of the log.

    Attributes:
        at: when it came, in Unix seconds.
        lines: one line for each action, with its code, without ids and secrets.
        status: the HTTP status that it was answered with; 0 for no answer.
        fault: what was made to go wrong, if anything.
    """

    at: float
    lines: tuple[str, ...]
    status: int
    fault: Fault | None

    def __str__(self) -> str:
        when = time.strftime("%H:%M:%S", time.localtime(self.at))
        actions = ", ".join(line if n == 1 else f"{n} × {line}" for line, n in Counter(self.lines).items())
        fault = f" [{self.fault}]" if self.fault else ""
        return f"{when} · {self.status or 'no answer'} · {actions}{fault}"


class Sandbox:
    """An embedded onOffice for the relation calls: the agency "Muster Immobilien", in memory or in a file.

    It answers `create`, `modify`, `delete` relation, `get` idsfromrelation,
    appointmentList, search, users and checkuserrecordsright, and `read` of
    estate, address, user, calendar, task, agentslog and log; anything else
    gets one of the API's errors 23 to 25, a warning, and stands in `unknown`.
    Safe to use from several threads.

    Args:
        db: a file that keeps it all, or `:memory:`.
        behaviour: what it does where the real API is not known; the defaults if None.
        faults: which requests are to fail, and how; none if None.
        clock: gives the time in Unix seconds.
        latency: what is added to each request, in seconds.
        empty: whether to start without the agency.
        overlapping_ids: whether ids of the agency's modules overlap as they do in life (an estate
            1001 *and* an address 1001).

    Raises:
        SandboxError: for what is none of these, or a file that is not a sandbox's.

    Attributes:
        user: id of the user as whom clients speak.
        writes_received: how often each write was asked for, keyed by (verb, suffix, parent, child),
            whatever became of it.
        writes_confirmed: how often it was answered with success in a reply that arrived whole.
        log: the last requests; `on_request`, if set, is called with each.
        unknown: the last calls that it does not know.

    >>> box = Sandbox()
    >>> box
    <Sandbox Muster Immobilien>
    >>> box.link("buyer", [(1001, 5001)])
    >>> box.links("buyer") >= {(1001, 5001)}
    True
    """

    label = "Muster Immobilien"

    def __init__(
        self,
        db: str | Path = ":memory:",
        *,
        behaviour: Behaviour | None = None,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.time,
        latency: float = 0.0,
        empty: bool = False,
        overlapping_ids: bool = True,
    ) -> None:
        for value, expected in ((behaviour, Behaviour), (faults, Faults)):
            if value is not None and not isinstance(value, expected):
                name = expected.__name__
                raise SandboxError(
                    f"Expected a {name}, got {type(value).__name__} {value!r}: make one with oo.{name}(…)."
                )
        if not isinstance(latency, int | float) or not latency >= 0:
            raise SandboxError(
                f"Expected seconds for latency, 0 or more, got {latency!r}: write latency=0.2, for example."
            )
        self.token: str = _KEYS.token
        self.secret: str = _KEYS.secret
        self.user = API_USER
        self.faults = faults
        self.latency = latency
        self.writes_received: Counter[Key] = Counter()
        self.writes_confirmed: Counter[Key] = Counter()
        self.log: deque[LogEntry] = deque(maxlen=200)
        self.unknown: deque[str] = deque(maxlen=200)
        self.on_request: Callable[[LogEntry], object] | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._late: list[bytes] = []
        self._servers: list[Server] = []
        behaviour = behaviour or Behaviour()
        self._store = Store(db, keeps_positions=behaviour.recreated_link == "at its old place")
        self._handler = RequestHandler(self._store, _KEYS, behaviour, clock)
        if self._store.new and not empty:
            agency.fill(self._store, overlapping_ids=overlapping_ids)
        self.account: Account = Account(
            self.label, live=False, fingerprint=self._store.fingerprint, persistent=self._store.persistent
        )
        self.transport: SandboxTransport = SandboxTransport(self.handle)

    def __repr__(self) -> str:
        return f"<Sandbox {self.label}>"

    @property
    def behaviour(self) -> Behaviour:
        """What it does where the real API is not known."""
        return self._handler.behaviour

    def close(self) -> None:
        """Stop its servers and close the database; one in memory is gone."""
        for server in self._servers:
            server.stop()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Requests

    def handle(self, body: bytes) -> Reply:
        """Answer one request, as the transports do.

        Args:
            body: the bytes of the request, as JSON.

        Returns:
            The reply over HTTP.

        Raises:
            Dropped: where a fault leaves no answer.
        """
        if self.latency:
            time.sleep(self.latency)
        fault = self.faults.draw() if self.faults else None
        if fault in NEVER_ARRIVED:
            self._enter(LogEntry(self._clock(), (), 0, fault))
            raise Dropped(fault)
        handled = self._handler.answer(body, commit=fault not in NOT_DONE)
        self.apply_late_writes()
        self._note(handled, fault)
        if fault is Fault.COMMIT_LATE:
            with self._lock:
                self._late.append(body)
        return self._dated(apply_fault(handled.reply, fault) if fault else handled.reply)

    def _dated(self, reply: Reply) -> Reply:
        if not self.behaviour.date_header:
            return reply
        return replace(reply, headers=(*reply.headers, ("date", formatdate(self._clock(), usegmt=True))))

    def apply_late_writes(self) -> None:
        """Do what the fault `commit_late` has put off; the next request would have done so."""
        with self._lock:
            late, self._late = self._late, []
        for body in late:
            self._handler.answer(body)

    def _note(self, handled: HandledRequest, fault: Fault | None) -> None:
        keys = [write[:4] for write in handled.writes]
        with self._lock:
            self.writes_received.update(keys)
            if fault is None:
                self.writes_confirmed.update(write[:4] for write in handled.writes if not write.code)
            self.unknown += handled.unknown
        for call in dict.fromkeys(handled.unknown):
            _LOGGER.warning("The sandbox does not know %r. It knows: %s.", call, KNOWN)
        self._enter(LogEntry(self._clock(), handled.lines, handled.reply.status, fault))

    def _enter(self, entry: LogEntry) -> None:
        self.log.append(entry)
        if self.on_request is not None:
            self.on_request(entry)

    # Ways to reach it

    def client(self, **options: Any) -> Client:
        """A client of this sandbox, without a socket.

        Args:
            **options: what `Client` takes beside keys, address, account and transport.

        Returns:
            A `Client`, to be used like that of a real account.

        Example:
            >>> Sandbox().client().create("buyer", [1001], [5001]).code
            0
        """
        from onoffice_nb.api.client import Client

        return Client(_KEYS, _URL, self.account, transport=self.transport, **options)

    def async_client(self, **options: Any) -> AsyncClient:
        """A client of this sandbox for async code, without a socket.

        Args:
            **options: what `AsyncClient` takes beside keys, address, account and transport.

        Returns:
            An `AsyncClient`, to be used like that of a real account.
        """
        from onoffice_nb.api.client import AsyncClient

        return AsyncClient(_KEYS, _URL, self.account, transport=self.transport, **options)

    def serve(self, port: int = 0) -> Server:
        """Answer over HTTP on loopback, in a thread, until it is stopped.

        Args:
            port: the port; 0 takes any that is free.

        Returns:
            The server: a context manager, or stopped by its `stop()`.

        Raises:
            SandboxError: if the port cannot be opened.
            MissingExtra: Without the packages of the extra `sandbox`.
        """
        with extra("sandbox", "A sandbox that answers over HTTP"):
            from onoffice_nb.sandbox.transports.http_server import Server

        server = Server(self, port)
        self._servers.append(server)
        return server

    # What is in it

    def links(self, relation: RelationType | str) -> set[Pair]:
        """All links of a relation type, as `get` shows them.

        Args:
            relation: a relation type of the catalogue, or its name.

        Returns:
            Pairs of ids, (parent, child).

        Raises:
            SandboxError: for a custom relation type.
        """
        return set(self.ordered_links(relation))

    def ordered_links(self, relation: RelationType | str) -> list[Pair]:
        """All links of a relation type in the order in which `get` shows those of a record.

        Args:
            relation: a relation type of the catalogue, or its name.

        Returns:
            Pairs of ids, (parent, child).

        Raises:
            SandboxError: for a custom relation type.

        >>> box = Sandbox()
        >>> box.link("contactPersonAll", [(1001, 5002), (1001, 5001)])
        >>> [child for parent, child in box.ordered_links("contactPersonAll") if parent == 1001][-2:]
        [5002, 5001]
        """
        with self._store.transaction():
            return relations.linked(self._store, self._storage_of(relation))

    def link(self, relation: RelationType | str, pairs: Iterable[Pair], *, user: int = COLLEAGUE) -> None:
        """Put links in as a colleague does in the CRM: past all checks and counters, but not past its log.

        Args:
            relation: the relation type, which may not be a derived one.
            pairs: the links as (parent, child); those that exist stay as they are.
            user: id of the user who does it.

        Raises:
            SandboxError: for a type that is derived from others, or what cannot be pairs.
        """
        storage = self._storage_of(relation)
        with self._store.transaction(user=user, moment=self._clock()):
            self._store.link(storage.stored_as, _as_kept(storage, pairs))

    def unlink(self, relation: RelationType | str, pairs: Iterable[Pair], *, user: int = COLLEAGUE) -> None:
        """Take links out as a colleague does in the CRM: past all checks and counters, but not past its log.

        Args:
            relation: the relation type, which may not be a derived one.
            pairs: the links as (parent, child); those that are not there are no error.
            user: id of the user who does it.

        Raises:
            SandboxError: for a type that is derived from others, or what cannot be pairs.
        """
        storage = self._storage_of(relation)
        with self._store.transaction(user=user, moment=self._clock()):
            self._store.unlink(storage.stored_as, _as_kept(storage, pairs))

    def set_rights(self, module: str, ids: Iterable[int], *, writable: bool) -> None:
        """Give or take the API user's right to write these records.

        Args:
            module: the records' module, such as `estate`.
            ids: their ids; those that are not there are no error.
            writable: whether they may be written from now on.
        """
        with self._store.transaction():
            self._store.set_writable(module, ids, writable)

    def existing_ids(self, module: str, ids: Iterable[int]) -> set[int]:
        """Those of the ids that are records of a module.

        Args:
            module: the module, such as `address`.
            ids: any ids.

        Returns:
            The ids of records that there are, readable or not.
        """
        return set(self._store.rights(module, ids))

    def info(self, appointment: int, address: int) -> tuple[str | None, str | None] | None:
        """What the link of a participant says, past the API.

        Args:
            appointment: id of the appointment.
            address: id of the address that takes part.

        Returns:
            Confirmation and feedback as `relationinfo` has them, each None where it was never set;
            None if there is no such link.
        """
        for participant in self._store.participants([appointment]):
            if participant.address == address:
                return participant.confirmation, participant.feedback
        return None

    def add(
        self,
        module: str,
        *ids: int,
        broker: bool = False,
        writable: bool = True,
        readable: bool = True,
        **fields: str,
    ) -> list[int]:
        """Put records in, in place of those with the same ids.

        An estate that is new gets its default contact person, the first broker.

        Args:
            module: the module, such as `estate`.
            *ids: the records' ids; without any, one record with the next free id.
            broker: whether addresses are real estate agents.
            writable: whether the API user may write them.
            readable: whether the API user may read them.
            **fields: values by the names of fields, the same for all of them.

        Returns:
            The ids.

        Raises:
            SandboxError: for a field that the module does not have.

        Example:
            >>> Sandbox(empty=True).add("estate", 7, ort="Aachen")
            [7]
        """
        known = _fields_of(module)
        unknown = set(fields) - set(known)
        if unknown:
            raise SandboxError(f"{module} has no field {', '.join(sorted(unknown))}. It has: {', '.join(known)}.")
        with self._store.transaction():
            numbers = list(ids) or [self._store.next_id(module)]
            new = set(numbers) - self._store.rights(module, numbers).keys()
            records = [(number, fields) for number in numbers]
            if broker and module == "address":
                fields.setdefault("ArtDaten", people.BROKER)
            self._store.add_records(module, records, broker=broker, writable=writable, readable=readable)
            contact = self._store.first_broker()
            if module == "estate" and self.behaviour.default_contact and contact is not None:
                self._store.link("estate:address:contactPersonAll", [(number, contact) for number in sorted(new)])
        return numbers

    def _storage_of(self, relation: RelationType | str) -> LinkStorage:
        storage = link_storage(find_relation(relation).urn, tenant_is_renter=self.behaviour.tenant_is_renter)
        if storage is None:
            raise SandboxError(
                f"Expected one of the catalogue's relation types, got the custom {relation!r}: the sandbox knows the"
                " relation types of the catalogue only."
            )
        return storage


def _as_kept(storage: LinkStorage, pairs: Iterable[Pair]) -> list[Pair]:
    if storage.stored_as not in storage.reads_from:
        raise SandboxError(
            f"{storage.suffix} is derived. Change what it is derived from: {', '.join(storage.reads_from)}."
        )
    try:
        return [(child, parent) if storage.reversed else (parent, child) for parent, child in pairs]
    except (TypeError, ValueError):
        raise SandboxError(
            f"Expected links as pairs of ids, got {type(pairs).__name__}: write [(1001, 5001), (1002, 5002)]."
        ) from None


def _fields_of(module: str) -> tuple[str, ...]:
    """What a record of a module can hold; nothing for modules that cannot be read."""
    for readable in reading.MODULES.values():
        if readable.name == module:
            return (*readable.fields, *_KEPT_BESIDES.get(module, ()))
    return ()
