"""A sheet of the account: what the documentation leaves open, found out by reading, sans-I/O.

Every call here reads. A question that an account refuses to answer is a
finding too, and none of them stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.api.exchange import Session
from onoffice_nb.api.operations import Operation
from onoffice_nb.api.records import LARGEST_LIST
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.errors import ApiError, NotAuthenticated
from onoffice_nb.formatting import counted, html_table, make_frame, text_table
from onoffice_nb.model import URN_PREFIX

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Finding", "Probe", "probe_account"]

# The largest id that a column of 32 bits holds: no account has come so far.
_NOBODY: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One question about the account, what it answered, and what that means for your work."""

    question: str
    answer: str
    meaning: str


class Probe(tuple[Finding, ...]):
    """What was found out of an account: a tuple of findings that prints as a table."""

    __slots__ = ()

    @property
    def frame(self) -> pd.DataFrame:
        """One row a question: question, answer, meaning."""
        columns = [column.name for column in fields(Finding)]
        return make_frame({name: [getattr(finding, name) for finding in self] for name in columns})

    def __repr__(self) -> str:
        return text_table(["question", "answer", "meaning"], [astuple(finding) for finding in self])

    def _repr_html_(self) -> str:
        return html_table(["question", "answer", "meaning"], [astuple(finding) for finding in self])


def probe_account(session: Session) -> Operation[Probe]:
    """Ask all questions, in three or four requests.

    Args:
        session: what the client knows of its account; it learns here.

    Returns:
        The findings.

    Raises:
        NotAuthenticated: if token, secret or clock are refused: then nothing can be found out.
    """
    findings = [(yield from _several_actions(session))]

    questions = _questions()
    results = yield from _ask([call for _, call, _ in questions])
    answers = dict(zip((name for name, _, _ in questions), results, strict=True))
    for (name, _, interpret), result in zip(questions, results, strict=True):
        findings.append(Finding(name, *interpret(result)))

    findings.append((yield from _rights(answers["Users"], answers["Estates"])))
    findings.append(_clock(session))
    return Probe(findings)


def _ask(calls: list[Call]) -> Operation[list[Result]]:
    """The results of some reads; where they are refused as a whole, that is the result of each."""
    try:
        results = yield calls
    except NotAuthenticated:
        raise
    except ApiError as refusal:
        return [Result(refusal.code, refusal.message)] * len(calls)

    answered = [result for result in results if result is not None]
    for result in answered:
        if isinstance(result.error, NotAuthenticated):
            raise result.error
    return answered


def _several_actions(session: Session) -> Operation[Finding]:
    question = "Several actions in one request"
    results = yield from _ask([_links_of_nobody(), _links_of_nobody()])
    if session.actions_per_request == 1:
        return Finding(question, "refused (141)", "Each action is sent as a request of its own from now on.")
    refused = [result for result in results if result.code]
    if refused:
        return Finding(question, _refusal(refused[0]), "Links cannot be read: look at the rights of the API user.")
    return Finding(question, "taken", f"Up to {session.actions_per_request} actions are sent in one request.")


def _links_of_nobody() -> Call:
    return Call("get", "idsfromrelation", {"relationtype": f"{URN_PREFIX}estate:address:buyer", "parentids": [_NOBODY]})


def _rights(users: Result, estates: Result) -> Operation[Finding]:
    question = "Asking for rights (checkuserrecordsright)"
    if not users.records or not estates.records:
        return Finding(question, "not asked", "It takes a user and a record, and none of the one or the other is seen.")
    parameters = {
        "action": "read",
        "module": "estate",
        "userid": users.records[0].get("id"),
        "recordIds": [str(estates.records[0].get("id"))],
    }
    (result,) = yield from _ask([Call("get", "checkuserrecordsright", parameters)])
    if result.code:
        return Finding(question, _refusal(result), "Missing rights show only when something is refused.")
    return Finding(question, "answered", "Missing rights can be seen before something is written.")


