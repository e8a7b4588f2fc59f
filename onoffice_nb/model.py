"""The words of the field, as frozen data: relation types, accounts, infos, actions, outcomes.

One word for each thing, here and in every message:

    relation type    a URN of the catalogue: which module is the parent, which the child
    link             one parent-child pair of one relation type in the CRM
    row              of the user's input
    pair             an intended link
    reject           a row that became no pair, with its reason
    item             a link that a plan creates, changes or removes
    action           one element of a request
    request          one HTTP POST, of 1 to 50 actions
    plan             what is to be done, as a value: shown, then submitted as shown
    run              one submission of a plan
    state            of an item while its run goes on
    outcome          of a row at the end
    report           the outcomes of a run, one row for each row of the input
    journal          what is written down of runs
    relation info    what the API calls `relationinfo`: confirmation and feedback of a participant
"""

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
    CHANGED = "changed"
    ALREADY_LINKED = "already linked"
    REMOVED = "removed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RelationType:
    """One type of link. The modules stand in the catalogue: the parts of a URN do not always name them.

    Attributes:
        urn: the whole URN, as the API takes it.
        parent: module of the parents.
        child: module of the children.
        label_en: its name in English.
        label_de: its name in German, as enterprise shows it.
        create: what the API's documentation says of this call, as of the next three.
        modify: as above.
        delete: as above.
        read: as above.
        note: what else is known of it.
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
        """Make a relation type that the catalogue does not list. You vouch for the direction.

        Args:
            urn: the whole URN.
            parent: module of the parents.
            child: module of the children.
            label: what it is called; the last part of the URN without.

        Returns:
            The relation type, of which nothing is known to be documented.

        Raises:
            RelationError: for what cannot be a URN or a module.

        Example:
            >>> heir = RelationType.custom(URN_PREFIX + "estate:address:heir", parent="estate", child="address")
            >>> print(heir.description)
            estate (parent) → address (child), the heir
        """
        written = isinstance(urn, str) and urn.startswith(URN_PREFIX) and len(urn) > len(URN_PREFIX)
        if not written or not urn.isprintable() or " " in urn:
            raise RelationError(
                f"Expected the URN of a relation type, got {urn!r}:"
                f" write the whole of it, {URN_PREFIX}<parent>:<child>:<description>."
            )
        for side, module in (("parent", parent), ("child", child)):
            if not isinstance(module, str) or not module.isidentifier():
                raise RelationError(
                    f"Expected {side} to be a module, got {module!r}: name one, such as 'estate' or 'address'."
                )
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
        """Whether links of this type carry a relation info (appointment participants only)."""
        return self.suffix == "calendar:address"

    @property
    def is_ordered(self) -> bool:
        """Whether the order of a record's links means something: the first contact person is the main one."""
        return self.suffix in ("estate:address:contactPerson", "estate:address:contactPersonAll")

    def __repr__(self) -> str:
        return f"<RelationType {self.suffix}: {self.description}>"


@dataclass(frozen=True, slots=True)
class RelationInfo:
    """The relation info of an appointment's participant.

    Values are brought to Unicode NFC, as the API compares them letter by letter.

    Args:
        confirmation: one of `CONFIRMATIONS`, for create and modify.
        feedback: one of `FEEDBACKS`, for modify only.

    Raises:
        InputError: for another value, or for none at all.

    Example:
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
                raise InputError(f"Expected a {name}, got {value!r}: use one of {', '.join(allowed)}.")
            object.__setattr__(self, name, normal)
        if self.confirmation is None and self.feedback is None:
            raise InputError("A relation info needs a confirmation or a feedback: oo.RelationInfo('bestätigt').")

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

    Attributes:
        label: what the account is called.
        live: whether it is a real one.
        fingerprint: tells two accounts apart without telling the token.
        persistent: False for a sandbox that ends with this process.
    """

    label: str
    live: bool
    fingerprint: str
    persistent: bool = True

    def __str__(self) -> str:
        return f"{'LIVE' if self.live else 'SANDBOX'} · {self.label}"


@dataclass(frozen=True, slots=True)
class Action:
    """One element of a request: one parent with children, or one child with parents.

    Attributes:
        verb: create, modify or delete.
        relation: the relation type of its links.
        parents: ids of the parents.
        children: ids of the children.
        info: the relation info that the links get, if any.
    """

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
