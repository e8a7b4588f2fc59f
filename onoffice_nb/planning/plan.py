"""A plan: what will be sent, to whom, and why nothing else. A value that is made once and submitted as shown."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.operations import write_call
from onoffice_nb.api.wire import masked_request, with_identifiers
from onoffice_nb.catalogue import all_relations
from onoffice_nb.errors import PlanError
from onoffice_nb.formatting import counted, escape, html_card, html_table, make_frame, printable, write_file
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.intake.rejects import REJECT_COLUMNS
from onoffice_nb.intake.repairs import Repair, RepairKind
from onoffice_nb.model import Account, RelationInfo, RelationType, Verb
from onoffice_nb.planning.actions import Actions, Items, group
from onoffice_nb.planning.findings import Finding, Level, Preflight, named_rows
from onoffice_nb.planning.records import module_of_records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LINKED_WITH_INFO", "Plan"]

_FORMAT: Final = "onoffice_nb plan 2"
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
        preflight: What a look at its records has found out; None if nobody looked.
        info_before: Item to the relation info that its link had when a change of it was planned, where the CRM told
            it; a plan that was loaded does not know.

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
    preflight: Preflight | None = None
    info_before: Mapping[int, str] = field(default_factory=dict, repr=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What speaks against the plan, errors first; nothing where nobody looked (`preflight=False`)."""
        return self.preflight.findings if self.preflight else ()

    @property
    def checks(self) -> pd.DataFrame:
        """The findings as a frame of `rule`, `level`, `rows` and `advice`, errors first.

        `rows` are tuples of the numbers of input rows, empty where a finding is
        about the plan as a whole. An error stops the submission unless `oo.submit`
        is told otherwise: `force=["rule", …]`.
        """
        columns = ("rule", "level", "rows", "advice")
        return make_frame({name: [getattr(finding, name) for finding in self.findings] for name in columns})

    @property
    def names(self) -> Mapping[str, Mapping[int, str]]:
        """What the records are called, module -> id -> name; a plan that was loaded has no names."""
        return self.preflight.names if self.preflight else {}

    def name_of(self, module: str, number: int) -> str:
        """What one record is called.

        Args:
            module: The record's module, as the relation type names it.
            number: The record's id.

        Returns:
            The name; an empty text if it is not known.
        """
        return self.names.get(module_of_records(module), {}).get(number, "")

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each link: `parent`, `child`, their names, and `action`: create, change, remove or nothing."""
        doing = np.array([_DOING[verb] for verb in self.items.listed_verbs()], dtype=object)
        idle = np.ones(len(self.items), dtype=bool)
        idle[self.pending] = False
        doing[idle] = "nothing"
        columns: dict[str, Any] = {}
        for side, module, ids in (
            ("parent", self.relation.parent, self.items.parents),
            ("child", self.relation.child, self.items.children),
        ):
            columns[side] = ids
            columns[f"{side}_name"] = [self.name_of(module, number) for number in ids.tolist()]
        return make_frame({**columns, "action": doing})

    def errors(self, force: Collection[str] = ()) -> list[Finding]:
        """The findings that stop a submission.

        Args:
            force: The rules whose errors are to be let pass.

        Returns:
            The errors of all other rules.
        """
        return [finding for finding in self.findings if finding.level is Level.ERROR and finding.rule not in force]

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
        findings = [f"{finding.level.upper()} {finding.where}: {finding.advice}" for finding in self.findings]
        return "\n".join(filter(None, [*self._lines(), *findings, self.refusal]))

    def __repr__(self) -> str:
        return f"<Plan {self.account}: {self._summary()} · {self.relation.description}>"

    def _repr_html_(self) -> str:
        _, *lines = self._lines()
        divs = "".join(f"<div>{escape(line)}</div>" for line in filter(None, [*lines, self.example]))
        return html_card("Plan", divs + self.findings_html, account=self.account)

    @property
    def findings_html(self) -> str:
        """The findings as an HTML table, and what they mean for a submission; an empty text if there are none."""
        if not self.findings:
            return ""
        rows = [(finding.level, finding.rule, named_rows(finding.rows), finding.advice) for finding in self.findings]
        table = html_table(["", "rule", "rows", "what was found, and what to do"], rows)
        return f"{table}<div>{escape(self.refusal)}</div>"

    @property
    def example(self) -> str:
        """The first link that is sent, by the names of its records; an empty text if they are not known.

        It tells at a glance that two columns stand the wrong way round.
        """
        if not len(self.pending) or not any(self.names.values()):
            return ""
        item = self.pending[0]
        parent, child = int(self.items.parents[item]), int(self.items.children[item])
        names = self.name_of(self.relation.parent, parent), self.name_of(self.relation.child, child)
        return f"For example: {f'{parent} {names[0]}'.rstrip()} → {f'{child} {names[1]}'.rstrip()}"

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

    @property
    def refusal(self) -> str:
        """What stops the submission, and how it can be told not to; an empty text if nothing does."""
        errors = self.errors()
        if not errors:
            return ""
        return (
            f"{counted(len(errors), 'error')}: it is not submitted so. Mend what is wrong and plan again; a rule whose"
            " errors are meant to be so is named in force=[…]."
        )

    def _hints(self) -> list[str]:
        """What has to be known before it is submitted."""
        hints = self.pairs.lookup_lines + self.pairs.mend_lines
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

        The file holds ids, reasons, findings, the account's label, and your cells
        that were rejected or mended; neither names of records, nor anything else
        of your frame, nor any secret.

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
            "rejects": [_saved_reject(reject) for reject in self.pairs.rejects.to_dict("records")],
            "mends": self.pairs.mends.to_dict("list"),
            "source": self.pairs.source_digest,
            "lookups": self.pairs.lookups.to_dict("list"),
            "findings": [asdict(finding) for finding in self.findings] if self.preflight else None,
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
                rejects=_loaded_rejects(content["rejects"]),
                mends=make_frame(content["mends"]),
                lookups=make_frame(content["lookups"]),
                _saved_digest=content["source"],
            ),
            items=items,
            linked_before=np.array(content["before"], dtype=np.int8),
            created_at=datetime.fromisoformat(content["made"]),
            preflight=_preflight_of(content["findings"]),
        )


def _saved_reject(reject: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A reject as a file holds it: with its repairs, but without the names of the records that some of them take."""
    saved = {str(name): value if type(value) is int else str(value) for name, value in reject.items()}
    repairs = [
        {"kind": repair.kind, "values": repair.values, "reasons": repair.reasons} for repair in reject["repairs"]
    ]
    return saved | {"repairs": repairs}


def _loaded_rejects(saved: list[dict[str, Any]]) -> pd.DataFrame:
    """The rejects with all the columns that they have when they are read."""
    columns = {name: [reject[name] for reject in saved] for name in REJECT_COLUMNS}
    columns["repairs"] = [tuple(map(_loaded_repair, repairs)) for repairs in columns["repairs"]]
    return make_frame(columns).astype(dict.fromkeys(REJECT_COLUMNS, object)).astype({"row": "int64"})


def _loaded_repair(saved: dict[str, Any]) -> Repair:
    return Repair(RepairKind(saved["kind"]), tuple(saved["values"]), reasons=tuple(saved["reasons"]))


def _preflight_of(findings: list[dict[str, Any]] | None) -> Preflight | None:
    """What a file says that was found; None if it says that nobody looked."""
    if findings is None:
        return None
    return Preflight(
        tuple(
            Finding(finding["rule"], Level(finding["level"]), tuple(finding["rows"]), finding["advice"])
            for finding in findings
        )
    )


def _seal(content: dict[str, Any]) -> str:
    """A sum over all that a file says, so that a change of it, by hand or by accident, is noticed."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