def _clock(session: Session) -> Finding:
    question = "This computer's clock"
    ahead = session.clock.measured
    if ahead is None:
        return Finding(question, "not known", "Replies bear no date. A clock that is two minutes off is refused (136).")
    off = round(abs(ahead))
    answer = "right" if off < 5 else f"{counted(off, 'second')} {'behind' if ahead > 0 else 'ahead'}"
    if session.clock.offset:
        return Finding(question, answer, "Requests are signed by the corrected time. Set the clock.")
    return Finding(
        question, answer, "Two minutes are tolerated; a clock that is further off is corrected by the replies' date."
    )


def _refusal(result: Result) -> str:
    return f"refused ({result.code}: {result.message})" if result.message else f"refused ({result.code})"


def _no_hit(result: Result) -> tuple[str, str]:
    if result.code:
        return _refusal(result), "Links cannot be read: look at the rights of the API user."
    elements = result.records[0].get("elements") if result.records else None
    if not result.records:
        shape = "no record"
    elif elements is None:
        shape = "no elements"
    elif not elements:
        shape = "an empty map"
    else:
        shape = "the id with an empty list" if isinstance(elements, Mapping) else "something else"
    return shape, "Each of these forms is read as: no links."


def _list_of_tasks(result: Result) -> tuple[str, str]:
    if result.code:
        return _refusal(result), "Tasks are read on by their number, which needs no offset."
    return "taken", "Tasks are read on by their number all the same."


def _long_list(result: Result) -> tuple[str, str]:
    meaning = f"Lists are asked for with {LARGEST_LIST} at most, so this does not matter."
    if result.code:
        return _refusal(result), meaning
    shown, total = len(result.records), result.total
    if total is not None and total <= shown:
        return "not known", f"There are {counted(shown, 'address', 'addresses')} only."
    return f"counts as {shown}", meaning


def _call_exists(with_it: str, without: str) -> Callable[[Result], tuple[str, str]]:
    def interpret(result: Result) -> tuple[str, str]:
        return (_refusal(result), without) if result.code else ("answered", with_it)

    return interpret


def _readable(noun: str, plural: str) -> Callable[[Result], tuple[str, str]]:
    def interpret(result: Result) -> tuple[str, str]:
        if result.code:
            return _refusal(result), "They cannot be read: names and checks of these records are missing."
        if result.total is None:
            return "readable", "How many there are is not told."
        return counted(result.total, noun, plural), "So many are seen by the API user."

    return interpret


def _first(resourcetype: str, field: str, **more: Any) -> Call:
    return Call("read", resourcetype, {"data": [field], "listlimit": 1, **more})


def _questions() -> list[tuple[str, Call, Callable[[Result], tuple[str, str]]]]:
    """Each question with the call that asks it, and what an answer means."""
    today = date.today().isoformat()
    return [
        ("Links of an id that has none", _links_of_nobody(), _no_hit),
        ("An offset in lists of tasks", _first("task", "Betreff", listoffset=0), _list_of_tasks),
        (
            "More than 500 records in a list",
            Call("read", "address", {"data": ["KdNr"], "listlimit": LARGEST_LIST + 1}),
            _long_list,
        ),
        (
            "The call appointmentList",
            Call("get", "appointmentList", {"data": ["id"], "filter": {"startDate": today, "endDate": today}}),
            _call_exists("Confirmation and feedback of participants can be read back.", "Its predecessor is asked."),
        ),
        (
            "Everybody's appointments",
            Call("read", "calendar", {"datestart": today, "dateend": today, "allusers": True}),
            _call_exists("Appointments can be listed.", "Appointments cannot be listed by the old call."),
        ),
        ("Estates", _first("estate", "Id"), _readable("estate", "estates")),
        ("Addresses", _first("address", "KdNr"), _readable("address", "addresses")),
        ("Users", _first("user", "Nachname"), _readable("user", "users")),
        (
            "The CRM's log",
            Call("read", "log", {"listlimit": 0}),
            _call_exists("Who changed what can be read.", "Only administrators may read it: runs cannot be audited."),
        ),
    ]
