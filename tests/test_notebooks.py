"""What holds for every committed notebook; that its outputs are true is checked by running it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from onoffice_nb.sandbox import Sandbox

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
EVERY = sorted(NOTEBOOKS.glob("*.ipynb"))
# Outputs of widgets' whole state would be a hundred times this.
LARGEST = 200_000

# Cell tags with which nbval would let anything pass.
BLIND = {"nbval-ignore-output", "nbval-skip", "nbval-raises-exception", "raises-exception"}


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def code_cells(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]


every_notebook = pytest.mark.parametrize("path", EVERY, ids=[path.name for path in EVERY])


def test_they_are_there_in_order() -> None:
    assert EVERY
    assert [path.name[:3] for path in EVERY] == [f"{number:02}_" for number in range(1, len(EVERY) + 1)]


@every_notebook
def test_every_code_cell_was_executed_in_order(path: Path) -> None:
    # nbval takes a cell that was never executed for one whose output is not to be compared.
    cells = code_cells(path)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert any(cell["outputs"] for cell in cells)


@every_notebook
def test_no_cell_failed_or_complained(path: Path) -> None:
    for cell in code_cells(path):
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"


@every_notebook
def test_nothing_is_left_out_of_the_comparison(path: Path) -> None:
    for cell in code_cells(path):
        assert not BLIND & set(cell["metadata"].get("tags", []))
        assert not re.search(r"^\s*#\s*(NBVAL|PYTEST_VALIDATE)", "".join(cell["source"]), re.MULTILINE)


@every_notebook
def test_run_all_writes_to_no_account_of_the_user(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As somebody runs it who has credentials about."""
    box = Sandbox()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with box.serve() as server:
        for name, value in {"URL": server.url, "TOKEN": server.token, "SECRET": server.secret}.items():
            monkeypatch.setenv(f"ONOFFICE_{name}", value)
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert not box.writes_received


@every_notebook
def test_kernel_and_size(path: Path) -> None:
    metadata = read(path)["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"
    assert "widgets" not in metadata, "save it without the state of the widgets"
    assert path.stat().st_size < LARGEST


@every_notebook
def test_it_names_no_machine_and_no_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(home|Users|root|tmp|var/folders)/\w", text)
    # 44 characters of base64: a signature.
    assert not re.search(r"\b[A-Za-z0-9+/]{43}=", text)
