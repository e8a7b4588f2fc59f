"""What no linter says of the architecture: the public names, a light import, and only our own exceptions.

Which module may import which stands in `pyproject.toml`, as contracts of import-linter.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe
import pytest

import onoffice_nb
from onoffice_nb import errors, sandbox
from onoffice_nb.errors import OnOfficeError
from tests.samples import ROOT

PACKAGE = ROOT / "onoffice_nb"
STUB = PACKAGE / "__init__.pyi"

# Python's own protocols ask for these; everything else is an OnOfficeError.
PROTOCOL = {"AttributeError", "IndexError", "KeyError", "StopIteration"}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "base", "common", "constants", "misc", "core", "lib"}

MODULES = sorted(PACKAGE.rglob("*.py"))
every_module = pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])


def dotted(path: Path) -> str:
    """`onoffice_nb.api.client` for api/client.py."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@every_module
def test_name_says_what_it_holds(path: Path) -> None:
    assert not VAGUE_NAMES & {path.stem, path.parent.name}
    assert importlib.import_module(dotted(path)).__doc__


@every_module
def test_exceptions_are_ours(path: Path) -> None:
    for name, member in vars(importlib.import_module(dotted(path))).items():
        # A warning is never raised.
        is_exception = (
            isinstance(member, type) and issubclass(member, BaseException) and not issubclass(member, Warning)
        )
        if is_exception and member.__module__.startswith("onoffice_nb"):
            assert issubclass(member, OnOfficeError), f"{name} does not derive from OnOfficeError"

    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            raised = ast.unparse(node.exc.func)
            assert not hasattr(builtins, raised) or raised in PROTOCOL, f"{path.name}:{node.lineno}: {raised}"


def test_nothing_is_left_open() -> None:
    # Pieced together, or this file would find itself.
    unfinished = re.compile("|".join([r"\bTO" + "DO", r"\bFIX" + "ME", r"\bX" + "XX", r"\bHA" + r"CK\b"]))
    texts = [*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]
    for folder in ("onoffice_nb", "tests", "notebooks", "binder", "docs"):
        suffixes = {".py", ".pyi", ".ipynb", ".md", ".cfg"}
        texts += [path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]

    for path in texts:
        text = path.read_text(encoding="utf-8")
        assert unfinished.search(text) is None, path
        assert str(ROOT) not in text, f"{path} names the folder in which it was written"


def test_public_names() -> None:
    offered = list(onoffice_nb.__all__)
    assert offered == sorted(set(offered))
    assert set(offered) <= set(dir(onoffice_nb))
    assert all(getattr(onoffice_nb, name) is not None for name in offered)

    stub = ast.parse(STUB.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    (listed,) = [
        ast.literal_eval(node.value)
        for node in stub.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert imported == set(listed) == set(offered), "a type checker sees what the stub's __all__ lists"


def test_no_public_name_is_a_module() -> None:
    # Python sets an imported submodule as an attribute of the package, over a function of the same name.
    assert not set(onoffice_nb.__all__) & {path.stem for path in PACKAGE.iterdir()}


def test_import_is_light() -> None:
    heavy = {"pandas", "scipy", "ipywidgets", "httpx", "numpy", "pydantic", "starlette", "IPython"}
    code = "import sys, onoffice_nb; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert not heavy & set(done.stdout.split())


def public_functions() -> Iterator[griffe.Function]:
    """Every public function, and every public method of every public class, as griffe reads it."""
    tree = griffe.load("onoffice_nb", search_paths=[ROOT], docstring_parser="google")
    offered = {getattr(module, name) for module in (onoffice_nb, errors, sandbox) for name in module.__all__}
    for thing in offered:
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        if not thing.__module__.startswith("onoffice_nb"):
            continue
        node = tree[f"{thing.__module__}.{thing.__qualname__}".removeprefix("onoffice_nb.")]
        members = node.members.values() if inspect.isclass(thing) else [node]
        yield from (member for member in members if member.is_function and not member.name.startswith("_"))


def test_docstrings_say_what_goes_in_and_what_comes_out() -> None:
    section = griffe.DocstringSectionKind
    silent = []
    functions = list(public_functions())
    for function in functions:
        told = {part.kind for part in function.docstring.parsed} if function.docstring else set()
        takes_something = any(parameter.name not in ("self", "cls") for parameter in function.parameters)
        if takes_something and section.parameters not in told:
            silent.append(f"{function.path}: Args")
        if str(function.returns) not in ("None", "Self") and not told & {section.returns, section.yields}:
            silent.append(f"{function.path}: Returns")
    assert len(functions) > 100
    assert not silent


def test_types_are_complete() -> None:
    """What a user's type checker sees of the public names; ipywidgets has no types, so not all can be known."""
    command = [sys.executable, "-m", "basedpyright", "--verifytypes", "onoffice_nb", "--ignoreexternal"]
    # An editable install is found through a file that not every type checker follows.
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=ROOT, env=env)
    score = re.search(r"Type completeness score: ([\d.]+)%", done.stdout)
    assert score is not None, done.stdout + done.stderr
    assert float(score[1]) >= 97, done.stdout
