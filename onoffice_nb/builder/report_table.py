"""The report of a run as a table to be saved, in the language of the page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from onoffice_nb.builder.wording import Words
from onoffice_nb.execution.report import RESULT_COLUMNS, Report, beside_source
from onoffice_nb.planning.records import module_of_records

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["report_table"]

_SENTENCES: Final = ("message", "advice")


def report_table(report: Report, words: Words) -> pd.DataFrame:
    """The user's own columns, then what became of each row, as `report.frame` has them, in the words of the page.

    Args:
        report: The report, which itself stays in English.
        words: The language of the page.

    Returns:
        A new frame.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001]))
        >>> report = oo.submit(crm, plan, progress=False)
        >>> report_table(report, Words("de"))["Ergebnis"].tolist()
        ['verknüpft']
    """
    results = replace(report, source=None).frame
    told = {name: results[name].map(words.sentence) for name in _SENTENCES}
    told["outcome"] = results["outcome"].map(lambda outcome: words(f"outcome.{outcome}"))
    for heading in report.row_notes:
        told[heading] = results[heading].map(partial(_note, words))
    results = results.assign(**told).set_axis(_headings(report, words), axis="columns")
    return beside_source(report.source, results, partial(words, "report.yours"))


def _note(words: Words, note: str) -> str:
    """What was done in a row: one sentence for each of its cells."""
    return "; ".join(words.sentence(part) for part in note.split("; "))


def _headings(report: Report, words: Words) -> list[str]:
    """What the columns of results are called: in English as in Python, else as on the page."""
    if words.language == "en":
        return [*RESULT_COLUMNS, *report.row_notes]
    sides = {"parent": report.relation.parent, "child": report.relation.child}
    records = {side: words.module(module_of_records(module)) for side, module in sides.items()}
    # Told apart where both are of one module.
    if records["parent"] == records["child"]:
        records = {side: f"{record} {n}" for n, (side, record) in enumerate(records.items(), 1)}
    names = {side: words("check.id_of", record=record) for side, record in records.items()}
    notes = {f"{side} found by": words("report.found_by", record=record) for side, record in records.items()}
    notes["mended by you"] = words("report.mended")
    return [names.get(name) or words(f"report.{name}") for name in RESULT_COLUMNS] + [
        notes[heading] for heading in report.row_notes
    ]
