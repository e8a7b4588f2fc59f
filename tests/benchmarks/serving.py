"""A sandbox in a process of its own, so that it does not share the client's processor time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import onoffice_nb as oo

_SERVE = """
import sys, onoffice_nb as oo
box = oo.Sandbox(latency=float(sys.argv[1]))
box.add("estate", *range(200_001, 205_001))
box.add("address", *range(300_001, 320_001))
with box.serve() as server:
    print(server.url, box.token, box.secret, flush=True)
    sys.stdin.read()
"""


@contextmanager
def sandbox_elsewhere(latency: float = 0.0) -> Iterator[oo.Client]:
    """A client of a sandbox over loopback, with 5,000 estates (from 200001) and 20,000 addresses (from 300001) more.

    `latency` seconds are added to each request.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(latency)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        url, token, secret = process.stdout.readline().split() if process.stdout else ("", "", "")
        with oo.connect(token, secret, url) as crm:
            yield crm
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait(10)
