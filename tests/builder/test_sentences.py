"""Every sentence of the engine that a user of the page can meet is said in German, and names no Python in English.

What there is to say is taken from the code: from its text literals, its tables of
codes and rules, and from what it says when it is driven through its cases.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onoffice_nb as oo
from onoffice_nb.builder.wording import LANGUAGES, Words
from onoffice_nb.builder.wording.sentences import AREAS, german_templates, in_german, in_words_of_the_page
from onoffice_nb.builder.wording.sentences.page_words import PAGE_WORDS
from onoffice_nb.builder.wording.sentences.templates import PLACE, Templates
from onoffice_nb.builder.wording.sentences.words import MODULES
from onoffice_nb.catalogue import relations
from onoffice_nb.errors import ApiError, api_code
from onoffice_nb.intake.cells import read_cell
from onoffice_nb.intake.repairs import Reject
from onoffice_nb.matching.ladder import match_module
from onoffice_nb.model import Outcome
from onoffice_nb.planning.preflight import RULE_NAMES
from tests.intake.test_cells import REFUSED
from tests.samples import ROOT

PACKAGE: Final = ROOT / "onoffice_nb"

TEMPLATES: Final[dict[str, str]] = {
    english: german
    for area in AREAS
    for english, german in import_module(f"onoffice_nb.builder.wording.sentences.{area}").TEMPLATES.items()
}

# English words that no German text has; what stands in quotation marks comes from outside.
ENGLISH: Final = re.compile(
    r"(?<![\w:])(the|of|and|or|not|no|with|for|this|that|are|is|row|rows|column|it|by|be|to|from|its|which|cannot|does)\b"
)
QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|„[^“]*“|“[^”]*”")
# A setting of the system is no Python.
PYTHON: Final = re.compile(
    r"\boo\.|\bcrm\.|pairs\.|matches\.|\.\w+\(|\w+\(…\)|\b(?!HTTPS_PROXY|variable)\w+=|\[…\]|\bDataFrame\b"
)


def assert_german(text: str) -> None:
    """Every sentence of a text is known, and nothing English is left in it."""
    translation = german_templates().translated(text)
    assert not translation.unknown, f"no template for {translation.unknown}"
    left = ENGLISH.findall(QUOTED.sub("", translation.text))
    assert not left, f"{left} in {translation.text!r}"


class TestTemplates:
    def test_what_comes_from_outside_is_never_looked_into(self) -> None:
        said = in_german("Adresse: 'empty. zero; no id': a date")
        assert said == "Adresse: „empty. zero; no id“: ein Datum"

    def test_the_longest_beginning_that_is_known_counts(self) -> None:
        templates = Templates({"It is empty.": "Leer.", "It is empty. So what?": "Leer, na und?", "So what?": "Und?"})
        assert templates.translated("It is empty. So what? So what?").text == "Leer, na und? Und?"
        assert templates.translated("It is new. It is empty.") == ("It is new. Leer.", ("It is new.",))

    def test_lines_and_bullets_stay(self) -> None:
        assert in_german("zero:\n- negative\n- '12a'") == "null:\n- negativ\n- „12a“"

    def test_numbers_are_written_as_in_german(self) -> None:
        assert in_german("1,482 rows") == "1.482 Zeilen"
        assert in_german("perhaps 1003, without decimals") == "vielleicht 1003, ohne Nachkommastellen"

    def test_a_place_of_a_kind_takes_no_other(self) -> None:
        templates = Templates({"{n:number} rows": "{n} Zeilen", "as {known:known}": "als {known}", "x": "y"})
        assert templates.translated("many rows").unknown == ("many rows",)
        assert templates.translated("as x").text == "als y"
        assert templates.translated("as z").unknown == ("as z",)

    @given(st.text(max_size=200))
    def test_any_text_is_said_and_what_is_quoted_is_kept(self, text: str) -> None:
        assert isinstance(in_german(text), str)
        assert isinstance(in_words_of_the_page(text), str)
        raw = text.replace("\\", "").replace("'", "").replace("\n", "").replace("\r", "")
        assert raw in in_german(str(Reject(raw, "no id")))[:202] or len(raw) > 50 or repr(raw)[1:-1] != raw

    def test_templates_are_well_formed(self) -> None:
        for english in TEMPLATES:
            parts = PLACE.split(english)
            texts, names, kinds = parts[::3], parts[1::3], parts[2::3]
            assert len(set(names)) == len(names), f"a place stands once: {english}"
            assert set(kinds) <= {None, "number", "word", "known", "list", "numbers"}, english
            assert all(texts[1:-1]), f"two places need a text between them: {english}"
            assert not names or any(" " in text for text in texts), f"what has places has a blank: {english}"

    def test_the_same_places_stand_on_both_sides(self) -> None:
        """German may leave out what the page cannot use, such as a name of Python; but it invents nothing."""
        for english, german in TEMPLATES.items():
            assert {place[1] for place in PLACE.finditer(german)} <= {place[1] for place in PLACE.finditer(english)}


class TestPageWords:
    """No Python stands on the page's surface, and what is named as a control is one."""

    def test_german_names_no_python(self) -> None:
        for german in TEMPLATES.values():
            bare = QUOTED.sub("", re.sub(r"pip install '.*?'", "", german))
            assert not PYTHON.search(bare), german

    def test_english_names_no_python(self) -> None:
        for english in TEMPLATES:
            bare = QUOTED.sub("", re.sub(r"pip install '.*?'", "", in_words_of_the_page(english)))
            assert not PYTHON.search(bare), bare

    def test_named_controls_exist(self) -> None:
        english, german = (set(Words(language).labels.values()) for language in LANGUAGES)
        english, german = ({label.removesuffix(" ({n})") for label in labels} for labels in (english, german))
        named = {label for text in PAGE_WORDS.values() for label in re.findall("“(.*?)”", text)}
        assert named <= english, named - english
        named = {label for text in TEMPLATES.values() for label in re.findall("„(.*?)“", text)}
        assert {label for label in named if "{" not in label} - NAMES_IN_TEXTS <= german, named - german

    def test_words_are_those_of_python_in_a_sentence(self) -> None:
        sentences = "\0".join(TEMPLATES)
        for python_words in PAGE_WORDS:
            assert python_words in sentences, f"no sentence has {python_words!r}"


