"""The report of a run as a table to be saved, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onoffice_nb.builder.wording import Words
from onoffice_nb.execution.report import RESULT_COLUMNS, Report
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
    import pandas as pd

    results = report.frame.loc[:, list(RESULT_COLUMNS)]
    told = {name: results[name].map(words.sentence) for name in _SENTENCES}
    told["outcome"] = results["outcome"].map(lambda outcome: words(f"outcome.{outcome}"))
    results = results.assign(**told).set_axis(_headings(report, words), axis="columns")
    if report.source is None:
        return results

    taken = {name: words("report.yours", name=str(name)) for name in results.columns if name in report.source.columns}
    return pd.concat([report.source.rename(columns=taken), results], axis=1)


def _headings(report: Report, words: Words) -> list[str]:
    """What the columns of results are called: in English as in Python, else as on the page."""
    if words.language == "en":
        return list(RESULT_COLUMNS)
    sides = {"parent": report.relation.parent, "child": report.relation.child}
    records = {side: words.module(module_of_records(module)) for side, module in sides.items()}
    # Told apart where both are of one module.
    if records["parent"] == records["child"]:
        records = {side: f"{record} {n}" for n, (side, record) in enumerate(records.items(), 1)}
    names = {side: words("check.id_of", record=record) for side, record in records.items()}
    return [names.get(name) or words(f"report.{name}") for name in RESULT_COLUMNS]
