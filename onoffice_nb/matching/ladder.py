"""The ladder of rules by which a row and a record are surely the same, module by module.

Each rung compares keys (see `keys`) for equality; none measures likeness. The
rungs for people are those that onOffice documents for its own imports: name,
first name, city and street; or e-mail and name; or e-mail and company.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from onoffice_nb.errors import InputError
from onoffice_nb.formatting import quote
from onoffice_nb.matching.keys import city_key, fold, mail_key, name_tokens, number_key, phone_key, street_key

__all__ = ["FULL_NAME", "MODULES", "Facts", "MatchModule", "Rung", "match_module"]

# First and last name in one column, in any order.
FULL_NAME: Final = "full name"

# What is known of a person or an estate: field -> text; a field without text is absent.
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rung:
    """One rule: what it compares, in words, and the key of a row or a record (None where something is missing)."""

    name: str
    key: Callable[[Facts], Hashable | None]


@dataclass(frozen=True, slots=True)
class MatchModule:
    """How records of one module are found.

    Attributes:
        resource: The module's resource type.
        fields: What a row may be compared by.
        label_fields: What puts a record into words; read of each record beside what it is compared by.
        identifiers: Fields that find a record alone, where nothing else is given, each with its rule.
        askable: Those of them whose values may be asked for, so that not the whole module has to be read.
        label: Puts a record into words.
        rungs: The rules for several fields, the strongest first.
        contradiction: Says why a record that meets a rule may still be another one; `""` if nothing does.
    """

    resource: str
    fields: tuple[str, ...]
    label_fields: tuple[str, ...]
    identifiers: Mapping[str, Rung]
    askable: frozenset[str]
    label: Callable[[Facts], str]
    rungs: tuple[Rung, ...]
    contradiction: Callable[[Facts, Facts], str]

    @property
    def known_fields(self) -> tuple[str, ...]:
        """The fields that a row may be compared by."""
        return (*self.fields, FULL_NAME) if self.resource == "address" else self.fields


def match_module(name: str) -> MatchModule:
    """The rules for a module.

    Args:
        name: `address` or `estate`.

    Returns:
        Its rules.

    Raises:
        InputError: There are no rules for this module.

    Example:
        >>> [rung.name for rung in match_module("estate").rungs]
        ['object number', 'uuid', 'street, house number and city', 'street, house number and postcode']
    """
    if name not in MODULES:
        raise InputError(f"Records are matched in the modules {' and '.join(sorted(MODULES))}; got {quote(str(name))}.")
    return MODULES[name]


def person_name(facts: Facts) -> str:
    """First and last name in one text, from one column or from two."""
    return facts.get(FULL_NAME) or f"{facts.get('Vorname', '')} {facts.get('Name', '')}"


def _key_of(field: str, key: Callable[[str], str]) -> Callable[[Facts], Hashable | None]:
    return lambda facts: key(facts.get(field, "")) or None


def _whole_name(facts: Facts) -> tuple[str, ...] | None:
    """The name, where both its parts are known."""
    complete = facts.get(FULL_NAME) or (facts.get("Vorname") and facts.get("Name"))
    tokens = name_tokens(person_name(facts)) if complete else ()
    return tokens if len(tokens) > 1 else None


def _address_of(field: str, key: Callable[[str], str]) -> Callable[[Facts], Hashable | None]:
    """Name, street with house number, and a place."""

    def compared(facts: Facts) -> Hashable | None:
        name, place = _whole_name(facts), key(facts.get(field, ""))
        street, number = street_key(facts.get("Strasse", ""))
        return (name, street, number, place) if name and street and number and place else None

    return compared


def _mail_and_name(facts: Facts) -> Hashable | None:
    name, mail = _whole_name(facts), mail_key(facts.get("Email", ""))
    return (mail, name) if name and mail else None


def _mail_and_company(facts: Facts) -> Hashable | None:
    company, mail = fold(facts.get("Firma", "")), mail_key(facts.get("Email", ""))
    return (mail, company) if company and mail else None


def _place_of_estate(field: str, key: Callable[[str], str]) -> Callable[[Facts], Hashable | None]:
    """Street, house number (in the same column or in its own) and a place."""

    def compared(facts: Facts) -> Hashable | None:
        street, number = street_key(f"{facts.get('strasse', '')} {facts.get('hausnummer', '')}")
        place = key(facts.get(field, ""))
        return (street, number, place) if street and number and place else None

    return compared


def _people_contradict(row: Facts, record: Facts) -> str:
    """Why a row that meets a rung may still mean somebody else; `""` where nothing speaks against it."""
    row_name, record_name = name_tokens(person_name(row)), name_tokens(person_name(record))
    if row_name and record_name and not set(row_name) & set(record_name):
        return "another name"

    row_mail, record_mail = mail_key(row.get("Email", "")), mail_key(record.get("Email", ""))
    same_phone = phone_key(row.get("Telefon1", "")) == phone_key(record.get("Telefon1", "")) != ""
    if row_mail and record_mail and not same_phone and not _one_slip_apart(row_mail, record_mail):
        return "another e-mail"
    return ""


def _one_slip_apart(one: str, other: str) -> bool:
    """Whether two e-mails differ by one letter at most; digits tell a father from his son, so they count in full."""
    from rapidfuzz.distance import OSA

    digits = [[letter for letter in mail if letter.isdigit()] for mail in (one, other)]
    return digits[0] == digits[1] and OSA.distance(one, other, score_cutoff=1) <= 1


def _estates_contradict(row: Facts, record: Facts) -> str:
    row_number, record_number = (
        number_key(row.get("objektnr_extern", "")),
        number_key(record.get("objektnr_extern", "")),
    )
    return "another object number" if row_number and record_number and row_number != record_number else ""


def _person_label(facts: Facts) -> str:
    name = " ".join(facts.get(field, "") for field in ("Vorname", "Name")).strip() or facts.get("Firma", "")
    return ", ".join(part for part in (name, facts.get("Strasse", ""), facts.get("Ort", "")) if part)


def _estate_label(facts: Facts) -> str:
    street = f"{facts.get('strasse', '')} {facts.get('hausnummer', '')}".strip()
    return ", ".join(part for part in (facts.get("objektnr_extern", ""), street, facts.get("ort", "")) if part)


MODULES: Final[dict[str, MatchModule]] = {
    "address": MatchModule(
        resource="address",
        label_fields=("Vorname", "Name", "Firma", "Strasse", "Ort"),
        fields=("Vorname", "Name", "Firma", "Strasse", "Plz", "Ort", "KdNr", "Email", "Telefon1", "uuid"),
        identifiers={
            "KdNr": Rung("customer number", _key_of("KdNr", number_key)),
            "Email": Rung("e-mail", _key_of("Email", mail_key)),
            "Telefon1": Rung("telephone number", _key_of("Telefon1", phone_key)),
            "uuid": Rung("uuid", _key_of("uuid", number_key)),
        },
        # Telephone numbers are written in too many ways to be asked for.
        askable=frozenset({"KdNr", "Email", "uuid"}),
        label=_person_label,
        rungs=(
            Rung("customer number", _key_of("KdNr", number_key)),
            Rung("uuid", _key_of("uuid", number_key)),
            Rung("name, first name, street and city", _address_of("Ort", city_key)),
            Rung("name, first name, street and postcode", _address_of("Plz", fold)),
            Rung("e-mail and name", _mail_and_name),
            Rung("e-mail and company", _mail_and_company),
        ),
        contradiction=_people_contradict,
    ),
    "estate": MatchModule(
        resource="estate",
        label_fields=("objektnr_extern", "strasse", "hausnummer", "ort"),
        fields=("objektnr_extern", "objekttitel", "strasse", "hausnummer", "plz", "ort", "uuid"),
        identifiers={
            "objektnr_extern": Rung("object number", _key_of("objektnr_extern", number_key)),
            "uuid": Rung("uuid", _key_of("uuid", number_key)),
        },
        askable=frozenset({"objektnr_extern", "uuid"}),
        label=_estate_label,
        rungs=(
            Rung("object number", _key_of("objektnr_extern", number_key)),
            Rung("uuid", _key_of("uuid", number_key)),
            Rung("street, house number and city", _place_of_estate("ort", city_key)),
            Rung("street, house number and postcode", _place_of_estate("plz", fold)),
        ),
        contradiction=_estates_contradict,
    ),
}
