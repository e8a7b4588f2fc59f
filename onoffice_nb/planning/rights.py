"""Which records the API user may not change, as far as the API tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np

from onoffice_nb.api.client import Client
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.model import IDS_PER_ACTION
from onoffice_nb.planning.actions import IntArray
from onoffice_nb.planning.records import ask

__all__ = ["MODULES_WITH_RIGHTS", "read_unwritable"]

# How the call for rights names the modules that it knows.
MODULES_WITH_RIGHTS: Final = {
    **{module: module for module in ("estate", "address", "calendar", "task", "project", "file")},
    "agentsLog": "agents_log",
    "searchcriteria": "searchCriteria",
}


def read_unwritable(crm: Client, ids: Mapping[str, IntArray]) -> dict[str, IntArray | None]:
    """The ids that the API user may not change, in two requests for a few thousand of them.

    The page of the call speaks of rights to read, so it is believed only where
    it allows to read all of these ids.

    Args:
        crm: The account; it is read, never written.
        ids: Module -> ids of records that were just read; modules of `MODULES_WITH_RIGHTS`.

    Returns:
        Module -> those of its ids that may not be changed; None where the API does not tell.

    Raises:
        OnOfficeError: The CRM did not answer, or refused the credentials.
    """
    user = _own_user(crm) if ids else None
    if user is None:
        return dict.fromkeys(ids)

    questions = [
        (module, action, numbers[first : first + IDS_PER_ACTION])
        for module, numbers in ids.items()
        for action in ("read", "modify")
        for first in range(0, len(numbers), IDS_PER_ACTION)
    ]
    results = ask(crm, [_rights_call(user, *question) for question in questions])

    allowed: dict[tuple[str, str], list[int]] = defaultdict(list)
    untold = set()
    for (module, action, _), result in zip(questions, results, strict=True):
        numbers = _ids_of(result)
        allowed[module, action] += numbers or []
        if numbers is None:
            untold.add(module)

    untold |= {module for module in ids if len(np.setdiff1d(ids[module], allowed[module, "read"]))}
    return {
        module: None if module in untold else np.setdiff1d(ids[module], np.array(allowed[module, "modify"], np.int64))
        for module in ids
    }


def _own_user(crm: Client) -> int | None:
    """The id of the API user, None where the API does not tell."""
    (result,) = ask(crm, [Call("get", "users", {"userfilter": "onlyOwn"})])
    users = result.records if result is not None and not result.code else ()
    number = users[0].get("id") if len(users) == 1 else None
    return number if isinstance(number, int) else None


def _rights_call(user: int, module: str, action: str, ids: IntArray) -> Call:
    named = MODULES_WITH_RIGHTS[module]
    numbers = ids.astype(str).tolist()
    return Call(
        "get", "checkuserrecordsright", {"action": action, "module": named, "userid": user, "recordIds": numbers}
    )


def _ids_of(result: Result | None) -> list[int] | None:
    """The ids that an answer allows; None where it does not tell."""
    if result is None or result.code or len(result.records) != 1:
        return None
    elements = result.records[0].get("elements")
    return [int(number) for number in elements if str(number).isdecimal()] if isinstance(elements, list) else None
