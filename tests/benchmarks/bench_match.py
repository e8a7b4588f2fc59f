"""50,000 rows matched with 5,000 records: seconds, and the ratio to one pass that only makes the rows' keys."""

from __future__ import annotations

import random
import time

from onoffice_nb.matching import keys
from onoffice_nb.matching.ladder import match_module
from onoffice_nb.matching.matcher import Question, compare
from tests.matching.people import clean_person, dirty_person, people_in_the_crm

RECORDS, ROWS = 5_000, 50_000


def main() -> None:
    """Print a table."""
    choose = random.Random(1)
    people = people_in_the_crm(choose, RECORDS)
    rules = match_module("address")
    print("| rows | records | written | matching s | one pass of keys s | matching / keys | candidates s |")
    print("|---|---|---|---|---|---|---|")
    for name, write in (("cleanly", clean_person), ("with slips", dirty_person)):
        numbers = [choose.choice(list(people)) for _ in range(ROWS)]
        rows = [write(choose, number, people[number]).row for number in numbers]

        _forget()
        began = time.perf_counter()
        for row in rows:
            for rung in rules.rungs:
                rung.key(row)
        keyed = time.perf_counter() - began

        _forget()
        began = time.perf_counter()
        matches = compare(rules, rules.rungs, Question.of_rows(rows), list(people), list(people.values()))
        matched = time.perf_counter() - began

        began = time.perf_counter()
        len(matches.candidates)
        likely = time.perf_counter() - began
        figures = f"{matched:.2f} | {keyed:.2f} | {matched / keyed:.1f} | {likely:.1f}"
        print(f"| {ROWS:,} | {RECORDS:,} | {name} | {figures} |")


def _forget() -> None:
    """Normal forms are remembered; each measurement starts without them."""
    for function in (keys.fold, keys.name_tokens, keys.street_key, keys.city_key, keys.mail_key, keys.phone_key):
        function.cache_clear()


if __name__ == "__main__":
    main()
