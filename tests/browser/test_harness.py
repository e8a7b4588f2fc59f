"""The harness itself: were it blind, every test that stands on it would pass."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Error, expect

from tests.browser.lab import RESULTS, Lab

BUTTON = """
import ipywidgets

button = ipywidgets.Button(description="Count")
button.add_class("the-button")
count = ipywidgets.HTML("none")
count.add_class("the-count")
clicks = []

@button.on_click
def counted(_):
    clicks.append(1)
    count.value = f"{len(clicks)} clicked"

ipywidgets.VBox([button, count])
"""


def test_a_click_reaches_the_kernel_and_comes_back(lab: Lab) -> None:
    with lab.open([BUTTON]) as page:
        page.run_all()
        page.locator(".the-button").click()
        expect(page.locator(".the-count")).to_have_text("1 clicked")
        assert page.run_code("print(len(clicks))\nlen(clicks) + 1") == "1\n2"
        page.screenshot("clicked")
    assert (RESULTS / "test_a_click_reaches_the_kernel_and_comes_back" / "clicked.png").stat().st_size > 10_000


def test_dark_and_narrow(lab: Lab) -> None:
    with lab.open([BUTTON], theme="dark", width=480, height=800, alone=True) as page:
        page.run_all()
        expect(page.locator(".the-button")).to_be_visible()
        assert page.evaluate("() => window.innerWidth") == 480
        assert page.evaluate("() => document.body.dataset.jpThemeLight") == "false"


@pytest.mark.parametrize(("lab", "alone"), [("lab", False), ("lab", True), ("notebook", True)], indirect=["lab"])
def test_an_exception_in_a_callback_is_seen(lab: Lab, alone: bool) -> None:
    def click() -> None:
        with lab.open([BUTTON.replace("clicks.append(1)", "count.value = 'in'; 1 / 0")], alone=alone) as page:
            page.run_all()
            page.locator(".the-button").click()
            expect(page.locator(".the-count")).to_have_text("in")

    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        click()
    assert {"failed.png", "failed.html"} <= {path.name for path in lab.results.iterdir()}


def test_a_cell_that_raises_is_seen(lab: Lab) -> None:
    with pytest.raises(AssertionError, match="the reason"), lab.open(["raise ValueError('the reason')"]) as page:
        page.run_all()


def test_what_never_answers_ends(lab: Lab) -> None:
    with lab.open(["1"]) as page:
        with pytest.raises(Error, match=re.escape("no answer in 0.2 s")):
            page.evaluate("() => new Promise(() => {})", seconds=0.2)
        with pytest.raises(AssertionError, match="NameError"):
            page.run_code("nothing")
        page.errors.clear()
