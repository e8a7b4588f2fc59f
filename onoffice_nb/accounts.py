"""The same job in many accounts, over any executor: each with its own client and journal, none in another's way.

What goes to a worker is the job, where the credentials are, and the path of
the journal. The credentials are read by the worker, and what comes back are
reports and words: no client, no key and no exception leaves it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import uuid4

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from onoffice_nb.api.client import Client
from onoffice_nb.api.credentials import CredentialReference, Credentials
from onoffice_nb.api.wire import redact
from onoffice_nb.connection import client_of
from onoffice_nb.errors import InputError, JournalError, OnOfficeError
from onoffice_nb.execution.journal import Journal
from onoffice_nb.execution.report import Report
from onoffice_nb.formatting import counted, html_card, html_table, make_frame, text_table
from onoffice_nb.model import Outcome

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AccountReport", "AccountReports", "Job", "map_accounts"]

Job: TypeAlias = Callable[[Client, Journal], Report | Sequence[Report]]

_RUN_AGAIN: Final = "Run the job again: it plans anew and sends what is missing."
_OVERVIEW: Final = ("account", "rows", "what became of them", "error")


@dataclass(frozen=True, eq=False, repr=False)
class AccountReport:
    """What a job did in one account.

    Attributes:
        label: What the account is called.
        journal: The file of its journal, for `oo.Journal(path)`, and so for `oo.resume` and `oo.undo`.
        reports: The reports that the job returned; none if it failed.
        error: Why it failed, in the error's words; empty if it did not.
    """

    label: str
    journal: Path
    reports: tuple[Report, ...]
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the job came to its end and every row is as wanted."""
        return not self.error and all(report.ok for report in self.reports)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows have each outcome; a job that failed has one row that *failed*."""
        outcomes = self.frame["outcome"].tolist()
        return {outcome.value: outcomes.count(outcome) for outcome in Outcome if outcome in outcomes}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The label as `account`, then the rows of the reports; a job that failed is a row with the error's words."""
        import pandas as pd

        tables = [report.frame for report in self.reports]
        if self.error or not tables:
            tables.append(_failure_rows([self.error] if self.error else []))

        named = []
        for table in tables:
            table = table.rename(columns={"account": "account (yours)"}).astype({"row": "Int64"})
            table.insert(0, "account", self.label)
            named.append(table)
        return pd.concat(named, ignore_index=True)

    def __repr__(self) -> str:
        return f"<AccountReport {self.label}: {self.error or _listed(self.counts)}>"


@dataclass(frozen=True, eq=False, repr=False)
class AccountReports(Mapping[str, AccountReport]):
    """What a job did in many accounts: label -> `AccountReport`, in the order in which the accounts were given.

    Attributes:
        accounts: One for each account.
    """

    accounts: tuple[AccountReport, ...]

    def __getitem__(self, label: str) -> AccountReport:
        return self._by_label[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_label)

    def __len__(self) -> int:
        return len(self.accounts)

    @cached_property
    def _by_label(self) -> dict[str, AccountReport]:
        return {account.label: account for account in self.accounts}

    @property
    def ok(self) -> bool:
        """Whether the job came to its end in every account, and every row is as wanted."""
        return all(account.ok for account in self.accounts)

    @property
    def failed(self) -> list[str]:
        """The labels of the accounts in which the job failed or a row is not as wanted."""
        return [account.label for account in self.accounts if not account.ok]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows of all accounts have each outcome; a job that failed has one row that *failed*."""
        totals: Counter[str] = Counter()
        for account in self.accounts:
            totals.update(account.counts)
        return {outcome.value: totals[outcome] for outcome in Outcome if totals[outcome]}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All rows of all accounts, account by account: `account`, your own columns, and what became of each row."""
        import pandas as pd

        results = list(_failure_rows([]).columns)
        if not self.accounts:
            return make_frame(dict.fromkeys(["account", *results], ()))
        # A frame without rows, or a failure without your columns, must not decide what the others are.
        tables = [account.frame for account in self.accounts if len(account.frame)] or [self.accounts[0].frame]
        table = pd.concat(tables, ignore_index=True)
        own = [name for name in table.columns if name not in ("account", *results)]
        return table[["account", *own, *results]]

    def __repr__(self) -> str:
        return f"<AccountReports {counted(len(self), 'account')}: {_listed(self.counts)}>"

    def __str__(self) -> str:
        return text_table(_OVERVIEW, self._overview(), numeric=[1])

    def _repr_html_(self) -> str:
        title = f"Reports of {counted(len(self), 'account')}: {_listed(self.counts)}"
        return html_card(title, html_table(_OVERVIEW, self._overview(), numeric=[1]))

    def _overview(self) -> list[tuple[object, ...]]:
        return [
            (
                account.label,
                sum(len(report.rows) for report in account.reports),
                "" if account.error else _listed(account.counts),
                account.error,
            )
            for account in self.accounts
        ]


