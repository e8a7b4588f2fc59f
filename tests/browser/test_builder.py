"""The main job as an analyst does it: notebook 01 in a real JupyterLab, clicked through to links in the CRM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Locator, expect

from onoffice_nb import Sandbox
from tests.browser.lab import NOTEBOOKS, Lab, Page
from tests.reference_client import URN, ReferenceClient

NOTEBOOK: Final = NOTEBOOKS / "01_relation_builder.ipynb"
BUYERS: Final = {(1001, 5001), (1002, 5002), (1002, 5003), (1005, 5006), (1006, 5007), (1010, 5012)}


@contextmanager
def builder(lab: Lab, sandbox: Sandbox, **options: Any) -> Iterator[tuple[Page, Locator]]:
    """Notebook 01, all run, in a kernel whose account is this sandbox over HTTP."""
    with sandbox.serve() as server, lab.open(NOTEBOOK, **options) as page:
        account = {"URL": server.url, "TOKEN": server.token, "SECRET": server.secret, "LABEL": sandbox.label}
        names = {f"ONOFFICE_{name}": value for name, value in account.items()}
        page.run_code(f"import os; os.environ.update({names!r})")
        page.run_all()
        root = page.locator(".oo-builder")
        expect(root).to_have_count(1)
        yield page, root


def choose(root: Locator) -> None:
    """Steps 1 and 2: the buyer, the frame, its two columns."""
    root.locator(".oo-relation-search input").fill("Käufer")
    root.locator(".oo-relation-list select").select_option(label="Buyer · Käufer (estate → address)")
    expect(root.locator(".oo-sentence")).to_contain_text("estate (parent) → address (child), the buyer")
    root.locator(".oo-frame select").select_option(label="buyers (14 rows, 6 columns)")
    root.locator(".oo-parent-column select").select_option(label="Datensatznr. Immobilie")
    root.locator(".oo-child-column select").select_option(label="Datensatznr. Adresse")
    expect(root.locator(".oo-counts")).to_contain_text("6 pairs · 1 duplicate · 7 rejects")


def links(by_hand: ReferenceClient) -> set[tuple[int, int]]:
    """The buyers of these estates, asked for by a client that shares nothing with the builder."""
    parents = sorted({parent for parent, _ in BUYERS})
    asked = {"relationtype": f"{URN}estate:address:buyer", "parentids": parents}
    (record,) = by_hand.call("get", "idsfromrelation", asked)["data"]["records"]
    # PHP writes an empty map as a list.
    found = record["elements"] or {}
    return {(int(parent), int(child)) for parent, children in found.items() for child in children}


def test_from_the_export_to_links_and_back(lab: Lab) -> None:
    sandbox = Sandbox()
    with ExitStack() as stack, builder(lab, sandbox) as (page, root), sandbox.serve() as second:
        by_hand = ReferenceClient(second.token, second.secret, url=second.url)
        stack.enter_context(by_hand.http)
        before, asked = links(by_hand), sandbox.writes_received.copy()
        assert not before & BUYERS
        expect(root.locator(".oo-account")).to_contain_text("SANDBOX · Muster Immobilien")

        choose(root)
        rejects = root.locator(".oo-rejects")
        for words in ("#NV", "KD-5011", "9,00E+03", "one row each: 5008, 5009"):
            expect(rejects).to_contain_text(words)

        root.locator(".oo-check").click()
        expect(root.locator(".oo-numbers")).to_contain_text("6 new links")
        sent = json.loads(root.locator(".oo-json pre").inner_text())
        actions = sent["request"]["actions"]
        assert len(actions) == 5
        assert {action["parameters"]["relationtype"] for action in actions} == {f"{URN}estate:address:buyer"}
        given = [action["parameters"] for action in actions]
        assert {
            pair for parameters in given for pair in product(parameters["parentid"], parameters["childid"])
        } == BUYERS
        assert sandbox.token not in page.page.content()
        assert sandbox.secret not in page.page.content()

        confirm = root.get_by_label(
            "Create 6 links in SANDBOX · Muster Immobilien: estate (parent) → address (child), the buyer."
        )
        submit = root.locator(".oo-submit")
        expect(submit).to_be_disabled()
        confirm.check()
        submit.dblclick()
        expect(root.locator(".oo-report")).to_contain_text("7 linked · 7 skipped")
        expect(root.locator(".oo-rows tbody tr")).to_have_count(14)
        expect(submit).to_be_hidden()
        page.screenshot("report")

        assert links(by_hand) - before == BUYERS
        new = sandbox.writes_received - asked
        assert new == {("create", "estate:address:buyer", parent, child): 1 for parent, child in BUYERS}
        values = "[type(x).__name__ for x in (builder.relation, builder.pairs, builder.plan, builder.report)]"
        assert page.run_code(values) == "['RelationType', 'Pairs', 'Plan', 'Report']"

        root.locator(".oo-undo").click()
        expect(root.locator(".oo-undo-question")).to_contain_text("remove the 6 links that it created")
        root.locator(".oo-undo-yes").click()
        expect(root.locator(".oo-report")).to_contain_text("6 removed")
        assert links(by_hand) == before


def test_by_keyboard_alone(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox) as (page, root):
        keyboard, asked = page.page.keyboard, sandbox.writes_received.copy()
        cells = page.locator(".jp-Cell").count()

        def tab_to(name: str) -> None:
            for _ in range(20):
                keyboard.press("Tab")
                if page.evaluate("name => document.activeElement.closest(`.oo-${name}`) !== null", name):
                    return
            pytest.fail(f"{name} is not reached by Tab")

        root.locator(".oo-relation-search input").focus()
        keyboard.type("Käufer")
        expect(root.locator(".oo-found")).to_contain_text("1 relation type fits")
        tab_to("relation-list")
        keyboard.press("ArrowDown")
        expect(root.locator(".oo-sentence")).to_contain_text("the buyer")
        tab_to("frame")
        keyboard.type("buyers")
        tab_to("use-suggestion")
        keyboard.press("Enter")
        expect(root.locator(".oo-counts")).to_contain_text("6 pairs")
        tab_to("rejects")
        tab_to("check")
        keyboard.press("Enter")
        expect(root.locator(".oo-confirm")).to_be_visible()
        tab_to("json")
        tab_to("code")
        tab_to("confirm")
        keyboard.press("Space")
        expect(root.locator(".oo-submit")).to_be_enabled()
        tab_to("submit")
        keyboard.press("Enter")
        expect(root.locator(".oo-report")).to_contain_text("7 linked")
        assert sum((sandbox.writes_received - asked).values()) == len(BUYERS)
        # None of the keys was taken for a shortcut of the notebook.
        assert page.locator(".jp-Cell").count() == cells


def test_keys_in_the_builder_do_not_reach_the_notebook(lab: Lab) -> None:
    with builder(lab, Sandbox()) as (page, root):
        # Jupyter Notebook 7 takes its shortcuts on the way down to the field, JupyterLab on the way up.
        page.evaluate(
            """() => {
                window.keysHeard = [];
                for (const capture of [true, false]) {
                    document.addEventListener('keydown', event => window.keysHeard.push(event.key), capture);
                }
            }"""
        )
        keyboard, cells = page.page.keyboard, page.locator(".jp-Cell").count()
        choose(root)
        root.locator(".oo-check").click()
        for control in (".oo-code summary", ".oo-frame select", ".oo-source input", ".oo-relation-search input"):
            root.locator(control).first.focus()
            for key in ("a", "b", "d", "d", "x", "ArrowDown", "Escape", "Shift+Enter"):
                keyboard.press(key)
        assert page.evaluate("() => window.keysHeard") == []
        assert page.locator(".jp-Cell").count() == cells

        keyboard.press("Control+b")
        assert "b" in page.evaluate("() => window.keysHeard"), "shortcuts with Ctrl are the notebook's own"


def test_the_arrows_still_choose(lab: Lab) -> None:
    with builder(lab, Sandbox()) as (page, root):
        root.locator(".oo-relation-list select").focus()
        page.page.keyboard.press("ArrowDown")
        page.page.keyboard.press("ArrowDown")
        expect(root.locator(".oo-sentence")).to_contain_text("the renter")
        root.locator(".oo-source input").first.focus()
        page.page.keyboard.press("ArrowDown")
        expect(root.locator(".oo-parent-text")).to_be_visible()


def test_the_code_is_copied(lab: Lab) -> None:
    with builder(lab, Sandbox()) as (page, root):
        choose(root)
        root.locator(".oo-check").click()
        root.locator(".oo-code summary").click()
        root.locator(".oo-copy").click()
        expect(root.locator(".oo-copy")).to_have_text("Copied")
        assert page.evaluate("() => navigator.clipboard.readText()") == page.run_code("print(builder.code)").rstrip(
            "\n"
        )


def test_stop_is_heard_while_a_cell_runs(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox) as (page, root):
        ids = "'\\n'.join(str(1001 + n) for n in range(160)), '\\n'.join(str(5001 + n) for n in range(160))"
        page.run_code(f"parents, children = {ids}")
        page.run_code("pairs = builder.choose('buyer') and builder.use(parent=parents, child=children)")
        root.locator(".oo-check").click()
        root.locator(".oo-confirm input").check()
        sandbox.latency = 1.5
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-stop")).to_be_visible()

        page.evaluate(_START_CELL, "import time; time.sleep(30)")
        root.locator(".oo-stop").click()
        expect(root.locator(".oo-stop")).to_be_disabled(timeout=500)
        expect(root.locator(".oo-report")).to_contain_text("stopped on request", timeout=10_000)
        assert page.evaluate("() => window.cellIsRunning")
        assert 0 < len(sandbox.links("buyer")) < 160
        page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
        page.page.wait_for_function("() => !window.cellIsRunning")
        page.errors.clear()  # the cell's own KeyboardInterrupt


def test_a_run_whose_kernel_died_is_resumed_by_a_click(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox) as (page, root):
        page.run_code(
            "from onoffice_nb.execution.journal import journal_for\n"
            "pairs = oo.read_pairs(parent=[1001, 1002], child=[5001, 5002])\n"
            "journal_for(crm.account).open_run(oo.plan(crm, 'buyer', pairs))"
        )
        page.run_all()
        root = page.locator(".oo-builder")
        expect(root.locator(".oo-unfinished")).to_contain_text("has not come to its end: 2 planned")
        page.screenshot("unfinished")
        before = sandbox.links("buyer")
        root.locator(".oo-resume").click()
        expect(root.locator(".oo-unfinished")).to_contain_text("2 linked")
        expect(root.locator(".oo-resume")).to_have_count(0)
        assert sandbox.links("buyer") - before == {(1001, 5001), (1002, 5002)}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 480, 360])
def test_looks(lab: Lab, theme: Literal["light", "dark"], width: int) -> None:
    with builder(lab, Sandbox(), theme=theme, width=width, height=4000, alone=True) as (page, root):
        choose(root)
        root.screenshot(path=lab.results / "chosen.png")
        root.locator(".oo-check").click()
        root.locator(".oo-confirm input").check()
        root.locator(".oo-code summary").click()
        root.screenshot(path=lab.results / "checked.png")
        assert_fits(page)
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-rows tbody tr")).to_have_count(14)
        root.locator(".oo-undo").click()
        root.screenshot(path=lab.results / "sent.png")
        assert_fits(page)


def assert_fits(page: Page) -> None:
    """Nothing stands out of the builder to the right, but for what scrolls in itself."""
    wide = page.evaluate(
        """() => {
            const builder = document.querySelector('.oo-builder');
            const right = builder.getBoundingClientRect().right + 1;
            return [...builder.querySelectorAll(':not(.oo-scroll *)')]
                .filter(element => element.getBoundingClientRect().right > right)
                .map(element => element.className || element.tagName);
        }"""
    )
    assert wide == []


_START_CELL: Final = """code => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    window.cellIsRunning = true;
    kernel.requestExecute({code}).done.finally(() => { window.cellIsRunning = false; });
}"""
