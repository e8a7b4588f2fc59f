r"""A real JupyterLab in a real browser.

For a test, the fixture `lab` is enough:

    def test_it(lab: Lab) -> None:
        with lab.open(NOTEBOOKS / "01_relation_builder.ipynb", theme="dark", width=480, alone=True) as page:
            page.run_all()                     # fails, with the traceback, if a cell raises
            page.locator(".my-class").click()  # Playwright's own locators; 20 s each
            expect(page.text("2 pairs")).to_be_visible()
            page.run_code("print(1 + 1)")      # "2\n", from the notebook's own kernel
            page.screenshot("after")           # test-results/test_it/after.png
        # on leaving: no error in kernel, log console or page

`lab.open(notebook, *, theme="light" | "dark", width=1280, height=2400, alone=False)`
    `notebook` is the path of an .ipynb (its whole folder is copied, so that it
    finds its data and starts a kernel of its own) or a list of code cells.
    `alone` shows the notebook without the rest of JupyterLab (`/doc`), which is
    what fits into narrow widths. The viewport is tall, as a notebook scrolls
    in itself.

`Page`
    `page.page` is Playwright's page, `page.locator(css)` and `page.text(words)`
    its locators; widgets are found by `widget.add_class("name")`.
    `page.evaluate(script, argument, seconds=60)` is raced against a timer, as
    Playwright's own has no time-out. `page.errors` lists what went wrong in
    kernel and page so far: an exception in a widget's callback shows nowhere
    else. A test that provokes one takes it out (`page.errors.clear()`).

Stories are told in Jupyter Notebook 7 too:
    `pytestmark = pytest.mark.parametrize("lab", ["lab", "notebook"], indirect=True)`

A failed test leaves `failed.png` and `failed.html` in its folder of
test-results, and every run `jupyterlab.log`. One server and one browser serve
all of these tests, and one page of JupyterLab those that are not `alone`: some
10 s to start, then a few seconds a test.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import find
from tests.browser.lab import RESULTS, Lab, Server, jupyterlab


# Not for the session: while Playwright is up, its event loop runs in the thread of the tests.
@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab and one browser for all tests."""
    executable = find()
    assert executable is not None, "No browser to test with: run `make browser`."
    own, token = tmp_path_factory.mktemp("jupyter"), secrets.token_hex(16)
    with jupyterlab(own, token) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield Server(url, token, own / "root", browser)
        browser.close()


@pytest.fixture
def lab(server: Server, request: pytest.FixtureRequest) -> Lab:
    """JupyterLab for this test, or the front end that it is parametrized with; see the top of this file."""
    results = RESULTS / re.sub(r"[^\w.-]+", "_", request.node.name).strip("_")
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    return Lab(server, results, getattr(request, "param", "lab"))