def map_accounts(
    job: Job,
    accounts: Iterable[CredentialReference],
    *,
    executor: Executor | None = None,
    journals: str | Path | None = None,
) -> AccountReports:
    """Do the same job in many accounts, and gather what became of it.

    The job is called once for each account, with a client and the journal of
    that account, and returns what `oo.submit` returned. Whatever goes wrong in
    one account stands in its row and stops no other. To run a job again is
    safe where it plans and then submits: the plan leaves out what is linked.
    An account in which the job is at work already, in another process too, is
    refused.

    Args:
        job: Is called as `job(crm, journal)`; returns a report, or a list of them. Let it pass `journal=journal` to
            `oo.submit`, and `progress=False`. Processes import it, so for them it is a function of a module.
        accounts: Where the credentials of each account are. A worker looks there itself: environment, file or keyring
            have to be within its reach.
        executor: Where the jobs run: a `ThreadPoolExecutor`, a `ProcessPoolExecutor`, Dask's
            `Client.get_executor()`, or any other of `concurrent.futures`. It stays open. Without one, the accounts
            are done one after another.
        journals: The folder in which each account has its journal; `accounts` in your data folder without. Workers on
            several machines need one that all of them reach.

    Returns:
        The report of each account, in the order of the accounts.

    Raises:
        InputError: An argument is not what it has to be, or two accounts have the same label. Nothing was sent.

    Example:
        >>> import os, tempfile
        >>> import onoffice_nb as oo
        >>> server = oo.Sandbox().serve()
        >>> os.environ.update(NORD_URL=server.url, NORD_TOKEN=server.token, NORD_SECRET=server.secret)
        >>> def link_buyers(crm, journal):
        ...     plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 5002]))
        ...     return oo.submit(crm, plan, journal=journal, progress=False)
        >>> accounts = [oo.CredentialReference(name, prefix=f"{name.upper()}_") for name in ("Nord", "Ost")]
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     reports = oo.map_accounts(link_buyers, accounts, journals=folder)
        >>> reports.frame[["account", "parent", "child", "outcome"]]
          account  parent  child outcome
        0    Nord    1001   5001  linked
        1    Nord    1002   5002  linked
        2     Ost    <NA>   <NA>  failed
        >>> print(reports["Ost"].error)
        Token and secret are not in the environment, as OST_TOKEN and OST_SECRET. Put both there, or name another...
        >>> server.stop()
    """
    listed = _check_arguments(job, accounts, executor)
    folder = Path(journals) if journals else user_data_path("onoffice_nb") / "accounts"
    files = [folder.absolute() / f"{_file_stem(account.label)}.sqlite" for account in listed]
    if executor is None:
        return AccountReports(tuple(_do_job(job, account, file) for account, file in zip(listed, files, strict=True)))

    # Dask answers equal calls from its memory; this is another one each time.
    call_id = uuid4().hex
    futures: list[Future[AccountReport]] = []
    try:
        for account, file in zip(listed, files, strict=True):
            futures.append(_submit(executor, job, account, file, call_id))
        done = [_collect(future, account, file) for future, account, file in zip(futures, listed, files, strict=True)]
    finally:
        # After an interrupt: what has not begun does not begin.
        for future in futures:
            future.cancel()
    return AccountReports(tuple(done))


