"""The check: all rows in one table, with whom each means and how it stands; mended there, before anything is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

import numpy as np

from onoffice_nb.builder.link_picture import LinkPicture, draw_links
from onoffice_nb.builder.look_up_texts import LookUpTexts
from onoffice_nb.builder.pairs_source import PairsSource
from onoffice_nb.builder.request_texts import curl_command, request_window, shortened_code
from onoffice_nb.builder.row_table import SIDES, Query, RowState, RowTable, mended_text, raw_text
from onoffice_nb.builder.table_files import FILE_TYPES, table_content
from onoffice_nb.builder.wording import Words
from onoffice_nb.errors import OnOfficeError, PairsError, PlanError
from onoffice_nb.execution.report import Report
from onoffice_nb.formatting import printable
from onoffice_nb.intake.ids import read_ids
from onoffice_nb.intake.mends import Decision, DecisionKey, Meaning, Mend
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.intake.repairs import Repair, RepairKind
from onoffice_nb.matching.candidates import Candidate
from onoffice_nb.matching.look_up import LookUp
from onoffice_nb.planning.actions import IntArray
from onoffice_nb.planning.findings import Finding, Level
from onoffice_nb.planning.plan import Plan

__all__ = ["CheckStep"]

# What is shown of a text of the user's or of the CRM.
_LONGEST_TEXT: Final = 200
# So many findings stand above the table: there is one for each rule and side.
_MOST_FINDINGS: Final = 40

_SWAPPING: Final = ("swapped", "other-columns", "column-names")
_SENT: Final = (RowState.NEW, RowState.CHANGE, RowState.REMOVE, RowState.NOT_FOUND)
# So many names are read for rows that wait for a decision: more are mended by a rule than one by one.
_MOST_NAMES: Final = 500
_PARTS: Final = ("requests", "python", "curl", "picture")


class CheckStep:
    """The table of all rows, before a run and after it.

    Args:
        check: Makes a plan, beside the page.
        decide: Takes decisions on rejects as `Pairs.mended` does; None takes back what was decided under a key.
        look_up: Looks texts up, beside the page: the module, and the text of each cell, which is named as decisions
            name it. What was found goes to `show_looked_up`.
        swap: Exchanges the two sides.
        leave_out: Is told the numbers of all rows that are left out.
        download: Hands a file to the browser: name, media type, content.
        work_beside: Does a job beside the page, which says meanwhile that it is at work.

    Attributes:
        plan: The plan that is shown, None as long as nothing is checked.
        actions: What the page may ask for, by name.
    """

    def __init__(
        self,
        *,
        check: Callable[[], object],
        decide: Callable[[Mapping[DecisionKey, Meaning | None]], object],
        look_up: Callable[[str, Mapping[tuple[int, str], str]], object],
        swap: Callable[[], object],
        leave_out: Callable[[Collection[int]], object],
        download: Callable[[str, str, bytes], object],
        work_beside: Callable[[Callable[[], object]], object],
    ) -> None:
        self.plan: Plan | None = None
        self._on_decide, self._on_look_up, self._on_leave_out = decide, look_up, leave_out
        self._on_swap, self._download, self._work_beside = swap, download, work_beside

        self._is_ready = False
        self._pairs: Pairs | None = None
        self._report: Report | None = None
        self._code = ""
        # What was decided since, and is not checked yet.
        self._pending: dict[DecisionKey, Meaning | None] = {}
        # Whether the table stays, until the rows are checked again, although its plan counts no more.
        self._is_kept = False
        self._table: RowTable | None = None
        self._names: dict[str, dict[int, str]] = {}
        self._counted: tuple[RowTable, Counter[tuple[str, ...]]] | None = None
        # For the parents and for the children.
        self._look_up_texts = (LookUpTexts(""), LookUpTexts(""))
        self._left_out: frozenset[int] = frozenset()
        # The language in which the page shows the table: what is searched and saved is what it says.
        self._words = Words("en")
        self._query = Query()
        self._finding: int | None = None
        self._open: set[str] = set()
        self._request, self._search, self._hit = 1, "", 0
        self._asked: dict[tuple[int, str], str] = {}
        self._candidates: dict[tuple[int, str], Sequence[Candidate]] = {}
        # What came of the last look-up of several cells: how many were found, are to be judged, mean nobody.
        self._looked_up: tuple[int, int, int] | None = None
        self.actions: Mapping[str, Callable[..., object]] = {
            "check": check,
            "filter": self._filter,
            "filter_outcome": self._filter_outcome,
            "search": self._search_rows,
            "sort": self._sort,
            "page": self._turn_page,
            "finding": self._choose_finding,
            "leave_out": self._leave_out,
            "leave_out_shown": self._leave_out_shown,
            "take": self._take,
            "take_alike": self._take_alike,
            "take_candidate": self._take_candidate,
            "take_candidates_alike": self._take_candidates_alike,
            "own_id": self._take_own_id,
            "take_back": self._take_back,
            "look_up": self._look_up,
            "look_up_alike": self._look_up_alike,
            "swap": self._swap,
            "open": self._open_part,
            "request": self._choose_request,
            "request_search": self._search_request,
            "download": self._save,
        }

    def ready(self, is_ready: bool) -> None:
        """Whether there is something to check."""
        self._is_ready = is_ready

    def show(self, plan: Plan, source: PairsSource, code: str) -> None:
        """Show all rows.

        Args:
            plan: What would be sent.
            source: Where its pairs come from.
            code: The same as a cell of Python.
        """
        self.plan, self._pairs, self._report, self._code = plan, plan.pairs, None, code
        self._left_out = frozenset(source.left_out)
        self._pending = {}
        # A row that was left out is not read again, and is still about somebody.
        read_before = self._table.names if self._table else {}
        self._table = RowTable.of_plan(plan, self._left_out).with_names(self._names).with_names(read_before)
        pairs, modules = plan.pairs, (self._table.module(0), self._table.module(1))
        parents, children = (LookUpTexts(module, pairs.source, pairs.columns or ()) for module in modules)
        self._look_up_texts = parents, children
        self._query, self._finding = replace(self._query, rows=None), None
        self._request, self._hit = 1, 0
        # A state that no row has any more would show an empty table.
        if self._query.state not in self._table.counts:
            self._query = replace(self._query, state=None)

    def nameless(self) -> dict[str, list[int]]:
        """The records whose names would help to decide on rows, and were not asked for yet: module -> ids, not many."""
        wanted = self._table.nameless() if self._table else {}
        return {
            module: sorted(ids - self._names.get(module, {}).keys())[:_MOST_NAMES]
            for module, ids in wanted.items()
            if ids
        }

    def show_names(self, module: str, names: Mapping[int, str]) -> None:
        """Show what records are called that rows to mend are about; an empty text for one without a name."""
        self._names.setdefault(module, {}).update(names)
        if self._table is not None:
            self._table = self._table.with_names(self._names)

    def show_report(self, report: Report) -> None:
        """Show what became of the rows."""
        columns = self._pairs.columns if self._pairs else None
        self._report, names = report, self._table.names if self._table else {}
        self._table = RowTable.of_report(report, names, columns or ())
        self._query, self._finding = Query(), None

    def clear(self) -> None:
        """The plan counts no more. The table goes with it, unless it was a decision in the table that changed it."""
        self.plan, self._code = None, ""
        self._finding = None
        if not self._is_kept:
            self._pending = {}
            self._pairs, self._report, self._table = None, None, None
            self._query, self._left_out = Query(), frozenset()
            self._names.clear()
            self._asked.clear()
            self._candidates.clear()
            self._looked_up = None

    def show_looked_up(self, answers: Mapping[tuple[int, str], LookUp]) -> dict[DecisionKey, Meaning]:
        """Show whom texts may mean that were looked up; nobody, where there are no candidates.

        Args:
            answers: What each cell may mean, which is named as `look_up` was given it.

        Returns:
            The decisions for the cells of which exactly one record is meant, if they still wait for one.
        """
        found: dict[DecisionKey, Meaning] = {}
        for key, answer in answers.items():
            if answer.found is None:
                self._candidates[key] = tuple(answer.candidates)
            elif self._waits(key):
                found[key] = answer.found.id
        judged = sum(bool(answer.candidates) for answer in answers.values())
        nobody = sum(not any(answer) for answer in answers.values())
        self._looked_up = (len(answers) - judged - nobody, judged, nobody) if len(answers) > 1 else None
        return found

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Changes what is planned without taking the table away from whoever works in it."""
        self._is_kept = True
        try:
            yield
        finally:
            self._is_kept = False

    def _decide(self, decisions: Mapping[DecisionKey, Meaning | None]) -> None:
        with self.kept():
            self._pending.update(decisions)
            try:
                self._on_decide(decisions)
            except OnOfficeError:
                for key in decisions:
                    self._pending.pop(key, None)
                raise

    # What the page asks for.

    def _filter(self, state: str | None = None) -> None:
        chosen = RowState(state) if state in [known.value for known in RowState] else None
        self._query, self._finding = replace(self._query, state=chosen, rows=None, page=0), None

    def _filter_outcome(self, outcome: str) -> None:
        states = {"already linked": RowState.ALREADY, "skipped": RowState.SKIPPED}
        self._filter(states.get(outcome, outcome))

    def _search_rows(self, text: str) -> None:
        self._query = replace(self._query, search=text[:_LONGEST_TEXT], page=0)

    def _sort(self, column: str) -> None:
        is_again = self._query.sort == column
        self._query = replace(
            self._query, sort=column, is_descending=is_again and not self._query.is_descending, page=0
        )

    def _turn_page(self, page: int) -> None:
        self._query = replace(self._query, page=page)

    def _choose_finding(self, position: int | None = None) -> None:
        findings = self._findings
        if position is None or not 0 <= position < len(findings) or position == self._finding:
            self._query, self._finding = replace(self._query, rows=None, page=0), None
            return
        self._finding = position
        self._query = replace(self._query, state=None, search="", rows=findings[self._finding].rows, page=0)

    def _leave_out(self, row: int, is_left_out: bool) -> None:
        if not self._shown_table().positions_of(row):
            raise self._gone(row)
        changed = {row}
        self._set_left_out(self._left_out | changed if is_left_out else self._left_out - changed)

    def _leave_out_shown(self, is_left_out: bool) -> None:
        table = self._shown_table()
        states = _SENT if is_left_out else (RowState.LEFT_OUT,)
        shown = table.matching(self._query, self._words).tolist()
        rows = {int(table.numbers[position]) for position in shown if table.state(position) in states} - {0}
        self._set_left_out(self._left_out | rows if is_left_out else self._left_out - rows)

    def _set_left_out(self, rows: frozenset[int]) -> None:
        self._left_out = rows
        with self.kept():
            self._on_leave_out(self.left_out_with({}))

    def left_out_with(self, decisions: Mapping[DecisionKey, Meaning | None]) -> frozenset[int]:
        """The numbers that the rows left out have as soon as these decisions count, beside those not checked yet.

        Where every id goes with every other, an id more makes other numbers.
        """
        pairs = self._pairs
        if pairs is None or pairs.crossed is None or not self._left_out:
            return self._left_out

        decided = {**pairs.decisions, **self._pending, **decisions}
        kept = {key: decision for key, decision in decided.items() if decision is not None}
        changed = replace(pairs, decisions={}).mended(kept)
        if changed.crossed is None:
            return frozenset()
        parents, children = pairs.crossed.ids
        combinations = np.arange(len(parents))[np.isin(pairs.row_numbers[: len(parents)], list(self._left_out))]
        left_out = list(zip(parents[combinations].tolist(), children[combinations].tolist(), strict=True))
        return frozenset(changed.row_numbers[changed.crossed.positions(left_out)].tolist())

    def held_to_texts(self, decisions: Mapping[DecisionKey, Meaning | None]) -> dict[DecisionKey, Decision | None]:
        """The same decisions; those on single cells count for the texts that these have, and for no others some day."""
        texts = {(cell.row, SIDES[cell.side]): cell.reject.raw for cell in self._cells()}
        return {
            key: {texts[key]: decision} if key in texts and decision is not None else decision
            for key, decision in decisions.items()
        }

    def _swap(self) -> None:
        with self.kept():
            self._on_swap()

    def _take(self, row: int, side: str, repair: int) -> None:
        cell = self._waiting_cell(row, side)
        self._decide({(cell.row, side): _decision(_repair(cell, repair))})

    def _take_alike(self, row: int, side: str, repair: int) -> None:
        """The same for all cells alike: those of the same kind, or with a candidate for the same reasons."""
        cell = self._waiting_cell(row, side)
        alike = _alike(cell, _repair(cell, repair))
        if alike is None:
            raise PlanError(f"Row {row} has several repairs of this sort: choose one.")

        key, word = alike
        of_kind = [other for other in self._cells() if other.reject.kind == key]
        fitting = [other for other in of_kind if alike in _all_alike(other)]
        if len(fitting) == len(of_kind):
            self._decide({key: word})
            return
        # A decision on the whole kind would be refused for the cells that have no such repair.
        self._decide(
            {
                (other.row, SIDES[other.side]): _decision(_all_alike(other)[alike])
                for other in fitting
                if not other.is_decided
            }
        )

    def _take_candidate(self, row: int, side: str, record: int) -> None:
        cell = self._waiting_cell(row, side)
        if record not in [candidate.id for candidate in self._candidates.get((cell.row, side), ())]:
            raise PlanError(f"Row {row} has no candidate {record} any more: look it up again.")
        self._decide({(cell.row, side): record})

    def _take_candidates_alike(self, row: int, side: str, record: int) -> None:
        """One candidate for every row that has just one with the same reasons."""
        cell = self._waiting_cell(row, side)
        chosen = [candidate for candidate in self._candidates.get((cell.row, side), ()) if candidate.id == record]
        if not chosen:
            raise PlanError(f"Row {row} has no candidate {record} any more: look it up again.")
        self._decide(dict(self._alike_candidates(chosen[0].pattern)))

    def _take_own_id(self, row: int, side: str, text: str) -> None:
        cell = self._waiting_cell(row, side)
        ids = read_ids(text[:_LONGEST_TEXT])
        if len(ids.rejects) or not len(ids):
            reason = f"{text!r}: {ids.rejects.iloc[0]['reason']}" if len(ids.rejects) else "nothing"
            raise PairsError(f"Row {cell.row}: expected a record id, digits only, got {printable(reason)}.")
        numbers = ids.values.tolist()
        self._decide({(cell.row, side): numbers[0] if len(numbers) == 1 else numbers})

    def _take_back(self, row: int, side: str) -> None:
        """Undo one decision; where it was one on all cells alike, the others keep it."""
        cell = self._cell(row, side)
        if cell is None or not cell.is_decided or self._pairs is None:
            raise self._gone(row)
        self._forget(cell)
        keys = [key for key in ((cell.row, side), (cell.row, cell.column), cell.row) if key in self._pairs.decisions]
        if keys:
            self._decide(dict.fromkeys(keys))
            return
        decided = self._pairs.decisions
        key = next((key for key in (cell.repair.pattern, cell.reject.kind.value) if key in decided), "")
        decisions: dict[DecisionKey, Meaning | None] = {key: None}
        for other in self._cells():
            is_alike = other.is_decided and key in (other.repair.pattern, other.reject.kind.value)
            if is_alike and (other.row, other.side) != (cell.row, cell.side):
                decisions[other.row, SIDES[other.side]] = _decision(other.repair)
        self._decide(decisions)

    def _forget(self, cell: Mend) -> None:
        self._asked.pop((cell.row, SIDES[cell.side]), None)
        self._candidates.pop((cell.row, SIDES[cell.side]), None)

    def _look_up(self, row: int, side: str, text: str) -> None:
        cell = self._waiting_cell(row, side)
        self._look_cells_up({cell: self._offer(cell, text)[0]})

    def _look_up_alike(self, row: int, side: str, text: str) -> None:
        """The same for all cells of the same kind that have such a text at the same place."""
        cell = self._waiting_cell(row, side)
        _, place = self._offer(cell, text)
        alike = {
            other: offered
            for other in self._cells()
            if self._is_open(other) and (other.side, other.reject.kind) == (cell.side, cell.reject.kind)
            for offered, where in self._look_up_offers(other).items()
            if where == place
        }
        self._look_cells_up(alike)

    def _offer(self, cell: Mend, text: str) -> tuple[str, str]:
        """The text that the page offered to look up, and where it stands."""
        for offered, place in self._look_up_offers(cell).items():
            if _shown(offered) == text:
                return offered, place
        raise self._gone(cell.row)

    def _look_cells_up(self, texts: Mapping[Mend, str]) -> None:
        self._looked_up = None
        for cell, text in texts.items():
            self._forget(cell)
            self._asked[cell.row, SIDES[cell.side]] = text
        module = self._shown_table().module(next(iter(texts)).side)
        self._on_look_up(module, {(cell.row, SIDES[cell.side]): text for cell, text in texts.items()})

    def _open_part(self, part: str, is_open: bool) -> None:
        if part in _PARTS:
            (self._open.add if is_open else self._open.discard)(part)

    def _choose_request(self, number: int) -> None:
        n = len(self.plan.requests) if self.plan else 0
        self._request, self._hit = min(max(1, number), max(1, n)), 0

    def _search_request(self, text: str, hit: int = 0) -> None:
        self._search, self._hit = text[:_LONGEST_TEXT], max(0, hit)

    def _save(self, ending: str) -> None:
        if ending not in FILE_TYPES:
            raise PlanError(f"Expected xlsx or csv, got {printable(ending)!r}.")
        # Tens of thousands of rows take seconds.
        self._work_beside(partial(self._write_file, self._shown_table(), ending, self._words))

    def _write_file(self, table: RowTable, ending: str, words: Words) -> None:
        content = table_content(table.frame(words), ending, words("check.sheet"))
        self._download(f"{words('check.file')}.{ending}", FILE_TYPES[ending], content)

    # The cells that were rejects.

    def _cells(self) -> Iterator[Mend]:
        """Each cell once, where splitting made several rows of one too."""
        table = self._table
        seen: set[tuple[int, int]] = set()
        for cell in table.cells.values() if table else ():
            if (cell.position, cell.side) not in seen:
                seen.add((cell.position, cell.side))
                yield cell

    def _cell(self, row: int, side: str) -> Mend | None:
        table = self._table
        if table is None or side not in SIDES or type(row) is not int:
            return None
        places = ((position, SIDES.index(side)) for position in table.positions_of(row))
        return next((table.cells[place] for place in places if place in table.cells), None)

    def _waits(self, key: tuple[int, str]) -> bool:
        """Whether nothing is decided on the cell that decisions name so."""
        cell = self._table.decidable.get(key) if self._table else None
        return cell is not None and self._is_open(cell)

    def _is_open(self, cell: Mend) -> bool:
        """Whether nothing is decided on a cell, nor was since the last check."""
        return not self._decided_values(cell)[0]

    def _waiting_cell(self, row: int, side: str) -> Mend:
        cell = self._cell(row, side)
        if cell is None or cell.is_decided:
            raise self._gone(row)
        return cell

    def _gone(self, row: int) -> PlanError:
        return PlanError(f"Row {row} does not wait for this decision any more: the table has changed. Look again.")

    def _shown_table(self) -> RowTable:
        if self._table is None:
            raise PlanError("There are no rows to work with any more: choose a table.")
        return self._table

    def _alike_candidates(self, pattern: str) -> Iterator[tuple[DecisionKey, Meaning]]:
        """The rows that wait and have exactly one candidate with these reasons."""
        for key, candidates in self._candidates.items():
            alike = [candidate for candidate in candidates if candidate.pattern == pattern]
            if len(alike) == 1 and self._waits(key):
                yield key, alike[0].id

    def _look_up_offers(self, cell: Mend) -> dict[str, str]:
        """What may be looked up for a cell, and where it stands. What is clear needs no look-up."""
        is_clear = any(repair.kind is not RepairKind.LOOK_UP for repair in cell.reject.repairs)
        if is_clear or cell.side >= len(self._look_up_texts):
            return {}
        return self._look_up_texts[cell.side].offers(cell.reject, cell.position)

    # What the page shows.

    @property
    def _findings(self) -> Sequence[Finding]:
        return self.plan.findings if self.plan and self._report is None else ()

    def view(self, words: Words) -> dict[str, Any]:
        """What the page shows; at most one page of rows, and of what is folded only what is open."""
        table, self._words = self._table, words
        return {
            "is_ready": self._is_ready,
            "is_checked": self.plan is not None,
            "notes": self._notes(words),
            "table": None if table is None else self._table_view(table, words),
            "findings": [
                self._finding_view(position, finding, words)
                for position, finding in enumerate(self._findings[:_MOST_FINDINGS])
            ],
            "parts": self._parts_view(words),
        }

    def _notes(self, words: Words) -> list[str]:
        if self._report is not None:
            return [words("check.report", run=str(self._report.run))]
        notes = [words("check.stale")] if self._table is not None and self.plan is None else []
        if self._looked_up is not None:
            found, judged, nobody = self._looked_up
            notes.append(words("check.looked_up", n=sum(self._looked_up), found=found, judged=judged, nobody=nobody))
        return notes

    def _finding_view(self, position: int, finding: Finding, words: Words) -> dict[str, Any]:
        return {
            "level": finding.level.value,
            "rule": finding.rule,
            "text": printable(words.sentence(finding.advice)),
            "rows": len(finding.rows),
            "is_chosen": position == self._finding,
            "can_swap": finding.rule in _SWAPPING and finding.level is Level.ERROR,
        }

    def _table_view(self, table: RowTable, words: Words) -> dict[str, Any]:
        page = table.page(self._query, words)
        told = self._findings_of(table.numbers[page.positions])
        alike = self._alike_counts(table)
        columns = [
            {"key": "row", "label": words("check.row")},
            *({"key": f"column {n}", "label": _shown(label)} for n, (label, _) in enumerate(table.telling)),
            *({"key": SIDES[side], "label": table.record(side, words)} for side in (0, 1)),
            {"key": "state", "label": words("check.state")},
        ]
        return {
            "columns": columns,
            "filters": [
                {"state": state.value, "label": words(f"check.state.{state}"), "n": n}
                for state, n in table.counts.items()
            ],
            "total": len(table),
            "state": self._query.state.value if self._query.state else "",
            "search": self._query.search,
            "sort": self._query.sort,
            "is_descending": self._query.is_descending,
            "matching": page.matching,
            "page": page.page,
            "pages": page.pages,
            "rows": [self._row_view(table, position, told, alike, words) for position in page.positions.tolist()],
            "has_run": table.has_run,
        }

    def _findings_of(self, numbers: IntArray) -> dict[int, list[int]]:
        """Number of a row to the positions of the findings about it, for some rows."""
        told: dict[int, list[int]] = {}
        for position, finding in enumerate(self._findings):
            for number in numbers[np.isin(numbers, finding.rows)].tolist():
                told.setdefault(number, []).append(position)
        return told

    def _alike_counts(self, table: RowTable) -> Mapping[tuple[str, ...], int]:
        """How many cells wait for each decision or look-up of all alike; counted once a table."""
        if self._counted is None or self._counted[0] is not table:
            alike: Counter[tuple[str, ...]] = Counter()
            for cell in self._cells():
                if not cell.is_decided:
                    alike.update(_all_alike(cell).keys())
                    alike.update({_look_up_kind(cell, place) for place in self._look_up_offers(cell).values()})
            self._counted = table, alike
        return self._counted[1]

    def _row_view(
        self,
        table: RowTable,
        position: int,
        told: Mapping[int, list[int]],
        alike: Mapping[tuple[str, ...], int],
        words: Words,
    ) -> dict[str, Any]:
        number, state = int(table.numbers[position]), table.state(position)
        info = table.cells.get((position, 2))
        return {
            "key": position,
            "row": number,
            "texts": [_shown(texts[position]) for _, texts in table.telling],
            "records": [self._record_view(table, position, side, alike, words) for side in (0, 1)],
            "info": None if info is None else self._reject_view(table, position, info, alike, words),
            "state": state.value,
            "label": words(f"check.state.{state}"),
            # Why a cell is a reject stands in the cell.
            "detail": ""
            if state in (RowState.MEND, RowState.MENDED) and self._mends_of(table, position)
            else _shown(table.detail(position, words), 600),
            "findings": [
                {
                    "level": self._findings[n].level.value,
                    "text": self._finding_view(n, self._findings[n], words)["text"],
                }
                for n in told.get(number, ())
            ],
            "can_leave_out": number > 0 and not table.has_run and state in (*_SENT, RowState.LEFT_OUT),
            "is_left_out": number in self._left_out,
        }

    def _mends_of(self, table: RowTable, position: int) -> bool:
        return any((position, side) in table.cells for side in range(len(SIDES)))

    def _record_view(
        self,
        table: RowTable,
        position: int,
        side: int,
        alike: Mapping[tuple[str, ...], int],
        words: Words,
    ) -> dict[str, Any]:
        number = int((table.children if side else table.parents)[position])
        name = table.name(side, position)
        cell = table.cells.get((position, side))
        return {
            "id": number,
            "name": _shown(name),
            "reject": None if cell is None else self._reject_view(table, position, cell, alike, words),
        }

    def _reject_view(
        self,
        table: RowTable,
        position: int,
        cell: Mend,
        alike: Mapping[tuple[str, ...], int],
        words: Words,
    ) -> dict[str, Any]:
        """A cell that was a reject: what stands there, why that is none, and what can be done about it."""
        raw = _shown(raw_text(cell, words))
        values, is_new = self._decided_values(cell)
        if values:
            return {
                "raw": raw,
                "side": SIDES[cell.side],
                "decision": _shown(mended_text(cell, values, words), 2 * _LONGEST_TEXT),
                "can_take_back": not is_new and self.can_mend,
            }
        return {
            "raw": raw,
            "where": self._place_in_list(cell, words),
            "side": SIDES[cell.side],
            "decision": "",
            "reason": _shown(words.sentence(cell.reject.reason), 400),
            "suggestion": _shown(words.sentence(cell.reject.suggestion), 400),
            "repairs": self._repairs_view(table, cell, alike, words),
            "look_ups": [
                {"text": _shown(text), "alike": alike.get(_look_up_kind(cell, place), 0)}
                for text, place in self._look_up_offers(cell).items()
            ],
            "candidates": self._look_up_view(cell, words),
            "can_mend": self.can_mend,
        }

    def _place_in_list(self, cell: Mend, words: Words) -> str:
        """Where a cell stands in its own list, if rows are not those of a table."""
        is_listed = self._pairs is not None and self._pairs.crossed is not None
        return words("check.in_list", row=cell.row) if is_listed else ""

    def _decided_values(self, cell: Mend) -> tuple[str, bool]:
        """What was decided for a cell, and whether that is not checked yet; an empty text if nothing is decided."""
        own = (cell.row, SIDES[cell.side])
        if own in self._pending:
            return _decision_text(self._pending[own]), True

        for (key, word), repair in _all_alike(cell).items():
            decision = self._pending.get(key)
            if decision == word:
                return _decision_text(_decision(repair)), True
            if key in self._pending and decision is None:
                return "", True
        return ", ".join(map(str, cell.repair.values)), False

    @property
    def can_mend(self) -> bool:
        """Whether decisions on cells can be taken: not once they were sent."""
        return self._report is None and self._pairs is not None and self._pairs.can_be_mended

    def _repairs_view(
        self, table: RowTable, cell: Mend, alike: Mapping[tuple[str, ...], int], words: Words
    ) -> list[dict[str, Any]]:
        shown = []
        for position, repair in enumerate(cell.reject.repairs):
            if repair.kind is RepairKind.LOOK_UP:
                continue
            kind = _alike(cell, repair)
            shown.append(
                {
                    "repair": position,
                    "label": _shown(table.repair_text(cell, repair, words), 2 * _LONGEST_TEXT),
                    "reasons": _shown(" · ".join(map(words.sentence, repair.reasons))),
                    "alike": alike.get(kind, 0) if kind else 0,
                }
            )
        return shown

    def _look_up_view(self, cell: Mend, words: Words) -> dict[str, Any] | None:
        """Whom a text may mean that was looked up; None as long as nothing was found out."""
        candidates = self._candidates.get((cell.row, SIDES[cell.side]))
        if candidates is None:
            return None
        text = self._asked.get((cell.row, SIDES[cell.side]), "")
        return {
            "text": words("check.candidates") if candidates else words("check.nobody", text=_shown(text)),
            "candidates": [
                {
                    "id": candidate.id,
                    "label": _shown(f"{candidate.id} {candidate.label}"),
                    "reasons": _shown(" · ".join(map(words.sentence, candidate.reasons))),
                    "alike": len(dict(self._alike_candidates(candidate.pattern))),
                }
                for candidate in candidates
            ],
        }

    def _parts_view(self, words: Words) -> dict[str, Any]:
        plan = self.plan
        has_requests = plan is not None and bool(plan.requests) and self._report is None
        return {
            "requests": len(plan.requests) if plan and has_requests else 0,
            "request": self._request_view(plan, words) if plan and has_requests and "requests" in self._open else None,
            "has_code": bool(self._code),
            "python": shortened_code(self._code) if "python" in self._open else None,
            "curl": curl_command(plan, self._request) if plan and has_requests and "curl" in self._open else None,
            "has_picture": self._table is not None and self.plan is not None,
            "picture": self._picture_view(self._table, words) if self._table and "picture" in self._open else None,
        }

    def _request_view(self, plan: Plan, words: Words) -> dict[str, Any]:
        number = min(self._request, len(plan.requests))
        window = request_window(plan.to_json(number), self._search, self._hit)
        last = window.first + len(window.lines) - 1
        found = words("check.request_hits", line=window.hit_line, hit=window.hit + 1, n=window.hits)
        return {
            "number": number,
            "title": words(
                "check.request_of", request=number, requests=len(plan.requests), account=printable(plan.account)
            ),
            "lines": [printable(line) for line in window.lines],
            "first": window.first,
            "cut": ""
            if window.total == len(window.lines)
            else words("check.request_cut", first=window.first, last=last, total=window.total),
            "search": self._search,
            "hit": window.hit,
            "hits": window.hits,
            "hit_line": window.hit_line,
            "found": "" if not self._search.strip() else found if window.hits else words("check.request_no_hits"),
        }

    def _picture_view(self, table: RowTable, words: Words) -> dict[str, Any]:
        parents, children, codes = table.links()
        picture = draw_links(parents, children, codes, table.label)
        all_states = list(RowState)
        used_codes = set(codes.tolist())
        states = [state for code, state in enumerate(all_states) if code in used_codes]
        return {
            "titles": [table.record(side, words) for side in (0, 1)],
            "sides": [_nodes_view(picture, side, words) for side in (0, 1)],
            "lines": [[line.parent, line.child, all_states[line.state].value, line.links] for line in picture.lines],
            "legend": [{"state": state.value, "label": words(f"check.state.{state}")} for state in states],
            "texts": _picture_texts(picture, words),
        }


