"""From the bytes of a request to the bytes of its reply: form, signature, dispatch, envelope.

A request is checked in this order, and the first objection is the answer.

As a whole (an error of the envelope, no results): size (HTTP 413) · empty (9) ·
UTF-8 (7) · JSON (3, 5, 6, 8) · token (13) · request (14) · actions (15, 247) ·
form of each action (16 to 20) · number of actions (303) · token unknown (22).

Then each action for itself (an error of its result): timestamp (136) · hmac
(243, 137) · resourcetype (25) · actionid (23) · resourceid (24) · parameter
names (21) · then what the call itself checks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from onoffice_nb.api.wire import ApiKeys
from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import API_USER, Store
from onoffice_nb.sandbox.endpoint import (
    appointment_changes,
    appointments,
    change_log,
    languages,
    relations,
    search,
    users,
)
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint import records as reading
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult, Write

__all__ = ["CALLS", "ENDPOINTS", "KNOWN", "LARGEST_REQUEST", "HandledRequest", "Reply", "RequestHandler"]

ENDPOINTS: Final = ("/api/stable/api.php", "/api/latest/api.php")

# PHP's own default for the body of a POST (post_max_size).
LARGEST_REQUEST: Final = 8 * 2**20
_TOLERANCE: Final = 120
_TOO_LARGE: Final = b"<html><head><title>413 Request Entity Too Large</title></head></html>"

Call = Callable[[ActionRequest, Store, Behaviour], CallResult]
CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("create", "relation"): relations.create,
    ("modify", "relation"): relations.modify,
    ("delete", "relation"): relations.delete,
    ("get", "idsfromrelation"): relations.related,
    **{("read", resourcetype): reading.read for resourcetype in reading.MODULES},
    ("read", "calendar"): appointments.read_calendar,
    ("modify", "calendar"): appointment_changes.modify_calendar,
    ("get", "appointmentList"): appointments.appointment_list,
    ("get", "search"): search.search,
    ("get", "users"): users.users,
    ("get", "checkuserrecordsright"): users.check_rights,
    ("read", "log"): change_log.read_log,
    ("get", "estateLanguage"): languages.estate_languages,
}
# The calls for one record may name it in the resourceid.
_FOR_ONE_RECORD: Final = {
    *(("read", resourcetype) for resourcetype in reading.MODULES),
    ("get", "appointmentList"),
    ("modify", "calendar"),
}
# As the documentation's examples show it.
_NOT_CACHEABLE: Final = frozenset({"task", "search", "checkuserrecordsright", "log"})

KNOWN: Final = ", ".join(f"{verb} {resourcetype}" for verb, resourcetype in CALLS)


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP.

    Attributes:
        status: the HTTP status.
        content_type: the media type of the body.
        body: the body.
        headers: the headers beside the content type, with their names in lower case.
    """

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HandledRequest:
    """A reply, and what it was about: the writes asked for, and one line for each action, without any secret."""

    reply: Reply
    writes: tuple[Write, ...] = ()
    lines: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestHandler:
    """Answers requests. `clock` gives Unix seconds."""

    store: Store
    keys: ApiKeys = field(repr=False)
    behaviour: Behaviour
    clock: Callable[[], float]

    def answer(self, body: bytes, *, commit: bool = True) -> HandledRequest:
        """Do what a request asks for, all its actions in one transaction; with `commit=False` undo it again."""
        if len(body) > LARGEST_REQUEST:
            return HandledRequest(Reply(413, "text/html", _TOO_LARGE), lines=("too large",))
        try:
            actions = self._actions(php.loads(body))
        except ApiRefusal as refusal:
            return HandledRequest(_reply(self._refused(refusal)), lines=(str(refusal),))
        results: list[dict[str, Any]] = []
        writes: list[Write] = []
        lines: list[str] = []
        unknown: list[str] = []
        with self.store.transaction(keep=commit, user=API_USER, moment=self.clock()):
            for action in actions:
                result, code = self._result(action)
                results.append(result)
                writes += relations.writes(action, code)
                shown = self._shown(action.summary)
                lines.append(f"{shown} → {code}")
                unknown += [shown] * (code in (23, 24, 25))
        failed = any(result["status"]["errorcode"] for result in results)
        code = self.behaviour.envelope_error if failed else 0
        status = self.behaviour.failed_status if failed else 200
        envelope = _envelope(status, code, ApiRefusal(code).message if code else "OK", results)
        return HandledRequest(_reply(envelope), tuple(writes), tuple(lines), tuple(unknown))

    def _actions(self, request: object) -> list[ActionRequest]:
        top = php.as_map(request) or {}
        token = top.get("token")
        if not isinstance(token, str) or not token:
            raise ApiRefusal(13)
        inner = php.as_map(top.get("request"))
        if inner is None:
            raise ApiRefusal(14)
        actions = php.as_list(inner.get("actions"))
        if not actions:
            raise ApiRefusal(15)
        read = [ActionRequest.read(raw) for raw in actions]
        cap = self.behaviour.actions_per_request
        if cap is not None and len(read) > cap:
            raise ApiRefusal(141, "actions") if cap == 1 else ApiRefusal(303)
        if not hmac.compare_digest(token.encode(), self.keys.token.encode()):
            raise ApiRefusal(self.behaviour.unknown_token)
        return read

    def _refused(self, refusal: ApiRefusal) -> dict[str, Any]:
        in_words = refusal.code < 10 and self.behaviour.json_error == "text"
        errorcode = refusal.message if in_words else refusal.code
        return _envelope(self.behaviour.refused_status, errorcode, refusal.message, [])

    def _result(self, action: ActionRequest) -> tuple[dict[str, Any], int]:
        """The result of one action, and its code."""
        data: object = []
        code, message = 0, "OK"
        try:
            self._check_signature(action)
            data = {"meta": {"cntabsolute": None}, "records": []}
            done = _call_of(action)(action, self.store, self.behaviour)
            data = {"meta": {"cntabsolute": done.total}, "records": done.records}
        except ApiRefusal as refusal:
            code, message = refusal.code, refusal.message
        return {
            "actionid": action.actionid,
            "resourceid": action.resourceid,
            "resourcetype": action.resourcetype,
            "cacheable": action.verb in ("get", "read") and action.resourcetype not in _NOT_CACHEABLE,
            "identifier": action.identifier,
            "data": data,
            "status": {"errorcode": code, "message": message},
        }, code

    def _shown(self, text: str) -> str:
        """A text of a client as the log may hold it: short, without secrets and what could steer a terminal."""
        for secret in (self.keys.token, self.keys.secret):
            text = text.replace(secret, "••••••")
        text = text[:100]
        return text if text.isprintable() else "".join(char if char.isprintable() else "?" for char in text)

    def _check_signature(self, action: ActionRequest) -> None:
        stamp = str(action.timestamp)
        if isinstance(action.timestamp, bool) or not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
            raise ApiRefusal(136)
        if abs(self.clock() - int(stamp)) > _TOLERANCE:
            raise ApiRefusal(136)
        if action.hmac is not None and not isinstance(action.hmac, str):
            raise ApiRefusal(243, "hmac")
        text = stamp + self.keys.token + action.resourcetype + action.actionid
        digest = hmac.new(self.keys.secret.encode(), text.encode(), hashlib.sha256).digest()
        right = hmac.compare_digest(base64.b64encode(digest), (action.hmac or "").encode())
        if not right or str(action.hmac_version) != "2":
            raise ApiRefusal(137)


def _call_of(action: ActionRequest) -> Call:
    call = CALLS.get((action.verb, action.resourcetype))
    if call is None:
        if action.resourcetype not in {resourcetype for _, resourcetype in CALLS}:
            raise ApiRefusal(25, action.resourcetype)
        raise ApiRefusal(23, action.actionid)
    if action.resourcetype == "search":
        if action.resourceid not in search.SEARCHED:
            raise ApiRefusal(24, action.resourceid)
    elif action.resourceid and (action.verb, action.resourcetype) not in _FOR_ONE_RECORD:
        raise ApiRefusal(24, action.resourceid)
    if "" in action.parameters:
        raise ApiRefusal(21)
    return call


def _envelope(code: int, errorcode: int | str, message: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "status": {"code": code, "errorcode": errorcode, "message": message},
        "response": {"results": results},
    }


def _reply(envelope: dict[str, Any]) -> Reply:
    return Reply(200, "application/json", php.dumps(envelope))
