"""What matching found: an id for each row that is sure or decided, and candidates for the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from onoffice_nb.errors import InputError
from onoffice_nb.formatting import counted, escape, html_table, make_frame, quote
from onoffice_nb.intake.lookups import LookedUp
from onoffice_nb.intake.repairs import Reject, RejectKind, Repair
from onoffice_nb.matching.candidates import Candidate

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DECIDED", "Match", "Matches"]

DECIDED = "decided by you"

_SHOWN = 10
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Match:
    """The record of one row: its id, its label, and the rule that found it or `decided by you`."""

    id: int
    label: str
    rule: str


@dataclass(frozen=True, eq=False)
class Matches(LookedUp):
    """The rows of a frame and the records that they mean. Immutable: a decision makes a new one.

    Attributes:
        module: `address` or `estate`.
        texts: Number of a row (as its file counts it, else from 1) to what the row says, as one text.
        found: Number of a row to the record that it surely means, by a rule or by a decision.
        problems: Number of a row to the reason why it has no record yet.
        kinds: Number of a row without a record to the kind of that reason.
        columns: The labels of the frame's columns by which the rows were matched.
        index: The index of the frame.

    Example:
        >>> import onoffice_nb as oo, pandas as pd
        >>> crm = oo.Sandbox().client()
        >>> export = pd.DataFrame({"Objekt-Nr": ["A-1001", "a-1002 ", "A-9999"]})
        >>> oo.match(crm, "estate", export, by={"objektnr_extern": "Objekt-Nr"})
        <Matches estate: 2 of 3 rows found (2 by object number), 1 not found>
    """

    module: str
    texts: Mapping[int, str]
    found: Mapping[int, Match]
    problems: Mapping[int, str]
    kinds: Mapping[int, RejectKind]
    # A property of the class that is inherited, so the field has another name.
    _columns: tuple[Hashable, ...] = field(repr=False)
    index: pd.Index[Any] = field(repr=False)
    _find: Callable[[], Mapping[int, tuple[Candidate, ...]]] = field(repr=False)

    @property
    def columns(self) -> tuple[Hashable, ...]:
        """The labels of the frame's columns by which the rows were matched."""
        return self._columns

    @property
    def cells(self) -> list[int | Reject]:
        """One cell a row for `read_pairs` and `read_ids`: the record id, or a reject that says why there is none.

        The repairs of a reject are the row's candidates, each with the record in words and the reasons.

        Example:
            >>> import onoffice_nb as oo, pandas as pd
            >>> crm = oo.Sandbox().client()
            >>> export = pd.DataFrame({"Objekt-Nr": ["A-1001", "A-9999"], "Adresse": [5001, 5002]})
            >>> estates = oo.match(crm, "estate", export, by={"objektnr_extern": "Objekt-Nr"})
            >>> oo.read_pairs(export, parent=estates, child="Adresse")
            1 pair · 0 duplicates · 1 reject (first: row 2, 'A-9999': no record has this object number)
        """
        likely = self.candidates
        return [self.found[row].id if row in self.found else self._reject(row, likely[row]) for row in self.texts]

    @property
    def series(self) -> pd.Series[Any]:
        """The same as `cells`, with the labels of the frame's rows."""
        import pandas as pd

        name = " and ".join(map(str, self.columns))
        return pd.Series(self.cells, index=self.index, dtype=object, name=name)

    @property
    def rules(self) -> Mapping[int, str]:
        """The position of each row that has a record (from 0) to the rule that found it."""
        return {position: self.found[row].rule for position, row in enumerate(self.texts) if row in self.found}

    def _reject(self, row: int, candidates: tuple[Candidate, ...]) -> Reject:
        repairs = tuple(Repair.take(one.id, one.label, one.reasons) for one in candidates)
        # Names of records stand in the repairs alone, as a suggestion is written down in plans and journals.
        likely = " or ".join(f"{one.id} ({one.pattern})" for one in candidates[:_SUGGESTED])
        suggestion = f"perhaps {likely}" if likely else ""
        return Reject(self.texts[row], self.problems[row], suggestion, self.kinds[row], repairs)

    @property
    def candidates(self) -> dict[int, tuple[Candidate, ...]]:
        """Number of a row to the records that it may mean, the likeliest first, for every row without a record."""
        likely = self._find()
        return {row: likely.get(row, ()) for row in self.problems}

    @property
    def frame(self) -> pd.DataFrame:
        """One row per input row: row, text, id (nullable), label, rule, problem."""
        rows = list(self.texts)
        matches = [self.found.get(row) for row in rows]
        table = make_frame(
            {
                "row": rows,
                "text": list(self.texts.values()),
                "id": [match.id if match else None for match in matches],
                "label": [match.label if match else "" for match in matches],
                "rule": [match.rule if match else "" for match in matches],
                "problem": [self.problems.get(row, "") for row in rows],
            }
        )
        return table.astype({"id": "Int64"})

    @property
    def candidate_frame(self) -> pd.DataFrame:
        """One row per candidate: row, text, rank (from 1), id, label, reasons."""
        listed = [
            (row, self.texts[row], rank, candidate.id, candidate.label, candidate.pattern)
            for row, candidates in self.candidates.items()
            for rank, candidate in enumerate(candidates, 1)
        ]
        names = ("row", "text", "rank", "id", "label", "reasons")
        return make_frame({name: [line[place] for line in listed] for place, name in enumerate(names)})

    def decided(self, choices: Mapping[int, int]) -> Matches:
        """Take candidates that you chose; everything else stays as it is.

        Args:
            choices: Number of a row to the id of one of its candidates.

        Returns:
            New matches, in which these rows are `decided by you`.

        Raises:
            InputError: A row has a record already or does not exist, or the id is not among its candidates;
                all of them are named at once, and nothing is decided.

        Example:
            >>> import onoffice_nb as oo, pandas as pd
            >>> crm = oo.Sandbox().client()
            >>> export = pd.DataFrame({"Vorname": ["Jürgn"], "Name": ["Brandt"], "Ort": ["Aachen"]})
            >>> matches = oo.match(crm, "address", export, by=["Vorname", "Name", "Ort"])
            >>> matches.candidates[1][0].id, matches.candidates[1][0].reasons[0]
            (5001, 'similar name')
            >>> matches.decided({1: 5001})
            <Matches address: 1 of 1 row found (1 decided by you)>
        """
        likely = self.candidates
        problems = []
        taken: dict[int, Match] = {}
        for row, number in choices.items():
            chosen = next((candidate for candidate in likely.get(row, ()) if candidate.id == number), None)
            if chosen is not None:
                taken[row] = Match(chosen.id, chosen.label, DECIDED)
            elif row not in likely:
                problems.append(f"row {row!r} is not waiting for a decision")
            else:
                offered = ", ".join(str(candidate.id) for candidate in likely[row]) or "none"
                problems.append(f"row {row} cannot be {number!r}: its candidates are {offered}")

        if problems:
            raise InputError(f"Nothing was decided: {'; '.join(problems)}. matches.candidate_frame shows them.")
        return self._with(taken)

    def decided_alike(self, reasons: str) -> Matches:
        """Take one candidate of every row where exactly one has these reasons.

        Args:
            reasons: As `Candidate.pattern` and the column `reasons` of `candidate_frame` have them.

        Returns:
            New matches; rows with no or several such candidates still wait.

        Raises:
            InputError: No row has such a candidate.
        """
        taken = {}
        for row, candidates in self.candidates.items():
            alike = [candidate for candidate in candidates if candidate.pattern == reasons]
            if len(alike) == 1:
                taken[row] = Match(alike[0].id, alike[0].label, DECIDED)
        if not taken:
            raise InputError(
                f"Expected reasons that some row has exactly once, got {quote(str(reasons))}:"
                " matches.candidate_frame['reasons'] lists them."
            )
        return self._with(taken)

    def _with(self, taken: Mapping[int, Match]) -> Matches:
        open_problems = {row: problem for row, problem in self.problems.items() if row not in taken}
        return replace(self, found={**self.found, **taken}, problems=open_problems)

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        by_rule: dict[str, int] = {}
        for match in self.found.values():
            by_rule[match.rule] = by_rule.get(match.rule, 0) + 1
        ways = ", ".join(f"{n:,} {rule if rule == DECIDED else f'by {rule}'}" for rule, n in by_rule.items())
        found = f"{len(self.found):,} of {counted(len(self), 'row')} found{f' ({ways})' if ways else ''}"
        missing = f", {len(self.problems):,} not found" if self.problems else ""
        return f"<Matches {self.module}: {found}{missing}>"

    def _repr_html_(self) -> str:
        likely = self.candidates
        rows = [
            (
                row,
                self.texts[row],
                self.problems[row],
                "; ".join(map(str, likely[row])),
            )
            for row in list(self.problems)[:_SHOWN]
        ]
        more = f"<div>… and {len(self.problems) - _SHOWN:,} more</div>" if len(self.problems) > _SHOWN else ""
        table = html_table(["row", "text", "problem", "candidates"], rows, numeric=[0]) if rows else ""
        return f"<div>{escape(repr(self))}</div>{table}{more}"
