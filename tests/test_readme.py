"""The README does what it says: its Python runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import onoffice_nb as oo
from onoffice_nb.cli.commands import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.S)


def test_its_python_runs_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = BLOCKS
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    names = runpy.run_path(str(script))
    said = capsys.readouterr().out
    report = names["report"]
    assert isinstance(report, oo.Report)
    assert report.counts == {"linked": 2, "skipped": 1}
    assert "SANDBOX · Muster Immobilien" in said
    assert "2 pairs · 0 duplicates · 1 reject (first: row 3, '#NV'" in said
    assert '"token": "••••••"' in said
    assert len(names["crm"].related("buyer", parents=[1011, 1012])) == 0


def test_ten_lines_are_ten_lines() -> None:
    lines = [line for line in BLOCKS[0].splitlines() if line.strip() and not line.startswith("import")]
    assert len(lines) <= 10


def test_its_commands_exist() -> None:
    targets = set(re.findall(r"`make (\w+)`", README))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets >= {"lab", "test"}
    assert all(re.search(rf"^{target}:", makefile, flags=re.M) for target in targets)
    for command in set(re.findall(r"onoffice-nb ([a-z]+)", README)):
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0, command


def test_built_on_names_what_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "dev" for line in lines]
    declared = {canonicalize_name(Requirement(line).name) for line in [*project["dependencies"], *extras]}
    declared -= {"onoffice-nb", "ipykernel"}
    table = (ROOT / "docs/built-on.md").read_text(encoding="utf-8").split("Tested with")[0]
    assert {canonicalize_name(name) for name in re.findall(r"\[([^\]]+)\]\(", table)} == declared


def test_its_links_lead_somewhere_from_an_index_too() -> None:
    """On a package index there is no folder beside it: each link to the repository names its whole address."""
    repository = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Homepage"]
    name = repository.removeprefix("https://github.com/")
    into_repository = re.compile(
        rf"(?:https://github\.com/{name}/(?:blob|tree)|https://raw\.githubusercontent\.com/{name})/main/(\S+)"
    )
    targets = re.findall(r"\]\(([^)]+)\)", README)
    paths = [match[1] for match in map(into_repository.fullmatch, targets) if match]
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path
    for target in targets:
        assert target.startswith("https://"), target


def test_its_links_to_the_documentation_lead_to_pages() -> None:
    site = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Documentation"]
    pages = re.findall(rf"\]\({re.escape(site)}([^)#?]*)(?:#[^)]*)?\)", README)
    assert len(pages) > 5
    for page in pages:
        if not page.startswith("demo/"):
            folder = ROOT / "docs" / page
            assert (folder / "index.md").exists() or folder.with_suffix(".md").exists(), page
