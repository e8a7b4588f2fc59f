from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.intake.cells import Normalisation, ParsedId, exact_integer_limit, read_cell
from onoffice_nb.intake.repairs import Reject
from onoffice_nb.model import MAX_ID


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        raise RuntimeError


class Record(IntEnum):
    SEVEN = 7


TAKEN: list[tuple[Any, int, Normalisation | None]] = [
    (5001, 5001, None),
    (np.int8(5), 5, None),
    (np.uint64(5001), 5001, None),
    (Record.SEVEN, 7, None),
    (Decimal(5006), 5006, None),
    (MAX_ID, MAX_ID, None),
    ("5001", 5001, Normalisation.TEXT),
    (np.str_("5001"), 5001, Normalisation.TEXT),
    (str(MAX_ID), MAX_ID, Normalisation.TEXT),
    (" 5007 ", 5007, Normalisation.BLANKS),
    ("\u00a05007\u202f", 5007, Normalisation.BLANKS),
    ("\t5007\r\n", 5007, Normalisation.BLANKS),
    ("\ufeff5007", 5007, Normalisation.BLANKS),
    ("5006.0", 5006, Normalisation.DECIMAL),
    (" 5006.00", 5006, Normalisation.DECIMAL),
    (5006.0, 5006, Normalisation.DECIMAL),
    (np.float32(5006), 5006, Normalisation.DECIMAL),
    (Decimal("5006.000"), 5006, Normalisation.DECIMAL),
]

REFUSED: list[tuple[Any, str, str]] = [
    (None, "empty", "fill in"),
    (float("nan"), "empty", "fill in"),
    (np.float32("nan"), "empty", ""),
    (pd.NA, "empty", ""),
    (pd.NaT, "empty", ""),
    (np.datetime64("NaT"), "empty", ""),
    (Decimal("sNaN"), "empty", ""),
    ("", "empty", ""),
    (" \u00a0\t", "empty", ""),
    ("#NV", "no id", "Excel error"),
    ("#N/A", "no id", "Excel error"),
    ("#WERT!", "no id", "Excel error"),
    ("#REF!", "no id", "Excel error"),
    ("12a", "no id", "digits only"),
    ("nan", "no id", "digits only"),
    ("KD-5011", "no id", "customer or object number"),
    ("A1001", "no id", "customer or object number"),
    (-3, "negative", ""),
    (-3.0, "negative", ""),
    ("-1011", "negative", "1011, if the sign is a slip"),
    ("−1011", "negative", "1011"),
    (0, "zero", "start at 1"),
    (-0.0, "zero", ""),
    ("0", "zero", ""),
    ("000", "zero", ""),
    ("0,0", "zero", ""),
    ("+5", "a sign", "perhaps 5"),
    ("1.003", "a thousands separator or a fraction", "perhaps 1003"),
    ("1,003", "a thousands separator or a fraction", "perhaps 1003"),
    ("1'003", "a thousands separator or a fraction", "perhaps 1003"),
    ("1\u00a0003", "a thousands separator or a fraction", "perhaps 1003"),
    ("1.003.500", "a thousands separator or a fraction", "perhaps 1003500"),
    ("100,200", "one number or several ids", "100200, or one row each: 100, 200"),
    (1.003, "a fraction", "perhaps 1003"),
    (5006.5, "a fraction", "whole numbers"),
    ("5006.5", "a fraction", "whole numbers"),
    (Decimal("5006.5"), "a fraction", "whole numbers"),
    # A comma is a decimal sign in Germany and separates ids everywhere else.
    ("5006,0", "a decimal number", "perhaps 5006"),
    ("5006.000", "a decimal number", "perhaps 5006"),
    ("5006,5", "2 ids in one cell, or a fraction", "5006, 5"),
    ("9,00E+03", "an exponent hides digits", "perhaps 9000 or near it"),
    ("9.004e3", "an exponent hides digits", "perhaps 9004 or near it"),
    ("1E-5", "an exponent hides digits", "format the column"),
    (Decimal("9.00E+3"), "an exponent hides digits", "perhaps 9000 or near it"),
    (Decimal("1E+999999"), "no id", ""),
    (Decimal("Infinity"), "no id", ""),
    ("5008/5009", "2 ids in one cell", "one row each: 5008, 5009"),
    ("5008, 5009", "2 ids in one cell", "one row each: 5008, 5009"),
    ("5008 5009", "2 ids in one cell", "one row each: 5008, 5009"),
    ("5008 und 5009", "2 ids in one cell", "one row each: 5008, 5009"),
    ("5008;5009;5010", "3 ids in one cell", "one row each: 5008, 5009, 5010"),
    (True, "a truth value", ""),
    (np.False_, "a truth value", ""),
    (MAX_ID + 1, "beyond 2^53 (9007199254740992)", ""),
    (str(MAX_ID + 1), "beyond 2^53 (9007199254740992)", ""),
    (np.uint64(2**64 - 1), "beyond 2^53 (9007199254740992)", ""),
    (10**5000, "beyond 2^53 (9007199254740992)", ""),
    ("9" * 5000, "no id", ""),
    # These floats may be the rounded form of another number.
    (float(MAX_ID), "beyond what float holds exactly", ""),
    (np.float32(2**24), "beyond what float32 holds exactly", ""),
    (float("inf"), "infinite", ""),
    (float("-inf"), "infinite", ""),
    (dt.date(2024, 5, 1), "a date or a time", "format the column as text"),
    (pd.Timestamp("2024-05-01"), "a date or a time", ""),
    (np.timedelta64(5001, "ns"), "a date or a time", ""),
    ("01.05.2024", "a date", "format the column as text"),
    ("2024-05-01 00:00:00", "a date", ""),
    # str.isdigit() takes all of these for digits.
    ("５００６", "no id", "perhaps 5006"),
    ("٥٠٠٦", "no id", "perhaps 5006"),
    ("5²", "no id", ""),
    # Postcodes and customer numbers have leading zeros, record ids have none.
    ("005001", "leading zeros", "5001, if it is the record id"),
    ("01067", "leading zeros", "1067, if"),
    ('"5001"', "no id", "perhaps 5001"),
    ("\u200e5001", "no id", "perhaps 5001"),
    ("5_001", "no id", ""),
    (b"5001", "of type bytes", "one id per cell"),
    ([5001], "of type list", "one id per cell"),
    (np.array(5001), "of type ndarray", ""),
    (5001 + 0j, "of type complex", ""),
    (Unprintable(), "of type Unprintable", ""),
]


