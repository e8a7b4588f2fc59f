"""What is chosen in step 2: whatever is taken away meanwhile, what is left fits together."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.builder.ids_selection import Column, IdsOrigin, IdsSelection, Pairing, Side
from onoffice_nb.catalogue import relation
from onoffice_nb.model import CONFIRMATIONS, RelationInfo

# Labels that are easily mixed up, with each other or with no label at all.
LABELS: Final = ["a", "b", "1", 1, None, ""]
FRAMES: Final = {
    "all": pd.DataFrame([range(len(LABELS))], columns=pd.Index(LABELS, dtype=object)),
    "some": pd.DataFrame([[1, 2]], columns=pd.Index(["b", None], dtype=object)),
    "none": pd.DataFrame(),
}

labels = st.sampled_from(LABELS)
columns = st.builds(Column, labels)
sides = st.builds(Side, st.none() | columns, st.sampled_from(["", " ", "1001"]))
infos = st.none() | st.sampled_from(CONFIRMATIONS).map(RelationInfo) | columns
frames = st.lists(st.sampled_from(sorted(FRAMES)), unique=True).map(
    lambda names: {name: FRAMES[name] for name in names}
)
selections = st.builds(
    IdsSelection,
    relation=st.sampled_from([None, relation("buyer"), relation("calendar:address")]),
    origin=st.sampled_from(IdsOrigin),
    frames=frames,
    frame_name=st.sampled_from(["", *FRAMES]),
    parent=sides,
    child=sides,
    pairing=st.sampled_from(Pairing),
    info=infos,
    dropped_info=infos,
)


def state(selection: IdsSelection) -> tuple[object, ...]:
    """All but the frames, which have no equality of their own."""
    return (
        selection.frame_name,
        selection.parent,
        selection.child,
        selection.origin,
        selection.pairing,
        selection.info,
        selection.dropped_info,
    )


@given(selection=selections, available=frames)
def test_what_is_left_fits(selection: IdsSelection, available: dict[str, pd.DataFrame]) -> None:
    fitted = selection.fitted(available)
    assert fitted.frame_name == "" or fitted.frame is available[fitted.frame_name]
    for side in (fitted.parent, fitted.child):
        assert side.column is None or side.column in fitted.columns
    assert fitted.info is None or fitted.info in fitted.infos


@given(selection=selections, available=frames)
def test_what_fits_stays(selection: IdsSelection, available: dict[str, pd.DataFrame]) -> None:
    fitted = selection.fitted(available)
    assert state(fitted.fitted(available)) == state(fitted)
    assert (fitted.parent.text, fitted.child.text) == (selection.parent.text, selection.child.text)
    if selection.frame_name in available:
        assert fitted.frame_name == selection.frame_name
        for before, after in ((selection.parent, fitted.parent), (selection.child, fitted.child)):
            assert after.column == (before.column if before.column in fitted.columns else None)


@given(selection=selections, available=frames)
def test_an_info_is_sent_or_named_as_dropped(selection: IdsSelection, available: dict[str, pd.DataFrame]) -> None:
    fitted = selection.fitted(available)
    if selection.info is None:
        assert (fitted.info, fitted.dropped_info) == (None, selection.dropped_info)
    else:
        assert (fitted.info, fitted.dropped_info) in [(selection.info, None), (None, selection.info)]


@given(selection=selections, available=frames)
def test_a_source_is_what_was_chosen(selection: IdsSelection, available: dict[str, pd.DataFrame]) -> None:
    fitted = selection.fitted(available)
    source = fitted.source
    if source is None:
        return
    assert source.is_crossed == (fitted.pairing is Pairing.CROSS)
    if fitted.origin is IdsOrigin.PASTED:
        assert (source.frame, source.parent, source.child) == (None, fitted.parent.text, fitted.child.text)
    else:
        assert source.frame is fitted.frame
        assert (Column(source.parent), Column(source.child)) == (fitted.parent.column, fitted.child.column)


def test_nothing_is_suggested_over_a_choice() -> None:
    export = pd.DataFrame({"Immobilie": ["1001"], "Adresse": ["5001"]})
    selection = IdsSelection(relation("buyer"), frames={"export": export}, frame_name="export")
    assert selection.suggestion == (Column("Immobilie"), Column("Adresse"))
    chosen = replace(selection, child=Side(Column("Adresse")))
    assert chosen.suggestion is None
    assert replace(selection, origin=IdsOrigin.PASTED).suggestion is None
