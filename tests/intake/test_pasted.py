from __future__ import annotations

import csv
import time
from contextlib import suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onoffice_nb.errors import PairsError
from onoffice_nb.intake.cells import ParsedId, read_cell
from onoffice_nb.intake.explanations import certain_list, explain
from onoffice_nb.intake.files import read_table
from onoffice_nb.intake.ids import read_ids
from onoffice_nb.intake.pairs import cross, read_pairs
from onoffice_nb.intake.pasted import pasted_rows, read_pasted_column
from onoffice_nb.intake.repairs import RejectKind
from onoffice_nb.model import MAX_ID


@pytest.mark.parametrize(
    ("text", "cells", "header"),
    [
        ("5001\n5002\n", ["5001", "5002"], ""),
        ("5001\r\n5002\r\n", ["5001", "5002"], ""),
        ("5001\r5002", ["5001", "5002"], ""),
        ("5001; 5002;5003", ["5001", "5002", "5003"], ""),
        ("5001, 5002,5003", ["5001, 5002,5003"], ""),
        ("5001, 5002 , 5003", ["5001", "5002", "5003"], ""),
        ("5001,5002,5003", ["5001", "5002", "5003"], ""),
        ("5001 5002  5003", ["5001", "5002", "5003"], ""),
        ("48, 281", ["48", "281"], ""),
        ("5001, 5002,", ["5001", "5002"], ""),
        ("5001,\n5002,\n5003", ["5001", "5002", "5003"], ""),
        ("5001;\n5002;\n", ["5001", "5002"], ""),
        # A spreadsheet copies the empty cells beside a column, too.
        ("\t5001\t\t\r\n\t5002\t\t\r\n", ["5001", "5002"], ""),
        # A copied column: its header, and an empty cell that must keep its row.
        ("Datensatznr. Adresse\r\n5001\r\n\r\n5003\r\n", ["5001", "", "5003"], "Datensatznr. Adresse"),
        ('"Datensatznr.\nAdresse"\n5001', ["5001"], "Datensatznr.\nAdresse"),
        ("\n5001\n\n", ["", "5001", ""], ""),
        # A cell with line breaks is one cell.
        ('5001\n"5002\n5003\n5004"\n5005', ["5001", "5002\n5003\n5004", "5005"], ""),
        ('"5001"\n"50""02"\n"5003', ["5001", '50"02', '"5003'], ""),
        # No header: a bad id is refused, not passed over.
        ("KD-5011\n5001", ["KD-5011", "5001"], ""),
        ("Adresse 2\n5001", ["Adresse 2", "5001"], ""),
        ("#NV\n5001", ["#NV", "5001"], ""),
        ("Adresse", ["Adresse"], ""),
        ("", [], ""),
    ],
)
def test_pasted_text_is_split_into_the_cells_that_were_meant(text: str, cells: list[str], header: str) -> None:
    pasted = read_pasted_column(text, "ids")
    assert (pasted.cells, pasted.header) == (cells, header)


@pytest.mark.parametrize(
    "line",
    [
        # One number, perhaps.
        *("1 111", "1\u00a0111", "1\u202f111", "1\u2009111", "1 111 222", "1.011", "1,011", "1'234", "1’234", "1_234"),
        *("1011,5", "5006,0", "1 003,50", "100,200", "12,34,567", "9,00E+03", "9,10E+03 9,20E+03", "5001,5002"),
        # Phone numbers, accounts, codes.
        *("241 4791", "49 241 479110", "0241 479110", "+49 241 4791-0", "0241/4791", "370 400 44"),
        *("DE89 3704 0044 0532 0130 00", "52062 Aachen", "§ 34 c", "10 %", "5001 €", "EUR 5001", "5.001,00 €"),
        # Dates and times, ranges.
        *("01.05.2024", "1. 5. 2024", "12 5 2024", "12/5/24", "2024-05-01", "12:30", "1. Mai 2024", "KW 12"),
        *("5001 - 5010", "5001-5010", "5001–5010", "5001 bis 5010", "von 5001 bis 5010", "5001..5010", "5001 to 5010"),
        # Texts.
        *("Hauptstr. 12", "Am Markt 5", "Ring 1011", "Straße des 17. Juni 135", "Nr. 5", "Nr 5001", "5001 (Kaya)"),
        *("5001 Kaya", "Kaya 5001", "XIV 3", "5001 / 5002", "5001 und 5002", "5001 & 5002", "5001|5002", "5001+5002"),
        *("5001, KD-5, 5003", "5001,12a,5003", "5001; ;5003", "[5001, 5002]", "'5001', '5002'", "５００１ ５００２"),
        *("5001\u20285002", "5001\x0b5002", "5001\u00a05002", f"5001, {MAX_ID + 1}", "5001, 05002", "5001, -5002"),
        *("1,003; 1,004", "1 101, 1 102", "5001, 5002 5003"),
    ],
)
def test_whatever_may_be_something_else_is_one_reject(line: str) -> None:
    for text in (line, f"Adresse\n{line}\n5001", f"5001\n{line}", f"{line}\t\n5001\t"):
        ids = read_ids(text)
        assert set(ids) <= {5001}
        assert len(ids) == (text != line)
        assert ids.rejects["raw"].tolist() == [line]


