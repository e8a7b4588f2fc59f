"""What `--json` prints: one document a command, with the names that Python uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from onoffice_nb.execution.audit import Audit
from onoffice_nb.execution.journal import RunRecord
from onoffice_nb.execution.report import Report
from onoffice_nb.matching.matches import Matches
from onoffice_nb.model import RelationType
from onoffice_nb.planning.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "audit_document",
    "drift_document",
    "frame_records",
    "matches_document",
    "plan_document",
    "plan_summary_document",
    "print_document",
    "relations_document",
    "report_document",
    "runs_document",
]

_UNUSUAL: Final = re.compile(r"[^\n -~]")


def print_document(document: Any) -> None:
    """Print it to stdout, where it is the only thing; what could steer a terminal is written as JSON's escapes."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=str)
    click.echo(_UNUSUAL.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], text))


def plan_document(plan: Plan) -> dict[str, Any]:
    """What would be sent, request by request, and what is to be said of it."""
    requests = range(1, len(plan.requests) + 1)
    return plan_summary_document(plan) | {"requests": [json.loads(plan.to_json(number)) for number in requests]}


def plan_summary_document(plan: Plan) -> dict[str, Any]:
    """What is to be said of a plan."""
    return {
        "account": str(plan.account),
        "relation": plan.relation.urn,
        "counts": plan.counts(),
        "checks": frame_records(plan.checks),
        "rejects": frame_records(plan.pairs.rejects[["row", "column", "raw", "reason", "suggestion"]]),
    }


def report_document(report: Report) -> dict[str, Any]:
    """What became of each row."""
    return {
        "account": str(report.account),
        "run": report.run,
        "undoes": report.undoes_run,
        "relation": report.relation.urn,
        "ok": report.ok,
        "stop_reason": report.stop_reason,
        "counts": report.counts,
        "rows": frame_records(report.frame),
        "removals": frame_records(report.removals),
    }


def drift_document(plans: Iterable[Plan], *, prune: bool) -> dict[str, Any]:
    """Where the CRM differs from what is declared; `surplus` is null where nobody asked for it."""
    links = []
    for plan in plans:
        pairs = {action: rows[["parent", "child"]].to_numpy().tolist() for action, rows in plan.frame.groupby("action")}
        links.append(
            {
                "account": str(plan.account),
                "relation": plan.relation.urn,
                "declared": len(plan.pairs),
                "missing": pairs.get("create", []),
                "surplus": pairs.get("remove", []) if prune else None,
                "checks": frame_records(plan.checks),
            }
        )
    return {"as_declared": not any(entry["missing"] or entry["surplus"] for entry in links), "links": links}


def audit_document(audit: Audit) -> dict[str, Any]:
    """Where the CRM's log and the journal differ."""
    return {
        "account": str(audit.account),
        "run": audit.run,
        "relation": audit.relation.urn,
        "ok": audit.ok,
        "links": audit.links,
        "notes": list(audit.notes),
        "deviations": frame_records(audit.frame),
    }


def matches_document(matches: Matches) -> dict[str, Any]:
    """The record of each row, or its candidates."""
    likely = matches.candidates
    rows = frame_records(matches.frame[["row", "id", "label", "rule", "problem"]])
    for row in rows:
        candidates = likely.get(row["row"], ())
        row["candidates"] = [{"id": candidate.id, "label": candidate.label} for candidate in candidates]
    return {"module": matches.module, "found": len(matches.found), "rows": rows}


def runs_document(records: Iterable[RunRecord]) -> list[dict[str, Any]]:
    """The runs of the journal, the latest first."""
    return [
        {
            "run": record.run,
            "started": record.started.isoformat(),
            "ended": record.ended and record.ended.isoformat(),
            "account": str(record.account),
            "relation": record.relation.urn,
            "verb": record.verb,
            "undoes": record.undoes or None,
            "state": record.state,
            "reason": record.reason,
            "counts": record.counts,
        }
        for record in records
    ]


def relations_document(relations: Iterable[RelationType]) -> list[dict[str, str]]:
    """The relation types, as the catalogue has them."""
    names = ("urn", "suffix", "parent", "child", "label_en", "label_de")
    return [{name: getattr(relation, name) for name in names} for relation in relations]


def frame_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One object a row, by the names of the columns; what is missing is null."""
    # pandas writes numbers, times and missing values of all its types.
    records: list[dict[str, Any]] = json.loads(
        frame.reset_index(drop=True).to_json(orient="records", date_format="iso", default_handler=str)
    )
    return records
