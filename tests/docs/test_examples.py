"""Every block of code in the documentation runs, and shows what the page says it shows."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from sybil.example import SybilFailure

from onoffice_nb import connection
from onoffice_nb.execution.journal import user_journal
from tests.docs.examples import PAGES
from tests.samples import ROOT, SAMPLES

DOCS = ROOT / "docs"
WITH_CODE = [path for path in sorted(DOCS.rglob("*.md")) if re.search(r"```(?:python|sh)\n", path.read_text("utf-8"))]


@pytest.fixture(autouse=True)
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody without credentials, in a folder with the sample data, to whom nothing has happened yet."""
    shutil.copytree(SAMPLES, tmp_path / "data")
    monkeypatch.chdir(tmp_path / "data")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    _forget()
    environment = dict(os.environ)
    with pd.option_context("display.width", 100, "display.max_columns", None):
        yield
    os.environ.clear()
    os.environ.update(environment)
    _forget()


def _forget() -> None:
    user_journal.cache_clear()
    connection._sandbox.cache_clear()


@pytest.mark.parametrize("path", WITH_CODE, ids=[str(path.relative_to(DOCS)) for path in WITH_CODE])
def test_its_code_runs(path: Path) -> None:
    document = PAGES.parse(path)
    for example in document.examples():
        example.evaluate()


@pytest.mark.parametrize(
    ("page", "trouble"),
    [
        ("```python\n1 + 1\n```\n\n```text\n3\n```\n", "Expected, as the page shows:\n3\n\nGot:\n2"),
        ("```python\nprint('unsaid')\n```\n", "Got:\nunsaid"),
        ("```python\nx = 1\n```\n\n```text\nmore\n```\n", "Expected, as the page shows:\nmore"),
        ("- a list\n\n    ```python\n    1 + 1\n    ```\n", "Got:\n2"),
        ("```sh\nonoffice-nb plan missing.csv\n```\n", "ended with exit code 2"),
        ("```sh\nonoffice-nb runs\n```\n\n```text\n1 run\n```\n", "Got:\nNo runs yet."),
        ("```sh\nrm -r /\n```\n", "names rm, which nothing here knows"),
    ],
)
def test_a_page_that_is_wrong_is_found(page: str, trouble: str, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    (example,) = PAGES.parse(path).examples()
    with pytest.raises(SybilFailure, match=re.escape(trouble)):
        example.evaluate()


def test_every_block_of_code_is_run() -> None:
    """No fence that the runner would not see: Python and commands are written as ```python and ```sh."""
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        opened = re.findall(r"^ *```([^\n`]+)$", text, flags=re.M)
        run = [language for language in opened if language in ("python", "sh") or " title=" in language]
        assert len(list(PAGES.parse(path).examples())) == len(run), path
        assert set(opened) - set(run) <= {"text"}, path
