"""The same job in many accounts: on threads, processes and a Dask cluster of processes, with a line that breaks."""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import pprint
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import distributed
import pandas as pd
import pytest
from distributed.comm import tcp

import onoffice_nb as oo
from onoffice_nb.accounts import Job
from tests.account_jobs import CHILDREN, PARENTS, die_once, link_buyers, return_nothing, take_back, tell_the_keys

do: Any = oo

PAIRS = set(zip(PARENTS, CHILDREN, strict=True))
COUNT = 12
# The sandboxes' own keys are the canary: they work, so they are what would show.
CANARIES = (oo.Sandbox().token, oo.Sandbox().secret)

# What goes wrong in which account, by the number of its request.
FAULTS: dict[int, dict[int, str]] = {
    2: {2: "drop_after"},
    4: {3: "html", 4: "refused"},
    5: {3: "cut"},
    7: {2: "bad_gateway_after", 3: "missing"},
}
WITHOUT_KEYS = 9


class Agencies:
    """Twelve sandboxes over HTTP; the environment holds their keys, but for one of them."""

    def __init__(self, environment: pytest.MonkeyPatch, stack: ExitStack) -> None:
        self.boxes: list[oo.Sandbox] = []
        self.accounts: list[oo.CredentialReference] = []
        for number in range(1, COUNT + 1):
            box = stack.enter_context(oo.Sandbox())
            server = stack.enter_context(box.serve())
            prefix = f"KONTO{number:02}_"
            environment.setenv(f"{prefix}URL", server.url)
            if number != WITHOUT_KEYS:
                environment.setenv(f"{prefix}TOKEN", server.token)
                environment.setenv(f"{prefix}SECRET", server.secret)
            self.boxes.append(box)
            self.accounts.append(oo.CredentialReference(f"Agentur {number:02}", prefix=prefix))

    def break_lines(self) -> None:
        for number, faults in FAULTS.items():
            self.boxes[number - 1].faults = oo.Faults(faults)

    def most_often_confirmed(self) -> int:
        return max(max(box.writes_confirmed.values(), default=0) for box in self.boxes)


@pytest.fixture
def agencies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agencies]:
    with ExitStack() as stack:
        yield Agencies(monkeypatch, stack)


def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4)


def processes() -> ProcessPoolExecutor:
    # Forking a process that has threads, as that of the sandboxes has, may hang it.
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def dask_client() -> Iterator[distributed.Client]:
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@contextmanager
def dask() -> Iterator[Executor]:
    with dask_client() as client:
        yield client.get_executor()


def check_first_time(agencies: Agencies, reports: oo.AccountReports) -> None:
    labels = [account.label for account in agencies.accounts]
    assert list(reports) == labels
    assert reports.failed == [labels[WITHOUT_KEYS - 1]]

    frame = reports.frame
    assert frame["account"].drop_duplicates().tolist() == labels
    assert list(frame.columns) == ["account", "row", "parent", "child", "outcome", "code", "message", "advice"]
    assert reports.counts == {"linked": (COUNT - 1) * len(PAIRS), "failed": 1}

    (failure,) = frame[frame["account"] == labels[WITHOUT_KEYS - 1]].to_dict("records")
    assert failure["outcome"] == "failed"
    assert "KONTO09_TOKEN" in failure["message"]
    assert pd.isna(failure["parent"])

    for number, box in enumerate(agencies.boxes, 1):
        assert (box.links("buyer") >= PAIRS) == (number != WITHOUT_KEYS)
        if number in FAULTS:
            assert {entry.fault for entry in box.log} - {None}, "a line that did not break proves nothing"


def check_second_time(agencies: Agencies, run: Callable[[Job], oo.AccountReports]) -> None:
    """Nothing is sent twice, each account has a journal of its own, and all is taken back from it."""
    written = [sum(box.writes_received.values()) for box in agencies.boxes]
    again = run(link_buyers)
    assert again.counts == {"already linked": (COUNT - 1) * len(PAIRS), "failed": 1}
    assert [sum(box.writes_received.values()) for box in agencies.boxes] == written
    assert agencies.most_often_confirmed() == 1

    files = {account.journal for account in again.accounts if account.ok}
    assert len(files) == COUNT - 1
    assert all(len(oo.Journal(file).runs()) == 2 for file in files)


