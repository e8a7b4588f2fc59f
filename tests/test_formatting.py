from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.formatting import counted, escape, html_card, html_table, make_frame, printable, text_table
from onoffice_nb.model import Account

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</td></table><h1>",
    "&lt;b&gt;",
    "\u202egnp.exe",
    "\u2066\u2069\u200f\u061c",
    "zero\u200bwidth\ufeff",
    "\x00\x1b[31m\x7f\x85",
    "line\nbreak\u2028\u2029",
    "\ud800",
]


class Seen(HTMLParser):
    """What a browser would make of it: the tags, and the texts between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    seen = Seen(html_table([text], [[text]]))
    assert seen.tags == ["table", "thead", "tr", "th", "tbody", "tr", "td"]
    assert seen.texts == [printable(text), printable(text)]


@given(st.text(st.characters()))
def test_nothing_that_changes_the_reading_of_its_neighbours_gets_through(text: str) -> None:
    shown = escape(text)
    assert not set(shown) & set("<>\"'\n\r\t\x00\x1b\x7f\u061c\u200b\u200e\u200f\u2028\u2029\ufeff")
    assert not any("\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069" for letter in shown)
    shown.encode()


def test_plain_text_is_left_alone() -> None:
    assert printable("Müller-Lüdenscheidt, Köln 🏠") == "Müller-Lüdenscheidt, Köln 🏠"


def test_visible_tells_which_character_it_was() -> None:
    assert printable("a\tb\u202ec\x7f") == "a␉b⟨U+202E⟩c⟨U+007F⟩"


def test_counts_agree_with_their_nouns() -> None:
    assert [counted(n, "pair") for n in (0, 1, 2, 1_000_000)] == ["0 pairs", "1 pair", "2 pairs", "1,000,000 pairs"]
    assert counted(2, "reply", "replies") == "2 replies"


def test_numeric_columns_are_set_to_the_right() -> None:
    html = html_table(["id", "name"], [[5001, "Brandt"]], numeric=[0])
    assert html.count("text-align:right") == 2
    assert html.count("text-align:left") == 2


def test_every_colour_is_the_themes_own() -> None:
    page = html_table(["id"], [[1]]) + html_card("t", "", account=Account("Muster", live=True, fingerprint=""))
    assert "#" not in page.replace("var(--jp-border-color2,#bdbdbd)", "").replace("var(--jp-error-color1,#d32f2f)", "")


def test_a_table_without_rows_still_has_its_headers() -> None:
    assert text_table(["id", "name"], []) == "id  name"
    assert Seen(html_table(["id"], [])).texts == ["id"]


def test_a_card_says_in_words_where_we_are() -> None:
    live = Seen(html_card("Plan <1>", "<p>3 pairs</p>", account=Account("Muster & Co", live=True, fingerprint="")))
    assert "".join(live.texts) == "Plan <1>LIVE · Muster & Co3 pairs"
    assert "p" in live.tags
    assert "SANDBOX · Muster" in html_card("Plan", "", account=Account("Muster", live=False, fingerprint=""))
    assert "LIVE" not in html_card("Plan", "")


def test_frame_keeps_columns_and_order() -> None:
    made = make_frame({"parent": [1, 2], "child": [3, 4]})
    assert list(made.columns) == ["parent", "child"]
    assert made["child"].tolist() == [3, 4]


def test_a_frame_takes_half_a_character_from_the_crm() -> None:
    frame = make_frame({"id": [1, 2], "ort": ["\ud800", "Aachen"]})
    assert frame["ort"].tolist() == ["\ud800", "Aachen"]
    assert str(frame["id"].dtype) == "int64"
