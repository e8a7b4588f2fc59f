"""How fast the page answers: from pasted lines to counts, and how much it sends to the browser for them.

    python -m tests.benchmarks.bench_page [lines]

Prints a table in Markdown. From pasted lines to counts it is to take less than
0.5 s for 50,000 lines; what goes to the browser does not grow with them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

from onoffice_nb.builder.steps.data import DataStep
from onoffice_nb.builder.wording import Words
from onoffice_nb.catalogue import relation

RUNS = 5


def cases(lines: int) -> dict[str, Callable[[DataStep], object]]:
    """What is pasted, and how."""
    parents = "\n".join(str(1000 + line) for line in range(lines))
    children = "\n".join(str(5000 + line) for line in range(lines))
    rows = [f"{parent}\t{child}" for parent, child in zip(parents.split("\n"), children.split("\n"), strict=True)]
    table = "\n".join(["Immobilie\tAdresse", *rows])

    def two_lists(step: DataStep) -> None:
        step.actions["paste"](text=parents, where="parent")
        step.actions["paste"](text=children, where="child")

    return {
        "two columns at once": lambda step: step.actions["paste"](text=table),
        "two columns, separated by semicolons": lambda step: step.actions["paste"](text=table.replace("\t", ";")),
        "two lists, one after the other": two_lists,
    }


def measure(paste: Callable[[DataStep], object]) -> tuple[float, int, int]:
    """Median seconds from the paste to the view; how many pairs it counts, and the bytes of the view."""
    words = Words("de")
    seconds, view = [], {}
    for _ in range(RUNS):
        step = DataStep({}, lambda: None)
        step.expect(relation("buyer"))
        begun = perf_counter()
        paste(step)
        view = step.view(words)
        seconds.append(perf_counter() - begun)
    return median(seconds), view["counts"]["pairs"], len(json.dumps(view))


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    print("| pasted | lines | pairs | to counts | sent to the browser |\n|---|---:|---:|---:|---:|")
    for name, paste in cases(lines).items():
        seconds, pairs, size = measure(paste)
        print(f"| {name} | {lines:,} | {pairs:,} | {seconds:.2f} s | {size / 1000:.0f} KB |")


if __name__ == "__main__":
    main()
