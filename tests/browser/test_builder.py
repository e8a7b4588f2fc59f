"""The main job as an analyst does it: notebook 01 in a real JupyterLab, clicked through to links in the CRM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, expect

from onoffice_nb import Sandbox
from tests.browser.lab import NOTEBOOKS, Lab, Page
from tests.reference_client import URN, ReferenceClient

pytestmark = pytest.mark.parametrize("lab", ["lab", "notebook"], indirect=True)

NOTEBOOK: Final = NOTEBOOKS / "01_relation_builder.ipynb"
BUYERS: Final = {(1001, 5001), (1002, 5002), (1002, 5003), (1005, 5006), (1006, 5007), (1010, 5012)}


@contextmanager
def builder(lab: Lab, sandbox: Sandbox, *, is_live: bool = False, **options: Any) -> Iterator[tuple[Page, Locator]]:
    """Notebook 01, all run, in a kernel whose account is this sandbox over HTTP; the page speaks English."""
    with sandbox.serve() as server, lab.open(NOTEBOOK, **options) as page:
        account = {"URL": server.url, "TOKEN": server.token, "SECRET": server.secret, "LABEL": sandbox.label}
        names = {f"ONOFFICE_{name}": value for name, value in account.items()}
        page.run_code(f"import os; os.environ.update({names!r})")
        page.run_all()
        if is_live:
            page.run_code(
                "from dataclasses import replace\ncrm.account = replace(crm.account, live=True)\nbuilder._publish()"
            )
        root = page.locator(".oo-builder")
        expect(root).to_have_count(1)
        root.locator(".oo-language input[value=en]").check()
        expect(root.locator(".oo-what h3")).to_have_text("What")
        yield page, root


def choose(root: Locator, relation: str = "Käufer") -> None:
    """The kind of link, by a word that fits it alone, and a click."""
    root.locator(".oo-relation-search input").fill(relation)
    expect(root.locator(".oo-hits li")).to_have_count(1)
    root.locator(".oo-hits .oo-hit").click()
    expect(root.locator(".oo-relation-name")).to_be_visible()


def use_export(root: Locator) -> None:
    """The export of the notebook; its two columns are guessed, and seen to be right."""
    root.locator(".oo-frame select").focus()
    expect(root.locator(".oo-frame option[value=buyers]")).to_have_count(1)
    root.locator(".oo-frame select").select_option("buyers")
    expect(root.locator(".oo-data")).to_contain_text("6 pairs")


def check(root: Locator) -> None:
    root.locator(".oo-check").first.click()
    expect(root.locator(".oo-confirm")).to_be_visible()


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
        expect(root.locator(".oo-head")).to_contain_text("SANDBOX")
        expect(root.locator(".oo-head")).to_contain_text("Muster Immobilien")

        choose(root, "Käufer")
        use_export(root)
        check(root)
        expect(root.locator(".oo-check-result")).to_contain_text("5001 Jürgen Brandt")
        assert sandbox.token not in page.page.content()
        assert sandbox.secret not in page.page.content()
        assert sandbox.writes_received == asked, "nothing leaves before it is confirmed"

        submit = root.locator(".oo-submit")
        expect(submit).to_be_disabled()
        expect(submit).to_have_text("Link 6 pairs")
        expect(root.locator(".oo-confirm input")).to_be_focused()
        root.locator(".oo-confirm input").check()
        expect(submit).to_be_enabled()
        submit.dblclick()
        expect(root.locator(".oo-after")).to_contain_text("7 linked")
        expect(submit).to_have_count(0)
        page.screenshot("report")

        assert links(by_hand) - before == BUYERS
        new = sandbox.writes_received - asked
        assert new == {("create", "estate:address:buyer", parent, child): 1 for parent, child in BUYERS}
        values = "[type(x).__name__ for x in (builder.relation, builder.pairs, builder.plan, builder.report)]"
        assert page.run_code(values) == "['RelationType', 'Pairs', 'Plan', 'Report']"

        root.locator(".oo-undo").click()
        expect(root.locator(".oo-undo-question")).to_contain_text("6 links that it made are removed")
        root.locator(".oo-undo-yes").click()
        expect(root.locator(".oo-after")).to_contain_text("6 removed")
        assert links(by_hand) == before


def test_a_removal_wants_its_number_and_is_undone_from_the_list_of_runs(lab: Lab) -> None:
    sandbox = Sandbox()
    sandbox.link("buyer", BUYERS)
    before = sandbox.links("buyer")
    with builder(lab, sandbox) as (page, root):
        root.locator(".oo-task input[value=remove]").check()
        choose(root)
        use_export(root)
        check(root)
        expect(root.locator(".oo-submit")).to_have_text("Remove 6 links")
        root.locator(".oo-confirm input").check()
        root.locator(".oo-number input").fill("5")
        expect(root.locator(".oo-submit")).to_be_disabled()
        root.locator(".oo-number input").fill("6")
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-after")).to_contain_text("7 removed")
        assert sandbox.links("buyer") == before - BUYERS

        # A page that is opened later finds the run in its list.
        page.run_all()
        root = page.locator(".oo-builder")
        root.locator(".oo-language input[value=en]").check()
        root.locator(".oo-runs-list summary").click()
        root.locator(".oo-run-undo").first.click()
        root.locator(".oo-undo-yes").click()
        expect(root.locator(".oo-after")).to_contain_text("6 linked")
        assert sandbox.links("buyer") == before


def test_a_replacement_removes_the_other_links_of_these_estates_alone(lab: Lab) -> None:
    sandbox = Sandbox()
    sandbox.link("buyer", [(1001, 5009), (1050, 5009)])
    before = sandbox.links("buyer")
    with builder(lab, sandbox) as (_, root):
        root.locator(".oo-task input[value=replace]").check()
        choose(root)
        use_export(root)
        check(root)
        expect(root.locator(".oo-submit")).to_have_text("Link 6, remove 1")
        root.locator(".oo-confirm input").check()
        root.locator(".oo-number input").fill("7")
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-after")).to_contain_text("1 removed")
        assert sandbox.links("buyer") == before - {(1001, 5009)} | BUYERS


def test_statuses_are_set_changed_and_undone(lab: Lab) -> None:
    sandbox = Sandbox()
    guests = [(3001, 5001), (3002, 5002)]
    with builder(lab, sandbox) as (page, root):
        page.run_code(
            "import pandas as pd\n"
            "guests = pd.DataFrame({'Termin': [3001, 3002], 'Adresse': [5001, 5002], 'Status': ['gesendet'] * 2})"
        )
        choose(root, "Teilnehmer")
        root.locator(".oo-frame select").focus()
        expect(root.locator(".oo-frame option[value=guests]")).to_have_count(1)
        root.locator(".oo-frame select").select_option("guests")
        expect(root.locator(".oo-check").first).to_be_disabled()
        root.locator(".oo-status select").select_option("column:2")
        check(root)
        root.locator(".oo-confirm input").check()
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-after")).to_contain_text("2 linked")
        assert [sandbox.info(*guest) for guest in guests] == [("gesendet", None)] * 2

        root.locator(".oo-task input[value=status]").check()
        root.locator(".oo-status select").select_option("all:bestätigt")
        check(root)
        expect(root.locator(".oo-submit")).to_have_text("Change 2 statuses")
        root.locator(".oo-confirm input").check()
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-after")).to_contain_text("2 changed")
        assert [sandbox.info(*guest) for guest in guests] == [("bestätigt", None)] * 2

        root.locator(".oo-undo").click()
        root.locator(".oo-undo-yes").click()
        expect(root.locator(".oo-after h4")).to_contain_text("takes back run")
        assert [sandbox.info(*guest) for guest in guests] == [("gesendet", None)] * 2


def test_by_keyboard_alone(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox) as (page, root):
        keyboard, asked = page.page.keyboard, sandbox.writes_received.copy()
        cells = page.locator(".jp-Cell").count()

        def tab_to(name: str) -> None:
            for _ in range(60):
                if page.evaluate("name => document.activeElement.closest(`.oo-${name}`) !== null", name):
                    return
                keyboard.press("Tab")
            pytest.fail(f"{name} is not reached by Tab")

        root.locator(".oo-relation-search input").focus()
        keyboard.type("Käufer")
        expect(root.locator(".oo-hits li")).to_have_count(1)
        keyboard.press("Enter")
        expect(root.locator(".oo-relation-name")).to_have_text("Buyer")
        root.locator(".oo-other-relation").focus()
        tab_to("frame")
        expect(root.locator(".oo-frame option[value=buyers]")).to_have_count(1)
        keyboard.type("buyers")
        expect(root.locator(".oo-data")).to_contain_text("6 pairs")
        tab_to("check")
        keyboard.press("Enter")
        expect(root.locator(".oo-confirm input")).to_be_focused()
        keyboard.press("Space")
        expect(root.locator(".oo-submit")).to_be_enabled()
        tab_to("submit")
        keyboard.press("Enter")
        expect(root.locator(".oo-after")).to_contain_text("7 linked")
        expect(root.locator(".oo-after")).to_be_focused()
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
        for control in (".oo-runs-list summary", ".oo-frame select", ".oo-task input", ".oo-relation-search input"):
            root.locator(control).first.focus()
            for key in ("a", "b", "d", "d", "x", "ArrowDown", "Escape", "Shift+Enter"):
                keyboard.press(key)
        assert page.evaluate("() => window.keysHeard") == []
        assert page.locator(".jp-Cell").count() == cells

        keyboard.press("Control+b")
        assert "b" in page.evaluate("() => window.keysHeard"), "shortcuts with Ctrl are the notebook's own"


def test_the_arrows_still_choose(lab: Lab) -> None:
    with builder(lab, Sandbox()) as (page, root):
        root.locator(".oo-task input").first.focus()
        page.page.keyboard.press("ArrowDown")
        expect(root.locator(".oo-sentence")).to_contain_text("removed from the CRM")


def test_the_code_is_copied(lab: Lab) -> None:
    with builder(lab, Sandbox()) as (page, root):
        choose(root)
        use_export(root)
        check(root)
        code = root.locator("details", has=page.page.locator("summary", has_text="The same in Python"))
        code.locator("summary").click()
        code.locator(".oo-copy").click()
        expect(code.locator(".oo-copy")).to_have_text("Copied")
        assert page.evaluate("() => navigator.clipboard.readText()") == page.run_code("print(builder.code)").rstrip(
            "\n"
        )


def test_stop_is_heard_while_a_cell_runs(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox) as (page, root):
        ids = "'\\n'.join(str(1001 + n) for n in range(160)), '\\n'.join(str(5001 + n) for n in range(160))"
        page.run_code(f"parents, children = {ids}")
        page.run_code("pairs = builder.choose('buyer') and builder.use(parent=parents, child=children)")
        check(root)
        root.locator(".oo-confirm input").check()
        sandbox.latency = 1.5
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-run")).to_contain_text(re.compile("[1-9][0-9]* of 160"))

        page.evaluate(_START_CELL, "import time; time.sleep(30)")
        root.locator(".oo-stop").click()
        expect(root.locator(".oo-stop")).to_be_disabled(timeout=500)
        expect(root.locator(".oo-after")).to_contain_text("Not finished", timeout=15_000)
        assert page.evaluate("() => window.cellIsRunning")
        assert 0 < len(sandbox.links("buyer") & {(1001 + n, 5001 + n) for n in range(160)}) < 160
        page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")
        page.page.wait_for_function("() => !window.cellIsRunning")
        page.errors.clear()  # the cell's own KeyboardInterrupt


def test_a_run_whose_kernel_was_killed_is_resumed_and_undone(lab: Lab) -> None:
    sandbox = Sandbox()
    pairs = {(1001 + n, 5001 + n) for n in range(160)}
    with builder(lab, sandbox) as (page, root):
        ids = "'\\n'.join(str(1001 + n) for n in range(160)), '\\n'.join(str(5001 + n) for n in range(160))"
        page.run_code(f"parents, children = {ids}")
        page.run_code("pairs = builder.choose('buyer') and builder.use(parent=parents, child=children)")
        before = sandbox.links("buyer")
        check(root)
        root.locator(".oo-confirm input").check()
        sandbox.latency = 1.5
        root.locator(".oo-submit").click()
        expect(root.locator(".oo-run")).to_contain_text(re.compile("[1-9][0-9]* of 160"))
        account = page.run_code("print({k: v for k, v in os.environ.items() if k.startswith('ONOFFICE_')})")
        page.run_code("import signal, threading")
        page.run_code("threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()")
        page.locator(".jp-Dialog .jp-mod-accept").click(timeout=60_000)
        page.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'", timeout=60_000
        )
        sandbox.latency = 0
        assert 0 < len(sandbox.links("buyer") & pairs) < 160

        page.run_code(f"import os; os.environ.update({account.strip()})")
        page.run_all()
        root = page.locator(".oo-builder")
        root.locator(".oo-language input[value=en]").check()
        expect(root.locator(".oo-unfinished")).to_contain_text("Resume")
        page.screenshot("unfinished")
        root.locator(".oo-resume").click()
        expect(root.locator(".oo-after")).to_contain_text("160 linked")
        assert sandbox.links("buyer") - before == pairs
        assert set(sandbox.writes_received.values()) <= {1, 2}
        root.locator(".oo-undo").click()
        root.locator(".oo-undo-yes").click()
        expect(root.locator(".oo-after")).to_contain_text("160 removed")
        assert sandbox.links("buyer") == before


def test_two_builders_do_not_meet(lab: Lab) -> None:
    sandbox = Sandbox()
    with builder(lab, sandbox) as (page, root):
        page.run_code(
            "from IPython.display import display\n"
            "other = oo.RelationBuilder(crm, language='de')\n"
            "other.choose('owner'); builder.choose('buyer')"
        )
        expect(root.locator(".oo-relation-name")).to_have_text("Buyer")
        assert page.run_code("other.relation.suffix") == "'estate:address:owner'"
        use_export(root)
        assert page.run_code("other.pairs is None") == "True"


def test_live_is_unmistakable(lab: Lab) -> None:
    with builder(lab, Sandbox(), is_live=True) as (page, root):
        head = root.locator(".oo-head")
        expect(head).to_contain_text("LIVE")
        expect(head).to_contain_text("The real CRM")
        borders = page.evaluate("() => getComputedStyle(document.querySelector('.oo-head')).borderTopStyle")
        assert borders == "double"
        page.screenshot("live")


_START_CELL: Final = """code => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    window.cellIsRunning = true;
    kernel.requestExecute({code}).done.finally(() => { window.cellIsRunning = false; });
}"""