# What German texts quote that is not a control.
NAMES_IN_TEXTS: Final = frozenset({"Mieter"})


# The literals of the code


# Files of which no sentence reaches the page, each with the reason.
NOT_ON_THE_PAGE: Final = {
    "api/probe.py": "the probe is a call of Python and a command",
    "api/client.py": "what a client is given, code gives it",
    "cli": "the command line speaks English",
    "sandbox": "stands in for the API, whose messages are in errors.csv",
    "connection.py": "what connect() prints",
    "accounts.py": "a job in many accounts is code",
    "planning/desired_state.py": "declared links are for code and the command line",
    "formatting.py": "HTML",
}
# Methods that show a value in a notebook or a terminal; the page draws its own.
SHOWN_ELSEWHERE: Final = frozenset(
    {"__repr__", "_repr_html_", "_summary", "_lines", "_more", "_nothing", "_idle_reason", "_shown_problems"}
    | {"description", "example", "findings_html", "transition_table"}
)
# What is no sentence of the page: SQL, HTML, calls of the API; names by which the code looks something up; a note of a
# traceback.
NOT_PROSE: Final = re.compile(
    r"<|\b(SELECT|INSERT|UPDATE|ALTER|CREATE|PRAGMA|BEGIN|ORDER BY|WHERE)\b|^%|^(list of )?(appointmentL|calend)"
    r"|^(search criteria|wanted profile|contact person|full name|file row|parent → child|field larger| and by )$"
    r"|^(Mac Roman|DOS \(code page 850\)|\(set when sent\)|a number of \{x\} bits)$|^onoffice_nb (probe|plan)|^dr prof "
    r"|stands in the journal"
)
PROSE: Final = re.compile(r"[A-Za-z]{2,} +[a-zA-Z]{2,}")
# An argument of a wrong kind: only a call of Python can give one, as the page's controls have no such values.
WRONG_ARGUMENT: Final = re.compile(
    r"^Expected (?!one uploaded|reasons|\{\} to name a file)"
    r"|: expected (the title|the number|what separates|'keep'|a list of the names)"
    r"|is named by text|are searched by text|^Beside a frame|^A client is made|^Rows are matched|^The identifier"
    r"|^These parameters of|names the fields|^A relation info needs|^No relation type has the module"
    r"|after it was saved|as a plan|names are expected|Leave encoding"
)


def code() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not any(name == part or name.startswith(f"{part}/") for part in (*NOT_ON_THE_PAGE, "builder")):
            yield path


every_file = pytest.mark.parametrize("path", [*code()], ids=lambda path: path.relative_to(PACKAGE).as_posix())


