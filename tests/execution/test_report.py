"""Reports: one row per input row, equal problems once, nothing that steers a page or a table."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

import onoffice_nb as oo
from onoffice_nb.sandbox import Sandbox
from tests.samples import SAMPLES


@pytest.fixture
def report() -> oo.Report:
    box = Sandbox()
    box.link("buyer", [(1006, 5007)])
    crm = box.client()
    frame = oo.read_table(SAMPLES / "kaeufer_export.csv")
    pairs = oo.read_pairs(frame, parent="Datensatznr. Immobilie", child="Datensatznr. Adresse")
    return oo.submit(crm, oo.plan(crm, "Käufer", pairs), progress=False)


def test_every_row_of_the_export_is_accounted_for(report: oo.Report) -> None:
    said = [
        (outcome, None if pd.isna(parent) else int(parent), None if pd.isna(child) else int(child))
        for outcome, parent, child in zip(
            report.frame["outcome"], report.frame["parent"], report.frame["child"], strict=True
        )
    ]
    assert said == [
        ("linked", 1001, 5001),
        ("linked", 1002, 5002),
        ("linked", 1002, 5003),
        ("skipped", None, None),
        ("skipped", None, None),
        ("linked", 1005, 5006),
        ("linked", 1005, 5006),
        ("already linked", 1006, 5007),
        ("skipped", None, None),
        ("skipped", None, None),
        ("skipped", None, None),
        ("linked", 1010, 5012),
        ("skipped", None, None),
        ("skipped", None, None),
    ]
    assert report.frame["Name"].tolist()[0] == "Brandt, Jürgen"
    messages = report.frame["message"].tolist()
    assert messages[6] == "the same pair as row 7"
    for row, raw in {3: "1.003", 8: "5008/5009", 9: "#NV", 10: "KD-5011", 12: "-1011", 13: "9,00E+03"}.items():
        assert raw in messages[row]


def test_what_it_prints(report: oo.Report) -> None:
    text = str(report)
    assert text.startswith("SANDBOX · Muster Immobilien · run 1\nestate (parent) → address (child), the buyer\n")
    assert "6 linked · 1 already linked · 7 skipped" in text
    assert "14 rows: " in text
    assert "1 request that writes in" in text
    assert repr(report).startswith("<Report SANDBOX")
    assert "SANDBOX" in report._repr_html_()


def test_equal_problems_once() -> None:
    box = Sandbox(empty=True)
    box.add("estate", 1, 2)
    box.add("address", 101)
    crm = box.client()
    pairs = oo.read_pairs(parent=[1, 2, 77, 78], child=[900, 901, 101, 101])
    report = oo.submit(crm, oo.plan(crm, "buyer", pairs), progress=False)
    problems = report.problems()
    assert len(problems) == 2
    assert all(": 2 rows. " in problem and problem.startswith("failed: error 29") for problem in problems)


def test_files(report: oo.Report, tmp_path: Path) -> None:
    path = report.to_csv(tmp_path / "report.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read umlauts"
    again = oo.read_table(path)
    assert again["outcome"].tolist() == report.frame["outcome"].tolist()
    assert "Brandt" in path.read_text(encoding="utf-8-sig")
    assert "Brandt" not in report.to_csv(tmp_path / "ids.csv", names=False).read_text(encoding="utf-8-sig")
    assert "Brandt" not in report.to_markdown()
    lines = report.to_markdown(names=True).splitlines()
    assert len(lines) == 2 + len(report.frame)
    assert len({line.count(" | ") for line in lines}) == 1


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    crm = Sandbox().client()
    evil = ["=1+1", "@SUM(A1)", "+1+cmd|' /C calc'!A0", " =1", "-HYPERLINK(1)"]
    frame = pd.DataFrame(
        {
            "=2+2": evil,
            "kind": pd.Categorical(evil),
            "phone": ["+49 241 4791-0", "-", "0241", "+1 (555) 1234", ""],
            "price": [-1.5, 2e-7, float("nan"), 1e20, -3e-9],
            "day": pd.to_datetime(["2026-11-24"] * 5),
            "estate": ["=1001", 1001, 1002, 1003, 1004],
            "address": [5001] * 5,
        },
        index=[7, 7, 1, 2, 3],
    )
    report = oo.submit(
        crm, oo.plan(crm, "buyer", oo.read_pairs(frame, parent="estate", child="address")), progress=False
    )
    again = oo.read_table(report.to_csv(tmp_path / "report.csv", names=True))
    for column in ("'=2+2", "kind"):
        assert again[column].tolist() == [f"'{text}" for text in evil]
    for column in ("phone", "day", "parent", "outcome"):
        assert not again[column].str.startswith("'").any()
    assert again["phone"].tolist() == frame["phone"].tolist()
    assert again["day"].tolist() == ["2026-11-24"] * 5
    prices = [float(price.replace(",", ".") or "nan") for price in again["price"]]
    assert prices == pytest.approx(frame["price"].tolist(), nan_ok=True)
    assert report.frame["=2+2"].tolist() == evil, "in the notebook the frame is as it was"


def test_hostile_texts_stay_texts() -> None:
    crm = Sandbox().client()
    frame = pd.DataFrame({"outcome": ["<script>alert(1)</script>", "a|b\nc"], "e": [1001, "<b>"], "a": [5001, 5001]})
    report = oo.submit(crm, oo.plan(crm, "buyer", oo.read_pairs(frame, parent="e", child="a")), progress=False)
    assert "<script>" not in report._repr_html_()
    assert "<b>" not in report._repr_html_()
    assert report.frame["outcome (yours)"].tolist()[0].startswith("<script>")
    assert len(report.to_markdown(names=True).splitlines()) == 4


@pytest.mark.parametrize(
    "index", [[7, 7, 7], list("abc"), pd.MultiIndex.from_tuples([(1, 2), (1, 3), (2, 2)])], ids=str
)
def test_awkward_indexes(index: list[object] | pd.Index) -> None:
    crm = Sandbox().client()
    frame = pd.DataFrame({"e": [1001, None, 1002], "a": [5001, 5001, 5002]})
    frame.index = pd.Index(index) if isinstance(index, list) else index
    report = oo.submit(crm, oo.plan(crm, "buyer", oo.read_pairs(frame, parent="e", child="a")), progress=False)
    assert report.frame["outcome"].tolist() == ["linked", "skipped", "linked"]
    assert report.frame.index.equals(frame.index)


def test_no_pairs_at_all() -> None:
    crm = Sandbox().client()
    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=["x"], child=["y"]))
    assert "no pairs. Nothing to send" in repr(plan)
    report = oo.submit(crm, plan, progress=False)
    assert report.frame["outcome"].tolist() == ["skipped"]
    assert len(oo.undo(crm, report, progress=False).frame) == 0


def test_the_users_columns_stand_beside_the_outcomes_in_csv_and_excel(tmp_path: Path) -> None:
    crm = Sandbox().client()
    frame = pd.DataFrame(
        {
            "name": ["=1+1", "B", "C"],
            "tags": [["a", "ü"], {"k": 1}, None],
            "price": pd.Series([1.5, 2, "x"], dtype=object),
            "long": [12345678901234567, 1, 2],
            "e": [1001, "x", 1002],
            "a": [5001, 5001, 5002],
        }
    )
    pairs = oo.read_pairs(frame, parent="e", child="a")
    report = oo.submit(crm, oo.plan(crm, "buyer", pairs), progress=False)
    for again in (
        oo.read_table(report.to_csv(tmp_path / "report.csv")),
        oo.read_table(report.to_excel(tmp_path / "report.xlsx")),
    ):
        assert list(again.columns)[:6] == list(frame.columns)
        assert again["name"].tolist() == ["'=1+1", "B", "C"]
        assert again["tags"].tolist()[:2] == ['["a", "ü"]', '{"k": 1}']
        assert str(again["price"].tolist()[0]) in ("1,5", "1.5")
        assert str(again["long"].tolist()[0]) == "12345678901234567"
        assert again["outcome"].tolist() == ["linked", "skipped", "linked"]
        assert "'x'" in again["message"].tolist()[1]
    assert not any(note for note in again.attrs.get("notes", ()) if "formula" in note)
    with pytest.raises(oo.InputError, match="cannot be written"):
        report.to_excel(tmp_path / "nowhere" / "report.xlsx")


def test_cells_of_any_kind_are_written_as_texts_that_mean_the_same(tmp_path: Path) -> None:
    endless: list[object] = [1]
    endless.append(endless)
    cells = [
        dt.datetime(2024, 5, 1),
        dt.datetime(2024, 5, 1, 14, 30),
        dt.datetime(1899, 5, 1),
        dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
        {("a", 1): "x"},
        endless,
        {"b", "a"},
        2**60,
        1.5,
        "x" * 40_000,
    ]
    frame = pd.DataFrame(
        {"Immobilie": 1001, "Käufer": range(5001, 5001 + len(cells)), "Notiz": pd.Series(cells, dtype=object)}
    )
    crm = Sandbox().client()
    plan = oo.plan(crm, "buyer", oo.read_pairs(frame, parent="Immobilie", child="Käufer"), preflight=False)
    report = oo.submit(crm, plan, progress=False)

    written = pd.read_csv(report.to_csv(tmp_path / "r.csv"), sep=";", dtype=str)["Notiz"].tolist()
    assert written[:3] == ["2024-05-01", "2024-05-01 14:30:00", "1899-05-01"]
    assert written[4:9] == ["{('a', 1): 'x'}", "[1, [...]]", '["a", "b"]', str(2**60), "1,5"]

    book = load_workbook(report.to_excel(tmp_path / "r.xlsx"))
    values = [cell.value for cell in book["Report"]["C"]][1:]
    assert values[:3] == [cells[0], cells[1], "1899-05-01 00:00:00"]
    assert values[7:9] == [str(2**60), 1.5]
    assert len(values[9]) == 32_767
    assert values[9].endswith("…")


def test_more_rows_than_a_sheet_has_are_refused(
    report: oo.Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("onoffice_nb.execution.report_files._MOST_ROWS", len(report.frame))
    with pytest.raises(oo.InputError, match=r"A sheet has 14 rows, the report 14 and a header\. Write CSV"):
        report.to_excel(tmp_path / "r.xlsx")
    assert report.to_csv(tmp_path / "r.csv").exists()


def test_of_many_problems_the_first_are_shown() -> None:
    text = "\n".join(f"{1001 + row}\t{'x' * (row + 1)}" for row in range(14))
    frame = oo.read_table(f"estate\tbuyer\n{text}")
    crm = Sandbox().client()
    report = oo.submit(crm, oo.plan(crm, "buyer", oo.read_pairs(frame, parent="estate", child="buyer")), progress=False)
    assert "… and 2 more: see report.frame." in str(report)
    assert "… and 2 more: see report.frame." in report._repr_html_()
