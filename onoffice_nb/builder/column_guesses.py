"""Which columns of a table hold the two sides of a relation, and as what: guessed from their names and contents.

A guess is made only where nothing else comes into question, and the page shows
it as a guess. Rules, not scores: each names what it goes by.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.errors import PairsError
from onoffice_nb.intake.cells import is_missing, strip_blanks
from onoffice_nb.intake.pairs import read_ids
from onoffice_nb.matching.keys import fold
from onoffice_nb.matching.ladder import FULL_NAME
from onoffice_nb.model import CONFIRMATIONS, RelationType
from onoffice_nb.planning.column_names import MODULE_WORDS

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "SINGLE_FIELDS",
    "Guess",
    "Holds",
    "guess_fields",
    "guess_holding",
    "guess_sides",
    "holdings",
    "name_fields",
    "status_columns",
]

_SAMPLED_ROWS: Final = 200


class Holds(StrEnum):
    """What the cells of a column are."""

    RECORD_ID = "record id"
    OBJECT_NUMBER = "object number"
    CUSTOMER_NUMBER = "customer number"
    EMAIL = "e-mail"
    PHONE = "phone"
    UUID = "uuid"
    NAME = "name"


# The field of the CRM in which a record is found by one column: module -> what the column holds -> field.
SINGLE_FIELDS: Final[Mapping[str, Mapping[Holds, str]]] = {
    "estate": {Holds.OBJECT_NUMBER: "objektnr_extern", Holds.UUID: "uuid"},
    "address": {
        Holds.CUSTOMER_NUMBER: "KdNr",
        Holds.EMAIL: "Email",
        Holds.PHONE: "Telefon1",
        Holds.UUID: "uuid",
    },
}

# The fields by which a record is found together: module -> field -> what columns of it are called, folded.
_NAME_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "estate": {
        "strasse": r"(objekt |immobilien ?)?(strasse|str|street|anschrift)( nr)?( hausnummer)?",
        "hausnummer": r"hausnummer|haus ?nr|hnr|house (no|number)",
        "plz": r"(objekt )?(plz|postleitzahl|postcode|zip|zip code|postal code)",
        "ort": r"(objekt )?(ort|stadt|city|town)",
        "objekttitel": r"(objekt ?|immobilien ?)titel|titel|title|objektbezeichnung|bezeichnung",
    },
    "address": {
        "Vorname": r"vor ?name(n)?|first ?name|given ?name|fore ?name",
        "Name": r"nach ?name|familien ?name|sur ?name|last ?name|family ?name",
        FULL_NAME: (
            r"name|full ?name|voller name|name vorname|vorname name|vor und nachname|(name )?(des |der )?"
            r"(kaeufers?|mieters?|eigentuemers?|interessent(en)?|kunden?|ansprechpartners?|teilnehmers?)( name)?|"
            r"buyer|tenant|owner|customer|client|participant|contact( name)?"
        ),
        "Firma": r"firma|firmen ?name|company|company name|unternehmen",
        "Strasse": r"strasse|str|street|anschrift|strasse( und)? (nr|hausnummer)",
        "Plz": r"plz|postleitzahl|postcode|zip|zip code|postal code",
        "Ort": r"ort|wohnort|stadt|city|town",
        "Email": r"e ?mail|mail|e ?mail ?adresse|mailadresse|email address",
        "Telefon1": r"telefon( ?nummer)?|tel( nr)?|phone( number)?|telephone|mobil|handy|mobile|rufnummer",
        "KdNr": r"kd ?nr|kunden ?nr|kunden ?nummer|customer (no|number|id)|client (no|number)",
    },
}

_RECORD_NUMBER: Final = re.compile(r"\b(datensatz\w*|record ?(id|no|number)|id|ids|\w*id|interne (id|nr|nummer))\b")

# What a name says of the contents, so that digits below it are no record ids; and what the contents must look like.
_SAID: Final[Mapping[Holds, re.Pattern[str]]] = {
    Holds.OBJECT_NUMBER: re.compile(
        r"\b(objekt ?(nr|nummer)|obj ?nr|immo ?(nr|nummer)|immobilien ?(nr|nummer)|expose ?(nr|nummer)?|extern\w*|"
        r"(object|property|estate) ?(no|nr|number|ref|reference))\b"
    ),
    Holds.CUSTOMER_NUMBER: re.compile(r"\b(kd ?nr|kunden ?(nr|nummer)|customer ?(no|nr|number)|client ?(no|number))\b"),
    Holds.UUID: re.compile(r"\b(uuid|guid)\b"),
    Holds.EMAIL: re.compile(r"\b(e ?mail\w*|mail|mailadresse)\b"),
    Holds.PHONE: re.compile(r"\b(telefon\w*|tel|phone|telephone|mobil\w*|handy\w*|rufnummer|fax)\b"),
}
_LOOKS_LIKE: Final[Mapping[Holds, re.Pattern[str]]] = {
    Holds.OBJECT_NUMBER: re.compile(r"\w[\w ./-]{0,40}"),
    Holds.CUSTOMER_NUMBER: re.compile(r"\w[\w ./-]{0,40}"),
    Holds.UUID: re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
    Holds.EMAIL: re.compile(r"(mailto:)?[^@\s]+@[^@\s]+\.[^@\s]+", re.IGNORECASE),
    Holds.PHONE: re.compile(r"[+0(][\d\s()/.+-]{5,}"),
}
# Such contents need no name to be known by.
_OBVIOUS: Final = (Holds.EMAIL, Holds.UUID)

_STATUS_WORDS: Final = re.compile(r"\b(status|bestaetig\w*|confirm\w*|zusage\w*|rueckmeldung|teilnahme\w*)\b")

# What people are called whatever they are to an estate.
_ANYBODY: Final = ("kunde", "person", "customer", "client")

# The share of the cells that must look so.
_MOST: Final = 0.8
_MORE_THAN_HALF: Final = 0.5

# What finds a record of a module, what is surest first.
_LADDER: Final[Mapping[str, tuple[Holds, ...]]] = {
    "estate": (Holds.OBJECT_NUMBER, Holds.UUID, Holds.NAME),
    "address": (Holds.CUSTOMER_NUMBER, Holds.UUID, Holds.EMAIL, Holds.NAME, Holds.PHONE),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What one side is likely read from.

    Attributes:
        holds: What its columns hold.
        columns: Field of the CRM to the label of its column; record ids stand under `""`.
    """

    holds: Holds
    columns: Mapping[str, Hashable] = field(default_factory=dict)


