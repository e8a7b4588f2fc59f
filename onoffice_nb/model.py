"""The words of the field, as frozen data: relation types, accounts, infos, actions, outcomes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from onoffice_nb.errors import InputError, RelationError

__all__ = [
    "ACTIONS_PER_REQUEST",
    "CONFIRMATIONS",
    "FEEDBACKS",
    "IDS_PER_ACTION",
    "MAX_ID",
    "URN_PREFIX",
    "Account",
    "Action",
    "Outcome",
    "RelationInfo",
    "RelationType",
    "Support",
    "Verb",
]

URN_PREFIX = "urn:onoffice-de-ns:smart:2.5:relationTypes:"

# Error 302 of the API: "This action support only up to 500 Ids".
IDS_PER_ACTION = 500

# No cap is documented and none was ever seen; 50 keeps a reply small and a lost one cheap.
ACTIONS_PER_REQUEST = 50

# Beyond 2^53 a number that went through Excel, JSON or a float column may be another number.
MAX_ID = 2**53

CONFIRMATIONS = ("bestätigt", "gesendet", "gecancelt", "nicht gesetzt")
FEEDBACKS = ("aktiv", "inaktiv")


class Verb(StrEnum):
    """What an action does with a link."""

    CREATE = "create"
    MODIFY = "modify"
    DELETE = "delete"


class Support(StrEnum):
    """What the API's documentation says of a call on a relation type."""

    DOCUMENTED = "documented"
    UNKNOWN = "unknown"
    NO = "no"


class Outcome(StrEnum):
    """What became of a row.

    `LINKED` means seen in the CRM afterwards (unless the run was told not to
    look); `UNKNOWN` means that nobody can tell, so look before sending again.
    """

    LINKED = "linked"
    ALREADY_LINKED = "already linked"
    REMOVED = "removed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RelationType:
    """One kind of link: its URN, and which module is the parent and which the child.

    `create`, `modify`, `delete` and `read` say what the documentation says of
    these calls. The modules stand in the catalogue and are not derived from
    the URN, whose parts do not always name them.
    """

    urn: str
    parent: str
    child: str
    label_en: str
    label_de: str
    create: Support = Support.UNKNOWN
    modify: Support = Support.UNKNOWN
    delete: Support = Support.UNKNOWN
    read: Support = Support.UNKNOWN
    note: str = ""

    @classmethod
    def custom(cls, urn: str, *, parent: str, child: str, label: str = "") -> Self:
        """A relation type that the catalogue does not list. You vouch for the direction.

        >>> kind = RelationType.custom(URN_PREFIX + "estate:address:heir", parent="estate", child="address")
        >>> print(kind.description)
        estate (parent) → address (child), the heir
        """
        written = isinstance(urn, str) and urn.startswith(URN_PREFIX) and len(urn) > len(URN_PREFIX)
        if not written or not urn.isprintable() or " " in urn:
            raise RelationError(
                f"{urn!r} is no relation URN. Write the whole of it: {URN_PREFIX}<parent>:<child>:<description>."
            )
        for side, module in (("parent", parent), ("child", child)):
            if not isinstance(module, str) or not module.isidentifier():
                raise RelationError(f"{side}={module!r} is no module. Name one, such as 'estate' or 'address'.")
        label = label or urn.rsplit(":", 1)[-1]
        return cls(urn, parent, child, label, label, note="custom: not in the catalogue")

    @property
    def suffix(self) -> str:
        """The URN without its fixed beginning: `estate:address:buyer`."""
        return self.urn.removeprefix(URN_PREFIX)

    @property
    def description(self) -> str:
        """The direction in words: `estate (parent) → address (child), the buyer`."""
        return f"{self.parent} (parent) → {self.child} (child), the {self.label_en[:1].lower()}{self.label_en[1:]}"

    @property
    def takes_info(self) -> bool:
        """Whether links of this type carry a relationinfo (appointment participants only)."""
        return self.suffix == "calendar:address"

    def __repr__(self) -> str:
        return f"<RelationType {self.suffix}: {self.description}>"


@dataclass(frozen=True, slots=True)
class RelationInfo:
    """The relationinfo of an appointment's participant.

    `confirmation` is one of `CONFIRMATIONS` (create and modify), `feedback`
    one of `FEEDBACKS` (modify only). Values are brought to Unicode NFC, as
    the API compares them letter by letter.

    >>> RelationInfo("bestätigt").parameters
    {'statusTerminbestaetigung': 'bestätigt'}
    """

    confirmation: str | None = None
    feedback: str | None = None

    def __post_init__(self) -> None:
        for name, allowed in (("confirmation", CONFIRMATIONS), ("feedback", FEEDBACKS)):
            value = getattr(self, name)
            if value is None:
                continue
            normal = unicodedata.normalize("NFC", value) if isinstance(value, str) else value
            if normal not in allowed:
                raise InputError(f"{value!r} is no {name} of an appointment. Use one of: {', '.join(allowed)}.")
            object.__setattr__(self, name, normal)
        if self.confirmation is None and self.feedback is None:
            raise InputError("A relationinfo needs a confirmation or a feedback.")

    @property
    def parameters(self) -> dict[str, str]:
        """The object that the API expects as `relationinfo`."""
        named = {"statusTerminbestaetigung": self.confirmation, "statusTerminrueckmeldung": self.feedback}
        return {key: value for key, value in named.items() if value is not None}

    def __str__(self) -> str:
        return " · ".join(self.parameters.values())


@dataclass(frozen=True, slots=True)
class Account:
    """Where we are: `LIVE` or `SANDBOX`, and whose data.

    `fingerprint` tells two accounts apart without telling the token; `lasting`
    is False for a sandbox that ends with this process.
    """

    label: str
    live: bool
    fingerprint: str
    persistent: bool = True

    def __str__(self) -> str:
        return f"{'LIVE' if self.live else 'SANDBOX'} · {self.label}"


@dataclass(frozen=True, slots=True)
class Action:
    """One element of a request: one parent with children, or one child with parents."""

    verb: Verb
    relation: RelationType
    parents: tuple[int, ...]
    children: tuple[int, ...]
    info: RelationInfo | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The action's `parameters` as the API documents them.

        create and modify take arrays; delete takes one integer on each side.
        """
        if self.verb is Verb.DELETE:
            (parent,), (child,) = self.parents, self.children
            return {"relationtype": self.relation.urn, "parentid": parent, "childid": child}
        parameters: dict[str, Any] = {
            "relationtype": self.relation.urn,
            "parentid": list(self.parents),
            "childid": list(self.children),
        }
        if self.info is not None:
            parameters["relationinfo"] = self.info.parameters
        return parameters