def _picture_texts(picture: LinkPicture, words: Words) -> list[str]:
    """What is to be said below a picture: what it counts, and what it does not show."""
    texts = []
    if picture.links:
        parents, children = (sum(node.records for node in side) for side in (picture.parents, picture.children))
        texts.append(words("check.picture.summary", n=picture.links, parents=parents, children=children))
    if picture.is_shortened:
        texts.append(words("check.picture.shortened"))
    if picture.not_drawn:
        texts.append(words("check.picture.not_drawn", n=picture.not_drawn))
    return texts or [words("check.picture.none")]


def _nodes_view(picture: LinkPicture, side: int, words: Words) -> list[dict[str, Any]]:
    nodes = picture.children if side else picture.parents
    return [
        {
            "label": _shown(f"{node.id} {node.label}".strip())
            if node.id
            else words("check.picture.others", n=node.records),
            "links": node.links,
            "is_group": not node.id,
        }
        for node in nodes
    ]


def _alike(cell: Mend, repair: Repair) -> tuple[str, str] | None:
    """The key and the word of a decision on all cells alike, as `Pairs.mended` takes it; None where there is none."""
    if repair.kind is RepairKind.LOOK_UP:
        return None
    rivals = [other for other in cell.reject.repairs if other.kind is repair.kind and other.pattern == repair.pattern]
    has_others = any(other.kind is repair.kind and other is not repair for other in cell.reject.repairs)
    if len(rivals) != 1 or (has_others and not repair.reasons):
        return None
    return repair.pattern or cell.reject.kind.value, repair.kind.value


