"""`make screenshots`: the pictures of the page for README and documentation, taken in a real JupyterLab.

Two pictures, German and English, of the page before anything is sent, and an
animated one of the main story: from the export to links and back.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Locator, expect, sync_playwright

from tests.browser.chromium import find
from tests.browser.lab import ROOT, Lab, Server, jupyterlab
from tests.samples import SAMPLES

IMAGES: Final = ROOT / "docs" / "images"
WIDTH: Final = 1100
CELLS: Final = (
    f"import onoffice_nb as oo\nbuyers = oo.read_table({str(SAMPLES / 'kaeufer_export.csv')!r})",
    "oo.RelationBuilder(oo.Sandbox().client())",
)


def main() -> None:
    """Take all pictures anew."""
    executable = find()
    assert executable is not None, "No browser: run `make browser`."
    IMAGES.mkdir(exist_ok=True)
    own, token = Path(tempfile.mkdtemp()), secrets.token_hex(16)
    with jupyterlab(own, token) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        for language in ("de", "en"):
            results = own / language
            results.mkdir()
            lab = Lab(Server(url, token, own / "root", browser), results)
            with lab.open(CELLS, width=WIDTH, height=2600, alone=True) as page:
                page.run_all()
                root = page.locator(".oo-builder")
                root.locator(f".oo-language input[value={language}]").check()
                pictures = [picture(root) for _ in story(root)]
            pictures[2].save(IMAGES / f"relation_builder_{language}.png", optimize=True)
            if language == "en":
                save_animated(pictures, IMAGES / "story.gif")
        browser.close()


def story(root: Locator) -> Iterator[None]:
    """The main story; comes back where there is something to see."""
    yield
    root.locator(".oo-relation-search input").fill("Käufer")
    expect(root.locator(".oo-hits li")).to_have_count(1)
    root.locator(".oo-hit").click()
    root.locator(".oo-frame select").focus()
    expect(root.locator(".oo-frame option[value=buyers]")).to_have_count(1)
    root.locator(".oo-frame select").select_option("buyers")
    expect(root.locator(".oo-figures")).to_be_visible()
    yield
    root.locator(".oo-check").first.click()
    expect(root.locator(".oo-confirm")).to_be_visible()
    yield
    root.locator(".oo-confirm input").check()
    root.locator(".oo-submit").click()
    expect(root.locator(".oo-after")).to_be_visible()
    yield
    root.locator(".oo-undo").click()
    yield
    root.locator(".oo-undo-yes").click()
    expect(root.locator(".oo-undo-question")).to_have_count(0)
    expect(root.locator(".oo-after h4")).to_contain_text("1")
    yield


def picture(root: Locator) -> Image.Image:
    """The page as it is now."""
    root.page.wait_for_timeout(500)
    return Image.open(io.BytesIO(root.screenshot())).convert("RGB")


def save_animated(pictures: list[Image.Image], path: Path) -> None:
    """All pictures as one that moves, on a ground of one size."""
    width, height = max(shot.width for shot in pictures), max(shot.height for shot in pictures)
    frames = []
    for shot in pictures:
        ground = Image.new("RGB", (width, height), "white")
        ground.paste(shot)
        small = ground.resize((width * 3 // 4, height * 3 // 4), Image.Resampling.LANCZOS)
        frames.append(small.quantize(64))
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=2500, loop=0, optimize=True)


if __name__ == "__main__":
    main()