def holdings(module: str) -> tuple[Holds, ...]:
    """What a column may hold to name records of a module; of most modules it can only be record ids.

    >>> [str(holds) for holds in holdings("estate")]
    ['record id', 'object number', 'uuid', 'name']
    """
    return (Holds.RECORD_ID, *_LADDER.get(module, ()))


def name_fields(module: str) -> tuple[str, ...]:
    """The fields of the CRM that name a record of a module together."""
    return tuple(_NAME_FIELDS.get(module, ()))


def guess_sides(frame: pd.DataFrame, relation: RelationType) -> tuple[Guess | None, Guess | None]:
    """What parent and child are likely read from; None for a side that is in doubt.

    Args:
        frame: The table.
        relation: The relation type, which says whose records stand on the sides.

    Returns:
        The guesses for parent and child, never of the same column.

    Example:
        >>> import pandas as pd
        >>> from onoffice_nb.catalogue import relation
        >>> export = pd.DataFrame({"Objekt-Nr": ["A-1"], "Vorname": ["Anna"], "Nachname": ["Kern"], "Ort": ["Bonn"]})
        >>> estate, address = guess_sides(export, relation("buyer"))
        >>> estate.columns
        {'objektnr_extern': 'Objekt-Nr'}
        >>> address.columns
        {'Vorname': 'Vorname', 'Name': 'Nachname', 'Ort': 'Ort'}
    """
    if relation.parent == relation.child:
        return None, None

    columns = _columns(frame)
    roles = (*_ANYBODY, fold(relation.label_de), fold(relation.label_en))
    parent = _guess_side(columns, relation.parent, relation.child, roles)
    child = _guess_side(columns, relation.child, relation.parent, roles)
    if parent and child and set(parent.columns.values()) & set(child.columns.values()):
        return None, None
    return parent, child