def literals(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The texts of a module but for docstrings, and those of methods that show a value elsewhere."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and node.name in SHOWN_ELSEWHERE:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        # The words of a StrEnum are keys; those that sentences are made of are tested one by one.
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "StrEnum" for base in node.bases):
            continue
        if isinstance(node, ast.JoinedStr):
            yield node
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from literals(part.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node
        else:
            yield from literals(node)


BETWEEN_WORDS: Final = re.compile(rf"\{{\w+(?::\w+)?\}}|\n|{QUOTED.pattern}")


def wordings(text: str) -> list[str]:
    """The texts between the places, quoted words and lines of a text."""
    return [part.strip(" ,;:.…()·=") for part in BETWEEN_WORDS.split(text)]


def as_template(literal: ast.Constant | ast.JoinedStr) -> str:
    """A literal as one text with places."""
    if isinstance(literal, ast.Constant):
        return str(literal.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in literal.values)


@every_file
def test_each_literal_has_a_template(path: Path) -> None:
    known = "\0".join(wording for english in TEMPLATES for wording in wordings(english))
    lacking = []
    for literal in literals(ast.parse(path.read_text(encoding="utf-8"))):
        text = as_template(literal)
        if NOT_PROSE.search(text) or WRONG_ARGUMENT.search(text.replace("{x}", "{}")):
            continue
        lacking += [
            f"{literal.lineno}: {part!r}" for part in wordings(text) if PROSE.search(part) and part not in known
        ]
    assert not lacking, "sentences without a German template: " + "; ".join(lacking)


# What may stand at the places of a sentence: ids, records, quoted names, parts of lists.
SAMPLES: Final = ("7", "estate", "create", "estates 7, 8", "'x'", "row 7 has 2 cells", "export.csv")
RAISED: Final = re.compile(r"(Error|Failed|Unknown|Denied|Workbook|Problem|Reject)$")


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((PACKAGE / "builder").rglob("*.py")) if "wording" not in path.parts],
    ids=lambda path: path.name,
)
def test_each_sentence_of_the_page_itself_has_a_template(path: Path) -> None:
    """Its labels stand in two languages; what it raises is a sentence that ends as one."""
    known = "\0".join(wording for english in TEMPLATES for wording in wordings(english))
    for literal in literals(ast.parse(path.read_text(encoding="utf-8"))):
        text = as_template(literal)
        if not text.endswith(".") or text.startswith("# ") or WRONG_ARGUMENT.search(text.replace("{x}", "{}")):
            continue
        for part in wordings(text):
            assert not PROSE.search(part) or part in known, f"{literal.lineno}: {part!r} has no German template"


def said_directly(tree: ast.AST) -> Iterator[ast.expr]:
    """The texts that a module raises, or puts into a reject or a problem, as they stand there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and RAISED.search(ast.unparse(node.func)):
            # The first argument of a reject is the raw text of its cell.
            arguments = node.args[1:3] if ast.unparse(node.func) == "Reject" else node.args
            yield from (argument for argument in arguments if isinstance(argument, ast.Constant | ast.JoinedStr))


def rendered(text: ast.expr, sample: str) -> str:
    """A text with something at its places: what is counted, quoted, or any other."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    if isinstance(text, ast.JoinedStr):
        whole = ""
        for part in text.values:
            # What follows the end of a sentence without a blank is a sentence that may be missing.
            is_optional = whole.endswith(".") and isinstance(part, ast.FormattedValue)
            whole += "" if is_optional else rendered(part, sample)
        return whole
    if isinstance(text, ast.FormattedValue):
        return "'x'" if text.conversion == ord("r") else rendered(text.value, sample)
    if isinstance(text, ast.IfExp):
        return rendered(text.body, sample)
    if isinstance(text, ast.Call) and ast.unparse(text.func) == "counted":
        return f"7 {rendered(text.args[2], sample) if len(text.args) > 2 else rendered(text.args[1], sample) + 's'}"
    if isinstance(text, ast.Call) and ast.unparse(text.func) == "quote":
        return "'x'"
    return sample


# Scenarios


@pytest.mark.parametrize(
    ("relation", "parents", "children"),
    [
        ("buyer", [999_999], [5001]),
        ("buyer", [5001, 5002], [1001, 1002]),
        ("estate:estateUnit", [1001], [1001]),
        ("estate:address:contactPerson", [1001], [5001]),
    ],
)
def test_findings_of_a_plan(relation: str, parents: list[int], children: list[int]) -> None:
    pairs = pd.DataFrame({"Adresse": parents, "Immobilie": children})
    plan = oo.plan(oo.Sandbox().client(), relation, oo.read_pairs(pairs, parent="Adresse", child="Immobilie"))
    assert plan.findings
    for finding in plan.findings:
        assert_german(finding.advice)


