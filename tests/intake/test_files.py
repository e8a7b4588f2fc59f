from __future__ import annotations

import datetime as dt
import re
import struct
import sys
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from onoffice_nb.errors import MissingExtra, PairsError
from onoffice_nb.intake.files import read_table, sheet_titles
from onoffice_nb.intake.ids import read_ids
from onoffice_nb.intake.pairs import read_pairs
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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sheet": True}, "sheet=True: expected the title"),
        ({"sheet": 1.5}, "sheet=1.5: expected the title"),
        ({"sep": ""}, "sep='': expected what separates"),
        ({"sep": '"'}, "sep='\"': expected what separates"),
        ({"hidden": "drop"}, "hidden='drop': expected 'keep' or 'skip'"),
        ({"encoding": "utf-8"}, "no text in utf-8"),
    ],
    ids=str,
)
def test_options_that_mean_nothing_are_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(PairsError, match=re.escape(said)):
        read_table(b"id\n10\x0001\n", **options)


def test_a_file_that_breaks_off_gives_pictures_or_never_ends_is_named() -> None:
    class Broken(BytesIO):
        name = "/exports/liste.csv"
        content: object = None

        def read(self, size: int | None = -1) -> Any:
            if self.content is None:
                raise OSError("the share is gone")
            return self.content

    with pytest.raises(PairsError, match=r"^liste\.csv cannot be read: the share is gone"):
        read_table(Broken())
    stream = Broken()
    stream.content = 5
    with pytest.raises(PairsError, match="expected bytes or text from it, got int"):
        read_table(stream)
    with pytest.raises(PairsError, match="no text in UTF-16"):
        read_table(b"\xff\xfe" + "id\n1\0\n".encode("utf-16-le"))


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


def notes(frame: Any) -> str:
    return "\n".join(frame.attrs.get("notes", ()))


@pytest.mark.parametrize(
    ("text", "sep", "columns"),
    [
        ("id|name\n1|a,b\n2|c\n", None, ["id", "name"]),
        ("id;Fläche, Lage, Preis\n1;1,5\n2;2,5\n", None, ["id", "Fläche, Lage, Preis"]),
        ('id, name, ort\n1, "Müller, Anna", Köln\n', None, ["id", "name", "ort"]),
        ("sep=^\nid^name\n1^a;b\n", None, ["id", "name"]),
        ("id;x~name\n1~2\n", "~", ["id;x", "name"]),
        ("id||name\n1||a|b\n", "||", ["id", "name"]),
        ("id\n1,003\n1,004\n", None, ["id"]),
    ],
)
def test_what_separates(text: str, sep: str | None, columns: list[str]) -> None:
    frame = read_table(text, sep=sep)
    assert list(frame.columns) == columns
    assert frame.iloc[0, 0] in ("1", "1,003")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Immobilie|Adresse|Notiz; Stand\n1001|5001|ruft an; eilig\n1002|5002|war da; gern\n", 3),
        ("Immobilie|Name; Ort\n1001|Brandt; Köln\n1002|Kaya; Bonn\n", 2),
        # Without ids, a separator of sentences has a blank behind it.
        ("Objekt|Name; Ort\nA-1001|Brandt; Köln\nA-1002|Kaya; Bonn\n", 2),
        # The name of each row has one comma, and one row is broken.
        ("Immobilie;Adresse;Name, Vorname\n" + "1001;5001;Brandt, Jo\n" * 30 + "1002;5002;Kern, Ute;?\n", 3),
        ("Immobilie,Adresse|alt\n1001,5001|x\n1002,5002|y\n", 2),
    ],
)
def test_of_separators_that_are_in_every_line_the_one_that_tells_ids_apart_separates(text: str, columns: int) -> None:
    if "?" in text:
        # The broken row is named, not read as half of a table of names.
        with pytest.raises(PairsError, match="row 32"):
            read_table(text)
        text = text.replace(";?", "")
    frame = read_table(text)
    assert frame.shape[1] == columns
    assert frame.iloc[0, 0] in ("1001", "A-1001")
    assert "as good a table" not in notes(frame)


def test_separators_that_make_equally_good_tables_are_said() -> None:
    text = "Objekt|Straße;Ort\nA-1001|Allee;Köln\nA-1002|Weg;Bonn\n"
    frame = read_table(text)
    assert "read with ';' between the cells, 2 columns; '|' would make as good a table, 2 columns" in notes(frame)
    assert list(read_table(text, sep="|").columns) == ["Objekt", "Straße;Ort"]
    assert "as good a table" not in notes(read_table(text, sep="|"))


def test_a_quotation_mark_that_is_not_closed_is_named_with_its_line() -> None:
    rows = [f"{number};{number + 4000};gut" for number in range(1001, 1031)]
    text = "\n".join(["Immobilie;Adresse;Notiz", *rows])
    with pytest.raises(PairsError, match="line 11"):
        read_table(text.replace("1010;5010;gut", '1010;5010;"gut'))
    # Closed by another one some lines below: the rows between would be lost without a word.
    with pytest.raises(PairsError, match=r"line 11: .* until line 16"):
        read_table(text.replace("1010;5010;gut", '1010;5010;"gut').replace("1015;5015;gut", '1015;5015;19"'))
    assert read_table('id;note\n1001;"5 Zimmer\n3 Bäder; Garten"\n').shape == (1, 2)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "utf-16-le", "utf-16-be"])
