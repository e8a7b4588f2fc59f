"""How the page looks: in every width, theme and language; pictures of all lie in test-results afterwards."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, expect

from onoffice_nb import Sandbox
from tests.browser.lab import WIDTHS, Lab, Page
from tests.browser.test_builder import builder, check, choose, use_export
from tests.browser.test_data import builder as data_step
from tests.browser.test_data import paste


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_looks(lab: Lab, theme: Literal["light", "dark"]) -> None:
    with builder(lab, Sandbox(), theme=theme, height=4000, alone=True) as (page, root):
        # Everything lies in a box of JupyterLab that scrolls; axe takes what is below its edge for hidden.
        page.page.add_style_tag(content="html, body { height: 100vh !important }")
        page.page.evaluate(AXE_SCRIPT)
        look(lab, page, root, "empty")
        choose(root)
        use_export(root)
        check(root)
        for part in ("picture", "requests", "python"):
            root.locator(f".oo-{part} > summary").click()
        root.locator(".oo-rows .oo-look-up").first.click()
        expect(root.locator(".oo-candidate").first).to_be_visible()
        look(lab, page, root, "checked")
        root.locator(".oo-confirm input").check()
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-after")).to_be_visible()
        root.locator(".oo-undo").click()
        root.locator(".oo-runs-list summary").click()
        look(lab, page, root, "sent")


def look(lab: Lab, page: Page, root: Locator, name: str) -> None:
    """The page in both languages and three widths: a picture of each, nothing stands out, and nobody is shut out."""
    for language, title in (("de", "Was"), ("en", "What")):
        root.locator(f".oo-language input[value={language}]").check()
        expect(root.locator(".oo-what h3")).to_have_text(title)
        for width in WIDTHS:
            page.use_width(width)
            root.screenshot(path=lab.results / f"{name}-{language}-{width}.png")
            assert page.standing_out(".oo-builder") == []
        # Once for all widths: it takes a second.
        page.use_width(max(WIDTHS))
        assert_open_to_all(page)


def assert_open_to_all(page: Page) -> None:
    """axe-core has nothing serious to say: of contrast, names, roles and all that it knows."""
    found = page.evaluate(
        """async () => {
            const options = {resultTypes: ['violations'], selectors: false, preload: false};
            const {violations} = await axe.run('.oo-builder', options);
            return violations
                .filter(({impact}) => ['serious', 'critical'].includes(impact))
                .flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`));
        }"""
    )
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_data_look_well(lab: Lab, theme: Literal["light", "dark"]) -> None:
    with data_step(lab, Sandbox(), "calendar:address", theme=theme, height=3000, alone=True) as (page, root):
        language = "Deutsch" if theme == "light" else "English"
        root.locator(".oo-language").get_by_text(language).click()
        look_at_data(lab, page, "empty")
        header = "Termin\tAdresse\tStatus\tein sehr langer Name einer Spalte"
        text = f"{header}\n2909\t10821\tgesendet\tx\n2909\t10823\tja\ty\n671\t1.082\tja\ty\n"
        paste(root.locator(".oo-paste textarea"), text)
        expect(root.locator(".oo-status-question")).to_be_visible()
        look_at_data(lab, page, "asked")
        page.run_code("relation = builder.choose('buyer')")
        root.locator(".oo-child-holds select").select_option("name")
        expect(root.locator(".oo-child-field").first).to_be_visible()
        look_at_data(lab, page, "names")
        root.locator(".oo-clear").click()
        root.locator(".oo-type-lists").click()
        root.locator(".oo-parent-text textarea").fill("1003\n1004")
        expect(root.locator(".oo-swap")).to_be_visible()
        look_at_data(lab, page, "lists")


def look_at_data(lab: Lab, page: Page, name: str) -> None:
    """The step of the data in three widths: a picture of each, and nothing stands out."""
    for width in WIDTHS:
        page.use_width(width)
        page.locator(".oo-data").screenshot(path=lab.results / f"{name}-{width}.png")
        assert page.standing_out(".oo-data") == []
