from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.api.retries import MAX_ATTEMPTS, only_reads, retry_delay
from onoffice_nb.api.wire import Call
from onoffice_nb.errors import ApiError, ConnectionFailed, InputError, OnOfficeError, OutcomeUnknown, SandboxError

READS = [Call("get", "idsfromrelation", {}), Call("read", "estate", {})]
WRITES = [Call(verb, "relation", {}) for verb in ("create", "modify", "delete", "do")]


@pytest.mark.parametrize("write", WRITES, ids=lambda call: call.verb)
def test_a_write_among_reads_is_a_write(write: Call) -> None:
    assert only_reads(READS)
    assert not only_reads([*READS, write])


@pytest.mark.parametrize("write", WRITES, ids=lambda call: call.verb)
def test_a_write_is_repeated_only_if_it_never_left(write: Call) -> None:
    assert retry_delay(1, ConnectionFailed(), [write]) is not None
    assert retry_delay(1, OutcomeUnknown(), [write]) is None
    assert retry_delay(1, OutcomeUnknown(), READS) is not None


@pytest.mark.parametrize("error", [ApiError(22), ApiError(1), InputError(), SandboxError()])
def test_an_answer_is_no_reason_to_ask_again(error: OnOfficeError) -> None:
    assert retry_delay(1, error, READS) is None


@given(st.floats(0, 1, exclude_max=True), st.sampled_from([ConnectionFailed(), OutcomeUnknown()]))
def test_waits_grow_and_end(chance: float, error: OnOfficeError) -> None:
    asked = (retry_delay(attempt, error, READS, jitter=lambda: chance) for attempt in range(1, 100))
    waits = [wait for wait in takewhile(lambda wait: wait is not None, asked) if wait is not None]
    assert len(waits) == MAX_ATTEMPTS - 1
    assert waits == sorted(waits)
    assert all(0 < wait <= 8 for wait in waits)


def test_the_same_moment_is_avoided() -> None:
    assert retry_delay(2, ConnectionFailed(), READS, jitter=lambda: 0.0) == 1.0
    assert retry_delay(2, ConnectionFailed(), READS, jitter=lambda: 0.5) == 0.75