def test_guessed_encodings_are_noted_with_an_example(encoding: str) -> None:
    frame = read_table("Straße;Größe\n1001;Köln\n".encode(encoding))
    assert list(frame.columns) == ["Straße", "Größe"]
    assert "guess" in notes(frame)
    assert "Straße" in notes(frame)


def test_utf8_with_a_damaged_letter_says_where() -> None:
    frame = read_table("Straße;Größe\n1001;Köln\n".encode() + b"1002;K\xf6ln\n")
    assert frame.iloc[0, 1] == "Köln"
    assert "line 3" in notes(frame)


def test_an_encoding_that_is_named_is_obeyed() -> None:
    assert read_table("Łódź;x\n1;2\n".encode("cp1250"), encoding="cp1250").columns[0] == "Łódź"
    for wrong in ("utf-8", "no such", "base64"):
        with pytest.raises(PairsError, match=wrong):
            read_table("Łódź;x\n1;2\n".encode("cp1250"), encoding=wrong)


def test_bytes_streams_uploads_and_pasted_tables(tmp_path: Path) -> None:
    data = b"id;name\n1;a\n"
    upload = {"name": "u.csv", "content": memoryview(data)}
    sources: list[Any] = [data, memoryview(data), BytesIO(data), StringIO(data.decode()), (upload,), upload]
    sources += [{"u.csv": {"content": data}}, "id\tname\r\n1\ta\r\n", "id;name\n1;a"]
    for source in sources:
        assert read_table(source).to_dict("list") == {"id": ["1"], "name": ["a"]}
    with saved(tmp_path, data).open("rb") as file:
        assert len(read_table(file)) == 1
    for none in ((), (upload, upload)):
        with pytest.raises(PairsError, match="one uploaded file"):
            read_table(none)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("https://example.com/export.xlsx", "web address"),
        ("~$export.xlsx", "Name the table itself"),
        (".~lock.export.ods#", "Name the table itself"),
    ],
)
def test_what_is_no_table_has_a_sentence_of_its_own(source: str, said: str) -> None:
    with pytest.raises(PairsError, match=said):
        read_table(source)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["1001", "5001", ";", ",", "\t", "|", "\n", '"', "ä", "sep=;\n", "Name", " ", "1.003", "=1"])
    )
)
def test_no_id_comes_of_a_text_that_does_not_stand_in_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        frame = read_table(text.encode())
    except PairsError:
        return
    for place in range(frame.shape[1]):
        for number in read_ids(frame.iloc[:, place]):
            assert re.search(rf"(?<![0-9]){number}(?![0-9])", text)


def ods(*rows: list[Any]) -> bytes:
    def cell(value: Any) -> str:
        is_text = isinstance(value, str)
        kind = 'office:value-type="string"' if is_text else f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    media_type = "application/vnd.oasis.opendocument.spreadsheet"
    name = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(f'xmlns:{space}="{name}:{space}:1.0"' for space in ("office", "table", "text"))
    parts = {
        "mimetype": media_type,
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{name}:manifest:1.0"><manifest:file-entry'
        f' manifest:full-path="/" manifest:media-type="{media_type}"/></manifest:manifest>',
        "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Tabelle1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
    }
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return content.getvalue()


def test_other_workbooks_are_read_and_what_their_reader_cannot_tell_is_said() -> None:
    pytest.importorskip("python_calamine")
    frame = read_table(ods(["Immobilie", "Adresse"], [1001, 5001], [1002, "x"]))
    assert frame.to_numpy().tolist() == [[1001, 5001], [1002, "x"]]
    assert type(frame.iloc[0, 0]) is int
    assert "does not tell" in notes(frame)
    with pytest.raises(PairsError, match=r"\.xls workbook"):
        read_table(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_the_sheets_of_other_workbooks_are_listed_and_an_empty_one_is_no_table() -> None:
    pytest.importorskip("python_calamine")
    assert sheet_titles("liste.ods", ods(["id"], [1])) == ["Tabelle1"]
    assert sheet_titles("leer.ods", ods()) == []
    for sheet in (None, "Tabelle1"):
        with pytest.raises(PairsError, match=r"no sheet with data|is empty"):
            read_table(ods(), sheet=sheet)


def test_without_their_reader_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match=r"\.ods.*\.xlsx or CSV.*python_calamine.*onoffice-nb\[workbooks\]"):
        read_table(ods(["id"], [1]))


def test_a_workbook_of_old_excel_is_read_with_its_titles_dates_and_texts() -> None:
    """`old.xls` was written by xlwt: a title, a blank line, the header in row 3, a hidden row."""
    frame = read_table(Path(__file__).with_name("old.xls"))
    assert list(frame.columns) == ["Immobilie", "Adresse", "Name", "Datum"]
    assert frame.index.tolist() == [4, 5, 6, 7]
    pairs = read_pairs(frame, parent="Immobilie", child="Adresse")
    assert list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True)) == [(1001, 5001), (1004, 5005)]
    assert pairs.rejects[["row", "raw"]].to_numpy().tolist() == [[5, "5002/5003"], [6, "1003.5"], [6, "005004"]]
    assert "does not tell which rows are hidden" in " ".join(pairs.notes)