def _check_arguments(
    job: Job, accounts: Iterable[CredentialReference], executor: Executor | None
) -> list[CredentialReference]:
    if not callable(job):
        raise InputError(f"Expected a function job(crm, journal), got {type(job).__name__}.")
    if executor is not None and not isinstance(executor, Executor):
        raise InputError(
            f"Expected an executor of concurrent.futures, got {type(executor).__name__}: use"
            " ThreadPoolExecutor(8), or client.get_executor() of Dask."
        )
    listed = list(accounts) if isinstance(accounts, Iterable) else [accounts]
    # Only the type is named: somebody may have given keys.
    strange = next((type(account).__name__ for account in listed if not isinstance(account, CredentialReference)), "")
    if strange:
        raise InputError(
            f'Expected a list of oo.CredentialReference, got {strange} in it: oo.CredentialReference("Nord",'
            ' prefix="NORD_") names where the credentials of an account are.'
        )

    label_of: dict[str, str] = {}
    for account in listed:
        same = label_of.setdefault(_file_stem(account.label).casefold(), account.label)
        if same is not account.label:
            raise InputError(
                f"Two accounts have labels that are too much alike, {same!r} and {account.label!r}: each needs one of"
                " its own, as its journal is named after it."
            )
    return listed


def _file_stem(label: str) -> str:
    """The label as the name of a file on any system; "runs-" keeps it from being a device of Windows."""
    return "runs-" + re.sub(r"\W+", "-", unicodedata.normalize("NFKC", label)).strip("-")


def _submit(
    executor: Executor, job: Job, account: CredentialReference, file: Path, call_id: str
) -> Future[AccountReport]:
    """Hand the job over; an executor that broke over another account's job takes none, and that too is an answer."""
    try:
        return executor.submit(_do_job, job, account, file, call_id)
    except Exception as error:
        refused: Future[AccountReport] = Future()
        refused.set_exception(error)
        return refused


def _collect(future: Future[AccountReport], account: CredentialReference, file: Path) -> AccountReport:
    try:
        return future.result()
    except Exception as error:
        # The job's own errors are caught where it runs: here the worker died, or the job could not get to it.
        return AccountReport(account.label, file, (), f"The job did not come back: {_worded(error)} {_RUN_AGAIN}")


def _do_job(job: Job, account: CredentialReference, file: Path, call_id: str = "") -> AccountReport:
    """Do the job in one account. Nothing but an interrupt gets out of here except as words."""
    credentials = None
    reports: tuple[Report, ...] = ()
    words = ""
    try:
        credentials = account.load()
        with _exclusive(account.label, file), client_of(credentials) as crm, closing(Journal(file)) as journal:
            reports = _checked_reports(job(crm, journal))
    except Exception as error:
        words = _without_keys(_worded(error), credentials)
    return AccountReport(account.label, file, reports, words)


@contextmanager
def _exclusive(label: str, file: Path) -> Iterator[None]:
    """One job at a time in an account; the system lets go when a process dies."""
    trouble = ""
    lock = FileLock(file.with_suffix(".lock"), timeout=0)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        trouble = f"A job is at work in {label} already. Wait until it is done."
    except (OSError, NotImplementedError) as error:
        trouble = f"The journal of {label} cannot be locked in {file.parent}: {error}."
    if trouble:
        raise JournalError(trouble)
    try:
        yield
    finally:
        lock.release()


def _checked_reports(returned: object) -> tuple[Report, ...]:
    reports = (returned,) if isinstance(returned, Report) else returned
    if isinstance(reports, list | tuple) and all(isinstance(report, Report) for report in reports):
        return tuple(reports)
    raise InputError(
        f"Expected the job to return a report or a list of reports, got {type(returned).__name__}: let it end with"
        " return oo.submit(…). What it has sent stands in the journal of the account."
    )


def _worded(error: BaseException) -> str:
    """An error in its own words; what stands in the journal is said in its notes."""
    named = str(error) if isinstance(error, OnOfficeError) else f"{type(error).__name__}: {error}"
    return " ".join([named, *getattr(error, "__notes__", [])])


def _without_keys(words: str, credentials: Credentials | None) -> str:
    """A job may have looked for the keys itself, and its error repeat them."""
    if credentials is None:
        return words
    return redact(words.encode(errors="replace"), (), credentials.keys, 0).decode()


def _failure_rows(words: list[str]) -> pd.DataFrame:
    """As a report has them, but of no row of the input."""
    import pandas as pd

    nothing = [pd.NA] * len(words)
    table = make_frame(
        {
            "row": nothing,
            "parent": nothing,
            "child": nothing,
            "outcome": [Outcome.FAILED.value] * len(words),
            "code": nothing,
            "message": words,
            "advice": [""] * len(words),
        }
    )
    return table.astype({"row": "Int64", "parent": "Int64", "child": "Int64", "code": "Int64"})


def _listed(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{count:,} {outcome}" for outcome, count in counts.items()) or "nothing to do"
