"""What intake says of files: what cannot be read and why, and what was found out, guessed or left out."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPLATES"]

_REFUSALS: Final = {
    "{name} is a web address, and only files are read. Download it, and name the file; in a spreadsheet of the"
    " web that is its export as .xlsx.": (
        "{name} ist eine Webadresse, gelesen werden nur Dateien. Laden Sie die Tabelle als .xlsx herunter und nehmen"
        " Sie diese Datei."
    ),
    "{name} cannot be read: {reason}. Name a CSV or Excel file; without a folder it is looked for in {folder}.": (
        "{name} lässt sich nicht lesen: {reason}. Geben Sie eine CSV- oder Excel-Datei an; ohne Ordner wird sie in"
        " {folder} gesucht."
    ),
    "{name} is not the table but a file that Excel, LibreOffice or macOS keep beside it, here while it is open. Name"
    " the table itself: {table}.": (
        "{name} ist nicht die Tabelle selbst, sondern eine Datei, die Excel, LibreOffice oder macOS neben ihr anlegen,"
        " solange sie geöffnet ist. Nehmen Sie die Tabelle selbst: {table}."
    ),
    "{name} cannot be read: {reason}.": "{name} lässt sich nicht lesen: {reason}.",
    "{name} cannot be read: expected bytes or text from it, got {type}.": (
        "{name} lässt sich nicht lesen: Erwartet wurden Bytes oder Text, nicht {type}."
    ),
    "{name} has more than {n:number} bytes. Save it with the columns that are needed alone.": (
        "{name} hat mehr als {n} Byte. Speichern Sie die Datei nur mit den Spalten, die gebraucht werden."
    ),
    "{name} is protected with a password. Open it in Excel, save it without one, and read that.": (
        "{name} ist mit einem Kennwort geschützt. Öffnen Sie die Datei in Excel, speichern Sie sie ohne Kennwort und"
        " nehmen Sie diese."
    ),
    "{name} is protected with a password. Open it, save it without one, and read that.": (
        "{name} ist mit einem Kennwort geschützt. Öffnen Sie die Datei, speichern Sie sie ohne Kennwort und nehmen Sie"
        " diese."
    ),
    "{name} is {kind:known}, and no table that can be read here. {advice}.": (
        "{name} ist {kind} und keine Tabelle, die hier gelesen werden kann. {advice}."
    ),
    "a PDF document": "ein PDF-Dokument",
    "Export the table itself, as .xlsx or CSV": "Exportieren Sie die Tabelle selbst, als .xlsx oder CSV",
    "a web page (HTML)": "eine Webseite (HTML)",
    "Open it in Excel and save it as .xlsx": "Öffnen Sie sie in Excel und speichern Sie sie als .xlsx",
    "an XML document": "ein XML-Dokument",
    "a Parquet file": "eine Parquet-Datei",
    "Read it with pandas.read_parquet, which keeps its types": (
        "Lesen Sie sie im Notebook mit pandas.read_parquet und wählen Sie hier die Tabelle aus dem Notebook"
    ),
    "a compressed archive": "ein komprimiertes Archiv",
    "Unpack it and read the file inside": "Entpacken Sie es und nehmen Sie die Datei darin",
    "{name} is a zip archive of {files:known}, and no workbook. Unpack it and name the table inside.": (
        "{name} ist ein ZIP-Archiv mit {files} und keine Arbeitsmappe. Entpacken Sie es und nehmen Sie die Tabelle"
        " darin."
    ),
    "{name} cannot be read as an Excel workbook: {reason}. Open it in Excel and save it anew, as .xlsx or CSV.": (
        "{name} lässt sich nicht als Excel-Arbeitsmappe lesen: {reason}. Öffnen Sie die Datei in Excel und speichern"
        " Sie sie neu, als .xlsx oder CSV."
    ),
    "it is damaged ({error})": "sie ist beschädigt ({error})",
    "there is no workbook in it": "es ist keine Arbeitsmappe darin",
    "a part of it is missing ({part})": "ein Teil fehlt ({part})",
    "unpacked it is too large ({n:number} bytes)": "entpackt ist sie zu groß ({n} Byte)",
    "it declares a document type, which no workbook has": (
        "sie enthält eine Dokumenttyp-Angabe, die es in Arbeitsmappen nicht gibt"
    ),
    "a cell has more than {n:number} characters": "eine Zelle hat mehr als {n} Zeichen",
    "row {row:number} stands after row {other:number}": "Zeile {row} steht nach Zeile {other}",
    "a cell stands outside of the sheet, in row {row:number}, column {column:number}": (
        "eine Zelle steht außerhalb des Blatts, in Zeile {row}, Spalte {column}"
    ),
    "it has more than {n:number} cells; save the columns that are needed alone": (
        "sie hat mehr als {n} Zellen; speichern Sie nur die Spalten, die gebraucht werden"
    ),
    "{name}: reading {kind} files, unless saved as .xlsx or CSV,": (
        "{name}: Lesen von Dateien der Art {kind} (falls nicht als .xlsx oder CSV gespeichert)"
    ),
    "{name} cannot be read as a {kind} workbook ({error}). Save it anew, as .xlsx or CSV.": (
        "{name} lässt sich nicht als Arbeitsmappe ({kind}) lesen ({error}). Speichern Sie sie neu, als .xlsx oder CSV."
    ),
    "{name}: its sheet reaches to row {row:number}, column {column:number}. Save it as .xlsx.": (
        "{name}: Das Blatt reicht bis Zeile {row}, Spalte {column}. Speichern Sie die Datei als .xlsx."
    ),
    "{name} is no text in {encoding}, and no workbook. Save it as .xlsx or as CSV (UTF-8), or name what it is:"
    " encoding=….": (
        "{name} ist weder Text in {encoding} noch eine Arbeitsmappe. Speichern Sie die Datei als .xlsx oder als CSV"
        " (UTF-8)."
    ),
    "{encoding}, as which it is marked": "{encoding}, als was sie gekennzeichnet ist",
    "UTF-16, without a mark at its beginning": "UTF-16 ohne Kennzeichen am Anfang",
    "{name}, line {line:number}: a cell of more than {n:number} characters. Expected a table: a row in each line, its"
    " cells with a separator between them.": (
        "{name}, Zeile {line}: eine Zelle mit mehr als {n} Zeichen. Erwartet wurde eine Tabelle: je Zeile eine Reihe,"
        " zwischen den Zellen ein Trennzeichen."
    ),
    "{name}, line {first:number}: a cell begins with a quotation mark that does not end it until line {last:number}."
    " A mark of the text itself is written twice, in a cell that stands in marks as a whole ({example}). Write it so,"
    " or remove it.": (
        "{name}, Zeile {first}: Eine Zelle beginnt mit einem Anführungszeichen, das sie bis Zeile {last} nicht beendet."
        " Speichern Sie die Tabelle neu (als .xlsx oder CSV), oder entfernen Sie das Anführungszeichen."
    ),
    "{name}, line {first:number}: a cell begins with a quotation mark that does not end it. A mark of the text"
    " itself is written twice, in a cell that stands in marks as a whole ({example}). Write it so, or remove"
    " it.": (
        "{name}, Zeile {first}: Eine Zelle beginnt mit einem Anführungszeichen, das sie nicht beendet. Speichern Sie"
        " die Tabelle neu (als .xlsx oder CSV), oder entfernen Sie das Anführungszeichen."
    ),
    "{name} is empty: there is no row with the names of the columns.": (
        "{name} ist leer: Es gibt keine Zeile mit den Überschriften."
    ),
    "{name}: row {row:number} is empty, so it cannot hold the names of the columns. The first row that holds"
    " something is row {first:number}.": (
        "{name}: Zeile {row} ist leer und kann nicht die Überschriften enthalten. Die erste Zeile, in der etwas steht,"
        " ist Zeile {first}."
    ),
    "{name}: {rows:list}, but row {header:number}, taken as the header, has {names:known}. A separator inside a"
    " cell needs quotation marks around the cell. If another row holds the names, say which one: header=…; if"
    " another character separates, name it: sep=….": (
        "{name}: {rows}, aber Zeile {header}, die als Überschrift gilt, hat {names}. Ein Trennzeichen in einer Zelle"
        " braucht Anführungszeichen um die Zelle. Stehen die Überschriften anderswo, wählen Sie sie unter „Zeile mit"
        " den Überschriften“; am sichersten ist eine Datei als .xlsx."
    ),
    "row {row:number} has {cells:known}": "Zeile {row} hat {cells}",
    "{name}: {rows:known} of {columns:known} are more than {n:number} cells. Save it with the columns that are needed"
    " alone.": (
        "{name}: {rows} mit {columns} sind mehr als {n} Zellen. Speichern Sie die Datei nur mit den Spalten, die"
        " gebraucht werden."
    ),
    "{name} has no sheet {sheet}. There are: {sheets:list}. Name one, or count the visible ones from 1 to {n:number}:"
    " sheet=….": "{name} hat kein Blatt {sheet}. Es gibt: {sheets}. Wählen Sie eines unter „Tabellenblatt“.",
    "{name} has {n:number} sheets: {sheets:list}. Name one with sheet=….": (
        "{name} hat {n} Blätter: {sheets}. Wählen Sie eines unter „Tabellenblatt“."
    ),
    "{name} has {n:number} sheet: {sheets:list}. Name one with sheet=….": (
        "{name} hat {n} Blatt: {sheets}. Wählen Sie es unter „Tabellenblatt“."
    ),
    "{name} has data in hidden sheets alone: {sheets:list}. Name one with sheet=….": (
        "{name} hat nur in ausgeblendeten Blättern Daten: {sheets}. Wählen Sie eines unter „Tabellenblatt“."
    ),
    "{name} has no sheet with data. There are: {sheets:list}.": (
        "{name} hat kein Blatt, in dem etwas steht. Es gibt: {sheets}."
    ),
    "{sheet} (hidden)": "{sheet} (ausgeblendet)",
    "Expected one uploaded file, got {n:number}: {names:list}. Give one of them: upload.value[0].": (
        "Erwartet wurde eine Datei, nicht {n}: {names}."
    ),
    "Expected one uploaded file, got {n:number}. Give one of them: upload.value[0].": (
        "Erwartet wurde eine Datei, nicht {n}."
    ),
    "{name} cannot be written: {reason}. Name a file in a folder that exists; if it is open in another program, close"
    " it there.": (
        "{name} lässt sich nicht schreiben: {reason}. Geben Sie eine Datei in einem Ordner an, den es gibt; ist sie in"
        " einem anderen Programm geöffnet, schließen Sie sie dort."
    ),
    "{name} cannot be written: {reason}. Name a file in a folder that exists; if it is open in Excel, close it"
    " there.": (
        "{name} lässt sich nicht schreiben: {reason}. Geben Sie eine Datei in einem Ordner an, den es gibt; ist sie in"
        " Excel geöffnet, schließen Sie sie dort."
    ),
}

_NOTES: Final = {
    "{name}: read with {ours} between the cells, {columns:known}; {theirs} would make as good a table, {others:known}."
    " If that is meant, name it: sep=…": (
        "{name}: gelesen mit {ours} zwischen den Zellen, {columns}; {theirs} ergäbe eine ebenso gute Tabelle, {others}."
        " Ist das gemeint, wählen Sie es unter „Zwischen den Zellen“"
    ),
    "{name}: read as {encoding}, which is a guess, such as {example}. If letters look wrong, name it: encoding=…": (
        "{name}: vermutlich {encoding}, wie an {example} zu sehen. Sehen Umlaute falsch aus, speichern Sie die Datei"
        " als CSV (UTF-8) oder .xlsx"
    ),
    "{name}: read as {encoding}, which is a guess. If letters look wrong, name it: encoding=…": (
        "{name}: vermutlich {encoding}. Sehen Umlaute falsch aus, speichern Sie die Datei als CSV (UTF-8) oder .xlsx"
    ),
    "{name}: UTF-8, but for {places:known} shown as '�' in line {lines:list}": (
        "{name}: UTF-8, außer {places} in Zeile {lines}, dort steht �"
    ),
    "{name}: read by python-calamine, which does not tell which rows are hidden (they are read), nor error values and"
    " formulas without a value (they are empty). Save it as .xlsx to have them named": (
        "{name}: Bei diesem Dateiformat ist nicht zu erkennen, welche Zeilen ausgeblendet sind (sie werden gelesen) und"
        " wo Fehlerwerte und Formeln ohne Ergebnis stehen (sie sind leer). Als .xlsx gespeichert, werden sie genannt"
    ),
    "{name}: no row looks like the names of the columns, so they are called by letters as in a spreadsheet"
    " ({letters}). If a row does hold the names, say which one: header=…": (
        "{name}: Keine Zeile sieht nach Überschriften aus, darum heißen die Spalten nach Buchstaben wie in Excel"
        " ({letters}). Gibt es doch eine, wählen Sie sie unter „Zeile mit den Überschriften“"
    ),
    "{name}: row {row:number} was taken as the header, and {rows:known} above it left out, such as row {first:number}:"
    " {title}. If another row holds the names, say which one: header=…": (
        "{name}: Zeile {row} gilt als Überschrift; weggelassen darüber: {rows}, wie Zeile {first}: {title}. Stehen die"
        " Überschriften anderswo, wählen Sie sie unter „Zeile mit den Überschriften“"
    ),
    "{name}: {columns:known} without a name: called {letters:list} after its place": (
        "{name}: {columns} ohne Überschrift, nach ihrer Stelle benannt: {letters}"
    ),
    "{name}: {rows:known} left out: {listed:list}": "{name}: {rows} weggelassen: {listed}",
    "{name}: {rows:known} hidden in the sheet, by a filter or by hand, but read as well: {listed:list}."
    " hidden='skip' leaves them out": (
        "{name}: {rows} im Blatt ausgeblendet (durch einen Filter oder von Hand), aber mitgelesen: {listed}."
        " „ausgeblendete Zeilen weglassen“ lässt sie weg"
    ),
    "{name}: rows {first:number} to {last:number} are empty and left out, row {row:number} is not": (
        "{name}: Zeilen {first} bis {last} sind leer und weggelassen, Zeile {row} ist es nicht"
    ),
    "{name}: sheet {sheet} is hidden in Excel": "{name}: Das Blatt {sheet} ist in Excel ausgeblendet",
    "{name}: sheet {n:number} is {sheet}": "{name}: Blatt {n} ist {sheet}",
    "{name}: read from sheet {sheet}; left out, as hidden: {sheets:list}": (
        "{name}: gelesen aus dem Blatt {sheet}; weggelassen, weil ausgeblendet: {sheets}"
    ),
    "{name}: {formulas:known} without a value, such as {cell} {formula}. Open the file in Excel and save it, so that"
    " it holds what they give": (
        "{name}: {formulas} ohne Ergebnis, wie {cell} {formula}. Öffnen Sie die Datei in Excel und speichern Sie sie,"
        " damit die Ergebnisse darin stehen"
    ),
    "{name}: {numbers:known} in column {column} shown as something else by the format {format}, such as {cell}:"
    " {number:number}": (
        "{name}: {numbers} in Spalte {column}, die das Format {format} anders anzeigt, wie {cell}: {number}"
    ),
    "{name}: hidden in the sheet: {columns:known}, {letters:list}": (
        "{name}: im Blatt ausgeblendet: {columns}, {letters}"
    ),
    "{name}: {areas:known} ({cells:list}): only the first cell of it holds what is shown, its other rows are empty"
    " there": (
        "{name}: {areas} ({cells}): Nur die erste Zelle enthält, was zu sehen ist, die anderen Zeilen sind dort leer"
    ),
}

TEMPLATES: Final[dict[str, str]] = {
    **_REFUSALS,
    **_NOTES,
    "No such file or directory": "Datei oder Ordner nicht gefunden",
    "Permission denied": "Zugriff verweigert",
    "Is a directory": "das ist ein Ordner",
}
