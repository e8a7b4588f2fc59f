"""The site as a whole: it builds without a warning, it is made from the tables, and it loads nothing from elsewhere."""

from __future__ import annotations

import ast
import inspect
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from spellchecker import SpellChecker

import onoffice_nb
from onoffice_nb import errors, sandbox
from onoffice_nb.api import transport
from tests.samples import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
MADE = runpy.run_path(str(DOCS / "generate.py"))["pages"]()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from a copy, so that nothing in the checkout changes."""
    copy = tmp_path_factory.mktemp("site")
    for name in ("docs", "onoffice_nb"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "zensical.toml", copy)
    command = [str(Path(sys.executable).parent / "zensical"), "build", "--clean", "--strict"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return copy / "site"


def test_it_builds_with_every_page(site: Path) -> None:
    """Strict: a link, an anchor or a name of the reference that leads nowhere ends the build."""
    for path in PAGES:
        name = path.relative_to(DOCS).with_suffix("")
        folder = name.parent if name.name == "index" else name
        assert (site / folder / "index.html").is_file(), path
    navigation = (ROOT / "zensical.toml").read_text(encoding="utf-8").partition("[project.theme]")[0]
    for path in PAGES:
        assert f'"{path.relative_to(DOCS).as_posix()}"' in navigation, f"{path} is in no menu"


def test_the_reference_has_every_public_name() -> None:
    described = re.findall(
        r"^::: onoffice_nb\.(\S+)$", "\n".join(path.read_text("utf-8") for path in PAGES), flags=re.M
    )
    assert len(described) == len(set(described))
    in_the_sandbox = {f"sandbox.{name}" for name in sandbox.__all__}
    exceptions = {f"errors.{name}" for name in errors.__all__}
    elsewhere = {name for name in onoffice_nb.__all__ if name in (*sandbox.__all__, *errors.__all__)}
    expected = in_the_sandbox | exceptions | (set(onoffice_nb.__all__) - elsewhere)
    assert set(described) == expected | {"sandbox.pytest_plugin.onoffice_sandbox"}


def test_examples_of_docstrings_are_blocks_of_code(site: Path) -> None:
    """Left alone, Markdown takes >>> for quotations of quotations."""
    pages = [path.read_text(encoding="utf-8") for path in (site / "reference").rglob("index.html")]
    assert sum(page.count("&gt;&gt;&gt;") for page in pages) > 50
    assert [page for page in pages if "<blockquote>" in page] == []


def test_links_into_the_repository_lead_somewhere() -> None:
    repository = re.compile(
        r"https://(?:github\.com|raw\.githubusercontent\.com)/onoffice-nb/onoffice_nb(?:/(?:blob|tree|edit))?/main/"
    )
    for path in PAGES:
        targets = re.findall(r"\]\((\w+:[^)\s]+)", path.read_text(encoding="utf-8"))
        assert [target for target in targets if not target.startswith("https://")] == [], path
        for target in targets:
            found = repository.match(target)
            assert found is None or (ROOT / target[found.end() :]).exists(), f"{path}: {target}"


def test_what_is_returned_is_one_thing(site: Path) -> None:
    """However many lines tell of it: each would be a thing of its own in the eyes of a reader of docstrings."""
    sections = [
        section
        for path in (site / "reference").rglob("index.html")
        for section in re.findall(r"Returns:</span>.*?<ul>(.*?)</ul>", path.read_text(encoding="utf-8"), flags=re.S)
    ]
    assert len(sections) > 50
    assert [section for section in sections if section.count("<li") != 1] == []


def test_it_asks_nobody_else(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]+src="([^"]+)"', text)
        loaded += re.findall(r'<link[^>]+rel="(?:stylesheet|preload|icon)"[^>]+href="([^"]+)"', text)
        assert [url for url in loaded if url.startswith(("http:", "https:", "//"))] == [], path
        # The theme's own script would fetch the numbers of a repository, and a program that draws diagrams.
        assert 'data-md-component="source"' not in text, path
        assert 'class="mermaid"' not in text, path


def test_pages_in_german_are_german(site: Path) -> None:
    for path in site.rglob("index.html"):
        language = "de" if path.is_relative_to(site / "de") else "en"
        assert f'<html lang="{language}"' in path.read_text(encoding="utf-8"), path


def test_it_is_spelt_well() -> None:
    # In pages that are made stand onOffice's own words, slips and all.
    names = {path.relative_to(DOCS).as_posix(): path for path in PAGES}
    texts = [path for name, path in names.items() if name not in MADE and not name.startswith("de/")]
    texts += [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
    command = [sys.executable, "-m", "codespell_lib", *map(str, texts)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_german_is_spelt_well() -> None:
    """By a dictionary, and a list of the words that are not in it: names, compounds, what is quoted in English."""
    known = SpellChecker(language="de")
    listed = set((DOCS / "de/words.txt").read_text(encoding="utf-8").split())
    used: set[str] = set()
    for path in sorted((DOCS / "de").glob("*.md")):
        text = path.read_text(encoding="utf-8").partition("\n---\n")[2]
        prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", text, flags=re.S)
        words = set(re.findall(r"[A-Za-zÄÖÜäöüß]{3,}", prose))
        unknown = {word for word in words if word.lower() not in known}
        assert unknown <= listed, f"{path}: {sorted(unknown - listed)}"
        used |= unknown
    assert listed == used


@pytest.mark.parametrize("name", MADE)
def test_pages_that_are_made_are_new(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == MADE[name], "make docs renews it"


def test_the_picture_of_the_states_is_drawn_from_their_table() -> None:
    drawn, source = (DOCS / "assets/states.svg").read_text(encoding="utf-8"), MADE["assets/states.mmd"]
    assert drawn.count(' transition"') == source.count("-->")
    boxes = re.findall(r'state "([^"]+)"', source)
    words = set(re.findall(r"\w+", re.sub(r"<style>.*?</style>|<[^>]+>", " ", drawn, flags=re.S)))
    assert boxes
    assert set(re.findall(r"\w+", " ".join(boxes))) == words, "docs/generate.py tells how to draw it anew"


def test_every_error_code_can_be_found() -> None:
    page = MADE["troubleshooting/error-codes.md"]
    codes = [line.split(",", 1)[0] for line in (ROOT / "onoffice_nb/data/errors.csv").read_text("utf-8").splitlines()]
    for code in codes[1:]:
        assert code == "0" or f"## {code}: " in page or f"| {code} | " in page, code


def test_every_failure_of_a_connection_can_be_found() -> None:
    """Each sentence that the boundary to the network can say, piece by piece, stands on the page."""
    page = re.sub(r"\\(.)", r"\1", MADE["troubleshooting/connection.md"])
    functions = [
        node for node in ast.walk(ast.parse(inspect.getsource(transport))) if isinstance(node, ast.FunctionDef)
    ]
    texts = [
        constant.value
        for function in functions
        for statement in function.body[ast.get_docstring(function) is not None :]
        for constant in ast.walk(statement)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    ]
    # What is added to an interrupt is no failure of the connection.
    pieces = [text for text in texts if len(text) > 20 and not text.startswith("A request was under way")]
    assert len(pieces) > 20
    assert [piece for piece in pieces if piece not in page] == []