@pytest.mark.parametrize(("raw", "value", "taken"), TAKEN, ids=repr)
def test_the_certain_is_taken_and_says_how_it_was_written(raw: Any, value: int, taken: Normalisation | None) -> None:
    assert read_cell(raw) == ParsedId(value, str(raw if not isinstance(raw, IntEnum) else raw.value), taken)


@pytest.mark.parametrize(("raw", "reason", "suggestion"), REFUSED, ids=[str(at) for at in range(len(REFUSED))])
def test_all_else_is_refused_with_a_reason_and_advice(raw: Any, reason: str, suggestion: str) -> None:
    found = read_cell(raw)
    assert isinstance(found, Reject)
    assert found.reason == reason
    assert suggestion in found.suggestion
    if isinstance(raw, str):
        assert found.raw == raw


@given(st.text() | st.from_regex(r"[\s+\-#'’.,/;0-9eE٥５KD]*"))
def test_a_text_is_an_id_only_if_it_is_the_plain_number(text: str) -> None:
    found = read_cell(text)
    bare = text.strip().strip("\ufeff\u200b\u2060").strip()
    if isinstance(found, ParsedId):
        assert bare in (str(found.value), f"{found.value}.0", f"{found.value}.00")
        assert 1 <= found.value <= MAX_ID
    else:
        assert not (bare.isascii() and bare.isdecimal() and bare[0] != "0" and int(bare) <= MAX_ID)


@given(st.floats())
def test_a_float_is_an_id_only_if_it_is_exactly_that_number(number: float) -> None:
    found = read_cell(number)
    assert isinstance(found, ParsedId) == (number.is_integer() and 1 <= number < 2**53)
    assert isinstance(found, Reject) or found.value == number


def test_exactness_depends_on_the_float() -> None:
    assert exact_integer_limit(float) == 2.0**53
    assert exact_integer_limit(np.dtype("float32")) == 2.0**24
    assert exact_integer_limit(np.longdouble) == 2.0**53
