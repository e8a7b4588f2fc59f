"""What the sandbox can do: start-up in process, and relation actions a second over loopback, in requests of 50.

python -m tests.benchmarks.bench_sandbox
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable

from onoffice_nb.sandbox import Sandbox
from tests.reference_client import URN, ReferenceClient

BUYER = URN + "estate:address:buyer"
ACTIONS = 50
REQUESTS = 200
START = """
import time; began = time.perf_counter()
from onoffice_nb.sandbox import Sandbox; imported = time.perf_counter()
Sandbox(); print(imported - began, time.perf_counter() - imported)
"""


def main() -> None:
    starts = [
        tuple(map(float, subprocess.run([sys.executable, "-c", START], capture_output=True, check=True).stdout.split()))
        for _ in range(5)
    ]
    rows = [
        ("importing the sandbox", f"{min(imported for imported, _ in starts):.3f} s", ""),
        ("Sandbox(), with the agency", f"{min(made for _, made in starts):.3f} s", "below 0.5 s"),
    ]
    with Sandbox() as box:
        server = box.serve()
        hand = ReferenceClient(server.token, server.secret, url=server.url)
        with hand.http:
            for name, verb, resourcetype, sides in (
                ("create, one pair an action", "create", "relation", ("parentid", "childid")),
                ("get, one id an action", "get", "idsfromrelation", ("parentids", "")),
                ("delete, one pair an action", "delete", "relation", ("parentid", "childid")),
            ):
                bodies = list(requests(hand, verb, resourcetype, *sides))
                began = time.perf_counter()
                for body in bodies:
                    hand.send(body)
                rate = ACTIONS * REQUESTS / (time.perf_counter() - began)
                rows.append((name, f"{rate:,.0f} actions/s", "at least 2,000 actions/s"))
        assert max(box.writes_confirmed.values()) == 1
        assert len(box.writes_confirmed) == 2 * ACTIONS * REQUESTS
    print("| what | measured | asked for |\n| --- | --- | --- |")
    print("\n".join(f"| {' | '.join(row)} |" for row in rows))


def requests(hand: ReferenceClient, verb: str, resourcetype: str, parent: str, child: str) -> Iterable[bytes]:
    """Signed requests of 50 actions: each estate with 50 addresses."""
    for number in range(REQUESTS):
        pairs = [{parent: 1001 + number} | ({child: 5001 + n} if child else {}) for n in range(ACTIONS)]
        actions = [hand.action(verb, resourcetype, {"relationtype": BUYER} | pair) for pair in pairs]
        yield json.dumps({"token": hand.token, "request": {"actions": actions}}).encode()


if __name__ == "__main__":
    main()
