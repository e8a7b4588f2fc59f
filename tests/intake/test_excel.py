"""Workbooks as they come: hidden things, formulas, formats far away, Strict Open XML, damage and bombs."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from onoffice_nb.errors import PairsError
from onoffice_nb.intake.files import read_table, sheet_titles
from onoffice_nb.intake.number_formats import number_format
from onoffice_nb.intake.pairs import read_pairs

ROWS: list[list[Any]] = [["Immobilie", "Adresse"], [1001, 5001], [1002, 5002], [1003, 5003]]


def book_of(rows: list[list[Any]], change: Callable[[Any], object] = lambda sheet: None) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    change(sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def rewritten(book: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return content.getvalue()


def notes(frame: Any) -> str:
    return "\n".join(frame.attrs.get("notes", ()))


def test_hidden_rows_are_noted_or_left_out_and_keep_the_numbers_of_the_file() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    kept = read_table(book_of(ROWS, hide))
    assert kept.index.tolist() == [2, 3, 4]
    assert "1 row hidden" in notes(kept)
    assert "row 3" in read_pairs(kept, parent="Immobilie", child="Adresse").notes[0]
    left = read_table(book_of(ROWS, hide), hidden="skip")
    assert left.index.tolist() == [2, 4]
    assert "row 3" in notes(left)


def test_hidden_columns_merged_cells_and_formats_that_mislead_are_noted() -> None:
    def change(sheet: Any) -> None:
        sheet.column_dimensions["B"].hidden = True
        sheet.merge_cells("A2:A3")
        sheet["A4"].number_format = '"KD-"0'

    frame = read_table(book_of(ROWS, change))
    for said in ("hidden in the sheet: 1 column, B", "A2:A3", "'\"KD-\"0', such as A4: 1003"):
        assert said in notes(frame)
    assert frame["Immobilie"].tolist() == [1001, None, 1003]


def test_formulas_without_a_value_are_named_and_never_an_id() -> None:
    frame = read_table(book_of([["Immobilie", "Adresse"], ["=1000+1", 5001], [1002, 5002]]))
    assert frame["Immobilie"].tolist() == ["=1000+1", 1002]
    assert "1 formula without a value, such as A2" in notes(frame)
    assert "formula" in read_pairs(frame, parent="Immobilie", child="Adresse").rejects["reason"][0]


def test_a_value_of_zero_that_a_program_wrote_for_excel_to_fill_in_is_no_value() -> None:
    def zero(name: str, part: bytes) -> bytes:
        return part.replace(b"<v />", b"<v>0</v>").replace(b"<v/>", b"<v>0</v>") if "sheet1" in name else part

    frame = read_table(rewritten(book_of([["Immobilie", "Adresse"], ["=1+1", 5001]]), zero))
    assert frame["Immobilie"].tolist() == ["=1+1"]


@pytest.mark.parametrize("cells", [["XFD1"], ["A1048576"], ["XFD1", "A1048576", "XFD1048576"]], ids=str)
def test_formats_far_away_cost_nothing(cells: list[str]) -> None:
    def change(sheet: Any) -> None:
        for cell in cells:
            sheet[cell].font = Font(bold=True)

    assert read_table(book_of(ROWS, change)).shape == (3, 2)


def test_a_cell_far_away_is_a_column_of_its_own_and_empty_rows_are_left_out() -> None:
    def change(sheet: Any) -> None:
        sheet["XFD1048576"] = "x"

    frame = read_table(book_of(ROWS, change))
    assert list(frame.columns) == ["Immobilie", "Adresse", "XFD"]
    assert frame.index.tolist() == [2, 3, 4, 1_048_576]
    assert "rows 5 to 1048575 are empty" in notes(frame)


def test_the_header_below_titles_and_beyond_empty_columns() -> None:
    rows: list[list[Any]] = [["Käuferliste"], ["Treffer:", 14], [], [None, None, *ROWS[0]]]
    frame = read_table(book_of(rows + [[None, None, *row] for row in ROWS[1:]]))
    assert list(frame.columns) == ["Immobilie", "Adresse"]
    assert frame.index.tolist() == [5, 6, 7]
    assert "row 4 was taken as the header" in notes(frame)
    assert list(read_table(book_of(ROWS), header=3).columns) == ["1002", "5002"]
    assert list(read_table(book_of(ROWS[1:])).columns) == ["A", "B"]
    assert len(read_table(book_of(ROWS), header=0)) == 4
    with pytest.raises(PairsError, match="row 9 is empty"):
        read_table(book_of(ROWS), header=9)


def test_sheets_by_name_and_number_hidden_ones_only_by_name() -> None:
    def change(sheet: Any) -> None:
        sheet.title = "Käufer"
        for title, state in (("Listen", "veryHidden"), ("Mai", "visible")):
            other = sheet.parent.create_sheet(title)
            other.sheet_state = state
            other.append(["id"])
            other.append([7])

    book = book_of(ROWS, change)
    with pytest.raises(PairsError, match="2 sheets: 'Käufer', 'Mai'"):
        read_table(book)
    assert list(read_table(book, sheet=2).columns) == ["id"]
    assert list(read_table(book, sheet=" käufer ").columns) == ROWS[0]
    assert "hidden" in notes(read_table(book, sheet="Listen"))
    for wrong in (0, 3, "Juni"):
        with pytest.raises(PairsError, match="no sheet"):
            read_table(book, sheet=wrong)


def test_strict_open_xml_prefixes_and_dates_are_read() -> None:
    def strict(name: str, part: bytes) -> bytes:
        part = part.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        part = part.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        if "sheet1" in name:
            part = part.replace(b"<worksheet xmlns=", b"<x:worksheet xmlns:x=").replace(
                b"</worksheet", b"</x:worksheet"
            )
            part = re.sub(rb"<(/?)(?!x:|\?)(\w)", rb"<\1x:\2", part)
        return part

    day = dt.datetime(2024, 5, 1)
    frame = read_table(rewritten(book_of([*ROWS, [day, True]]), strict))
    assert frame.to_numpy().tolist() == [*ROWS[1:], [day, True]]


def test_drop_downs_give_no_warning() -> None:
    def change(sheet: Any) -> None:
        choice = DataValidation(type="list", formula1='"a,b"')
        sheet.add_data_validation(choice)
        choice.add("C2")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_table(book_of(ROWS, change)).shape == (3, 2)


def test_bombs_and_entities_are_refused() -> None:
    def entity(name: str, part: bytes) -> bytes:
        declared = b'<!DOCTYPE a [<!ENTITY b "5001">]><worksheet'
        return part.replace(b"<worksheet", declared) if "sheet1" in name else part

    def bomb(name: str, part: bytes) -> bytes:
        return part.replace(b"</worksheet>", b" " * 60_000_000 + b"</worksheet>") if "sheet1" in name else part

    with pytest.raises(PairsError, match="document type"):
        read_table(rewritten(book_of(ROWS), entity))
    with pytest.raises(PairsError, match="too large"):
        read_table(rewritten(book_of(ROWS), bomb))


def test_what_is_no_workbook_is_named() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("export.csv", "id\n1\n")
    for data, said in (
        (locked, "password"),
        (archive.getvalue(), "zip archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\n<html><table>", "web page"),
    ):
        with pytest.raises(PairsError, match=said):
            read_table(data)


@pytest.mark.parametrize(
    ("code", "misleads"),
    [
        ('"KD-"0', True),
        ("0,", True),
        (";;;", True),
        ("00000", True),
        ("General", False),
        ("#,##0", False),
        ("0.00", False),
    ],
)
def test_formats_that_show_another_number(code: str, misleads: bool) -> None:
    assert number_format(164, code).misleads(1001) is misleads


BOOK = book_of([*ROWS, ["=A2", "5004"]])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    part=st.sampled_from(["sheet1.xml", "styles.xml", "workbook.xml", ".rels"]),
    place=st.floats(0, 1),
    cut=st.integers(0, 30),
    put=st.sampled_from([b"", b"9", b"-1", b"<c r='XFD1'>", b"<row r='2'>", b't="s"', b"\xff", b"<f>", b"</c>"]),
)
def test_a_damaged_workbook_is_a_table_or_an_error_of_ours(part: str, place: float, cut: int, put: bytes) -> None:
    def damage(name: str, content: bytes) -> bytes:
        if not name.endswith(part):
            return content
        at = int(place * len(content))
        return content[:at] + put + content[at + cut :]

    with contextlib.suppress(PairsError):
        read_table(rewritten(BOOK, damage))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_archive_is_a_table_or_an_error_of_ours(changes: list[tuple[int, int]]) -> None:
    data = bytearray(BOOK)
    for place, byte in changes:
        data[place] = byte
    with contextlib.suppress(PairsError):
        read_table(bytes(data))


def test_the_sheets_that_hold_something_are_listed_hidden_ones_last() -> None:
    book = Workbook()
    book.worksheets[0].title = "Leer"
    for title in ("Alt", "Käufer"):
        book.create_sheet(title).append(["Immobilie", 1001])
    book["Alt"].sheet_state = "hidden"
    stream = BytesIO()
    book.save(stream)
    assert sheet_titles("liste.xlsx", stream.getvalue()) == ["Käufer", "Alt"]
    with pytest.raises(PairsError, match=r"liste\.xlsx cannot be read"):
        sheet_titles("liste.xlsx", stream.getvalue()[:-100])


NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def written_book(sheet: str, *, strings: str = "", styles: str = "", workbook: str = "", left_out: str = "") -> bytes:
    """A workbook as Excel writes it, of the XML of its parts: with shared texts, which openpyxl does not write."""
    parts = {
        "_rels/.rels": ("Relationships", f'<Relationship Id="r1" Type="{TYPES}/officeDocument" Target="xl/book.xml"/>'),
        "xl/_rels/book.xml.rels": (
            "Relationships",
            f'<Relationship Id="r1" Type="{TYPES}/worksheet" Target="sheet.xml"/>'
            f'<Relationship Id="r2" Type="{TYPES}/sharedStrings" Target="strings.xml"/>'
            f'<Relationship Id="r3" Type="{TYPES}/styles" Target="styles.xml"/>'
            f'<Relationship Id="r4" Type="{TYPES}/chartsheet" Target="chart.xml"/>',
        ),
        "xl/book.xml": (
            "workbook",
            f'{workbook}<sheets><sheet name="Diagramm" r:id="r4"/><sheet name="Käufer" r:id="r1"/></sheets>',
        ),
        "xl/sheet.xml": ("worksheet", f"<sheetData>{sheet}</sheetData>"),
        "xl/strings.xml": ("sst", strings),
        "xl/styles.xml": ("styleSheet", f"<cellXfs>{styles}</cellXfs>"),
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, (root, inner) in parts.items():
            namespace = PACKAGE if root == "Relationships" else NAMESPACE
            if name != left_out:
                archive.writestr(name, f'<{root} xmlns="{namespace}" xmlns:r="{TYPES}">{inner}</{root}>')
    return content.getvalue()


def test_shared_texts_are_read_without_their_formats_and_their_reading() -> None:
    strings = """
        <si><t>Immobilie</t></si>
        <si><r><t>Ad</t></r><r><rPr><b/></rPr><t>resse</t></r></si>
        <si><t>5001</t><rPh sb="0" eb="1"><t>9</t></rPh></si>
        <si><t>Kaya_x000D_</t></si><si><t/></si>
    """
    sheet = """
        <row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>Name</t></is></c></row>
        <row><c><v>1001</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>
        <row><c><v>1002</v></c><c><v>5002</v></c><c t="s"><v>4</v></c></row>
        <row><c><v>1003</v></c><c><v>5003</v></c>
             <c t="inlineStr"><is><t>Sato</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c></row>
    """
    frame = read_table(written_book(sheet, strings=strings))
    assert list(frame.columns) == ["Immobilie", "Adresse", "Name"]
    assert frame["Adresse"].tolist() == ["5001", 5002, 5003]
    assert frame["Name"].tolist() == ["Kaya\r", None, "Sato"]


def test_cells_in_any_order_stand_in_the_columns_that_they_name() -> None:
    sheet = """
        <row r="1"><c r="C1" t="str"><v>Notiz</v></c><c r="A1" t="str"><v>Immobilie</v></c></row>
        <row r="2"><c r="A2"><v>1001</v></c></row>
        <row r="4"><c r="C4" t="str"><v>neu</v></c><c r="A4"><v>1002</v></c></row>
    """
    frame = read_table(written_book(sheet))
    assert frame.to_dict("list") == {"Immobilie": [1001, None, 1002], "Notiz": [None, None, "neu"]}
    assert frame.index.tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("cell", "style", "workbook", "value"),
    [
        ('<c s="0"><v>45413</v></c>', '<xf numFmtId="14"/>', "", dt.datetime(2024, 5, 1)),
        ('<c s="0"><v>43951</v></c>', '<xf numFmtId="14"/>', '<workbookPr date1904="1"/>', dt.datetime(2024, 5, 1)),
        ('<c s="0"><v>1.5</v></c>', '<xf numFmtId="46"/>', "", dt.timedelta(days=1, hours=12)),
        ('<c s="0"><v>99999999</v></c>', '<xf numFmtId="14"/>', "", "########"),
        ('<c t="d"><v>2024-05-01</v></c>', "", "", dt.datetime(2024, 5, 1)),
        ('<c s="0"><v>1001</v></c>', '<xf numFmtId="49"/>', "", 1001),
        ('<c s="7"><v>1001</v></c>', "", "", 1001),
        ('<c t="b"><v>1</v></c>', "", "", True),
        ('<c t="e"><v>#N/A</v></c>', "", "", "#N/A"),
    ],
)
def test_what_a_cell_holds(cell: str, style: str, workbook: str, value: object) -> None:
    header = '<row><c t="str"><v>Wert</v></c></row>'
    frame = read_table(written_book(f"{header}<row>{cell}</row>", styles=style, workbook=workbook))
    assert frame["Wert"].astype(object).tolist() == [value]


@pytest.mark.parametrize(
    ("sheet", "left_out", "said"),
    [
        ('<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>', "", "row 2 stands after row 2"),
        ('<row r="1048577"><c><v>1</v></c></row>', "", "row 1048577 stands after row 0"),
        ("<c><v>1</v></c>", "", "outside of the sheet, in row 0, column 1"),
        ('<row><c r="XFE1"><v>1</v></c></row>', "", "outside of the sheet, in row 1, column 16385"),
        (f'<row><c t="str"><v>{"x" * 2_000_000}</v></c></row>', "", "a cell has more than"),
        ("<row><c><v>1</v></c></row>", "_rels/.rels", "there is no workbook in it"),
        ("<row><c><v>1</v></c></row>", "xl/sheet.xml", "a part of it is missing"),
        ('<row><c t="s"><v>7</v></c></row>', "", "it is damaged"),
    ],
    ids=str,
)
def test_what_is_broken_in_a_workbook_is_said(sheet: str, left_out: str, said: str) -> None:
    with pytest.raises(PairsError, match=said):
        read_table(written_book(sheet, left_out=left_out))


def test_areas_that_are_merged_within_one_row_hide_nothing() -> None:
    frame = read_table(book_of(ROWS, lambda sheet: sheet.merge_cells("A2:B2")))
    assert "merged" not in notes(frame)


def test_data_in_hidden_sheets_alone_is_named() -> None:
    book = Workbook()
    book.create_sheet("Alt").append(["Immobilie", 1001])
    book["Alt"].sheet_state = "hidden"
    content = BytesIO()
    book.save(content)
    with pytest.raises(PairsError, match=r"hidden sheets alone.*Alt"):
        read_table(content.getvalue())
