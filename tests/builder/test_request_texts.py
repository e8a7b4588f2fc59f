"""Requests as texts: a window of lines, searched, and a command that is never endless."""

from __future__ import annotations

import json
import shlex

import onoffice_nb as oo
from onoffice_nb.builder.request_texts import WINDOW_LINES, curl_command, request_window, shortened_code

TEXT = "\n".join(f"line {number}" for number in range(1, 1001))


def test_the_beginning_is_shown_as_long_as_nothing_is_searched() -> None:
    window = request_window(TEXT)
    assert (window.first, len(window.lines), window.total, window.hits) == (1, WINDOW_LINES, 1000, 0)


def test_a_search_goes_from_hit_to_hit_and_round() -> None:
    windows = [request_window(TEXT, "LINE 99", hit) for hit in (0, 1, 11)]
    assert [(window.hit_line, window.hits) for window in windows] == [(99, 11), (990, 11), (99, 11)]
    for window in windows:
        assert window.first <= window.hit_line < window.first + len(window.lines)
        assert len(window.lines) == WINDOW_LINES
    assert request_window(TEXT, "nowhere").hits == 0


def test_a_short_request_is_shown_whole() -> None:
    window = request_window("a\nb", "b")
    assert (window.lines, window.first, window.hit_line) == (("a", "b"), 1, 2)


def test_curl_sends_the_same_and_holds_no_secret() -> None:
    sandbox = oo.Sandbox()
    plan = oo.plan(sandbox.client(), "buyer", oo.read_pairs(parent=[1001], child=[5001]))
    command = curl_command(plan)
    body = json.loads(shlex.split(command.replace("\\\n", " "), comments=True)[-1])
    assert body["request"]["actions"][0]["parameters"] == plan.actions[0].parameters
    assert sandbox.token not in command
    assert sandbox.secret not in command


def test_curl_is_bounded_and_says_what_is_cut() -> None:
    crm = oo.Sandbox().client()
    many = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001] * 9000, child=range(1, 9001)), preflight=False)
    command = curl_command(many)
    assert len(command) < 2000
    assert "20 of" in command
    scattered = oo.plan(crm, "buyer", oo.read_pairs(parent=range(1, 100), child=range(1, 100)), preflight=False)
    assert "3 of the 50 actions" in curl_command(scattered)


def test_code_is_bounded_and_says_so() -> None:
    code = "import onoffice_nb as oo\n" + f"pairs = {'x' * 1_000_000}\n"
    shown = shortened_code(code)
    assert len(shown) < 50_000
    assert "characters more" in shown
    assert shown.endswith("builder.code holds all of it.")
