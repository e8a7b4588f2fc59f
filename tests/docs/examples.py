"""Runs the code of a page as a reader would: block after block, each beside the output that the page shows.

A ```python block is run as a notebook runs a cell: what it prints, and the
value of its last expression, have to stand in the ```text block below it, and
there has to be such a block where there is anything to show. A ```sh block is
run line by line: commands of `onoffice-nb` in this process, and what serves or
installs something is only looked at. A block with a title is a file of this
name in the reader's folder.
"""

from __future__ import annotations

import ast
import doctest
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner
from sybil import Document, Example, Region, Sybil

from onoffice_nb.cli.commands import app

_BLOCK: Final = re.compile(
    r"^(?P<indent> *)```(?P<language>python|sh)\n(?P<source>.*?)^(?P=indent)```$"
    r"(?:\n+(?P=indent)```text\n(?P<output>.*?)^(?P=indent)```$)?",
    re.MULTILINE | re.DOTALL,
)
_FILE: Final = re.compile(r"^```\w+ title=\"(?P<name>[\w.]+)\"\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)
# Commands that go on until somebody stops them.
_SERVING: Final = frozenset({"app", "lab", "mcp", "sandbox"})
# What other programs may be named; they are not run.
_OTHERS: Final = frozenset({"keyring", "make", "pip", "python", "pytest"})
_EXIT_CODE: Final = re.compile(r"\s+# exit code (\d)$")


def _blocks(document: Document) -> Iterator[Region]:
    for block in _BLOCK.finditer(document.text):
        indent = len(block["indent"])
        parsed = {name: _without(indent, block[name]) for name in ("source", "output")}
        evaluate = _run_python if block["language"] == "python" else _run_shell
        yield Region(block.start(), block.end(), parsed, evaluate)


def _files(document: Document) -> Iterator[Region]:
    for block in _FILE.finditer(document.text):
        yield Region(block.start(), block.end(), block.groupdict(), _write_file)


def _write_file(example: Example) -> None:
    Path(example.parsed["name"]).write_text(example.parsed["content"], encoding="utf-8")


def _without(indent: int, lines: str | None) -> str:
    return "".join(line[indent:] or "\n" for line in (lines or "").splitlines(keepends=True))


def _run_python(example: Example) -> str | None:
    """What is wrong with a block of Python, if anything is."""
    shown = StringIO()
    tree = ast.parse(example.parsed["source"])
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with redirect_stdout(shown):
        exec(compile(tree, example.path, "exec"), example.namespace)  # noqa: S102  # the page's own code
        if isinstance(last, ast.Expr):
            code = compile(ast.Expression(last.value), example.path, "eval")
            value: Any = eval(code, example.namespace)  # noqa: S307  # the page's own code
            if value is not None:
                print(repr(value))
    return _difference(example, shown.getvalue())


def _run_shell(example: Example) -> str | None:
    shown = ""
    for line in example.parsed["source"].replace("\\\n", " ").splitlines():
        exit_code = _EXIT_CODE.search(line)
        program, *arguments = shlex.split(line, comments=True) or [""]
        if program in _OTHERS or not program:
            continue
        if program != "onoffice-nb":
            return f"A block of commands names {program}, which nothing here knows."
        if arguments[:1] and arguments[0] in _SERVING:
            arguments = [arguments[0], "--help"]
        result = CliRunner().invoke(app, arguments, env={"COLUMNS": "100"})
        if result.exit_code != int(exit_code[1] if exit_code else 0):
            return f"{line}\nended with exit code {result.exit_code}:\n{result.output}"
        shown += "" if "--help" in arguments else result.output
    return _difference(example, shown) if example.parsed["output"] else None


def _difference(example: Example, shown: str) -> str | None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    expected = example.parsed["output"]
    if doctest.OutputChecker().check_output(expected, shown, flags):
        return None
    return f"Expected, as the page shows:\n{expected}\nGot:\n{shown}"


PAGES: Final = Sybil(parsers=[_blocks, _files])
