"""How long a file takes to become a table, and how much memory: workbooks formatted to their last cell, long CSV files.

    python -m tests.benchmarks.bench_files

Each file is read in a process of its own, so that the memory is that of the
reading alone: its peak less what the process needs before.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

_ROWS = 200
_MEASURE = """
import resource, sys, time
import onoffice_nb as oo, pandas, openpyxl
from onoffice_nb.intake import excel, number_formats
number_formats.number_format(0, None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
table = oo.read_table(sys.argv[1])
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"{table.shape[0]:,} × {table.shape[1]} | {seconds:.2f} s | {(peak - before) / 1024:.0f} MB")
"""


def formatted(path: Path, cells: list[str], columns: int) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([f"name {column}" for column in range(columns)])
    for row in range(_ROWS):
        sheet.append([1000 + row] * columns)
    for cell in cells:
        sheet[cell].font = Font(bold=True)
    book.save(path)
    return path


def csv_file(path: Path, rows: int) -> Path:
    lines = (f"{1000 + row};{5000 + row};Straße {row};{row},5\n" for row in range(rows))
    path.write_text("Immobilie;Adresse;Name;Preis\n" + "".join(lines), encoding="utf-8")
    return path


def main() -> None:
    print("| file | table | time | memory |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {
            f"formats in {' and '.join(cells)}, {columns} columns": formatted(folder / f"{at}.xlsx", cells, columns)
            for at, (cells, columns) in enumerate(
                [(["XFD1"], 2), (["A1048576"], 2), (["XFD1", "A1048576"], 50), (["XFD1048576"], 50)]
            )
        }
        files["CSV of 200,000 rows, 4 columns"] = csv_file(folder / "long.csv", 200_000)
        for label, path in files.items():
            done = subprocess.run(
                [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True
            )
            print(f"| {label} | {done.stdout.strip()} |")


if __name__ == "__main__":
    main()
