"""One action as it was received: its form is checked, its meaning not yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, NamedTuple, Self

from onoffice_nb.api.wire import ACTION_IDS
from onoffice_nb.model import URN_PREFIX
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal

__all__ = ["ActionRequest", "CallResult", "Write"]

_VERBS: Final = {actionid: verb for verb, actionid in ACTION_IDS.items()}


class Write(NamedTuple):
    """One link that was asked to be created, modified or deleted, and the code that it was answered with."""

    verb: str
    suffix: str
    parent: int
    child: int
    code: int


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call answers: records, and the total of a list (None elsewhere)."""

    records: list[dict[str, Any]]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """One action. `verb` is read, create, modify, delete, get, do, or "" for an actionid that nobody knows."""

    verb: str
    actionid: str
    resourceid: str
    resourcetype: str
    identifier: object
    timestamp: object
    hmac: object = field(repr=False)
    hmac_version: object
    parameters: Mapping[str, Any]

    @classmethod
    def read(cls, raw: object) -> Self:
        """An action of a request; Refusal 16 to 20 or 247 where its form is wrong."""
        action = php.as_map(raw)
        if not action:
            raise ApiRefusal(247)
        actionid = action.get("actionid")
        if not isinstance(actionid, str):
            raise ApiRefusal(16)
        if not actionid:
            raise ApiRefusal(17)
        resourceid = action.get("resourceid")
        if isinstance(resourceid, bool) or not isinstance(resourceid, str | int):
            raise ApiRefusal(18)
        resourcetype = action.get("resourcetype")
        if not isinstance(resourcetype, str) or not resourcetype:
            raise ApiRefusal(19)
        parameters = php.as_map(action.get("parameters"))
        if parameters is None:
            raise ApiRefusal(20)
        identifier = action.get("identifier")
        return cls(
            verb=_VERBS.get(actionid, ""),
            actionid=actionid,
            resourceid=str(resourceid),
            resourcetype=resourcetype,
            # What PHP could not write is not echoed.
            identifier="" if isinstance(identifier, dict | list) or identifier in (inf, -inf) else identifier,
            timestamp=action.get("timestamp"),
            hmac=action.get("hmac"),
            hmac_version=action.get("hmac_version"),
            parameters=parameters,
        )

    @property
    def summary(self) -> str:
        """What was asked for, without ids: `create relation estate:address:buyer`."""
        urn = self.parameters.get("relationtype", "")
        suffix = urn.removeprefix(URN_PREFIX) if isinstance(urn, str) else "?"
        return f"{self.verb or self.actionid} {self.resourcetype} {suffix}".rstrip()