def guess_holding(frame: pd.DataFrame, label: Hashable, module: str) -> Holds:
    """What a column holds that the user named for a side of this module; record ids, where nothing else is likely.

    >>> import pandas as pd
    >>> guess_holding(pd.DataFrame({"Kontakt": ["a@b.example", "c@d.example"]}), "Kontakt", "address")
    <Holds.EMAIL: 'e-mail'>
    """
    column = next((column for column in _columns(frame) if column.label is label or column.label == label), None)
    if column is None or column.is_record_number:
        return Holds.RECORD_ID
    return next((holds for holds in SINGLE_FIELDS.get(module, ()) if column.may_hold(holds)), Holds.RECORD_ID)


def guess_fields(frame: pd.DataFrame, module: str) -> dict[str, Hashable]:
    """The columns that name a record together, by the fields that their names speak of; empty if that is too little.

    Args:
        frame: The table.
        module: `address` or `estate`.
    """
    return _fields(_columns(frame), module)


def status_columns(frame: pd.DataFrame) -> list[Hashable]:
    """The columns that hold confirmation statuses of participants, those whose contents say so first.

    >>> import pandas as pd
    >>> status_columns(pd.DataFrame({"Termin": ["1"], "Antwort": ["gesendet"], "Status": ["ja"]}))
    ['Antwort', 'Status']
    """
    columns = _columns(frame)
    by_contents = [column.label for column in columns if column.share(_is_confirmation) >= _MORE_THAN_HALF]
    by_name = [column.label for column in columns if _STATUS_WORDS.search(column.name) and not column.is_record_number]
    return list(dict.fromkeys([*by_contents, *by_name]))


@dataclass(frozen=True, eq=False)
class _Column:
    """A column as guesses see it: its label, its name folded, and the first of its filled cells."""

    label: Hashable
    position: int
    name: str
    cells: tuple[Any, ...]
    _ids: list[bool] = field(default_factory=list)

    @property
    def is_record_number(self) -> bool:
        """Whether its name speaks of record ids, and of no other number."""
        return bool(_RECORD_NUMBER.search(self.name)) and not self.said

    @property
    def said(self) -> list[Holds]:
        """What else its name says that it holds."""
        return [holds for holds, words in _SAID.items() if words.search(self.name)]

    def speaks_of(self, module: str) -> bool:
        """Whether its name speaks of a module."""
        words = MODULE_WORDS.get(module, (module.casefold(),))
        return any(fold(word) in self.name for word in words)

    def share(self, is_so: Callable[[str], object]) -> float:
        """The share of its filled cells of which something is so."""
        texts = [strip_blanks(str(cell)) for cell in self.cells]
        return sum(1 for text in texts if is_so(text)) / len(texts) if texts else 0.0

    def may_hold(self, holds: Holds) -> bool:
        """Whether its name says so and its contents do not speak against it, or its contents leave no doubt."""
        is_likely = holds in self.said or (holds in _OBVIOUS and not self.is_record_number)
        return is_likely and self.share(_LOOKS_LIKE[holds].fullmatch) >= _MOST

    def holds_ids(self) -> bool:
        """Whether most of its cells are plain numbers that a record may have."""
        if not self.cells:
            return False
        try:
            ids = read_ids(list(self.cells))
        except PairsError:
            return False
        return bool((ids.rows >= 0).mean() > _MORE_THAN_HALF)


def _columns(frame: pd.DataFrame) -> list[_Column]:
    columns = []
    for position, label in enumerate(frame.columns):
        cells = frame.iloc[:_SAMPLED_ROWS, position].tolist()
        filled = tuple(cell for cell in cells if not is_missing(cell) and strip_blanks(str(cell)))
        columns.append(_Column(label, position, _folded(str(label)), filled))
    return columns


