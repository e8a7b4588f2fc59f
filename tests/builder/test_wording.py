"""Both languages say everything, in the same places."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.builder import wording
from onoffice_nb.builder.wording import Words
from onoffice_nb.builder.wording.sentences import in_german

PARTS = ("page", "what", "data", "check", "send", "runs")
LABELS = {part: import_module(f"{wording.__name__}.{part}").WORDS for part in PARTS}
ALL = {key: texts for words in LABELS.values() for key, texts in words.items()}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_each_key_stands_once() -> None:
    assert len(ALL) == sum(map(len, LABELS.values()))


@pytest.mark.parametrize("key", ALL)
def test_both_languages_name_the_same_values_and_count_alike(key: str) -> None:
    english, german = ALL[key]
    assert english.strip()
    assert german.strip()
    assert placeholders(english) == placeholders(german)
    for text in (english, german):
        assert text.count("|") <= 1


def test_the_front_end_asks_for_labels_that_there_are() -> None:
    scripts = [script for script in files("onoffice_nb.builder.front_end").iterdir() if script.name.endswith(".js")]
    asked = {key for script in scripts for key in re.findall(r'\bt\("([\w. ]+)"', script.read_text(encoding="utf-8"))}
    assert asked
    assert asked <= ALL.keys()


@given(st.text(max_size=200))
def test_what_is_not_known_stays_as_it_is(text: str) -> None:
    # Numbers alone are known: they are written as Germans do.
    if not any(letter.isdigit() or (letter.isascii() and letter.isalpha()) for letter in text):
        assert in_german(text) == text


@given(st.text(alphabet="abc .:;\n", max_size=80))
def test_no_sentence_is_lost(text: str) -> None:
    assert in_german(text) == text


def test_numbers_are_written_as_the_language_does() -> None:
    assert Words("de")("send.link", n=1500) == "1.500 Paare verknüpfen"
    assert Words("en")("send.link", n=1500) == "Link 1,500 pairs"
