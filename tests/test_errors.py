from __future__ import annotations

import csv
import inspect
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb import errors
from onoffice_nb.errors import (
    AccessDenied,
    ApiError,
    InputError,
    NotAuthenticated,
    OnOfficeError,
    Scope,
    api_code,
    api_error,
    code_of_message,
)

CLASSES = [
    member
    for _, member in inspect.getmembers(errors, inspect.isclass)
    if issubclass(member, Exception) and not issubclass(member, Warning)
]
TABLE = Path(errors.__file__).parent / "data" / "errors.csv"
CODES = [int(row["code"]) for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())]


@pytest.mark.parametrize("kind", CLASSES)
def test_the_tree_is_drawn_as_it_is(kind: type[Exception]) -> None:
    assert issubclass(kind, OnOfficeError)
    assert kind.__name__ in errors.__all__
    drawn = (errors.__doc__ or "").splitlines()
    (at,) = (n for n, line in enumerate(drawn) if line.strip("│├└─ ").split(" ")[0] == kind.__name__)
    indent = drawn[at].index(kind.__name__)
    if kind is not OnOfficeError:
        above = next(line for line in reversed(drawn[:at]) if len(line) - len(line.lstrip("│├└─ ")) < indent)
        assert issubclass(kind, getattr(errors, above.strip("│├└─ ").split(" ")[0]))


def test_input_errors_are_value_errors() -> None:
    assert issubclass(InputError, ValueError)


@pytest.mark.parametrize("kind", CLASSES)
def test_exceptions_survive_a_process(kind: type[Exception]) -> None:
    error = kind(292, "Unknown address") if issubclass(kind, ApiError) else kind("Something is wrong.")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


@pytest.mark.parametrize("code", sorted(set(CODES) - {0}))
def test_each_documented_code_says_what_to_do(code: int) -> None:
    meaning, error = api_code(code), api_error(code)
    assert meaning.code == error.code == code
    assert meaning.message
    assert meaning.advice.endswith((".", "?", ")"))
    assert str(error) in (f"{code}: {error.message}{end} {meaning.advice}" for end in ("", "."))
    assert str(error).removesuffix(meaning.advice).rstrip().endswith((".", "!", "?"))
    assert "%s" not in str(error)
    assert meaning.scope in Scope


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (NotAuthenticated, [22, 41, 49, 136, 137, 158, 193, 201, 248]),
        (AccessDenied, [156, 170, 261, 262]),
        (ApiError, [0, 80, 97, 219, 292, 302]),
    ],
)
def test_kinds(kind: type[ApiError], codes: list[int]) -> None:
    assert {type(api_error(code)) for code in codes} == {kind}


def test_what_concerns_the_whole_run_is_told_from_one_action() -> None:
    assert {api_code(code).scope for code in (22, 49, 136, 137, 158)} == {Scope.RUN}
    assert {api_code(code).scope for code in (78, 80, 168, 173, 263, 292, 293)} == {Scope.ACTION}


def test_the_words_of_the_api_come_first() -> None:
    assert api_error(262, "No write right for estates: 48, 1001").message == "No write right for estates: 48, 1001"


@given(st.integers())
def test_any_number_is_a_code(code: int) -> None:
    assert str(api_error(code)).startswith(f"{code}: ")


@given(st.text())
def test_any_text_is_a_message(message: str) -> None:
    assert isinstance(code_of_message(message), int)


def test_a_message_in_place_of_its_code() -> None:
    assert code_of_message("Syntax error") == 6
    assert code_of_message("The HMAC is invalid.") == 137
    assert code_of_message("Something new") == 1