@cache
def _folded(name: str) -> str:
    """A name in small letters, words that are written together in CamelCase apart, as are `ImmobilienID` and `KdNr`."""
    return fold(re.sub(r"(?<=[a-zäöüß])(?=[A-Z])", " ", unicodedata.normalize("NFC", name)))


def _guess_side(columns: Sequence[_Column], module: str, other: str, roles: Sequence[str]) -> Guess | None:
    possible = [column for column in columns if column.speaks_of(module) or not column.speaks_of(other)]
    ids = _id_columns(possible, module, other, roles)
    if ids:
        return Guess(Holds.RECORD_ID, {"": ids[0].label}) if len(ids) == 1 else None

    for holds in _LADDER.get(module, ()):
        is_name = holds is Holds.NAME
        guess = _guess_names(columns, module) if is_name else _guess_single(possible, module, holds)
        if guess is not None:
            return guess
    return None


def _id_columns(possible: Sequence[_Column], module: str, other: str, roles: Sequence[str]) -> list[_Column]:
    """The columns with record ids that speak of this module alone; of addresses also those that name a role."""
    ids = _likely_ids(column for column in possible if column.speaks_of(module) and not column.speaks_of(other))
    if ids or module != "address":
        return ids
    # Whose ids they are, a column "Käufer" says only where buyers are linked.
    return _likely_ids(column for column in possible if any(role in column.name for role in roles))


def _guess_names(columns: Sequence[_Column], module: str) -> Guess | None:
    """The columns that name a record together; of an estate only where they are not somebody's name and address."""
    fields = _fields(columns, module)
    is_a_person = module == "estate" and _fields(columns, "address")
    return Guess(Holds.NAME, fields) if fields and not is_a_person else None


def _guess_single(columns: Iterable[_Column], module: str, holds: Holds) -> Guess | None:
    """The one column that may hold this; of "E-Mail Käufer" beside "E-Mail Verkäufer" nobody can tell which."""
    likely = [column for column in columns if column.may_hold(holds)]
    return Guess(holds, {SINGLE_FIELDS[module][holds]: likely[0].label}) if len(likely) == 1 else None


def _likely_ids(columns: Iterable[_Column]) -> list[_Column]:
    ids = [column for column in columns if not column.said and column.holds_ids()]
    # Beside "Immobilien-ID" a column "Immobilie" with numbers is what somebody else calls it.
    return [column for column in ids if column.is_record_number] or ids


def _fields(columns: Iterable[_Column], module: str) -> dict[str, Hashable]:
    named = _columns_by_field([column for column in columns if column.cells], module)
    certain = {name: matches[0] for name, matches in named.items() if len(matches) == 1}
    fields = {name: column.label for name, column in certain.items() if not _is_numbered_name(name, column)}

    names_a_person = FULL_NAME in fields or {"Vorname", "Name"} <= fields.keys()
    names_a_place = "strasse" in fields and bool({"ort", "plz"} & fields.keys())
    is_enough = names_a_person if module == "address" else names_a_place
    return fields if is_enough else {}


def _columns_by_field(columns: Iterable[_Column], module: str) -> dict[str, list[_Column]]:
    """The columns whose names speak of each field."""
    columns = list(columns)
    named = {
        name: [column for column in columns if re.fullmatch(words, column.name)]
        for name, words in _NAME_FIELDS.get(module, {}).items()
    }
    if named.get("Vorname") or named.get("Name"):
        # Beside a first name, "Name" is the surname.
        whole = named.pop(FULL_NAME)
        named["Name"] = named["Name"] or [column for column in whole if column.name == "name"]
    return named


def _is_numbered_name(name: str, column: _Column) -> bool:
    """Whether a column called after a person, such as "Käufer", holds numbers: those are no names."""
    return name in (FULL_NAME, "Vorname", "Name") and column.holds_ids()


def _is_confirmation(text: str) -> bool:
    return unicodedata.normalize("NFC", text).casefold() in CONFIRMATIONS
