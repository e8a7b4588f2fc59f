"""Records as the API tells them: whether an id is one, what it is called, and the few fields that checks look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.client import Client
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.errors import ApiError, NotAuthenticated
from onoffice_nb.model import ACTIONS_PER_REQUEST
from onoffice_nb.planning.actions import IntArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Records", "ask", "module_of_records", "read_known_records"]

Fields = Mapping[str, str]

# The codes for a field that an account does not have: which of them comes is not known.
_UNKNOWN_FIELD: Final = frozenset({75, 141, 145})


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What is known of the records of one module that bear certain ids.

    Attributes:
        module: The module.
        ids: int64[n], ascending: those of the ids that are records which the API user may read.
        columns: Each field that was read, a text for each of `ids`, empty where there is none.
        unknown: Why nothing is known of the ids; empty where something is.
    """

    module: str
    ids: IntArray
    columns: Mapping[str, Sequence[str]]
    unknown: str = ""

    def missing(self, ids: IntArray) -> IntArray:
        """Those of the ids that are no records, as far as that is known; ascending."""
        return np.zeros(0, dtype=np.int64) if self.unknown else np.setdiff1d(ids, self.ids)

    def where(self, field: str, holds: Callable[[str], bool]) -> IntArray:
        """The ids whose field holds what is asked; none where the field was not read."""
        column = self.columns.get(field, ())
        chosen: NDArray[np.bool_] = np.array([holds(value) for value in column], dtype=bool)
        return self.ids[chosen] if len(column) else self.ids[:0]

    def names(self) -> dict[int, str]:
        """What each record is called; records without a name are left out."""
        label = _LABELS.get(self.module)
        if label is None or not len(self.ids):
            return {}

        rows = zip(*(self.columns[name] for name in label.fields), strict=True)
        names = (label.write(dict(zip(label.fields, row, strict=True))) for row in rows)
        return {number: name for number, name in zip(self.ids.tolist(), names, strict=True) if name}


def module_of_records(module: str) -> str:
    """The module whose records a module's ids are: a complex is the estate that it consists of."""
    return "estate" if module == "complex" else module


def read_known_records(crm: Client, module: str, ids: IntArray, fields: Sequence[str] = ()) -> Records:
    """Read records by id: their names and some fields more.

    A field that the account does not have is left out, which costs one request
    more; so is what the API refuses to show altogether.

    Args:
        crm: The account; it is read, never written.
        module: The module.
        ids: The ids, int64.
        fields: What is wanted beside the names.

    Returns:
        The records; `unknown` says why there are none if the module cannot be read by id.

    Raises:
        OnOfficeError: The CRM did not answer, or refused the credentials.
    """
    label = _LABELS.get(module)
    if label is None:
        return _nothing(module, f"records of {module} cannot be read by id")

    try:
        frame, wanted = _read_known_fields(crm, module, ids, label.fields, fields)
    except NotAuthenticated:
        raise
    except ApiError as refusal:
        return _nothing(module, f"records of {module} cannot be read ({refusal.code}: {refusal.message})")

    numbers, first = np.unique(frame["id"].to_numpy(dtype=np.int64), return_index=True)
    columns = {name: [_text(value) for value in frame[name].iloc[first]] for name in (*label.fields, *wanted)}
    return Records(module, numbers, columns)


def _read_known_fields(
    crm: Client, module: str, ids: IntArray, label_fields: Sequence[str], fields: Sequence[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The records with the fields of their names and those of the others that the account has; and which those are."""
    wanted = [name for name in fields if name not in label_fields]
    while True:
        try:
            return crm.read(module, [*label_fields, *wanted], ids=np.unique(ids).tolist()), wanted
        except ApiError as refusal:
            if not wanted or refusal.code not in _UNKNOWN_FIELD:
                raise
            wanted = _fields_left(wanted, refusal)


def _fields_left(wanted: list[str], refusal: ApiError) -> list[str]:
    """The fields but the one that a refusal names; none where it names none."""
    known = [name for name in wanted if name not in refusal.message]
    return known if len(known) < len(wanted) else []


def ask(crm: Client, calls: Sequence[Call]) -> list[Result | None]:
    """The results of calls that read, 50 a request; None for those of a request that is refused as a whole."""
    results: list[Result | None] = []
    for first in range(0, len(calls), ACTIONS_PER_REQUEST):
        request = calls[first : first + ACTIONS_PER_REQUEST]
        try:
            results += crm.batch(request)
        except NotAuthenticated:
            raise
        except ApiError:
            results += [None] * len(request)
    return results


def _nothing(module: str, reason: str) -> Records:
    return Records(module, np.zeros(0, dtype=np.int64), {}, reason)


def _text(value: Any) -> str:
    """A value as the API tells it (texts, numbers, lists of texts), as one text."""
    if value is None or value != value:
        return ""
    if isinstance(value, Mapping):
        value = list(value.values())
    return "|".join(map(str, value)) if isinstance(value, list | tuple) else str(value).strip()


@dataclass(frozen=True, slots=True)
class _Label:
    """Which fields make up the name of a module's records, and how."""

    fields: tuple[str, ...]
    write: Callable[[Fields], str]


def _estate(fields: Fields) -> str:
    street = " ".join(filter(None, (fields["strasse"], fields["hausnummer"])))
    place = " ".join(filter(None, (fields["plz"], fields["ort"])))
    title = fields["objekttitel"] or ", ".join(filter(None, (street, place)))
    return " · ".join(filter(None, (fields["objektnr_extern"], title)))


def _address(fields: Fields) -> str:
    person = " ".join(filter(None, (fields["Vorname"], fields["Name"])))
    return ", ".join(filter(None, (person, fields["Firma"])))


def _user(fields: Fields) -> str:
    return " ".join(filter(None, (fields["Vorname"], fields["Nachname"]))) or fields["Name"]


def _appointment(fields: Fields) -> str:
    return " · ".join(filter(None, (fields["start_dt"], fields["description"])))


def _task(fields: Fields) -> str:
    return fields["Betreff"]


def _activity(fields: Fields) -> str:
    return " · ".join(filter(None, (fields["Datum"], fields["Aktionsart"])))


# The label fields that the API documents for each module.
_LABELS: Final = {
    "estate": _Label(("objektnr_extern", "objekttitel", "strasse", "hausnummer", "plz", "ort"), _estate),
    "address": _Label(("Vorname", "Name", "Firma"), _address),
    "user": _Label(("Vorname", "Nachname", "Name"), _user),
    "calendar": _Label(("start_dt", "description"), _appointment),
    "task": _Label(("Betreff",), _task),
    "agentsLog": _Label(("Datum", "Aktionsart"), _activity),
}