@pytest.mark.parametrize("executor", [threads, processes, dask])
def test_twelve_accounts_while_lines_break(
    agencies: Agencies, executor: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with executor() as workers:
        agencies.break_lines()

        def run(job: Job) -> oo.AccountReports:
            return oo.map_accounts(job, agencies.accounts, executor=workers, journals=tmp_path)

        check_first_time(agencies, run(link_buyers))
        check_second_time(agencies, run)


def test_one_after_another_and_back(agencies: Agencies, tmp_path: Path) -> None:
    before = [box.links("buyer") for box in agencies.boxes]
    first = oo.map_accounts(link_buyers, agencies.accounts[:3], journals=tmp_path)
    assert first.ok
    undone = oo.map_accounts(take_back, agencies.accounts[:3], journals=tmp_path)
    assert undone.counts == {"removed": 3 * len(PAIRS)}
    assert [box.links("buyer") for box in agencies.boxes] == before


# What can go wrong


def test_a_job_that_fails_says_so_without_the_keys_it_found(agencies: Agencies, tmp_path: Path) -> None:
    reports = oo.map_accounts(tell_the_keys, agencies.accounts[:2], executor=None, journals=tmp_path)
    assert reports.failed == list(reports)
    assert "ValueError: <Client SANDBOX · Agentur 01>" in reports["Agentur 01"].error
    check_without_keys(reports["Agentur 01"].error, reports["Agentur 01"].frame.to_csv())


def test_a_job_that_returns_no_report(agencies: Agencies, tmp_path: Path) -> None:
    reports = oo.map_accounts(return_nothing, agencies.accounts[:1], journals=tmp_path)
    assert "return oo.submit(…)" in reports["Agentur 01"].error


def test_a_process_that_dies_is_told_and_the_job_goes_on_when_it_is_run_again(
    agencies: Agencies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIED_ONCE", str(tmp_path / "died"))
    account, box = agencies.accounts[:1], agencies.boxes[0]
    with processes() as workers:
        first = oo.map_accounts(die_once, account, executor=workers, journals=tmp_path)
        # The pool is broken now: that, too, is told in the row of the account.
        refused = oo.map_accounts(die_once, account, executor=workers, journals=tmp_path)
    assert "did not come back: BrokenProcessPool" in first["Agentur 01"].error
    assert "did not come back: BrokenProcessPool" in refused["Agentur 01"].error
    arrived = len(PAIRS & box.links("buyer"))
    assert 0 < arrived < len(PAIRS)

    with processes() as workers:
        again = oo.map_accounts(die_once, account, executor=workers, journals=tmp_path)
    assert again.counts == {"linked": len(PAIRS) - arrived, "already linked": arrived}
    assert max(box.writes_received.values()) == 1


def test_dask_does_a_job_again_whose_worker_died(
    agencies: Agencies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIED_ONCE", str(tmp_path / "died"))
    with dask() as workers:
        reports = oo.map_accounts(die_once, agencies.accounts[:1], executor=workers, journals=tmp_path)
    assert (tmp_path / "died").exists()
    assert reports.ok
    assert reports.counts["already linked"]
    assert sum(reports.counts.values()) == len(PAIRS)
    assert max(agencies.boxes[0].writes_received.values()) == 1


def test_a_job_that_cannot_reach_a_process(agencies: Agencies, tmp_path: Path) -> None:
    with processes() as workers:
        reports = oo.map_accounts(
            lambda crm, journal: link_buyers(crm, journal), agencies.accounts[:2], executor=workers, journals=tmp_path
        )
    assert all("did not come back" in account.error for account in reports.accounts)


def test_an_account_in_which_a_job_is_at_work(agencies: Agencies, tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def waiting(crm: oo.Client, journal: oo.Journal) -> oo.Report:
        begun.set()
        go_on.wait(60)
        return link_buyers(crm, journal)

    with threads() as workers:
        other = workers.submit(oo.map_accounts, waiting, agencies.accounts[:1], journals=tmp_path)
        begun.wait(60)
        second = oo.map_accounts(link_buyers, agencies.accounts[:2], journals=tmp_path)
        go_on.set()
        first = other.result()
    assert "at work in Agentur 01" in second["Agentur 01"].error
    assert second["Agentur 02"].ok
    assert first.ok
    assert oo.map_accounts(link_buyers, agencies.accounts[:1], journals=tmp_path).ok


def test_a_journal_in_a_folder_that_cannot_be_made_is_named(agencies: Agencies, tmp_path: Path) -> None:
    (tmp_path / "journals").write_text("a file, where a folder should be", encoding="utf-8")
    reports = oo.map_accounts(link_buyers, agencies.accounts[:1], journals=tmp_path / "journals")
    (account,) = reports.accounts
    assert "The journal of Agentur 01 cannot be locked in" in account.error
    assert "cannot be locked" in repr(account)


def test_after_an_interrupt_no_other_account_is_begun(agencies: Agencies, tmp_path: Path) -> None:
    class Interrupted(Executor):
        def __init__(self) -> None:
            self.futures: list[Future[Any]] = []

        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_exception(KeyboardInterrupt())
            return self.futures[-1]

    executor = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        oo.map_accounts(link_buyers, agencies.accounts[:3], executor=executor, journals=tmp_path)
    assert [future.cancelled() for future in executor.futures] == [False, True, True]


def test_own_columns_beside_an_account_that_failed(agencies: Agencies, tmp_path: Path) -> None:
    def with_names(crm: oo.Client, journal: oo.Journal) -> oo.Report:
        sales = pd.DataFrame({"account": ["x"], "agent": ["Kaya"], "estate": [1001], "buyer": [5001]})
        plan = oo.plan(crm, "buyer", oo.read_pairs(sales, parent="estate", child="buyer"))
        return oo.submit(crm, plan, journal=journal, progress=False)

    # The one without keys first: it knows of no columns.
    chosen = [agencies.accounts[WITHOUT_KEYS - 1], agencies.accounts[0]]
    frame = oo.map_accounts(with_names, chosen, journals=tmp_path).frame
    assert list(frame.columns[:5]) == ["account", "account (yours)", "agent", "estate", "buyer"]
    assert frame["outcome"].tolist() == ["failed", "linked"]
    assert frame["parent"].dtype == "Int64"


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("job", []), "job(crm, journal)"),
        ((link_buyers, ["NORD_"]), 'oo.CredentialReference("Nord"'),
        ((link_buyers, oo.Sandbox()), 'oo.CredentialReference("Nord"'),
        (
            (link_buyers, [oo.CredentialReference(name, prefix="A_") for name in ("Süd & Co", "süd/co")]),
            "each needs one of its own",
        ),
    ],
)
def test_wrong_arguments(arguments: tuple[Any, Any], advice: str) -> None:
    with pytest.raises(oo.InputError) as caught:
        do.map_accounts(*arguments)
    assert advice in str(caught.value)


def test_an_executor_of_another_kind() -> None:
    with pytest.raises(oo.InputError, match="get_executor"):
        do.map_accounts(link_buyers, [], executor="threads")


def test_no_accounts() -> None:
    reports = oo.map_accounts(link_buyers, [])
    assert reports.ok
    assert reports.frame.empty


# Where credentials are


@pytest.mark.parametrize("places", [{}, {"prefix": "A_", "keyring": "a"}, {"dotenv": ".env", "keyring": "a"}])
def test_one_place_is_named(places: dict[str, str]) -> None:
    with pytest.raises(oo.InputError, match="Expected one place"):
        oo.CredentialReference("Nord", **places)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"dotenv": 5}, "dotenv as the path of a file, got int"),
        ({"label": "  ", "prefix": "A_"}, "a label, which tells the accounts apart"),
        ({"prefix": "A-"}, "a prefix of letters, digits and underscores"),
    ],
    ids=str,
)
def test_what_names_no_place_is_refused(places: dict[str, Any], said: str) -> None:
    with pytest.raises(oo.InputError, match=said):
        oo.CredentialReference(**{"label": "Nord", **places})