def _all_alike(cell: Mend) -> dict[tuple[str, str], Repair]:
    """What can be decided for a cell together with others that are alike."""
    known = ((_alike(cell, repair), repair) for repair in cell.reject.repairs)
    return {alike: repair for alike, repair in known if alike is not None}


def _look_up_kind(cell: Mend, place: str) -> tuple[str, ...]:
    """What cells have in common that are looked up together: side, kind, and where the text stands."""
    return "look up", SIDES[cell.side], cell.reject.kind.value, place


def _repair(cell: Mend, position: int) -> Repair:
    offered = cell.reject.repairs
    if type(position) is not int or not 0 <= position < len(offered):
        raise PlanError(f"Row {cell.row} has no such repair any more: look at it again.")
    return offered[position]


def _decision(repair: Repair) -> Meaning:
    """A repair as a decision that a copied cell of Python can hold."""
    first, *others = repair.values
    return [int(value) for value in repair.values] if others else first


def _decision_text(decision: Meaning | None) -> str:
    """The ids of a decision, as the page shows them; an empty text for one that was taken back."""
    if decision is None:
        return ""
    return ", ".join(map(str, decision)) if isinstance(decision, list | tuple) else str(decision)


def _shown(text: str, limit: int = _LONGEST_TEXT) -> str:
    """A text from outside: nothing hidden in it, not endless."""
    written = printable(text)
    return written if len(written) <= limit else f"{written[: limit - 1]}…"