def test_a_range_an_amount_and_a_formula_are_named_as_such() -> None:
    ids = read_ids(["5001 bis 5010", "10 %", "=SVERWEIS(A2;B:C;2)"])
    assert ids.rejects["reason"].tolist() == ["a range", "an amount or a percentage", "a formula without its result"]
    assert "save it" in ids.rejects["suggestion"][2]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("1011\t5001", 2),
        ("1011\t5001\n1012\t5002", 2),
        ("Immobilie\tAdresse\n1011\t5001", 2),
        ("1011\t\n\t5001", 2),
        ("1011\t5001\tKaya\n", 3),
        ("1011;5001\n1012;5002", 2),
        ("1011;5001\n1012;\n1013;5003", 2),
        ("Immobilie;Adresse\n1011;5001", 2),
        ("1011;Brandt\n1012;Kaya", 2),
        ("1011, 5001\n1012, 5002", 2),
        ("1011, 5001\n1012, KD-5\n1013, 5003", 2),
        ("Immobilie, Adresse\n1011, 5001", 2),
        ("1011 5001\n1012 5002\n\n1013 5003", 2),
    ],
)
def test_two_columns_in_a_text_for_one_are_refused_with_the_reason(text: str, columns: int) -> None:
    with pytest.raises(PairsError, match=rf"^child: {columns} columns side by side, such as .*oo\.read_table"):
        read_pairs(parent="1001\n1002", child=text)
    with pytest.raises(PairsError, match=rf"^ids: {columns} columns"):
        read_ids(text)


def test_a_list_over_several_lines_is_no_table() -> None:
    for text in ("5001, 5002,\n5003, 5004", "5001 5002 5003\n5004", "5001, 5002\n5003\n5004 5005"):
        assert list(read_ids(text)) == list(range(5001, 5001 + text.count("500")))
    assert read_ids("5001, 5002\n5003").notes == ("ids: 1 line was taken as a list of ids, such as '5001, 5002'",)


@pytest.mark.parametrize(("parent", "child"), [("1001\n1002", "1001\r\n1002\r\n"), ("1001", " 1001 ")])
def test_the_same_text_on_both_sides_is_refused_with_the_reason(parent: str, child: str) -> None:
    for read in (read_pairs, cross):
        args: Any = {"parent": parent, "child": child} if read is read_pairs else {"parents": parent, "children": child}
        with pytest.raises(PairsError, match="the same text, so every record would be linked with the one of the same"):
            read(**args)
    assert len(read_pairs(parent=[1001], child=[1001])) == 1
    assert len(read_pairs(parent="", child="")) == 0


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("\n", [[""]]),
        ("1001\t5001\n1002\t\n", [["1001", "5001"], ["1002", ""]]),
        ('1001\t"Allee 5\r\nHinterhaus"\r\n', [["1001", "Allee 5\nHinterhaus"]]),
        ('"sagt ""nein"""\t5001', [['sagt "nein"', "5001"]]),
        ('"Villa am See\t5001\nHof\t5002"', [['"Villa am See', "5001"], ["Hof", '5002"']]),
        ('2" Rohr\t5001', [['2" Rohr', "5001"]]),
    ],
)
def test_a_pasted_table_keeps_its_cells(text: str, rows: list[list[str]]) -> None:
    assert pasted_rows(text) == rows


IDS = st.integers(1, MAX_ID)
LONG_IDS = st.integers(1000, MAX_ID)
LISTS = st.lists(IDS.map(str), min_size=1, max_size=5)
SEPARATORS = st.sampled_from([";", ", ", ",", " ", "/", " und ", " bis ", "-", ".", "\u00a0"])
CHARACTERS = "0123456789,.;:/-+|&'’\"()#=%€\t\n\r EeXKbisund\u00a0\u2009٥５_"
TEXTS = st.text(st.sampled_from(CHARACTERS), max_size=40) | st.text()
CELLS = (
    IDS.map(str)
    | st.builds(str.join, SEPARATORS, LISTS)
    | st.sampled_from(["", "x", "1 111", "1.003", "#NV", "5006.0", " 5007", "5001 "])
    | TEXTS
)


@given(st.lists(IDS, min_size=1), st.sampled_from(["\n", "\r\n", ";", "; ", ", ", " , "]))
def test_plain_ids_survive_every_certain_separator(ids: list[int], separator: str) -> None:
    assert read_pasted_column(separator.join(map(str, ids)) + "\n", "ids").cells == list(map(str, ids))


@given(st.lists(LONG_IDS, min_size=3), st.sampled_from([",", " ", "  "]))
def test_commas_and_blanks_separate_what_cannot_be_one_number(ids: list[int], separator: str) -> None:
    assert read_pasted_column(separator.join(map(str, ids)), "ids").cells == list(map(str, ids))


