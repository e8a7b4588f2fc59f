"""Files that declare links: taken as a whole or not at all, and the CRM is brought there once."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onoffice_nb as oo

BUYERS = '[[links]]\nrelation = "buyer"\npairs = [[1001, 5001], [1002, 5002]]\n'
OWNERS = '[[links]]\nrelation = "owner"\nfile = "owners.csv"\nparent = "Immobilie"\nchild = "Adresse"\n'


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def pairs_of(declared: oo.DesiredLinks) -> set[tuple[int, int]]:
    return set(zip(declared.pairs.parents.tolist(), declared.pairs.children.tolist(), strict=True))


def test_pairs_and_a_table_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is found from the folder of the file, wherever the command is run."""
    written(tmp_path, "owners.csv", "Immobilie;Adresse\n1003;5003\n")
    monkeypatch.chdir("/")
    buyers, owners = oo.read_desired_state(written(tmp_path, "links.toml", BUYERS + OWNERS))
    assert (buyers.relation.suffix, pairs_of(buyers)) == ("estate:address:buyer", {(1001, 5001), (1002, 5002)})
    assert (owners.relation.suffix, pairs_of(owners)) == ("estate:address:owner", {(1003, 5003)})


def test_a_table_alone(tmp_path: Path) -> None:
    rows = [("relation", "parent", "child"), ("buyer", 1001, 5001), ("owner", 1001, 5002), ("buyer", 1002, 5001)]
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    book.save(tmp_path / "links.xlsx")
    text = "\n".join(";".join(map(str, row)) for row in rows)
    for file in (tmp_path / "links.xlsx", written(tmp_path, "links.csv", text)):
        buyers, owners = oo.read_desired_state(file)
        assert pairs_of(buyers) == {(1001, 5001), (1002, 5001)}
        assert pairs_of(owners) == {(1001, 5002)}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ["nothing is declared", "[[links]]"]),
        ("links = 3", ["[[links]]"]),
        ("[[link]]\nrelation = 'buyer'", ["'link'"]),
        ("[[links]", ["cannot be read", "line 1"]),
        ("[[links]]\nrelation = 'buyer'", ["entry 1", "pairs = [[parent, child], …]"]),
        ("[[links]]\nrelation = 'nonsense'\npairs = [[1, 2]]", ["entry 1", "nonsense"]),
        ("[[links]]\nrelation = 'buyer'\npairs = [[1, 2, 3]]", ["entry 1", "[[1, 2, 3]]"]),
        ("[[links]]\nrelation = 'buyer'\npairs = [[1001, 5001]]\nreplace = true", ["entry 1", "'replace'"]),
        (BUYERS + BUYERS, ["entry 2", "declared before"]),
        (BUYERS + OWNERS, ["entry 2", "owners.csv"]),
    ],
)
def test_what_cannot_be_used_is_named(text: str, named: list[str], tmp_path: Path) -> None:
    with pytest.raises(oo.InputError) as refused:
        oo.read_desired_state(written(tmp_path, "links.toml", text))
    assert all(words in str(refused.value) for words in [*named, "links.toml"]), refused.value


def test_all_problems_at_once_and_no_row_is_passed_over(tmp_path: Path) -> None:
    """A row that is no pair could be a link that pruning would then remove."""
    written(tmp_path, "owners.csv", "Immobilie;Adresse\n1003;5003\n1.004;5004\n1005;#NV\n")
    unknown = '[[links]]\nrelation = "nonsense"\npairs = [[1, 2]]\n'
    with pytest.raises(oo.InputError) as refused:
        oo.read_desired_state(written(tmp_path, "links.toml", unknown + OWNERS))
    said = str(refused.value)
    assert all(words in said for words in ("entry 1", "nonsense", "entry 2: row 3, '1.004'", "entry 2: row 4, '#NV'"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("relation;parent\nbuyer;1001\n", "child"),
        ("relation;parent;child\n;1001;5001\n", "row 2"),
        ("relation;parent;child\nbuyer;1001;5001\nbuyer;x;5001\n", "row 3, 'x'"),
        ("relation;parent;child\nbuyer;1001;5001\nKäufer;1002;5001\n", "declared before"),
    ],
)
def test_a_table_that_cannot_be_used(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(oo.InputError, match=named):
        oo.read_desired_state(written(tmp_path, "links.csv", text))


Links = st.sets(st.tuples(st.integers(1001, 1006), st.integers(5001, 5006)), min_size=1, max_size=12)


@given(declared=Links, there=Links, prune=st.booleans())
def test_once_brings_it_there_and_twice_does_nothing(
    declared: set[tuple[int, int]], there: set[tuple[int, int]], prune: bool
) -> None:
    box = oo.Sandbox()
    box.unlink("owner", box.links("owner"))
    box.link("owner", there)
    parents, children = zip(*sorted(declared), strict=True)
    desired = [oo.DesiredLinks(oo.relation("owner"), oo.read_pairs(parent=list(parents), child=list(children)))]

    with box.client() as crm:
        (needed,) = oo.plan_desired_state(crm, desired, prune=prune, preflight=False)
        oo.submit(crm, needed, progress=False)
        others = {(parent, child) for parent, child in there if not prune or parent not in parents}
        assert box.links("owner") == declared | others
        (again,) = oo.plan_desired_state(crm, desired, prune=prune, preflight=False)
        assert len(again.pending) == 0