def xlsb(*rows: list[Any]) -> bytes:
    """A binary workbook (MS-XLSB) of one sheet, no more in it than has to be."""

    def record(number: int, content: bytes = b"") -> bytes:
        head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
        size = len(content)
        return head + (bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])) + content

    def text(words: str) -> bytes:
        return struct.pack("<I", len(words)) + words.encode("utf-16-le")

    def cell(column: int, value: Any) -> bytes:
        place = struct.pack("<II", column, 0)
        return record(6, place + text(value)) if isinstance(value, str) else record(5, place + struct.pack("<d", value))

    cells = [
        record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0)) + b"".join(map(cell, range(len(row)), row))
        for number, row in enumerate(rows)
    ]
    size = record(148, struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1))
    sheet = record(129) + size + record(145) + b"".join(cells) + record(146) + record(130)
    listed = record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Export"))
    book = record(131) + record(143) + listed + record(144) + record(132)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"

    def related(kind: str, target: str) -> str:
        link = f'<Relationship Id="rId1" Type="{office}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{relations}">{link}</Relationships>'

    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", related("officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", related("worksheet", "worksheets/sheet1.bin"))
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return data.getvalue()


def test_a_binary_workbook_is_read(tmp_path: Path) -> None:
    data = xlsb(["Immobilie", "Adresse"], [1001, 5001], [1002, "5002/5003"], [1.003, "005004"])
    for source in (data, saved(tmp_path, data, "export.xlsb")):
        pairs = read_pairs(read_table(source), parent="Immobilie", child="Adresse")
        assert list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True)) == [(1001, 5001)]
        assert pairs.rejects[["row", "raw"]].to_numpy().tolist() == [[3, "5002/5003"], [4, "1.003"], [4, "005004"]]
        assert "Save it as .xlsx" in " ".join(pairs.notes)


HEADER = "Immobilie;Adresse;Name\n"
ONE = [(1001, 5001)]
TWO = [(1001, 5001), (1002, 5002)]


@pytest.mark.parametrize(
    ("text", "encoding", "links", "rows"),
    [
        ("Export\n\nStand: 1.1.2026\n" + HEADER + "1001;5001;a\n", "utf-8", ONE, [5]),
        ("Export;;\n;;\n" + HEADER + "1001;5001;a\n", "utf-8", ONE, [4]),
        ("sep=;\n" + HEADER + "1001;5001;a\n", "utf-8", ONE, [3]),
        ("Immobilie;Adresse;Name, Vorname\n1001;5001;Kern, Hans\n1002;5002;Öz, Elif\n", "utf-8", TWO, [2, 3]),
        ("Immobilie;Adresse;Preis, Euro, netto\n1001;5001;1,5\n1002;5002;2,5\n", "utf-8", TWO, [2, 3]),
        ("Immobilie;Adresse;\n1001;5001;\n", "utf-8", ONE, [2]),
        ("\u00a0Immobilie ; ADRESSE\u200b;x\n1001;5001;a\n", "utf-8", ONE, [2]),
        (HEADER + '1001;5001;22" TV\n1002;5002;24" TV\n', "utf-8", TWO, [2, 3]),
        (HEADER + '1001;5001;"a\nb"\n1002;5002;x\n', "utf-8", TWO, [2, 3]),
        (HEADER + "\n1001;5001;a\n\n1002;5002;b\n\n", "utf-8", TWO, [2, 3, 4, 5]),
        (HEADER.replace("\n", "\r") + "1001;5001;a\r", "utf-8", ONE, [2]),
        (HEADER + "1001;5001;Müller\n", "cp1252", ONE, [2]),
        (HEADER + "1001;5001;Müller Größe\n", "mac_roman", ONE, [2]),
        (HEADER + "1001;5001;Müller\n", "utf-16-le", ONE, [2]),
        ("\ufeff" + HEADER + "1001;5001;Müller\n", "utf-16-be", ONE, [2]),
        ("\ufeff" + HEADER + "1001;5001;Müller\n", "utf-32-le", ONE, [2]),
        (HEADER + "1.001;5.001;a\n1.002;5.002;b\n", "utf-8", [], [2, 3]),
        ('Immobilie,Adresse\n"1,001","5,001"\n', "utf-8", [], [2]),
        (HEADER + "01.02.2026;5001;a\n", "utf-8", [], [2]),
    ],
)
def test_tables_as_people_export_them(text: str, encoding: str, links: list[tuple[int, int]], rows: list[int]) -> None:
    frame = read_table(text.encode(encoding))
    pairs = read_pairs(frame, parent="Immobilie", child="Adresse")
    assert list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True)) == links
    assert frame.index.tolist() == rows
    if "Müller" in text:
        assert "Müller" in str(frame.iloc[0, 2])
