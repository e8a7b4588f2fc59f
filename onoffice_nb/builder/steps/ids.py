"""Step 2: the ids of both sides, from a DataFrame's columns or pasted, and at once what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onoffice_nb.builder.ids_selection import Column, IdsOrigin, IdsSelection, Pairing, info_label
from onoffice_nb.builder.notebook_frames import FrameChoices, frame_label
from onoffice_nb.builder.pairs_source import PairsSource
from onoffice_nb.builder.steps.id_inputs import NOTHING, IdInput
from onoffice_nb.builder.widgets import (
    Dropdown,
    Message,
    RadioButtons,
    button,
    error_boundary,
    html,
    row,
    set_options,
    shortened,
    show,
    step_box,
    table,
    with_class,
)
from onoffice_nb.errors import InputError, PairsError
from onoffice_nb.formatting import counted, escape, quote
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import CONFIRMATIONS, RelationInfo, RelationType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["IdsStep"]

_SHOWN_REJECTS: Final = 100
_REJECT_COLUMNS: Final = ["row", "column", "raw", "reason", "suggestion"]
_HOW_ROWS_COUNT: Final = "Rows are counted as in their file, else from 1 below the header."
_MISSING: Final = "Both sides need ids: pick a DataFrame and its two columns, or paste both lists."


class IdsStep:
    """The choice of ids.

    Whatever happens, by click or by code, makes a new selection; it is read
    once, and the page is drawn from it once.

    Args:
        frames: The DataFrames to pick from, by name; None for those of the notebook.
        on_change: Called whenever the pairs may be others.

    Attributes:
        pairs: What the ids make, None as long as something is missing or cannot be read.
        source: Where these pairs come from.
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame] | None, on_change: Callable[[], object]) -> None:
        self.pairs: Pairs | None = None
        self.source: PairsSource | None = None
        self._frames = FrameChoices(frames)
        self._on_change = on_change
        self._selection = IdsSelection(frames=self._frames.available())
        self._is_rendering = False

        self._origin = with_class("source", RadioButtons(description="Ids from", options=list(IdsOrigin)))
        self._frame = with_class("frame", Dropdown(description="DataFrame", options=[("", "")]))
        self._frame_row = row(self._frame, button("refresh", "Refresh the list", self._control_changed))
        self._parent = IdInput("parent", self._control_changed)
        self._child = IdInput("child", self._control_changed)
        swap = button("swap", "⇄ Swap", self._swap_sides)
        self._hint = html("suggestion")
        self._hint_row = row(self._hint, button("use-suggestion", "Use these two", self._take_suggestion))
        self._pairing = with_class("mode", RadioButtons(description="Pairing", options=list(Pairing)))
        self._info = with_class("info", Dropdown(description="Confirmation status", options=[("", NOTHING)]))
        self._message = Message()
        self._counts = html("counts")

        for control in (self._origin, self._frame, self._pairing, self._info):
            control.observe(self._control_changed, "value")
        self.view = step_box(
            *("step-ids", 2, "Ids"),
            *(self._origin, self._frame_row, row(self._parent.view, swap, self._child.view), self._hint_row),
            *(row(self._pairing, self._info), self._message.view, self._counts),
        )
        self._render()

    def expect(self, relation: RelationType | None) -> None:
        """Another relation type was chosen: other modules stand on the sides, and an info may have to go."""
        self._select(replace(self._selected(), relation=relation))

    def use(
        self,
        frame: pd.DataFrame | None,
        parent: Hashable,
        child: Hashable,
        info: RelationInfo | Hashable | None,
        *,
        is_crossed: bool,
    ) -> Pairs:
        """Take these ids, as if they had been picked or pasted.

        Args:
            frame: The frame that holds the columns, None for pasted text.
            parent: The label of the parents' column, or the text.
            child: The label of the children's column, or the text.
            info: One confirmation for all, the label of the column that holds them, or None.
            is_crossed: Every parent with every child, not row by row.

        Returns:
            The pairs that they make.

        Raises:
            InputError: These cannot be chosen on the page; what was chosen before stays.
            PairsError: They make no pairs; what was chosen before stays.
        """
        try:
            selection = self._selection_of(frame, parent, child, info, is_crossed)
            source = selection.source
            if source is None:
                raise PairsError(_MISSING)
            pairs = source.read()
        except InputError:
            # Whoever asked for other ids does not want those to be sent that were checked before.
            self._on_change()
            raise
        self._message.clear()
        self._set(selection.fitted(selection.frames), pairs, source)
        return pairs

    def read(self) -> Pairs:
        """Read the ids as they are now.

        Raises:
            PairsError: They make no pairs, or something is missing.
        """
        self._read(self._selected())
        if self.pairs is None:
            raise PairsError(_MISSING)
        return self.pairs

    @property
    def frame_was_rebound(self) -> bool:
        """Whether the notebook has given the name of the frame that was read to another one."""
        source = self.source
        if source is None or source.frame is None:
            return False
        return self._frames.available().get(source.name) is not source.frame

    # From a selection to pairs

    def _selected(self) -> IdsSelection:
        """What the controls say."""
        info = self._info.value
        return replace(
            self._selection,
            origin=IdsOrigin(self._origin.value),
            frame_name=self._frame.value,
            parent=self._parent.side,
            child=self._child.side,
            pairing=Pairing(self._pairing.value),
            info=None if info == NOTHING else info,
        )

    def _selection_of(
        self, frame: pd.DataFrame | None, parent: Hashable, child: Hashable, info: object, is_crossed: bool
    ) -> IdsSelection:
        """What is to be chosen so that the page does the same as this call."""
        frame_name = NOTHING if frame is None else self._frames.name_of(frame)
        before = replace(
            self._selection,
            frames=self._frames.available(),
            pairing=Pairing.CROSS if is_crossed else Pairing.ROWS,
            info=_chosen_info(info, self._selection.relation, has_rows=frame is not None and not is_crossed),
            dropped_info=None,
        )
        if frame is not None:
            return replace(
                before,
                origin=IdsOrigin.FRAME,
                frame_name=frame_name,
                parent=replace(before.parent, column=Column(parent)),
                child=replace(before.child, column=Column(child)),
            )

        if not isinstance(parent, str) or not isinstance(child, str):
            raise PairsError(
                f"Expected two texts, as pasted, got {type(parent).__name__} and {type(child).__name__}:"
                " put them into a DataFrame and give it as well, or call oo.read_pairs(…)."
            )
        return replace(
            before,
            origin=IdsOrigin.PASTED,
            parent=replace(before.parent, text=parent),
            child=replace(before.child, text=child),
        )

    def _select(self, selection: IdsSelection) -> None:
        """After any change by hand: read if nothing is missing, and say what cannot be read."""
        with error_boundary(self._message):
            self._read(selection)

    def _read(self, selection: IdsSelection) -> None:
        """Make this the selection, with the pairs that it makes, if nothing is missing; raises PairsError."""
        selection = selection.fitted(self._frames.available())
        source = selection.source
        try:
            pairs = None if source is None else source.read()
        except PairsError:
            self._set(selection, None, None)
            raise
        self._set(selection, pairs, source)

    def _set(self, selection: IdsSelection, pairs: Pairs | None, source: PairsSource | None) -> None:
        self._selection, self.pairs, self.source = selection, pairs, source
        self._render()
        self._on_change()

    # What is clicked

    def _control_changed(self, _: object = None) -> None:
        if not self._is_rendering:
            self._select(self._selected())

    def _swap_sides(self) -> None:
        selection = self._selected()
        self._select(replace(selection, parent=selection.child, child=selection.parent))

    def _take_suggestion(self) -> None:
        selection = self._selected()
        if selection.suggestion is not None:
            parent, child = selection.suggestion
            self._select(
                replace(
                    selection,
                    parent=replace(selection.parent, column=parent),
                    child=replace(selection.child, column=child),
                )
            )

    # What is shown

    def _render(self) -> None:
        """Let the page show the selection, and only what fits it."""
        self._is_rendering = True
        try:
            self._render_choices(self._selection)
            self._render_suggestion(self._selection)
            self._render_infos(self._selection)
            self._counts.value = self._counts_html()
        finally:
            self._is_rendering = False

    def _render_choices(self, selection: IdsSelection) -> None:
        is_pasted = selection.origin is IdsOrigin.PASTED
        self._origin.value = selection.origin
        self._pairing.value = selection.pairing

        names = [(frame_label(name, frame), name) for name, frame in selection.frames.items()]
        hint = "choose a DataFrame …" if names else "none here yet"
        set_options(self._frame, [(hint, NOTHING), *names], selection.frame_name)
        show(self._frame_row, not is_pasted)

        relation = selection.relation
        parent_module, child_module = (relation.parent, relation.child) if relation else ("", "")
        self._parent.render(selection.parent, selection.columns, parent_module, is_pasted=is_pasted)
        self._child.render(selection.child, selection.columns, child_module, is_pasted=is_pasted)

    def _render_suggestion(self, selection: IdsSelection) -> None:
        suggestion = selection.suggestion
        if suggestion is not None:
            parent, child = (escape(quote(str(column.label))) for column in suggestion)
            self._hint.value = f'<p class="oo-hint">A suggestion, not chosen yet: parent {parent}, child {child}.</p>'
        show(self._hint_row, suggestion is not None)

    def _render_infos(self, selection: IdsSelection) -> None:
        dropped = selection.dropped_info
        nothing = "none is sent" if dropped is None else f"none is sent (no longer {info_label(dropped)})"
        infos = [(info_label(info), info) for info in selection.infos]
        set_options(self._info, [(nothing, NOTHING), *infos], NOTHING if selection.info is None else selection.info)
        show(self._info, bool(infos))

    def _counts_html(self) -> str:
        pairs = self.pairs
        if pairs is None:
            return f'<p class="oo-hint">{escape(_MISSING)}</p>' if self._selection.source is None else ""

        counts = f'<p class="oo-figures" role="status">{escape(repr(pairs))}</p>'
        return counts + _notes_html(pairs) + _rejects_html(pairs)


