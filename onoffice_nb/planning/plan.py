"""A plan: what will be sent, to whom, and why nothing else. A value that is made once and submitted as shown."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.operations import write_call
from onoffice_nb.api.wire import masked_request, with_identifiers
from onoffice_nb.catalogue import all_relations
from onoffice_nb.errors import PlanError
from onoffice_nb.formatting import counted, escape, html_card, make_frame, printable, write_file
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import Account, RelationInfo, RelationType, Support, Verb
from onoffice_nb.planning.actions import Actions, Items, group

__all__ = ["LINKED_WITH_INFO", "Plan"]

_FORMAT: Final = "onoffice_nb plan 1"
_REJECT_COLUMNS: Final = ("row", "index", "column", "raw", "reason", "suggestion")
# In `linked_before`: linked, and with the very relation info that was to be set.
LINKED_WITH_INFO: Final = 2
_DOING: Final = {Verb.CREATE: "create", Verb.MODIFY: "change", Verb.DELETE: "remove"}


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """Links to be created, changed or removed in one account, and the requests that do it.

    Made by `oo.plan`, `oo.plan_removal`, `oo.plan_info` or `Plan.load`, and never
    changed afterwards. Print it, or let the notebook show it, before you submit it.

    Attributes:
        account: Where it will be sent to, and nowhere else.
        relation: The relation type of all its links.
        verb: What it is for: to create, to modify or to delete links.
        pairs: The pairs that it was made of.
        items: The pairs, in their order, and behind them the links that a replacing plan removes.
        linked_before: int8[items], whether the link was in the CRM when the plan was made: 1 yes, 2 yes, and with
            the relation info that was to be set, 0 no, -1 not looked.
        created_at: When the plan was made, in UTC.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 5001]))
        >>> print(plan)
        SANDBOX · Muster Immobilien
        estate (parent) → address (child), the buyer
        Create 2 links in 1 action, 1 request
        2 pairs · 0 duplicates · 0 rejects
    """

    account: Account
    relation: RelationType
    verb: Verb
    pairs: Pairs
    items: Items
    linked_before: NDArray[np.int8]
    created_at: datetime

    @cached_property
    def pending(self) -> NDArray[np.int64]:
        """The items that will be sent, as positions, int64: not what is linked already, not what is gone already."""
        creating = self.items.with_verb(Verb.CREATE)
        is_idle = np.isin(self.linked_before, (0, LINKED_WITH_INFO))
        return np.flatnonzero(np.where(creating, self.linked_before != 1, ~is_idle))

    @cached_property
    def actions(self) -> Actions:
        """The actions, in the order in which they are sent: creations before removals."""
        return group(self.relation, self.items, self.pending)

    @cached_property
    def requests(self) -> list[Actions]:
        """The actions of each request, up to 50; removals never share a request with what has to stand before them."""
        removals = int(self.items.with_verb(Verb.DELETE)[self.pending].sum())
        first_removal = len(self.actions) - removals
        return self.actions[:first_removal].requests + self.actions[first_removal:].requests

    def to_json(self, request: int = 1) -> str:
        """A request exactly as it will be sent, but for token, hmac (masked) and timestamp (set when sent).

        Args:
            request: Which one, counted from 1.

        Returns:
            The body of the request. Where nothing is to be sent, a request without actions.

        Raises:
            PlanError: The plan has no such request.

        Example:
            >>> import json
            >>> import onoffice_nb as oo
            >>> crm = oo.Sandbox().client()
            >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001]))
            >>> json.loads(plan.to_json())["request"]["actions"][0]["parameters"]["childid"]
            [5001]
        """
        if type(request) is not int or not 0 < request <= max(1, len(self.requests)):
            raise PlanError(
                f"Expected the number of a request, from 1 to {max(1, len(self.requests)):,}, got {request!r}:"
                f" this plan has {counted(len(self.requests), 'request')}."
            )
        actions = self.requests[request - 1] if self.requests else []
        calls = [write_call(action) for action in actions]
        return json.dumps(masked_request(with_identifiers(calls)), ensure_ascii=False, indent=2)

    @cached_property
    def digest(self) -> str:
        """What this plan would do, as 16 hexadecimal digits: account, relation, verbs, links and infos.

        Plans of the same digest send the same; what was found beside that is not in it.
        """
        text = json.dumps([self.account.fingerprint, self.relation.urn, [str(info) for info in self.items.infos]])
        digest = hashlib.sha256(text.encode())
        for column in (self.items.parents, self.items.children, self.items.verbs, self.items.info, self.linked_before):
            digest.update(np.ascontiguousarray(column).data)
        return digest.hexdigest()[:16]

    @property
    def submission_key(self) -> str:
        """Digest and moment: what the journal knows this plan by, so that it is submitted once."""
        return f"{self.digest} {self.created_at.isoformat()}"

    def counts(self) -> dict[str, int]:
        """How many links it creates, changes and removes, and how many need nothing.

        Returns:
            The numbers of items under `create`, `change`, `remove` and `nothing to do`.

        Example:
            >>> import onoffice_nb as oo
            >>> crm = oo.Sandbox().client()
            >>> oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001])).counts()
            {'create': 1, 'change': 0, 'remove': 0, 'nothing to do': 0}
        """
        counts = {_DOING[verb]: int(self.items.with_verb(verb)[self.pending].sum()) for verb in Verb}
        return counts | {"nothing to do": len(self.items) - len(self.pending)}

    @property
    def info_summary(self) -> str:
        """How many links get which confirmation status: `33 × bestätigt, 38 × gesendet`, or an empty text."""
        wanted = self.items.info[self.pending]
        numbers = Counter(wanted[wanted >= 0].tolist())
        return ", ".join(f"{n:,} × {self.items.infos[info]}" for info, n in sorted(numbers.items()))

    @property
    def keeps_existing_info(self) -> bool:
        """Whether pairs have a confirmation status that is not sent, as they are linked already."""
        idle_info = np.delete(self.items.info, self.pending)
        return self.verb is Verb.CREATE and bool((idle_info >= 0).any())

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        return f"<Plan {self.account}: {self._summary()} · {self.relation.description}>"

    def _repr_html_(self) -> str:
        _, *lines = self._lines()
        return html_card("Plan", "".join(f"<div>{escape(line)}</div>" for line in lines), account=self.account)

    def _summary(self) -> str:
        counts = self.counts()
        idle = counts.pop("nothing to do")
        work = ", ".join(f"{verb} {counted(n, 'link')}" for verb, n in counts.items() if n)
        if not work:
            return self._nothing(idle)

        after = f" ({idle:,} {self._idle_reason()})" if idle else ""
        return f"{work}{after} in {counted(len(self.actions), 'action')}, {counted(len(self.requests), 'request')}"

    def _nothing(self, idle: int) -> str:
        if not idle:
            return "no pairs. Nothing to send."
        pairs = f"all {idle:,} pairs are" if idle > 1 else "the one pair is"
        return f"{pairs} {self._idle_reason()}. Nothing to send."

    def _idle_reason(self) -> str:
        if self.verb is Verb.MODIFY and (self.linked_before == LINKED_WITH_INFO).any():
            return "not linked, or with that status already" if (self.linked_before == 0).any() else "so already"
        return "linked already" if self.verb is Verb.CREATE else "not linked"

    def _lines(self) -> list[str]:
        """What the plan says of itself, line by line; the first one names the account."""
        summary = self._summary()
        facts = [str(self.account), self.relation.description, summary[0].upper() + summary[1:], repr(self.pairs)]
        return facts + self._hints()

    def _hints(self) -> list[str]:
        """What has to be known before it is submitted."""
        hints = self.pairs.mend_lines
        if self.pairs.same_on_both_sides and self.relation.parent != self.relation.child:
            hints.append(
                "Parent and child are the same ids in every row, but they stand for records of two modules:"
                f" {self.relation.parent} and {self.relation.child}. Look whether these are the right two columns."
            )
        if len(self.pending) and (self.linked_before[self.pending] < 0).any():
            hints.append(
                "The CRM was not read before: what is linked already is sent too, and undo will leave it alone."
            )
        if self.info_summary:
            hints.append(f"With status: {self.info_summary}")
        if self.keeps_existing_info:
            hints.append("The statuses of links that are there already stay as they are: oo.plan_info(…) changes them.")
        if self.pairs.rejected and self._replaces:
            hints.append(
                f"{counted(self.pairs.rejected, 'row')} could not be read as pairs: should such a row mean a link that"
                " is there, this plan removes it. Mend them first: pairs.rejects shows them."
            )
        if getattr(self.relation, self.verb) is Support.UNKNOWN:
            hints.append(f"It is not documented that the API can {self.verb} this relation type: try one pair first.")
        if self.relation.note:
            hints.append(f"Note: {self.relation.note}.")
        return hints

    @property
    def _replaces(self) -> bool:
        """Whether it removes links of the parents that it links anew."""
        removals = self.items.with_verb(Verb.DELETE)[self.pending]
        return self.verb is Verb.CREATE and bool(removals.any())

    def save(self, path: str | Path) -> Path:
        """Write the plan to a JSON file, to be looked at, passed on and submitted later.

        The file holds ids, reasons and the account's label; neither the other
        columns of your frame nor any secret.

        Args:
            path: The file to write, over what is there.

        Returns:
            The path.

        Raises:
            InputError: The file cannot be written.

        Example:
            >>> import tempfile
            >>> import onoffice_nb as oo
            >>> plan = oo.plan(oo.Sandbox().client(), "buyer", oo.read_pairs(parent=[1001], child=[5001]))
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     oo.Plan.load(plan.save(f"{folder}/plan.json")).digest == plan.digest
            True
        """
        content = {
            "format": _FORMAT,
            "made": self.created_at.isoformat(),
            "account": asdict(self.account),
            "relation": {
                "urn": self.relation.urn,
                "parent": self.relation.parent,
                "child": self.relation.child,
                "label": self.relation.label_en,
            },
            "verb": self.verb,
            "infos": [asdict(info) for info in self.items.infos],
            "parents": self.items.parents.tolist(),
            "children": self.items.children.tolist(),
            "verbs": self.items.verbs.tolist(),
            "info": self.items.info.tolist(),
            "before": self.linked_before.tolist(),
            "pairs": len(self.pairs),
            "rows": self.pairs.rows.tolist(),
            "row_numbers": self.pairs.row_numbers.tolist(),
            "reasons": {str(row): reason for row, reason in self.pairs.reasons.items()},
            "rejects": self.pairs.rejects.astype(str).to_dict("records"),
            "mends": self.pairs.mends.to_dict("list"),
        }
        text = json.dumps(content | {"seal": _seal(content)}, ensure_ascii=False)
        return write_file(path, text)

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a plan that was saved.

        Args:
            path: A file that `save` has written.

        Returns:
            The plan, as it was saved. The frame that it was read from is not with it, so whether that has
            changed since is not asked any more.

        Raises:
            PlanError: The file is not there, is not a plan of this version, or was changed after it was saved.

        Example:
            >>> import onoffice_nb as oo
            >>> oo.Plan.load("nothing-here.json")
            Traceback (most recent call last):
            onoffice_nb.errors.PlanError: nothing-here.json cannot be read as a plan: ... Save it again with plan...
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            seal = content.pop("seal")
            if content["format"] != _FORMAT:
                raise PlanError(
                    f"Expected a file of the format {_FORMAT!r}, {printable(path)} has another: make the plan anew"
                    " with oo.plan(…)."
                )
            if seal != _seal(content):
                raise PlanError(
                    f"{printable(path)} was changed after it was saved. Make the plan anew with oo.plan(…)."
                )
            return cls._of(content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise PlanError(
                f"{printable(path)} cannot be read as a plan: {printable(error)}. Save it again with plan.save(…)."
            ) from None

    @classmethod
    def _of(cls, content: dict[str, Any]) -> Plan:
        named = content["relation"]
        known = {relation.urn: relation for relation in all_relations()}
        infos = tuple(RelationInfo(**info) for info in content["infos"])
        items = Items(
            np.array(content["parents"], dtype=np.int64),
            np.array(content["children"], dtype=np.int64),
            np.array(content["verbs"], dtype=np.uint8),
            np.array(content["info"], dtype=np.int16),
            infos,
        )
        n = content["pairs"]
        rejects = {name: [reject[name] for reject in content["rejects"]] for name in _REJECT_COLUMNS}
        return cls(
            account=Account(**content["account"]),
            # What a known relation type is called, the file has no say in.
            relation=known.get(named["urn"]) or RelationType.custom(**named),
            verb=Verb(content["verb"]),
            pairs=Pairs(
                parents=items.parents[:n],
                children=items.children[:n],
                infos=infos,
                info=items.info[:n] if infos else None,
                rows=np.array(content["rows"], dtype=np.int64),
                row_numbers=np.array(content["row_numbers"], dtype=np.int64),
                reasons={int(row): reason for row, reason in content["reasons"].items()},
                rejects=make_frame(rejects),
                mends=make_frame(content["mends"]),
            ),
            items=items,
            linked_before=np.array(content["before"], dtype=np.int8),
            created_at=datetime.fromisoformat(content["made"]),
        )


def _seal(content: dict[str, Any]) -> str:
    """A sum over all that a file says, so that a change of it, by hand or by accident, is noticed."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