@pytest.mark.parametrize("field", ["label", "prefix", "keyring"])
@pytest.mark.parametrize("canary", CANARIES)
def test_a_key_in_the_place_of_a_name_is_refused_and_not_repeated(field: str, canary: str) -> None:
    with pytest.raises(oo.InputError) as caught:
        do.CredentialReference(**{"label": "Nord", field: canary})
    assert canary not in str(caught.value)


def test_a_file_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token, secret = CANARIES
    (tmp_path / "agencies.env").write_text(f"SUED_TOKEN={token}\nSUED_SECRET={secret}\nNORD_TOKEN={token}\n")
    monkeypatch.chdir(tmp_path)
    south, north, own = (
        oo.CredentialReference("S", dotenv="agencies.env", prefix=name) for name in ("SUED_", "NORD_", "")
    )
    monkeypatch.chdir("/")
    assert (south.load().keys.secret, south.load().label) == (secret, "S")
    with pytest.raises(oo.SettingsError, match="The secret is missing"):
        north.load()
    with pytest.raises(oo.SettingsError, match=r"not in .*agencies\.env"):
        own.load()
    with pytest.raises(oo.SettingsError, match="cannot be read"):
        oo.CredentialReference("S", dotenv="other.env").load()


def test_an_entry_of_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring

    token, secret = CANARIES
    entries = {("nord", "token"): token, ("nord", "secret"): secret}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: entries.get((service, name)))
    assert oo.CredentialReference("Nord", keyring="nord").load().keys.token == token
    with pytest.raises(oo.SettingsError, match="not in the keyring, as ost"):
        oo.CredentialReference("Ost", keyring="ost").load()

    def locked(service: str, name: str) -> str:
        raise RuntimeError(secret)

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(oo.SettingsError, match="Unlock it") as caught:
        oo.CredentialReference("Nord", keyring="nord").load()
    check_without_keys(str(caught.value))
    assert caught.value.__context__ is None


