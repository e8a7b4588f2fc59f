"""The dialect of the API: signature, envelope, and replies read as results or errors. Pure.

Facts (marks as in the sandbox's table): HMAC v2 and the envelope are
documented; that errors come on two levels, that PHP writes an empty map as
`[]` and numbers as strings, was seen in replies of the real API.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final

from onoffice_nb.errors import ApiError, InputError, OutcomeUnknown, api_error, code_of_message
from onoffice_nb.model import MAX_ID

__all__ = [
    "ACTION_IDS",
    "ApiKeys",
    "Call",
    "Result",
    "masked_request",
    "read_number",
    "read_related",
    "read_reply",
    "redact",
    "sign",
    "with_identifiers",
    "write_request",
]

_ACTION_PREFIX: Final = "urn:onoffice-de-ns:smart:2.5:smartml:action:"
ACTION_IDS: Final = {verb: _ACTION_PREFIX + verb for verb in ("read", "create", "modify", "delete", "get", "do")}
_MASK: Final = "••••••"
_LONGEST_MESSAGE: Final = 500
_UNREADABLE: Final = "onOffice answered, but the ids in its answer cannot be read. Ask again."


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """What signs a request. Its repr shows neither.

    Attributes:
        token: 32 characters; sent with each request.
        secret: 64 characters; signs, and is never sent.
    """

    token: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One action as it will be asked for.

    Attributes:
        verb: read, create, modify, delete, get or do.
        resourcetype: what it is about, as the API's documentation names it.
        parameters: numbers, texts, lists and dicts.
        resourceid: the record or call it is about, where the documentation wants one.
        identifier: a name of your own for the action; the API repeats it.

    Raises:
        InputError: for what cannot be sent: another verb, or parameters that are not JSON.

    Example:
        >>> Call("read", "estate", {"data": ["ort"]}).verb
        'read'
    """

    verb: str
    resourcetype: str
    parameters: Mapping[str, Any]
    resourceid: str = ""
    identifier: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.verb, str) or self.verb not in ACTION_IDS:
            raise InputError(f"Expected a verb, got {self.verb!r}: use one of {', '.join(ACTION_IDS)}.")
        for name in ("resourcetype", "resourceid", "identifier"):
            if not isinstance(getattr(self, name), str):
                raise InputError(f"Expected {name} to be text, got {getattr(self, name)!r}: put it in quotation marks.")
        # Here, and not when it is sent: an error there would pass through frames that hold the token.
        try:
            sent = [self.resourcetype, self.resourceid, self.identifier, dict(self.parameters)]
            json.dumps(sent, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InputError(
                f"These parameters of {self.verb} {self.resourcetype!r} cannot be sent as JSON: {error}."
                " Use plain numbers, texts, lists and dicts; .tolist() makes them of an array."
            ) from None


@dataclass(frozen=True, slots=True)
class Result:
    """What the API answered to one call.

    Attributes:
        code: 0 for success, else one of the API's error codes.
        message: the API's own words.
        records: as PHP wrote them: maps of `id`, `type` and `elements`.
        total: `cntabsolute`, the number of all records that fit; None where the API names none.
        advice: what to do about an error, where more is known than the code tells.
    """

    code: int
    message: str
    records: tuple[Mapping[str, Any], ...] = ()
    total: int | None = None
    advice: str = ""

    @property
    def error(self) -> ApiError | None:
        """The exception for this result, or None if it is a success."""
        return api_error(self.code, self.message, self.advice) if self.code else None


def sign(keys: ApiKeys, resourcetype: str, actionid: str, timestamp: int) -> str:
    """HMAC version 2 of one action: base64(HMAC-SHA256(secret, timestamp + token + resourcetype + actionid)).

    Source: the API's documentation. Parameters are not signed.

    Args:
        keys: the account's token and secret.
        resourcetype: of the action, as `estate`.
        actionid: of the action, the whole URN.
        timestamp: Unix seconds; the API takes it within 120 s of its own clock.

    Returns:
        The signature, which is as secret as the keys while its timestamp is valid.

    Example:
        >>> sign(ApiKeys("t", "s"), "estate", ACTION_IDS["read"], 1_700_000_000)
        '...='
    """
    text = f"{timestamp}{keys.token}{resourcetype}{actionid}"
    return base64.b64encode(hmac.new(keys.secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def with_identifiers(calls: Sequence[Call]) -> list[Call]:
    """The calls with identifiers that tell them apart: "1", "2", … where none was given.

    A call alone in its request needs none and stays as it is.

    Args:
        calls: the calls of one request.

    Returns:
        The calls, in their order.

    Raises:
        InputError: if two calls were given the same identifier.

    Example:
        >>> calls = [Call("read", "estate", {}), Call("read", "address", {}, identifier="people")]
        >>> [call.identifier for call in with_identifiers(calls)]
        ['1', 'people']
    """
    if len(calls) < 2:
        return list(calls)
    given = Counter(call.identifier for call in calls if call.identifier)
    twice = [identifier for identifier, times in given.items() if times > 1]
    if twice:
        raise InputError(f"The identifier {twice[0]!r} stands in several calls. Give each its own, or none at all.")
    numbers = (number for number in map(str, count(1)) if number not in given)
    return [call if call.identifier else replace(call, identifier=next(numbers)) for call in calls]


def _action(call: Call, signature: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "actionid": ACTION_IDS[call.verb],
        "resourceid": call.resourceid,
        "identifier": call.identifier,
        "resourcetype": call.resourcetype,
        **signature,
        "parameters": dict(call.parameters),
    }


def write_request(calls: Sequence[Call], keys: ApiKeys, timestamp: int) -> bytes:
    """The body of one request, signed.

    Args:
        calls: 1 to 50 calls.
        keys: the account's token and secret.
        timestamp: Unix seconds, for the signatures; valid ±120 s.

    Returns:
        JSON in UTF-8. It holds the token, so it is not to be logged: `masked_request` is.

    Example:
        >>> body = write_request([Call("get", "idsfromrelation", {})], ApiKeys("t", "s"), 1_700_000_000)
        >>> sorted(json.loads(body)["request"]["actions"][0])
        ['actionid', 'hmac', 'hmac_version', 'identifier', 'parameters', 'resourceid', 'resourcetype', 'timestamp']
    """
    try:
        hmacs = _hmacs(calls, keys, timestamp)
        actions = [
            _action(
                call,
                {"timestamp": timestamp, "hmac": hmacs[call.resourcetype, call.verb], "hmac_version": 2},
            )
            for call in calls
        ]
        return json.dumps({"token": keys.token, "request": {"actions": actions}}, ensure_ascii=False).encode()
    except BaseException as error:
        # An interrupt: a verbose traceback would show the token in json's frames, and the hmacs in this one.
        interrupt, actions, hmacs = error.with_traceback(None), [], {}
    raise interrupt


def _hmacs(calls: Iterable[Call], keys: ApiKeys, timestamp: int) -> dict[tuple[str, str], str]:
    """The signature for each kind of call: it does not cover the parameters."""
    signed = {(call.resourcetype, call.verb) for call in calls}
    return {
        (resourcetype, verb): sign(keys, resourcetype, ACTION_IDS[verb], timestamp) for resourcetype, verb in signed
    }


def masked_request(calls: Iterable[Call]) -> dict[str, Any]:
    """The body of a request as it may be shown: token and hmac masked, the timestamp not yet set.

    An hmac signs any parameters as long as its timestamp is valid, so it is
    as secret as the token.

    Args:
        calls: the calls of the request.

    Returns:
        What `write_request` would write, as a dict.

    Example:
        >>> masked_request([Call("read", "estate", {})])["request"]["actions"][0]["timestamp"]
        '(set when sent)'
    """
    signature = {"timestamp": "(set when sent)", "hmac": _MASK, "hmac_version": 2}
    return {"token": _MASK, "request": {"actions": [_action(call, signature) for call in calls]}}


def redact(body: bytes, calls: Iterable[Call], keys: ApiKeys, timestamp: int) -> bytes:
    """A reply that repeats neither the keys nor an hmac of its request, whatever the API or a gateway may echo.

    Args:
        body: what came back.
        calls: the calls of the request.
        keys: what the request was signed with.
        timestamp: of its signatures.

    Returns:
        The reply, with a mask in the place of each secret, also where it is written as PHP writes it.

    Example:
        >>> redact(b"wrong token: abc", [], ApiKeys("abc", "def"), 0).decode()
        'wrong token: ••••••'
    """
    for secret in (keys.token, keys.secret, *_hmacs(calls, keys, timestamp).values()):
        # As PHP writes it first: taking the plain form out of it would leave a backslash that is no JSON.
        for written in (secret.replace("/", r"\/"), secret):
            body = body.replace(written.encode(), _MASK.encode())
    return body


def read_reply(body: bytes, calls: Sequence[Call], *, http_status: int = 200) -> list[Result | None]:
    """The results of a reply, one for each call, in their order; None where there is none that can be trusted.

    A result counts only where position *and* identifier fit its call: a
    missing, doubled or misplaced result leaves the calls concerned without
    one and shifts no other. A call without an identifier has a result only
    where there are no more results than calls.

    Args:
        body: what came back.
        calls: what was asked for.
        http_status: of the reply, for the message.

    Returns:
        One result a call, or None.

    Raises:
        ApiError: if the request was refused as a whole.
        OutcomeUnknown: if the reply cannot be read.
    """
    reply = _map(_decoded(body))
    status = _map(reply.get("status"))
    if not status:
        raise OutcomeUnknown(f"The answer (HTTP {http_status}) is not one of onOffice's.")

    listed = _map(reply.get("response")).get("results")
    raw_results = listed if isinstance(listed, list) else []
    as_a_whole_fine = _code(status.get("errorcode")) in (0, 97)
    if not raw_results and not as_a_whole_fine:
        raise _refusal_of_request(status)

    results = _results_of_calls(raw_results, calls)
    if as_a_whole_fine:
        return results
    # The request failed as a whole; a success inside it is not to be trusted.
    return [None if result is not None and result.code == 0 else result for result in results]


def _decoded(body: bytes) -> object:
    """The reply as JSON, None where it is none: an exception from here would carry the whole answer along."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _refusal_of_request(status: Mapping[str, Any]) -> ApiError | OutcomeUnknown:
    """The error of a request that was refused as a whole; whether a server that failed did some of it is unknown."""
    code, message = _code(status.get("errorcode")), _message(status)
    if _code(status.get("code")) >= 500:
        return OutcomeUnknown(f"onOffice answered with a server error ({message or code}).")
    return api_error(code, message)


def _results_of_calls(raw_results: Sequence[object], calls: Sequence[Call]) -> list[Result | None]:
    """The result at each call's place, if it is the call's own: in a surplus only an identifier proves that."""
    surplus = len(raw_results) > len(calls)
    results: list[Result | None] = [None] * len(calls)
    for position, (raw, call) in enumerate(zip(raw_results, calls, strict=False)):
        if call.identifier or not surplus:
            results[position] = _result(raw, call)
    return results


def read_related(result: Result, asked: Iterable[int]) -> dict[int, list[int]]:
    """The answer of `idsfromrelation`: for each asked id, the ids of the other side.

    An id without links is an empty list, whether the API answered with an
    empty list, left the id out, or wrote the empty map as `[]`.

    Args:
        result: the API's answer.
        asked: the ids that were asked for; others in the answer do not count.

    Returns:
        The linked ids of each, in the order of the API, each once.

    Raises:
        OutcomeUnknown: for a list that cannot be read.

    Example:
        >>> read_related(Result(0, "OK", ({"elements": {"15": [], "1051": ["50"]}},)), [15, 1051, 7])
        {15: [], 1051: [50], 7: []}
    """
    related: dict[int, list[int]] = {asked_id: [] for asked_id in asked}
    for record in result.records:
        elements = record.get("elements") or {}
        if not isinstance(elements, dict):
            raise OutcomeUnknown(_UNREADABLE)
        read = {read_number(key): _read_ids(ids) for key, ids in elements.items()}
        related |= {asked_id: others for asked_id, others in read.items() if asked_id in related}
    return related


def _read_ids(listed: object) -> list[int]:
    """A list of ids, each once. A list with gaps is a map in PHP; its values count."""
    ids = list(listed.values()) if isinstance(listed, dict) else listed or []
    if not isinstance(ids, list):
        raise OutcomeUnknown(_UNREADABLE)
    return list(dict.fromkeys(map(read_number, ids)))


def read_number(value: object) -> int:
    """An id as the API writes it, as a number or as text.

    Args:
        value: what stands in the answer.

    Returns:
        The id, 0 to the largest that a record may have.

    Raises:
        OutcomeUnknown: for anything else.

    Example:
        >>> read_number("5001"), read_number(5001)
        (5001, 5001)
    """
    text = str(value) if type(value) is int and value >= 0 else value
    if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= MAX_ID:
        return int(text)
    raise OutcomeUnknown(_UNREADABLE)


def _result(raw: object, call: Call) -> Result | None:
    result = _map(raw)
    status = _map(result.get("status"))
    if not status or not _fits(result.get("identifier"), call):
        return None
    data = _map(result.get("data"))
    records = data.get("records")
    total = _text(_map(data.get("meta")).get("cntabsolute"))
    return Result(
        code=_code(status.get("errorcode")),
        message=_message(status),
        records=tuple(_map(record) for record in records) if isinstance(records, list) else (),
        total=int(total) if total.isascii() and total.isdigit() and len(total) < 19 else None,
    )


def _fits(echoed: object, call: Call) -> bool:
    return not call.identifier if echoed is None else type(echoed) in (str, int) and str(echoed) == call.identifier


def _map(value: object) -> Mapping[str, Any]:
    """PHP writes an empty map as `[]`: anything but a map counts as an empty one."""
    return value if isinstance(value, dict) else {}


def _code(value: object) -> int:
    """An error code as a number; the API has been seen to put its message there instead."""
    text = _text(value)
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return code_of_message(text)


def _message(status: Mapping[str, Any]) -> str:
    """The API's words, fit to be stored and shown: no half characters, and not endless."""
    return _text(status.get("message"))[:_LONGEST_MESSAGE].encode("utf-8", "replace").decode()


def _text(value: object) -> str:
    """A scalar as text; PHP writes numbers as either. Anything else counts as nothing."""
    return value if isinstance(value, str) else str(value) if type(value) in (int, float) else ""
