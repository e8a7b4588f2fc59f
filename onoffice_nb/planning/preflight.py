"""The preflight: what speaks against a plan, found out by reading before anything is written.

The API refuses some mistakes, one id at a time and after others were written,
and takes the rest: an address id among estates links whatever record bears it.
So the records of a plan are read once, which tells their names too, and each
rule of `RULES` looks at them. An error stops a submission unless the rule is
named in `force`; what cannot be known is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.client import Client
from onoffice_nb.model import Support
from onoffice_nb.planning.actions import IntArray
from onoffice_nb.planning.column_names import UNIT_TYPES, contradictions
from onoffice_nb.planning.evidence import BROKERS_ONLY, Evidence
from onoffice_nb.planning.findings import Finding, Level, Preflight
from onoffice_nb.planning.plan import Plan

__all__ = ["RULES", "RULE_NAMES", "Rule", "run_preflight"]

_NAMED_IDS: Final = 5
# How the API writes that a box is ticked.
_TRUE: Final = ("1", "true", "True")
_NOUNS: Final = {
    "address": ("address", "addresses"),
    "calendar": ("appointment", "appointments"),
    "agentsLog": ("activity", "activities"),
}


def run_preflight(crm: Client, plan: Plan, *, of_columns: bool = True) -> Preflight:
    """Look at what a plan is about to do.

    For 500 ids a side that takes four requests: one for the records of each
    module, names included; one for who the API user is; and one for the rights
    to all of these records, as these are asked for by user. More is read only
    where there is a reason: ids that are no records (are they the other
    side's?), a type whose shape has rules of its own (the links there are).

    Args:
        crm: The account of the plan; it is read, never written.
        plan: The plan.
        of_columns: Whether its pairs were read from columns, of which one may have been taken for another.

    Returns:
        What was found, errors first, and the names of the records.

    Raises:
        OnOfficeError: The CRM did not answer, or refused the credentials.
    """
    evidence = Evidence(crm, plan)
    rules = [rule for rule in RULES if of_columns or not rule.of_columns] if evidence.examined.any() else []
    findings = [_finding(evidence, rule, problem) for rule in rules for problem in rule.check(evidence)]
    findings.sort(key=lambda finding: finding.level is not Level.ERROR)
    names = {module: records.names() for module, records in evidence.records.items()}
    return Preflight(tuple(findings), names)


class Problem(NamedTuple):
    """What a rule has found: bool[items], which it is about (None: the plan as a whole), and what to do."""

    items: NDArray[np.bool_] | None
    advice: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name, how much it weighs, what it looks for, and whether that is about columns alone."""

    name: str
    level: Level
    check: Callable[[Evidence], Iterable[Problem]]
    of_columns: bool = False


def _finding(evidence: Evidence, rule: Rule, problem: Problem) -> Finding:
    """A problem with the rows that it is in. Where nothing of it is to be sent, it is a warning at most."""
    concerned = evidence.pending if problem.items is None else evidence.pending & problem.items
    level = rule.level if concerned.any() else Level.WARNING

    pairs = evidence.plan.pairs
    rows: list[int] = []
    if problem.items is not None:
        # Rejects are of no pair, and the links that a replacement removes are of no row.
        in_question = (pairs.rows >= 0) & problem.items[: len(pairs)][pairs.rows] if len(pairs) else pairs.rows >= 0
        rows = pairs.row_numbers[in_question].tolist()
    return Finding(rule.name, level, tuple(rows), problem.advice)


def _read_only_type(evidence: Evidence) -> Iterator[Problem]:
    relation, verb = evidence.plan.relation, evidence.plan.verb
    if getattr(relation, verb) is Support.NO:
        yield Problem(
            None, f"The API is documented as unable to {verb} links of {relation.suffix}: it only reads them."
        )


def _undocumented_type(evidence: Evidence) -> Iterator[Problem]:
    relation, verb = evidence.plan.relation, evidence.plan.verb
    if getattr(relation, verb) is Support.UNKNOWN:
        yield Problem(None, f"It is not documented that the API can {verb} links of this type: try one pair first.")


def _column_names(evidence: Evidence) -> Iterator[Problem]:
    columns = evidence.plan.pairs.columns
    if columns is None:
        return
    sentences = contradictions(evidence.plan.relation, *map(str, columns))
    if sentences:
        yield Problem(
            None,
            f"The columns seem to stand the other way round: {' and '.join(sentences)}. If so, plan pairs.swapped().",
        )


def _same_ids(evidence: Evidence) -> Iterator[Problem]:
    pairs = evidence.plan.pairs
    # One pair may be so by chance, as the ids of two modules overlap.
    if len(pairs) > 1 and pairs.same_on_both_sides and not evidence.one_module:
        yield Problem(
            None,
            "Parent and child are the same ids in every row, but they stand for records of two modules:"
            f" {evidence.parents.module} and {evidence.children.module}. Was one column taken for both?",
        )


def _swapped(evidence: Evidence) -> Iterator[Problem]:
    parents, children = evidence.sides
    wrong = [evidence.with_ids(side, evidence.misplaced(side)) for side in evidence.sides]
    exchanged = wrong[0] & wrong[1]
    if exchanged.any():
        all_of_them = (wrong[0] | wrong[1]).sum() == evidence.examined.sum()
        what_now = "plan pairs.swapped()." if all_of_them else "exchange the two ids in these rows."
        yield Problem(
            exchanged,
            f"Parent and child stand the other way round: the parents are {_plural(children.module)}, the children"
            f" {_plural(parents.module)}; {what_now}",
        )
    for side, other, items in zip(evidence.sides, evidence.sides[::-1], wrong, strict=True):
        only_here = items & ~exchanged
        if only_here.any():
            yield Problem(
                only_here,
                f"No {_singular(side.module)} bears this id, but there is the"
                f" {_listed(other.module, np.unique(side.ids[only_here]))}. Give the {_singular(side.module)}, or plan"
                " pairs.swapped() if the columns stand the other way round.",
            )


def _other_columns(evidence: Evidence) -> Iterator[Problem]:
    items = evidence.named_in_reverse
    if items.any():
        parents, children = (_plural(side.module) for side in evidence.sides)
        yield Problem(
            items,
            f"The other columns of these rows name the {parents} and {children} that bear the ids the other way round:"
            " parent and child are exchanged; plan pairs.swapped().",
        )


def _unknown_record(evidence: Evidence) -> Iterator[Problem]:
    copies = np.array(list(evidence.main_estates), dtype=np.int64)
    for side in evidence.sides:
        ids = evidence.absent(side)
        if side.module == "estate":
            ids = np.setdiff1d(ids, copies)
        if len(ids):
            yield Problem(
                evidence.with_ids(side, ids),
                f"Not found: {_listed(side.module, ids)}. Correct the ids, leave the rows out, or give the API user the"
                " right to read these records.",
            )


def _language_copy(evidence: Evidence) -> Iterator[Problem]:
    mains = evidence.main_estates
    if not mains:
        return
    copies = np.array(list(mains), dtype=np.int64)
    named = [f"{main} instead of {copy}" for copy, main in list(mains.items())[:_NAMED_IDS]]
    items = [evidence.with_ids(side, copies) for side in evidence.sides if side.module == "estate"]
    yield Problem(
        np.logical_or.reduce(items),
        f"Copies in another language: {_listed('estate', copies)}, while links are those of the estate in"
        f" the main language. Take {', '.join(named)}{_more(len(mains))}.",
    )


def _not_a_broker(evidence: Evidence) -> Iterator[Problem]:
    if evidence.plan.relation.suffix != BROKERS_ONLY:
        return
    addresses = evidence.children
    others = evidence.records[addresses.module].where("ArtDaten", lambda kinds: "Makler" not in kinds.split("|"))
    items = evidence.with_ids(addresses, others) & evidence.created
    if items.any():
        yield Problem(
            items,
            f"No real estate agent: {_listed('address', np.unique(addresses.ids[items]))}. Give them the contact type"
            " Makler, or use contactPersonAll.",
        )


def _self_link(evidence: Evidence) -> Iterator[Problem]:
    parents, children = evidence.sides
    items = evidence.created & (parents.ids == children.ids)
    if evidence.one_module and items.any():
        yield Problem(items, f"Linked with itself: {_listed(parents.module, np.unique(parents.ids[items]))}.")


def _unit_of_two_bases(evidence: Evidence) -> Iterator[Problem]:
    if evidence.plan.relation.suffix not in UNIT_TYPES:
        return
    units = evidence.children
    links = evidence.linked_and_planned(children=evidence.examined_ids(units))
    items = evidence.with_ids(units, _with_several(links.children, links.parents)) & evidence.created
    if items.any():
        yield Problem(
            items,
            f"A unit belongs to one base property: {_listed('estate', np.unique(units.ids[items]))} would have several."
            " Remove the other link first, or leave the rows out.",
        )


def _base_as_unit(evidence: Evidence) -> Iterator[Problem]:
    if evidence.plan.relation.suffix not in UNIT_TYPES:
        return
    bases, units = evidence.sides
    bases_of = evidence.linked_and_planned(children=evidence.examined_ids(bases))
    units_of = evidence.linked_and_planned(parents=evidence.examined_ids(units))
    marked = evidence.records["estate"].where("stammobjekt", _TRUE.__contains__)

    # An estate linked with itself is told by a rule of its own.
    nested = bases_of.parents != bases_of.children
    with_base = np.unique(bases_of.children[nested])
    with_units = np.unique(units_of.parents[units_of.parents != units_of.children])
    not_itself = bases.ids != units.ids
    too_high = evidence.created & not_itself & np.isin(units.ids, np.union1d(with_units, marked))
    too_low = evidence.created & not_itself & np.isin(bases.ids, with_base)

    if too_high.any():
        yield Problem(
            too_high,
            f"A base property is no unit of another: {_listed('estate', np.unique(units.ids[too_high]))}. If base and"
            " unit stand the other way round, exchange them.",
        )
    if too_low.any():
        yield Problem(
            too_low,
            f"A unit has no units of its own: {_listed('estate', np.unique(bases.ids[too_low]))} would be both."
            " If base and unit stand the other way round, exchange them.",
        )


def _one_estate_an_appointment(evidence: Evidence) -> Iterator[Problem]:
    if evidence.plan.relation.suffix != "calendar:estate":
        return
    appointments = evidence.parents
    links = evidence.linked_and_planned(parents=evidence.examined_ids(appointments))
    items = evidence.with_ids(appointments, _with_several(links.parents, links.children)) & evidence.created
    if items.any():
        yield Problem(
            items,
            f"An appointment has one estate: {_listed('calendar', np.unique(appointments.ids[items]))} would have"
            " several. Plan with replace=True to put the new one in the old one's place, or leave the rows out.",
        )


def _no_write_right(evidence: Evidence) -> Iterator[Problem]:
    for side in evidence.sides:
        ids = evidence.unwritable.get(side.module)
        items = evidence.with_ids(side, ids) & evidence.pending if ids is not None else evidence.pending[:0]
        if items.any():
            yield Problem(
                items,
                f"The API user may not change {_listed(side.module, np.unique(side.ids[items]))}. Have your onOffice"
                " administrator grant the right, or leave the rows out.",
            )


def _archived_estate(evidence: Evidence) -> Iterator[Problem]:
    yield from _estates(evidence, "Archived", "status", ("0",))


def _sold_estate(evidence: Evidence) -> Iterator[Problem]:
    yield from _estates(evidence, "Sold or let", "verkauft", _TRUE)


def _estates(evidence: Evidence, what: str, field: str, states: Collection[str]) -> Iterator[Problem]:
    """The estates whose field says that they are in one of these states."""
    for side in evidence.sides:
        ids = evidence.records[side.module].where(field, states.__contains__)
        items = evidence.with_ids(side, ids) & evidence.created
        if items.any():
            yield Problem(items, f"{what}: {_listed('estate', np.unique(side.ids[items]))}. Look whether it is meant.")


def _not_checked(evidence: Evidence) -> Iterator[Problem]:
    """What could not be looked at, so that nobody takes it for good."""
    for records in evidence.records.values():
        if records.unknown:
            yield Problem(None, f"Whether the ids exist is not known: {records.unknown}.")
            continue
        for field in evidence.checked_fields(records.module):
            if field not in records.columns:
                yield Problem(None, f"{_QUESTIONS[field]} is not known: this account has no field {field}.")

    untold = [_plural(module) for module, ids in evidence.unwritable.items() if ids is None]
    if untold:
        yield Problem(
            None, f"Whether the API user may change {' and '.join(untold)} is not known: the API does not say."
        )


# What each field that rules look at answers.
_QUESTIONS: Final = {
    "status": "Whether estates are archived",
    "verkauft": "Whether estates are sold or let",
    "stammobjekt": "Whether estates are base properties",
    "ArtDaten": "Whether addresses are real estate agents",
}

# In the order in which the findings of a level are told.
RULES: Final = (
    Rule("read-only-type", Level.ERROR, _read_only_type),
    Rule("column-names", Level.ERROR, _column_names, of_columns=True),
    Rule("same-ids", Level.ERROR, _same_ids, of_columns=True),
    Rule("swapped", Level.ERROR, _swapped, of_columns=True),
    Rule("other-columns", Level.ERROR, _other_columns, of_columns=True),
    Rule("unknown-record", Level.ERROR, _unknown_record),
    Rule("language-copy", Level.ERROR, _language_copy),
    Rule("not-a-broker", Level.ERROR, _not_a_broker),
    Rule("self-link", Level.ERROR, _self_link),
    Rule("unit-of-two-bases", Level.ERROR, _unit_of_two_bases),
    Rule("base-as-unit", Level.ERROR, _base_as_unit),
    Rule("one-estate-an-appointment", Level.ERROR, _one_estate_an_appointment),
    Rule("no-write-right", Level.ERROR, _no_write_right),
    Rule("undocumented-type", Level.WARNING, _undocumented_type),
    Rule("archived-estate", Level.WARNING, _archived_estate),
    Rule("sold-estate", Level.WARNING, _sold_estate),
    Rule("not-checked", Level.WARNING, _not_checked),
)


# What `force` takes.
RULE_NAMES: Final = frozenset(rule.name for rule in RULES)


def _with_several(ones: IntArray, others: IntArray) -> IntArray:
    """The ids of one side that stand beside more than one id of the other side.

    >>> _with_several(np.array([1, 1, 2, 2]), np.array([7, 8, 9, 9])).tolist()
    [1]
    """
    pairs = np.unique(np.stack([ones, others]), axis=1)
    ids, counts = np.unique(pairs[0], return_counts=True)
    return ids[counts > 1]


def _singular(module: str) -> str:
    return _NOUNS.get(module, (module, ""))[0]


def _plural(module: str) -> str:
    return _NOUNS.get(module, ("", f"{module}s"))[1]


def _listed(module: str, ids: IntArray) -> str:
    """Records by their ids, not endless.

    >>> _listed("address", np.array([5001])), _listed("estate", np.arange(1, 8))
    ('address 5001', 'estates 1, 2, 3, 4, 5 and 2 more')
    """
    noun = _singular(module) if len(ids) == 1 else _plural(module)
    return f"{noun} {', '.join(map(str, ids[:_NAMED_IDS].tolist()))}{_more(len(ids))}"


def _more(n: int) -> str:
    return f" and {n - _NAMED_IDS:,} more" if n > _NAMED_IDS else ""
