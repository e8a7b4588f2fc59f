"""The house keeps its order: floors, fences, sizes, names, and the front door."""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import onoffice_nb
from onoffice_nb.errors import OnOfficeError

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "onoffice_nb"
STUB = HOUSE / "__init__.pyi"

# Each room imports only from rooms before it.
ORDER = [
    "errors",
    "model",
    "views",
    "catalogue",
    "wire",
    "settings",
    "backoff",
    "flow",
    "transport",
    "client",
    "connection",
    "cells",
    "columns",
    "ids",
    "infos",
    "tables",
    "intake",
    "cover",
    "planner",
    "actions",
    "plans",
    "report",
    "database",
    "ledger",
    "judge",
    "diff",
    "run",
    "control",
    "history",
    "engine",
    "builder",
    "cli",
]
# The sandbox stands beside the house: it speaks the words and the wire, and can hand out a client of itself.
SANDBOX_KNOWS = {"errors", "model", "catalogue", "wire", "settings", "client", "sandbox"}
KNOWS_SANDBOX = {"connection", "cli", "sandbox"}

FENCES = {
    "httpx": {"transport", "client", "sandbox"},
    "pandas": {"columns", "ids", "intake", "tables", "views", "plans", "report"},
    "scipy": set(),
    "sqlite3": {"database", "ledger", "sandbox"},
    "ipywidgets": {"builder"},
    "traitlets": {"builder"},
    "IPython": {"builder"},
    "starlette": {"sandbox"},
    "uvicorn": {"sandbox"},
    "typer": {"cli"},
    "pydantic": {"settings"},
    "pydantic_settings": {"settings"},
    "dotenv": {"settings"},
    "keyring": {"settings"},
}
# Python's own protocols ask for these; everything else is an OnOfficeError.
PROTOCOL = {"AttributeError", "IndexError", "KeyError", "StopIteration"}
NO_NAMES = {"utils", "util", "helpers", "helper", "base", "common", "constants", "misc", "core", "lib"}
LONGEST_ROOM = 300

FILES = sorted(path for path in HOUSE.rglob("*.py") if path != HOUSE / "__init__.py")
every_file = pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(HOUSE)) for path in FILES])


def room(path: Path) -> str:
    """`client` for client.py, `sandbox` for sandbox/store.py."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Line, whole dotted name, and whether it is for types only; wherever in the file it stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, node in for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: write the whole name of the module"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "onoffice_nb" else [module]
            yield from ((node.lineno, name, node in for_types) for name in names)


@every_file
def test_floors(path: Path) -> None:
    here = room(path)
    assert here in {*ORDER, "sandbox"}, f"{here} has no place yet: give it one in ORDER"
    for line, name, _ in imports(path):
        if not name.startswith("onoffice_nb"):
            continue
        there = name.split(".")[1]
        where = f"{path.name}:{line}: {here} must not import {there}"
        if here == "sandbox":
            assert there in SANDBOX_KNOWS, where
        elif there == "sandbox":
            assert here in KNOWS_SANDBOX, where
        elif there != here:
            assert there in ORDER[: ORDER.index(here)], where


@every_file
def test_fences(path: Path) -> None:
    for line, name, for_types in imports(path):
        fenced = FENCES.get(name.split(".")[0])
        if fenced is not None and not for_types:
            assert room(path) in fenced, f"{path.name}:{line}: {name} belongs in {', '.join(sorted(fenced))}"


@every_file
def test_size_and_name(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_ROOM
    assert path.stem not in NO_NAMES
    assert path.parent.name not in NO_NAMES


@every_file
def test_exceptions_are_ours(path: Path) -> None:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    for name, each in vars(module).items():
        if isinstance(each, type) and issubclass(each, BaseException) and each.__module__.startswith("onoffice_nb"):
            assert issubclass(each, OnOfficeError), f"{name} is none of the package's exceptions"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            raised = ast.unparse(node.exc.func)
            assert not hasattr(builtins, raised) or raised in PROTOCOL, f"{path.name}:{node.lineno}: {raised}"


@every_file
def test_a_room_says_what_it_offers(path: Path) -> None:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    assert module.__doc__
    offered = getattr(module, "__all__", [])
    assert sorted(set(offered), key=_by_kind) == list(offered)
    assert all(hasattr(module, name) for name in offered)


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions: the order that ruff keeps in every `__all__`."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_nothing_is_left_open() -> None:
    # Pieced together, or this file would find itself.
    unfinished = re.compile("|".join([r"\bTO" + "DO", r"\bFIX" + "ME", r"\bX" + "XX", r"\bHA" + r"CK\b"]))
    own = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "Makefile", ROOT / "pyproject.toml"]
    for folder in ("onoffice_nb", "tests", "notebooks", "binder"):
        own += [each for each in (ROOT / folder).rglob("*") if each.suffix in {".py", ".pyi", ".ipynb", ".md", ".cfg"}]
    for path in own:
        text = path.read_text(encoding="utf-8")
        found = unfinished.search(text)
        assert found is None, f"{path}: {found}"
        assert str(ROOT) not in text, f"{path} names the folder in which it was written"


def front_door() -> dict[str, str]:
    """The names of the stub and the rooms that they come from."""
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }


def test_front_door() -> None:
    offered = list(onoffice_nb.__all__)
    assert offered == sorted(set(offered))
    assert set(front_door()) == set(offered)
    (listed,) = [
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(STUB.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert set(listed) == set(offered), "a checker of types sees what the stub's __all__ lists"
    for name in offered:
        assert getattr(onoffice_nb, name) is not None
    assert set(offered) <= set(dir(onoffice_nb))


def test_no_name_of_the_front_door_is_a_room() -> None:
    # Python sets an imported submodule as an attribute of the package, over a function of the same name.
    assert not set(onoffice_nb.__all__) & {room(path) for path in FILES}


def test_import_is_light() -> None:
    heavy = {"pandas", "scipy", "ipywidgets", "httpx", "numpy", "pydantic", "starlette", "IPython"}
    code = "import sys, onoffice_nb; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not heavy & set(done.stdout.split())