# No key shows


def check_without_keys(*shown: str | bytes) -> None:
    for text in shown:
        as_text = text if isinstance(text, str) else text.decode("latin-1")
        assert not [canary for canary in CANARIES if canary in as_text]


def check_reports(reports: oo.AccountReports, caplog: pytest.LogCaptureFixture) -> None:
    check_without_keys(pickle.dumps(reports.accounts), repr(reports), str(reports), reports._repr_html_())
    check_without_keys(*(f"{record.getMessage()} {record.args}" for record in caplog.records))


def test_no_key_is_pickled_for_or_by_a_process(
    agencies: Agencies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pickles: list[bytes] = []
    dumps, loads = ForkingPickler.dumps, pickle.loads

    def watched_dumps(thing: Any, protocol: Any = None) -> Any:
        pickles.append(bytes(dumps(thing, protocol)))
        return dumps(thing, protocol)

    def watched_loads(data: Any) -> Any:
        pickles.append(bytes(data))
        return loads(data)

    monkeypatch.setattr(ForkingPickler, "dumps", watched_dumps)
    monkeypatch.setattr(ForkingPickler, "loads", watched_loads)
    with processes() as workers:
        check_reports(oo.map_accounts(link_buyers, agencies.accounts, executor=workers, journals=tmp_path), caplog)
        check_reports(oo.map_accounts(tell_the_keys, agencies.accounts, executor=workers, journals=tmp_path), caplog)
    all_pickles = b"".join(pickles)
    assert all_pickles.count(b"KONTO01_") >= 2, "the jobs were not among what was watched"
    assert b"AccountReport" in all_pickles, "the reports were not among what was watched"
    check_without_keys(*pickles)


def test_no_key_is_in_a_task_a_message_or_a_log_of_dask(
    agencies: Agencies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    messages: list[bytes] = []
    to_frames, from_frames = tcp.to_frames, tcp.from_frames

    async def watched_to_frames(*args: Any, **options: Any) -> Any:
        frames = await to_frames(*args, **options)
        messages.extend(bytes(frame) for frame in frames)
        return frames

    async def watched_from_frames(frames: Any, *args: Any, **options: Any) -> Any:
        messages.extend([bytes(frames)] if isinstance(frames, bytes | memoryview) else map(bytes, frames))
        return await from_frames(frames, *args, **options)

    monkeypatch.setattr(tcp, "to_frames", watched_to_frames)
    monkeypatch.setattr(tcp, "from_frames", watched_from_frames)
    with dask_client() as client:
        for job in (link_buyers, tell_the_keys):
            reports = oo.map_accounts(job, agencies.accounts, executor=client.get_executor(), journals=tmp_path)
            check_reports(reports, caplog)

        kept = client.submit(repr, agencies.accounts[0])
        assert "KONTO01_" in kept.result()
        tasks = client.run_on_scheduler(
            lambda dask_scheduler: [
                *(f"{task!r} {task.run_spec!r}" for task in dask_scheduler.tasks.values()),
                *map(repr, dask_scheduler.transition_log),
            ]
        )
        logs = pprint.pformat([client.get_worker_logs(), client.get_scheduler_logs(), client.get_events()])
    assert any("_do_job" in task for task in tasks)
    check_without_keys(*tasks, logs)
    all_messages = b"".join(messages)
    assert all_messages.count(b"KONTO01_") >= 2, "the jobs were not among what was watched"
    assert b"AccountReport" in all_messages, "the reports were not among what was watched"
    check_without_keys(*messages)
