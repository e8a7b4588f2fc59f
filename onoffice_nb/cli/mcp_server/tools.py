"""The tools of the MCP server. What they answer goes to a model, and from there anywhere: no secret, no other files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from onoffice_nb.api.client import Client
from onoffice_nb.catalogue import relations as find_relations
from onoffice_nb.cli.documents import (
    frame_records,
    plan_summary_document,
    relations_document,
    report_document,
    runs_document,
)
from onoffice_nb.cli.mcp_server.confirmations import Confirmations, Proposal
from onoffice_nb.errors import InputError, PlanError
from onoffice_nb.execution import submit as engine
from onoffice_nb.execution.history import build_report
from onoffice_nb.execution.journal import RunRecord, journal_for
from onoffice_nb.execution.undo_plan import undo_plan
from onoffice_nb.formatting import quote
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.pairs import Pairs, read_pairs
from onoffice_nb.intake.provenance import file_notes
from onoffice_nb.planning import planner
from onoffice_nb.planning.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Tools"]

# What else lies in a folder (.env, keys) is nobody's table.
_TABLES: Final = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_SHOWN: Final = 200


class Tools:
    """What a model may do in one account.

    The docstring of each method is what the model is told of it.

    Args:
        crm: The account.
        folder: Where tables are read from; nothing outside of it is.
        confirmations: What a person has confirmed.
    """

    def __init__(self, crm: Client, folder: Path, confirmations: Confirmations) -> None:
        self._crm = crm
        self._folder = folder.resolve()
        self._confirmations = confirmations
        self._journal = journal_for(crm.account)

    def relation_types(self, word: str = "") -> dict[str, Any]:
        """List the relation types (which records can be linked, and in which direction), or those with a word in them.

        The word may be English or German: buyer, Käufer.
        """
        return {"relation_types": relations_document(find_relations(word))}

    def read_records(
        self,
        module: str,
        fields: list[str],
        ids: list[int] | None = None,
        filter: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Read records by ids or by a filter. The module is estate, address, user, task or agentsLog.

        Fields have the API's own names (Vorname, Name, ort); the filter is the API's own as well:
        {"ort": [{"op": "IN", "val": ["Aachen"]}]}.
        """
        if not ids and not filter:
            raise InputError("Say which records: ids, or a filter.")
        return self._answer("records", self._crm.read(module, fields, ids=ids or None, filter=filter))

    def read_links(
        self, relation: str, parents: list[int] | None = None, children: list[int] | None = None
    ) -> dict[str, Any]:
        """Read the links of these parents, or of these children. The relation is a word, a suffix or the whole URN."""
        return self._answer("links", self._crm.related(relation, parents=parents, children=children))

    def read_table(self, file: str, sheet: str = "", header: int | None = None) -> dict[str, Any]:
        """Read a table (.csv, .xlsx and others) from the folder that the server was started for."""
        table = self._table(file, "", sheet, header)
        return {"notes": file_notes(table), **self._answer("rows", table.reset_index(names="file row"))}

    def read_pairs(
        self, parent: str, child: str, file: str = "", text: str = "", sheet: str = "", header: int | None = None
    ) -> dict[str, Any]:
        """Read pairs of ids from two columns of a file, or of a table given as text with a header line.

        Nothing is guessed: rows that become no pair are rejects, each with its reason.
        """
        pairs = self._pairs(parent, child, file, text, sheet, header)
        rejects = pairs.rejects[["row", "column", "raw", "reason", "suggestion"]]
        return {
            "summary": repr(pairs),
            "pairs": list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True))[:_SHOWN],
            **self._answer("rejects", rejects),
        }

    def plan(
        self,
        relation: str,
        parent: str,
        child: str,
        file: str = "",
        text: str = "",
        sheet: str = "",
        header: int | None = None,
        action: Literal["link", "replace", "remove"] = "link",
    ) -> dict[str, Any]:
        """Plan links from two columns of ids. Nothing is written.

        The action link creates what is missing, replace also removes the parents' other links, remove removes these
        links. The answer has the plan's code, which a person has to confirm before it can be submitted.
        """
        pairs = self._pairs(parent, child, file, text, sheet, header)
        if action == "remove":
            plan = planner.plan_removal(self._crm, relation, pairs)
        else:
            plan = planner.plan(self._crm, relation, pairs, replace=action == "replace")
        return self._proposed(plan)

    def preview(self, code: str, request: int = 1) -> dict[str, Any]:
        """Show one request of a plan exactly as it will be sent, with secrets masked."""
        plan = self._load(code).plan
        return {"requests": len(plan.requests), "request": json.loads(plan.to_json(request))}

    def submit(self, code: str) -> dict[str, Any]:
        """Send a plan that a person has confirmed. Without a confirmation nothing is sent, and the answer says how.

        The code is that of the answer to `plan`.
        """
        proposal = self._load(code)
        if proposal.undoes is not None:
            raise PlanError(f"{code} is the code of an undo, of run {proposal.undoes}: carry it out with undo.")
        engine.refuse_errors(proposal.plan, ())
        if not self._confirmations.consume(proposal):
            return self._asked(proposal)
        self._confirmations.forget(proposal)
        return report_document(engine.submit(self._crm, proposal.plan, progress=False))

    def plan_undo(self, run: int) -> dict[str, Any]:
        """Plan to take back what a run did, and nothing else. Nothing is written.

        The answer has a code, which a person has to confirm before it can be carried out.
        """
        record = self._run(run)
        return self._proposed(undo_plan(self._crm, self._journal, record), record.run)

    def undo(self, code: str) -> dict[str, Any]:
        """Take back a run, as a person has confirmed. Without a confirmation nothing is sent, and the answer says how.

        The code is that of the answer to `plan_undo`.
        """
        proposal = self._load(code)
        if proposal.undoes is None:
            raise PlanError(f"{code} is the code of a plan: carry it out with submit.")
        record = self._run(proposal.undoes)
        if undo_plan(self._crm, self._journal, record).digest != proposal.plan.digest:
            raise PlanError(f"Run {record.run} is not as it was when its undo was planned: plan the undo anew.")
        if not self._confirmations.consume(proposal):
            return self._asked(proposal)
        self._confirmations.forget(proposal)
        return report_document(engine.undo(self._crm, record.run, progress=False))

    def report(self, run: int) -> dict[str, Any]:
        """Tell what became of each row of a run."""
        return report_document(build_report(self._journal, self._run(run).run))

    def runs(self) -> dict[str, Any]:
        """List the runs of this account, the latest first."""
        return {"account": str(self._crm.account), "runs": runs_document(filter(self._is_ours, self._journal.runs()))}

    def _is_ours(self, record: RunRecord) -> bool:
        return record.account.fingerprint == self._crm.account.fingerprint

    def _run(self, run: int) -> RunRecord:
        record = self._journal.run(run)
        if not self._is_ours(record):
            raise PlanError(f"Run {run} was in another account than {self._crm.account}.")
        return record

    def _load(self, code: str) -> Proposal:
        proposal = self._confirmations.load(code)
        if proposal.plan.account.fingerprint != self._crm.account.fingerprint:
            raise PlanError(f"This plan is for another account than {self._crm.account}. Make it anew.")
        return proposal

    def _proposed(self, plan: Plan, undoes: int | None = None) -> dict[str, Any]:
        code = self._confirmations.propose(plan, undoes)
        return {
            "code": code,
            "to_confirm": _how_to_confirm(code),
            "summary": str(plan),
            **plan_summary_document(plan),
            **self._answer("links", plan.frame),
        }

    def _asked(self, proposal: Proposal) -> dict[str, Any]:
        return {"sent": False, "code": proposal.code, "to_confirm": _how_to_confirm(proposal.code)}

    def _answer(self, name: str, frame: pd.DataFrame) -> dict[str, Any]:
        """The first rows of a frame, and how many there are."""
        return {"count": len(frame), name: frame_records(frame.head(_SHOWN))}

    def _pairs(self, parent: str, child: str, file: str, text: str, sheet: str, header: int | None) -> Pairs:
        return read_pairs(self._table(file, text, sheet, header), parent=parent, child=child)

    def _table(self, file: str, text: str, sheet: str, header: int | None) -> pd.DataFrame:
        if bool(file) == bool(text):
            raise InputError("Expected either a file or a table as text.")
        # As bytes: a text of one line would be taken for a path.
        source = self._readable(file) if file else text.encode(errors="replace")
        return read_table(source, sheet=sheet or None, header=header)

    def _readable(self, file: str) -> Path:
        """The table that is meant, if it is one, and lies in the folder also after links were followed."""
        try:
            path = (self._folder / file).resolve(strict=True)
            inside = path.relative_to(self._folder)
        except (OSError, ValueError):
            raise InputError(
                f"Expected the name of a table in {self._folder}, got {quote(file, 80)}: it is not there. The server"
                " reads the folder that it was started for: --folder."
            ) from None
        if path.suffix.lower() not in _TABLES or any(part.startswith(".") for part in inside.parts):
            raise InputError(f"Expected a table ({', '.join(sorted(_TABLES))}), got {quote(file, 80)}.")
        return path


def _how_to_confirm(code: str) -> str:
    return (
        "Nothing is sent before a person has looked at it. Ask the person to type this in a terminal of their own, and"
        f" to read what it shows: onoffice-nb confirm {code}"
    )