@given(TEXTS)
@example("1 111\n1 112")
@example("1011,5")
@example("5001 bis 5010")
def test_an_id_that_is_taken_stands_as_such_in_the_text(text: str) -> None:
    try:
        ids = read_ids(text)
    except PairsError:
        return
    # Between its neighbours, which neither join it to a number nor are letters or digits of whatever script.
    for line in filter(None, map(str.strip, text.replace("\r", "\n").split("\n"))):
        text = text.replace(line, f" {line} ", 1)
    words = text.translate(dict.fromkeys(map(ord, ';,"\t\ufeff\u200b\u2060'), " ")).split()
    for value in ids:
        assert {str(value), f"{value}.0", f"{value}.00"} & set(words)


@given(st.lists(CELLS.filter(lambda cell: not set('\t\n\r"') & set(cell)), min_size=2, max_size=6))
def test_a_line_is_judged_by_the_rules_of_a_cell(cells: list[str]) -> None:
    try:
        pasted = read_ids("\n".join(["", *cells, ""]))
    except PairsError:
        return
    expected: list[int] = []
    for cell in cells:
        parsed = read_cell(cell.strip(" ").strip(";").rstrip(",").strip(" "))
        if isinstance(parsed, ParsedId):
            expected.append(parsed.value)
        elif parsed.kind is RejectKind.SEVERAL_IDS and certain_list(parsed.raw):
            expected += map(int, parsed.repairs[0].values)
    assert set(pasted) <= set(expected)
    taken_back = pasted.rejects["reason"] == "whole, but beside fractions"
    assert set(expected) <= set(pasted) | set(pasted.rejects["raw"][taken_back].str.strip().astype(float).astype(int))


@settings(max_examples=50)
@given(st.lists(CELLS.filter(lambda cell: not set('\t\n\r"') & set(cell) and not cell.rstrip().endswith((",", ";")))))
@example(["1 111", "1.011", "2", "5008/5009", " 5007", "KD-5", "5001 bis 5010", "5001, 5002", ""])
def test_a_list_a_paste_a_column_and_a_file_agree(cells: list[str]) -> None:
    cells = ["5998", *(cell.replace("\0", "") for cell in cells), "5999"]
    as_list = read_ids(cells)
    assert read_ids(pd.Series(cells, dtype=object)).rejects["raw"].tolist() == as_list.rejects["raw"].tolist()

    lines = StringIO()
    csv.writer(lines, delimiter=";", quoting=csv.QUOTE_ALL).writerows(
        [["Nr", "Name"], *([cell, "x"] for cell in cells)]
    )
    with TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        path.write_bytes(lines.getvalue().encode("utf-8", "replace"))
        as_file = read_ids(read_table(path)["Nr"])
    assert (list(as_file), as_file.rows.tolist()) == (list(as_list), as_list.rows.tolist())

    try:
        as_paste = read_ids("Nr\n" + "\n".join(cells))
    except PairsError:
        return
    lists = [certain_list(cell.strip(" ").strip(";")) for cell in cells]
    assert set(as_list) <= set(as_paste) <= set(as_list).union(*lists)


@given(TEXTS)
def test_a_list_is_what_a_cell_calls_several_ids(text: str) -> None:
    ids = certain_list(text)
    if ids:
        assert explain(text).kind is RejectKind.SEVERAL_IDS
        assert explain(text).repairs[0].values == ids
        assert len(ids) > 1


@given(st.lists(TEXTS, max_size=8))
def test_rubbish_is_read_or_refused_but_raises_nothing_of_its_own(lines: list[str]) -> None:
    with suppress(PairsError):
        ids = read_ids("\n".join(lines))
        assert len(ids.rows) == len(ids) + ids.duplicates + len(ids.rejects)


@pytest.mark.parametrize(
    "text",
    [
        '"a' * 50_000,
        '"a\n' * 50_000,
        '""\t' * 50_000,
        '"""a\n' * 50_000,
        "1 " * 100_000,
        "1001, " * 100_000,
        "1001,1002;" * 50_000,
        " \u00a0" * 100_000,
        "1.003\n" * 50_000,
        "0" * 200_000,
        "(" * 100_000,
    ],
    ids=lambda text: text[:6],
)
def test_twice_the_text_takes_about_twice_as_long(text: str) -> None:
    def seconds(part: str) -> float:
        begun = time.process_time()
        with suppress(PairsError):
            read_ids(part)
        return time.process_time() - begun

    half = seconds(text[: len(text) // 2])
    # Time that grew with the square would be four times as long; what takes no time at all has no ratio.
    assert seconds(text) < 3 * half + 0.5


@given(st.lists(st.sampled_from(["1001", "007", "5001", ""]), min_size=1), st.sampled_from(["", "Adresse\n", "a;b\n"]))
def test_plain_numbers_are_read_as_any_other_lines(cells: list[str], header: str) -> None:
    """Nothing but numbers is read at once; a comma behind the last one, which ends no list, leads the long way."""
    # The end of the last line is no line of its own.
    text = header + "\n".join([*cells, "1002"])
    plain, long_way = read_pasted_column(text, "ids"), read_pasted_column(f"{text}\n9999,", "ids")
    assert long_way.cells == [*plain.cells, "9999"]
    assert plain.header == long_way.header
