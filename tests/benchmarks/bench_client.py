"""The client's own cost: 200 requests of 50 actions, against the same bytes posted with bare httpx.

    python -m tests.benchmarks.bench_client

Both keep one connection open; the two take turns, request by request, so that
they see the same machine and the same server.
"""

from __future__ import annotations

import time

import httpx

from onoffice_nb.api.operations import write_call
from onoffice_nb.api.wire import ApiKeys, with_identifiers, write_request
from onoffice_nb.catalogue import relation
from onoffice_nb.model import Action, Verb
from tests.benchmarks.serving import sandbox_elsewhere

REQUESTS = 200


def main() -> None:
    buyer = relation("buyer")
    calls = [write_call(Action(Verb.CREATE, buyer, (1001 + n,), tuple(range(5001, 5011)))) for n in range(50)]
    ours = bare = 0.0
    with sandbox_elsewhere() as crm, httpx.Client(timeout=30) as http:
        keys: ApiKeys = crm._session.keys
        for _ in range(REQUESTS):
            body = write_request(with_identifiers(calls), keys, int(time.time()))
            began = time.perf_counter()
            http.post(crm.url, content=body, headers={"Content-Type": "application/json"}).read()
            bare += time.perf_counter() - began
            began = time.perf_counter()
            results = crm.batch(calls)
            ours += time.perf_counter() - began
            assert all(result is not None and result.code == 0 for result in results)
    print("| requests | actions each | bare httpx s | client s | client / bare |")
    print("|---|---|---|---|---|")
    print(f"| {REQUESTS} | {len(calls)} | {bare:.2f} | {ours:.2f} | {ours / bare:.2f} |")


if __name__ == "__main__":
    main()