@every_file
def test_what_is_raised_is_known_as_a_whole(path: Path) -> None:
    """The fixed words of a sentence may be known one by one, and the sentence not."""
    for text in said_directly(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(text, ast.Constant) and (not isinstance(text.value, str) or not text.value):
            continue
        texts = [rendered(text, sample) for sample in SAMPLES]
        if WRONG_ARGUMENT.search(texts[0]) or NOT_PROSE.search(texts[0]) or not PROSE.search(texts[0]):
            continue
        translations = [german_templates().translated(rendering) for rendering in texts]
        assert any(not translation.unknown for translation in translations), f"{path.name}:{text.lineno}: {texts[0]}"


def counted_nouns() -> Iterator[tuple[str, str]]:
    """One and many of what is counted by `counted(n, "row")`."""
    for path in code():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "counted":
                nouns = [str(argument.value) for argument in node.args[1:] if isinstance(argument, ast.Constant)]
                if nouns:
                    yield nouns[0], nouns[1] if len(nouns) > 1 else f"{nouns[0]}s"


def test_whatever_is_counted_has_a_german_word() -> None:
    for one, many in counted_nouns():
        assert_german(f"1 {one}")
        assert_german(f"1,482 {many}")


# What the engine says when it is driven through its cases


def assert_reject_is_german(reject: Any) -> None:
    if isinstance(reject, Reject):
        for text in (reject.reason, reject.suggestion, *map(str, reject.repairs), str(reject)):
            assert_german(text)


@pytest.mark.parametrize("raw", [raw for raw, *_ in REFUSED], ids=[str(position) for position in range(len(REFUSED))])
def test_rejects_of_cells(raw: Any) -> None:
    assert_reject_is_german(read_cell(raw))


@given(
    st.one_of(
        st.text("0123456789.,;'/ -+eE€#=ab()[]„“", max_size=20),
        st.from_regex(r"[1-9][0-9]{0,6}([.,; /|&'-]| und | bis )[0-9]{1,4}(,[0-9]{1,4})*", fullmatch=True),
        st.floats(),
        st.decimals(allow_nan=False),
        st.integers(),
        st.dates(),
        st.booleans(),
        st.binary(max_size=4),
    )
)
def test_rejects_of_any_cell(raw: Any) -> None:
    assert_reject_is_german(read_cell(raw))


def test_every_rule_of_the_preflight_has_a_name() -> None:
    for rule in RULE_NAMES:
        assert in_german(rule) != rule


def test_every_module_has_a_name() -> None:
    for relation in relations():
        for module in (relation.parent, relation.child):
            one, many, german, germans = MODULES[module]
            assert in_german(one) == german
            assert in_german(f"{many} 7, 8") == f"{germans} 7, 8"


def test_every_note_of_a_relation_type() -> None:
    for relation in relations():
        if relation.note:
            assert_german(f"Note: {relation.note}.")


def codes() -> list[int]:
    with (PACKAGE / "data" / "errors.csv").open(encoding="utf-8", newline="") as file:
        return [int(row["code"]) for row in csv.DictReader(file)]


def test_every_code_of_the_api() -> None:
    for code in codes():
        meaning = api_code(code)
        if not meaning.advice:
            continue
        assert_german(meaning.advice)
        # What is to be looked up stays as the API says it.
        if not meaning.advice.startswith(("Look the message up", "Report this as a bug")):
            translation = german_templates().translated(str(ApiError(code)))
            assert not translation.unknown, translation


def test_what_matching_compares() -> None:
    for module in ("address", "estate"):
        rules = match_module(module)
        rungs = [rung.name for rung in (*rules.rungs, *rules.identifiers.values())]
        for one, other in product(rungs, repeat=2):
            assert_german(one)
            assert_german(f"no record has this {one} or {other}")
            assert_german(f"2 records are found by {one} and by {other}")
        for contradiction in ("another name", "another e-mail", "another object number"):
            assert_german(f"found by {rungs[0]}, but with {contradiction}")


def test_outcomes() -> None:
    for outcome in Outcome:
        assert_german(f"{outcome}: error 80 {api_code(80).message.rstrip('.')}: 3 rows. {api_code(80).advice}")
