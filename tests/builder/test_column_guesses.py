"""What a column holds, guessed from names and contents: only where nothing else comes into question."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from onoffice_nb.builder.column_guesses import (
    Guess,
    Holds,
    guess_fields,
    guess_holding,
    guess_sides,
    holdings,
    status_columns,
)
from onoffice_nb.catalogue import all_relations, relation

BUYER = relation("buyer")
IDS = ["1001", "1002", "1003"]
NUMBERS = ["A-1001", "A-1002", "B 7"]
MAILS = ["anna@mail.example", "b@mail.example", ""]
UUIDS = ["6e1a5d1e-29c5-4a0c-8c7e-3a1d2f4b5c6d"] * 3


def sides(**columns: Any) -> tuple[Guess | None, Guess | None]:
    return guess_sides(pd.DataFrame(columns), BUYER)


@pytest.mark.parametrize(
    ("estate", "address"),
    [
        ("Datensatznr. Immobilie", "Datensatznr. Adresse"),
        ("ImmobilienID", "AdressID"),
        ("Immobilien-ID", "Kontakt ID"),
        ("Objekt", "Kontakt"),
        ("estate_id", "address_id"),
        ("Property", "Contact"),
        ("IMMOBILIE", "ADRESSE"),
    ],
)
def test_record_ids_are_known_by_the_names_of_their_columns(estate: str, address: str) -> None:
    frame = pd.DataFrame({"Notiz": ["", "x", ""], estate: IDS, address: IDS})
    assert guess_sides(frame, BUYER) == (
        Guess(Holds.RECORD_ID, {"": estate}),
        Guess(Holds.RECORD_ID, {"": address}),
    )


@pytest.mark.parametrize(
    ("name", "cells", "holds", "field"),
    [
        ("KdNr", ["KD-1", "KD-2", "77"], Holds.CUSTOMER_NUMBER, "KdNr"),
        ("Kundennummer", IDS, Holds.CUSTOMER_NUMBER, "KdNr"),
        ("Kunden-Nr.", IDS, Holds.CUSTOMER_NUMBER, "KdNr"),
        ("customer number", IDS, Holds.CUSTOMER_NUMBER, "KdNr"),
        ("E-Mail", MAILS, Holds.EMAIL, "Email"),
        ("Mailadresse", MAILS, Holds.EMAIL, "Email"),
        ("Kontaktdaten", MAILS, Holds.EMAIL, "Email"),
        ("UUID Kontakt", UUIDS, Holds.UUID, "uuid"),
        ("Telefon", ["0241 479100", "+49 241 47910", "(0241) 4791"], Holds.PHONE, "Telefon1"),
        ("phone number", ["0241 479100", "+49 241 47910", ""], Holds.PHONE, "Telefon1"),
    ],
)
def test_numbers_and_mails_of_people(name: str, cells: list[str], holds: Holds, field: str) -> None:
    assert guess_sides(pd.DataFrame({name: cells}), BUYER)[1] == Guess(holds, {field: name})


@pytest.mark.parametrize(
    "name",
    ["Objekt-Nr (extern)", "ObjektNr", "Objektnummer", "Immobilien-Nr.", "object number", "Property No.", "Exposé-Nr."],
)
def test_object_numbers(name: str) -> None:
    assert sides(**{name: NUMBERS})[0] == Guess(Holds.OBJECT_NUMBER, {"objektnr_extern": name})
    # Digits alone are an object number still, where the name says so.
    assert sides(**{name: IDS})[0] == Guess(Holds.OBJECT_NUMBER, {"objektnr_extern": name})


@pytest.mark.parametrize("name", ["Käufer", "Käufer-ID", "Kunde", "Buyer", "buyer_id"])
def test_people_go_by_what_they_are_in_this_relation(name: str) -> None:
    columns = {"Immobilie": IDS, "Makler": IDS, name: IDS}
    assert sides(**columns)[1] == Guess(Holds.RECORD_ID, {"": name})
    assert sides(**columns, Adresse=IDS)[1] == Guess(Holds.RECORD_ID, {"": "Adresse"})


def test_record_ids_come_before_what_has_to_be_looked_up() -> None:
    estate, address = sides(**{"Objekt-Nr": NUMBERS, "Immobilie": IDS, "Adresse": IDS, "E-Mail": MAILS})
    assert (estate, address) == (Guess(Holds.RECORD_ID, {"": "Immobilie"}), Guess(Holds.RECORD_ID, {"": "Adresse"}))


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (["Vorname", "Name", "Ort"], {"Vorname": "Vorname", "Name": "Name", "Ort": "Ort"}),
        (["First Name", "Last name", "City"], {"Vorname": "First Name", "Name": "Last name", "Ort": "City"}),
        (["Käufer", "Straße", "PLZ"], {"full name": "Käufer", "Strasse": "Straße", "Plz": "PLZ"}),
        (["Name", "E-Mail"], {"full name": "Name", "Email": "E-Mail"}),
        (["Nachname", "Ort"], {}),
        (["Vorname", "Vornamen", "Name"], {}),
    ],
)
def test_names_of_people(columns: list[str], fields: dict[str, str]) -> None:
    frame = pd.DataFrame({name: ["x", "y", "z"] for name in columns})
    assert guess_fields(frame, "address") == fields


def test_streets_name_estates_unless_people_live_there() -> None:
    place = {"Straße": ["Allee", "Gasse"], "Hausnummer": ["5", "7"], "Ort": ["Bonn", "Köln"]}
    assert sides(**place)[0] == Guess(Holds.NAME, {"strasse": "Straße", "hausnummer": "Hausnummer", "ort": "Ort"})
    assert sides(**place, Vorname=["A", "B"], Nachname=["C", "D"])[0] is None


@pytest.mark.parametrize(
    "columns",
    [
        {"A": IDS, "B": IDS},
        {"Immobilie alt": IDS, "Immobilie neu": IDS},
        {"E-Mail Käufer": MAILS, "E-Mail Makler": MAILS},
        {"Makler": IDS, "Eigentümer": IDS},
        {"Käufer": IDS, "Kunde": IDS},
        {"Immobilie Adresse": IDS},
        {"Immobilie": ["A", "B", "C"], "Adresse": ["", "", ""]},
        {},
    ],
)
def test_in_doubt_nothing_is_guessed(columns: dict[str, Any]) -> None:
    assert sides(**columns) == (None, None)


def test_one_column_is_never_guessed_for_both_sides() -> None:
    assert sides(UUID=UUIDS) == (None, None)
    assert guess_sides(pd.DataFrame({"Immobilie": IDS}), relation("estate:estateUnit")) == (None, None)


def test_empty_and_odd_columns_do_no_harm() -> None:
    frame = pd.DataFrame([[None, 1.5, b"x"]], columns=pd.Index([None, 7, pd.Timestamp(0)], dtype=object))
    for kind in all_relations():
        assert guess_sides(frame, kind) == (None, None)
        assert guess_sides(frame.head(0), kind) == (None, None)


def test_what_a_column_holds_that_the_user_named() -> None:
    frame = pd.DataFrame({"Objekt-Nr": NUMBERS, "Immobilie": IDS, "Kontakt": MAILS, "ID": UUIDS})
    assert guess_holding(frame, "Objekt-Nr", "estate") is Holds.OBJECT_NUMBER
    assert guess_holding(frame, "Immobilie", "estate") is Holds.RECORD_ID
    assert guess_holding(frame, "Kontakt", "address") is Holds.EMAIL
    # Object numbers name no address.
    assert guess_holding(frame, "Objekt-Nr", "address") is Holds.RECORD_ID
    assert guess_holding(frame, "gone", "address") is Holds.RECORD_ID


@pytest.mark.parametrize(
    ("name", "cells", "is_status"),
    [
        ("bestaetigung", ["ja", "nein"], True),
        ("Status", ["x", "y"], True),
        ("Rückmeldung", ["", ""], True),
        ("Spalte 5", ["gesendet", "bestätigt"], True),
        ("Spalte 5", ["Gesendet", ""], True),
        ("Termin", ["2909", "671"], False),
        ("Status-ID", ["1", "2"], False),
        ("Notiz", ["er hat gesendet", ""], False),
    ],
)
def test_a_status_column_is_noticed(name: str, cells: list[str], is_status: bool) -> None:
    assert (status_columns(pd.DataFrame({"Termin": ["1", "2"], name: cells})) == [name]) is is_status


def test_modules_without_numbers_or_names_have_record_ids_alone() -> None:
    assert holdings("calendar") == holdings("") == (Holds.RECORD_ID,)
    assert Holds.OBJECT_NUMBER not in holdings("address")
