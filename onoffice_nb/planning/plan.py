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
from onoffice_nb.formatting import counted, escape, html_card, make_frame, write_file
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import Account, RelationInfo, RelationType, Support, Verb
from onoffice_nb.planning.actions import Actions, Items, group

__all__ = ["Plan"]

_FORMAT: Final = "onoffice_nb plan 1"
_DOING: Final = {Verb.CREATE: "create", Verb.MODIFY: "change", Verb.DELETE: "remove"}


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """Links to be created, changed or removed in one account, and the requests that do it.

    `items` are the pairs, in their order, and behind them the links that a
    replacing plan removes. `before` tells for each item whether the link was
    in the CRM at `made` (1 yes, 0 no, -1 not looked). Print it, or let the
    notebook show it, before you submit it.
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
        """The items that will be sent: not what is linked already, not what is gone already."""
        creating = self.items.with_verb(Verb.CREATE)
        return np.flatnonzero(np.where(creating, self.linked_before != 1, self.linked_before != 0))

    @cached_property
    def actions(self) -> Actions:
        """The actions, in the order in which they are sent: creations before removals."""
        return group(self.relation, self.items, self.pending)

    @cached_property
    def requests(self) -> list[Actions]:
        """The actions of each request, up to 50; removals never share one with what has to stand before them."""
        removals = int(self.items.with_verb(Verb.DELETE)[self.pending].sum())
        first_removal = len(self.actions) - removals
        return self.actions[:first_removal].requests + self.actions[first_removal:].requests

    def to_json(self, request: int = 1) -> str:
        """A request exactly as it will be sent, but for token, hmac (masked) and timestamp (set when sent).

        `request` counts from 1. Where nothing is to be sent, a request without actions.
        """
        if type(request) is not int or not 0 < request <= max(1, len(self.requests)):
            raise PlanError(f"There is no request {request!r}: this plan has {counted(len(self.requests), 'request')}.")
        calls = [write_call(each) for each in self.requests[request - 1]] if self.requests else []
        return json.dumps(masked_request(with_identifiers(calls)), ensure_ascii=False, indent=2)

    @cached_property
    def digest(self) -> str:
        """What this plan would do, as 16 hexadecimal digits: account, relation, verbs, links and infos."""
        text = json.dumps([self.account.fingerprint, self.relation.urn, [str(info) for info in self.items.infos]])
        digest = hashlib.sha256(text.encode())
        for column in (self.items.parents, self.items.children, self.items.verbs, self.items.info, self.linked_before):
            digest.update(np.ascontiguousarray(column).data)
        return digest.hexdigest()[:16]

    @property
    def submission_key(self) -> str:
        """Hash and moment: what the journal knows this plan by, so that it is submitted once."""
        return f"{self.digest} {self.created_at.isoformat()}"

    def counts(self) -> dict[str, int]:
        """How many links it creates, changes and removes, and how many need nothing."""
        found = {_DOING[verb]: int(self.items.with_verb(verb)[self.pending].sum()) for verb in Verb}
        return found | {"nothing to do": len(self.items) - len(self.pending)}

    @property
    def info_summary(self) -> str:
        """How many links get which relationinfo: `33 × bestätigt, 38 × gesendet`, or nothing."""
        wanted = self.items.info[self.pending]
        found = Counter(wanted[wanted >= 0].tolist())
        return ", ".join(f"{n:,} × {self.items.infos[info]}" for info, n in sorted(found.items()))

    @property
    def keeps_existing_info(self) -> bool:
        """Whether pairs have a relationinfo that is not sent, as they are linked already."""
        return self.verb is Verb.CREATE and bool((np.delete(self.items.info, self.pending) >= 0).any())

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
        return "linked already" if self.verb is Verb.CREATE else "not linked"

    def _lines(self) -> list[str]:
        summary = self._summary()
        lines = [str(self.account), self.relation.description, summary[0].upper() + summary[1:], repr(self.pairs)]
        if len(self.pending) and (self.linked_before[self.pending] < 0).any():
            lines.append(
                "The CRM was not read before: what is linked already is sent too, and undo will leave it alone."
            )
        if self.info_summary:
            lines.append(f"With status: {self.info_summary}")
        if self.keeps_existing_info:
            lines.append("The statuses of links that are there already stay as they are: oo.plan_info(…) changes them.")
        unread_rows = counted(self.pairs.rejected, "row")
        if self.verb is Verb.CREATE and self.pairs.rejected and self.items.with_verb(Verb.DELETE)[self.pending].any():
            lines.append(
                f"{unread_rows} could not be read as pairs: should such a row mean a link that is"
                " there, this plan removes it. Mend them first: pairs.rejects shows them."
            )
        if getattr(self.relation, self.verb) is Support.UNKNOWN:
            lines.append(f"It is not documented that the API can {self.verb} this relation type: try one pair first.")
        if self.relation.note:
            lines.append(f"Note: {self.relation.note}.")
        return lines

    def save(self, path: str | Path) -> Path:
        """Write the plan to a JSON file, to be looked at, passed on and submitted later.

        The file holds ids, reasons and the account's label; neither the other
        columns of your frame nor any secret. Raises InputError where it cannot
        be written.
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
            "reasons": {str(row): reason for row, reason in self.pairs.reasons.items()},
            "rejects": self.pairs.rejects.astype(str).to_dict("records"),
        }
        text = json.dumps(content | {"seal": _seal(content)}, ensure_ascii=False)
        return write_file(path, text)

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a plan that was saved; refuses one that was changed since."""
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            seal = content.pop("seal")
            if content["format"] != _FORMAT:
                raise PlanError(f"{path} is no plan of this version ({_FORMAT}).")
            if seal != _seal(content):
                raise PlanError(f"{path} was changed after it was saved. Make the plan anew with oo.plan(…).")
            return cls._of(content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise PlanError(f"{path} cannot be read as a plan: {error}. Save it again with plan.save(…).") from None

    @classmethod
    def _of(cls, content: dict[str, Any]) -> Plan:
        named = content["relation"]
        known = {each.urn: each for each in all_relations()}
        infos = tuple(RelationInfo(**info) for info in content["infos"])
        items = Items(
            np.array(content["parents"], dtype=np.int64),
            np.array(content["children"], dtype=np.int64),
            np.array(content["verbs"], dtype=np.uint8),
            np.array(content["info"], dtype=np.int16),
            infos,
        )
        n = content["pairs"]
        names = ("row", "index", "column", "raw", "reason", "suggestion")
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
                reasons={int(row): reason for row, reason in content["reasons"].items()},
                rejects=make_frame({name: [each[name] for each in content["rejects"]] for name in names}),
            ),
            items=items,
            linked_before=np.array(content["before"], dtype=np.int8),
            created_at=datetime.fromisoformat(content["made"]),
        )


def _seal(content: dict[str, Any]) -> str:
    """A sum over all that a file says, so that a change of it, by hand or by accident, is noticed."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
