"""What surrounds the code: the workflows, templates and pages name nothing that is not there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.samples import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = [path for path in sorted((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) if path.stem != "config"]
PAGES = [ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md")] + sorted((ROOT / "docs").rglob("*.md"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = {path.name for path in (ROOT / "onoffice_nb").iterdir() if (path / "__init__.py").is_file()}

every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=[path.name for path in WORKFLOWS])
every_page = pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
        yield from job["steps"]


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, flags=re.M))


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", WORKFLOWS),
        ("dependabot", [GITHUB / "dependabot.yml"]),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE/config.yml"]),
    ],
)
def test_github_understands_it(schema: str, paths: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout


def test_workflows_open_no_door() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    command = [str(zizmor), "--offline", "--no-progress", str(GITHUB)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@every_workflow
def test_its_commands_exist(path: Path) -> None:
    for step in steps(path):
        for words in map(shlex.split, step.get("run", "").splitlines()):
            if words[0] == "make":
                assert words[1] in make_targets()
            for word in words:
                if word.startswith(("tests/", "onoffice_nb/")):
                    assert (ROOT / word).exists(), word


@every_workflow
def test_its_actions_are_pinned(path: Path) -> None:
    uses = [step["uses"] for step in steps(path) if "uses" in step]
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in uses)


def test_every_python_that_is_promised_is_tried() -> None:
    matrix = yaml.safe_load((GITHUB / "workflows/test.yml").read_text())["jobs"]["quick"]["strategy"]["matrix"]
    promised = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert matrix["python"] == promised
    assert PROJECT["requires-python"] == f">={promised[0]}"


def test_what_is_published_was_tested_and_needs_no_password() -> None:
    jobs = yaml.safe_load((GITHUB / "workflows/release.yml").read_text())["jobs"]
    assert {"run": "make test"} in jobs["build"]["steps"]
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets." not in (GITHUB / "workflows/release.yml").read_text()


def test_hooks_run_what_make_check_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    scripts = {Path(hook["entry"].split()[0]).name for hook in hooks}
    checked = (ROOT / "Makefile").read_text().split("\ncheck:")[1].split("\n\n")[0]
    assert set(re.findall(r"\$\(BIN\)/([\w-]+)", checked)) <= scripts


@every_page
def test_its_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(((?!http)[^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@every_page
def test_what_it_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", text, flags=re.M):
        assert target in make_targets(), target
    for named in re.findall(r"`((?:onoffice_nb|tests|notebooks|docs)/[\w./]+)`", text):
        assert (ROOT / named).exists(), named


def test_every_package_is_explained() -> None:
    for name in ("CONTRIBUTING.md", "docs/architecture.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert {package for package in PACKAGES if not re.search(rf"\b{package}\b", text)} == set(), name
