from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from onoffice_nb.errors import PairsError
from onoffice_nb.intake.files import read_table
from tests.samples import SAMPLES


def saved(folder: Path, data: bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def workbook(folder: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = Workbook()
    for at, (title, rows) in enumerate(sheets.items()):
        sheet = book.create_sheet(title, at)
        for row in rows:
            sheet.append(row)
    path = folder / "export.xlsx"
    book.save(path)
    return path


def test_the_excel_export_is_read_as_text_with_all_of_its_rows() -> None:
    frame = read_table(SAMPLES / "kaeufer_export.csv")
    assert frame.shape == (14, 6)
    assert frame.loc[5, "Datensatznr. Adresse"] == "5.004"
    assert frame.loc[6, "Datensatznr. Adresse"] == ""
    assert frame.loc[5, "Name"] == "Müller-Lüdenscheidt, Anna"
    assert all(isinstance(cell, str) for cell in frame.to_numpy().ravel())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_and_separator_are_found_out(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    text = end.join(separator.join(cells) for cells in [("id", "größe"), ("#N/A", "äöü"), ("1.003", '"a;b,c\td"')])
    frame = read_table(saved(tmp_path, text.encode(encoding)))
    assert list(frame.columns) == ["id", "größe"]
    assert frame.to_numpy().tolist() == [["#N/A", "äöü"], ["1.003", "a;b,c\td"]]


def test_big_endian_text_and_excels_separator_hint(tmp_path: Path) -> None:
    path = saved(tmp_path, b"\xfe\xff" + "sep=;\r\nid;name\r\n5001;a,b".encode("utf-16-be"))
    assert read_table(path).to_dict("list") == {"id": ["5001"], "name": ["a,b"]}


def test_a_separator_in_a_quoted_name_misleads_nobody(tmp_path: Path) -> None:
    frame = read_table(saved(tmp_path, b'"a;b;c",id\n1,5001\n'))
    assert list(frame.columns) == ["a;b;c", "id"]


def test_rows_stay_where_the_user_sees_them(tmp_path: Path) -> None:
    frame = read_table(saved(tmp_path, b"id\n5001\n\n5003\n\n\n"))
    assert frame["id"].tolist() == ["5001", "", "5003"]
    # Line and paragraph separators inside a cell end no row.
    frame = read_table(saved(tmp_path, 'id;note\n5001;a\u2028b\x85c\n5002;"x\ny"\n'.encode()))
    assert frame["note"].tolist() == ["a\u2028b\x85c", "x\ny"]


def test_short_rows_are_filled_and_empty_columns_at_the_end_dropped(tmp_path: Path) -> None:
    frame = read_table(saved(tmp_path, b"id;name;;\n5001;a;;\n5002\n"))
    assert list(frame.columns) == ["id", "name"]
    assert frame.to_numpy().tolist() == [["5001", "a"], ["5002", ""]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n;;\n", "is empty"),
        (b"id;name\n5001;a;b\n", "row 2 has 3 cells, but row 1, taken as the header, has 2 names"),
        (b'id;name\n5001;"a\n5002;b\n', "quotation mark"),
        (b"id\n\x00\x01\x02\n", "no text in UTF-8, UTF-16, Windows-1252"),
        (b"id\n\x81\xff\n", "no text in UTF-8, Windows-1252, Mac Roman"),
        (b"\xef\xbb\xbfid\n\xff\n", "no text in UTF-8"),
        (b"PK\x03\x04rubbish", "cannot be read as an Excel workbook"),
        (b"id\n" + b"x" * 200_000, "line 2: a cell of more than 131,072 characters"),
    ],
)
def test_what_cannot_be_read_says_what_was_tried(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(PairsError, match=message):
        read_table(saved(tmp_path, data))


def test_files_that_are_not_there_or_of_old_kinds_are_named(tmp_path: Path) -> None:
    with pytest.raises(PairsError, match="cannot be read"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(PairsError, match="cannot be read"):
        read_table(tmp_path)
    with pytest.raises(PairsError, match="cannot be read"):
        read_table("a\0b")
    nothing: Any = None
    with pytest.raises(PairsError, match="got NoneType"):
        read_table(nothing)


def test_a_workbook_keeps_its_numbers_dates_and_errors(tmp_path: Path) -> None:
    day = dt.datetime(2024, 5, 1)
    rows: list[list[Any]] = [["id", "ort"], [5001, "Köln"], [None, "#N/A"], [1.003, "1.003"], [day, True]]
    frame = read_table(workbook(tmp_path, {"Export": rows, "leer": []}))
    assert frame.to_numpy().tolist() == rows[1:]
    assert type(frame.loc[2, "id"]) is int


def test_several_sheets_ask_which(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A": [["id"], [1]], "B": [["id"], [2]]})
    assert read_table(path, sheet="B")["id"].tolist() == [2]
    with pytest.raises(PairsError, match="2 sheets: 'A', 'B'"):
        read_table(path)
    with pytest.raises(PairsError, match=r"no sheet 'C'\. There are: 'A', 'B'"):
        read_table(path, sheet="C")
    with pytest.raises(PairsError, match="no sheet"):
        read_table(workbook(tmp_path, {"leer": []}))


@given(st.binary() | st.text().map(str.encode))
def test_rubbish_is_a_frame_or_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = saved(tmp_path_factory.getbasetemp(), data, "rubbish.csv")
    try:
        frame = read_table(path)
    except PairsError:
        return
    assert all(isinstance(cell, str) for cell in frame.to_numpy().ravel())
