"""What the engine says of rows is German where the page is."""

from __future__ import annotations

import re
from string import Formatter

import pandas as pd
import pytest

import onoffice_nb as oo
from onoffice_nb.builder.wording.row_sentences import ROW_SENTENCES
from onoffice_nb.builder.wording.sentences import in_german
from onoffice_nb.intake.cells import read_cell
from onoffice_nb.intake.repairs import Reject

CELLS = [
    *("", "#NV", "=A1", "0", "007", "+5", "-1011", "-1.5", "9,00E+03", "1.003", "5008,123", "5008/5009", "12.03.2024"),
    *("5-9", "12 %", "12,00", "12,5", "1.234", "KD-5011", "Musterstraße", "5001 (alt)", "١٢٣", "«5001»", "9" * 30),
    *(True, 3.5, 1.003, pd.Timestamp("2024-01-01"), [1], 2**60),
]


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_reasons_and_advice_of_rejects_are_german(cell: object) -> None:
    reject = read_cell(cell)
    assert isinstance(reject, Reject)
    assert in_german(reject.reason) != reject.reason
    assert not reject.suggestion or in_german(reject.suggestion) != reject.suggestion


@pytest.mark.parametrize(
    ("relation", "parents", "children"),
    [
        ("buyer", [999_999], [5001]),
        ("buyer", [5001, 5002], [1001, 1002]),
        ("estate:estateUnit", [1001], [1001]),
        ("estate:address:contactPerson", [1001], [5001]),
    ],
)
def test_findings_leave_no_english_sentence(relation: str, parents: list[int], children: list[int]) -> None:
    pairs = pd.DataFrame({"Adresse": parents, "Immobilie": children})
    plan = oo.plan(oo.Sandbox().client(), relation, oo.read_pairs(pairs, parent="Adresse", child="Immobilie"))
    assert plan.findings
    for finding in plan.findings:
        german = in_german(finding.advice.replace("plan pairs.swapped()", "swap the two sides"))
        assert not re.search(r"\b(the|rows?|is|are|with|or|not)\b", german), german


def test_both_languages_name_the_same_values() -> None:
    for english, german in ROW_SENTENCES.items():
        named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, german)]
        assert named[1] <= named[0], english


def test_reasons_in_a_report_are_german_with_their_advice() -> None:
    reason = (
        "Datensatznr. Adresse: '5.004': a thousands separator or a fraction (perhaps 5004, written without separators)"
    )
    german = in_german(reason)
    assert german.startswith("Datensatznr. Adresse: '5.004': ein Tausendertrennzeichen oder ein Bruch (vielleicht 5004")