def _chosen_info(info: object, relation: RelationType | None, *, has_rows: bool) -> RelationInfo | Column | None:
    """An info as it can be chosen on the page; raises InputError for any other."""
    if info is None:
        return None

    if relation is None or not relation.takes_info:
        reason = f"{relation.suffix} takes none" if relation else "no relation type is chosen yet"
        raise InputError(
            f"Expected no info, as {reason}, got {info!r}: choose calendar:address first, the only type that takes"
            " one, or leave info out."
        )
    if isinstance(info, RelationInfo):
        if info.feedback or not info.confirmation:
            raise InputError(
                f"Expected a confirmation alone, as nothing else can be sent with a new link, got {info!r}:"
                f" give oo.RelationInfo({' | '.join(map(repr, CONFIRMATIONS))})."
            )
        return info
    if not has_rows:
        raise InputError(
            f"Expected one oo.RelationInfo for all, got {info!r}: only a frame that is read row by row has a column"
            " of statuses."
        )
    if not isinstance(info, Hashable):
        raise InputError(f"Expected the label of a column as info, got {type(info).__name__}: give its name.")
    return Column(info)


def _notes_html(pairs: Pairs) -> str:
    if not pairs.notes:
        return ""
    notes = "".join(f"<li>{escape(note)}</li>" for note in pairs.notes)
    return f"<details><summary>{counted(len(pairs.notes), 'note')}</summary><ul>{notes}</ul></details>"


def _rejects_html(pairs: Pairs) -> str:
    rejects = pairs.rejects[_REJECT_COLUMNS]
    if not len(rejects):
        return ""

    rejects_table = table(
        "Rejects",
        _REJECT_COLUMNS,
        rejects.head(_SHOWN_REJECTS).itertuples(index=False),
        numeric=[0],
        more=shortened(len(rejects), _SHOWN_REJECTS, "reject", "builder.pairs.rejects"),
    )
    return f'<div class="oo-rejects">{rejects_table}<p class="oo-hint">{_HOW_ROWS_COUNT}</p></div>'
