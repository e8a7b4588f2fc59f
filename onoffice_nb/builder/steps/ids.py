"""Step 2: the ids of both sides, from a DataFrame's columns or pasted, and at once what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from itertools import count as naturals
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.builder.notebook_frames import described, frames_here, name_here, suggestion, validated_frames
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
from onoffice_nb.formatting import counted, escape, printable, quote
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import CONFIRMATIONS, RelationInfo, RelationType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["IdsStep"]

_FRAME: Final = "a DataFrame of the notebook"
_PASTED: Final = "pasted text"
_ROWS: Final = "row by row"
_CROSS: Final = "every × every"
_SHOWN: Final = 100
_ROWS_COUNT: Final = "Row 1 is the first one below the header."
_MISSING: Final = "Both sides need ids: pick a DataFrame and its two columns, or paste both lists."


class IdsStep:
    """The choice of ids: `pairs` is what they make, None as long as something is missing; `reading` tells how.

    `changed` is called whenever they may be others.
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame] | None, changed: Callable[[], object]) -> None:
        self.pairs: Pairs | None = None
        self.reading: PairsSource | None = None
        self._relation: RelationType | None = None
        self._given = None if frames is None else validated_frames(frames)
        self._nameless: dict[str, pd.DataFrame] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._changed = changed
        self._quiet = False
        self._suggested: tuple[Hashable, Hashable] | None = None
        # The columns that are offered as statuses, and in words the status that was chosen but does not fit any more.
        self._info_labels: list[Hashable] = []
        self._dropped = ""

        self._source = with_class("source", RadioButtons(description="Ids from", options=[_FRAME, _PASTED]))
        self._frame = with_class("frame", Dropdown(description="DataFrame", options=[("", "")]))
        self._frame_row = row(self._frame, button("refresh", "Refresh the list", self._refresh))
        self._parent, self._child = IdInput("parent"), IdInput("child")
        self._swap = button("swap", "⇄ Swap", self._swap_sides)
        self._hint = html("suggestion")
        self._hint_row = row(self._hint, button("use-suggestion", "Use these two", self._take_suggestion))
        self._mode = with_class("mode", RadioButtons(description="Pairing", options=[_ROWS, _CROSS]))
        self._info = with_class(
            "info", Dropdown(description="Confirmation status (relationinfo)", options=[("", NOTHING)])
        )
        self._message = Message()
        self._counts = html("counts")
        self.view = step_box(
            *("step-ids", 2, "Ids"),
            *(self._source, self._frame_row, row(self._parent.view, self._swap, self._child.view), self._hint_row),
            *(row(self._mode, self._info), self._message.view, self._counts),
        )
        self._sync_controls()
        self._show()
        for control in (self._source, self._frame, self._mode, self._info):
            control.observe(lambda _: self._refresh(), "value")
        for side in (self._parent, self._child):
            side.column.observe(lambda _: self._refresh(), "value")
            side.text.observe(lambda _: self._refresh(), "value")

    def expect(self, relation: RelationType | None) -> None:
        """Another relation was chosen: other modules stand on the sides, and an info may have to go."""
        self._relation = relation
        self._refresh()

    def use(self, frame: pd.DataFrame | None, parent: Any, child: Any, info: Any, *, crossed: bool) -> Pairs:
        """Take these ids, as if they had been picked or pasted; raises InputError where that cannot be."""
        if info is not None and not (self._relation and self._relation.takes_info):
            raise InputError("Only calendar:address takes a relationinfo: choose it first, or leave info out.")
        if info is not None and not isinstance(info, RelationInfo) and (crossed or frame is None):
            raise InputError("A column of infos stands in a frame, row by row. Here, give one oo.RelationInfo for all.")
        if frame is None and not (isinstance(parent, str) and isinstance(child, str)):
            raise PairsError("Without a frame the builder takes text, as pasted. Lists go into oo.read_pairs(…).")
        name = "" if frame is None else self._named(frame)
        PairsSource(parent, child, frame, name, crossed, info).read()
        self._sync_controls()
        with self._without_events():
            self._source.value = _PASTED if frame is None else _FRAME
            self._mode.value = _CROSS if crossed else _ROWS
            self._frame.value = name
            self._sync_controls()
            for side, ids in ((self._parent, parent), (self._child, child)):
                if frame is None:
                    side.text.value = ids
                else:
                    side.pick(ids)
            if frame is not None and info is not None and not isinstance(info, RelationInfo):
                info = list(frame.columns).index(info)
            self._info.value = NOTHING if info is None else info
            self._dropped = ""
            self._sync_controls()
        return self.read()

    def read(self) -> Pairs:
        """Read the ids as they are now; raises PairsError, also as long as something is missing."""
        self.pairs = self.reading = None
        try:
            self._sync_controls()
            reading = self._chosen()
            if reading is None:
                raise PairsError(_MISSING)
            self.pairs, self.reading = reading.read(), reading
            return self.pairs
        finally:
            self._show()

    @property
    def frame_was_rebound(self) -> bool:
        """Whether the notebook has given the name of the frame that was read to another one."""
        read = self.reading
        return read is not None and read.frame is not None and self._available().get(read.name) is not read.frame

    def _named(self, frame: pd.DataFrame) -> str:
        """What the frame is called in the notebook, or a name that means nothing else there."""
        here = self._available()
        known = next((name for name, each in here.items() if each is frame), None)
        if known is not None:
            return known
        first = name_here(frame) or "frame"
        name = next(each for each in chain([first], (f"{first}_{n}" for n in naturals(2))) if each not in here)
        self._nameless |= validated_frames({name: frame})
        return name

    def _available(self) -> dict[str, pd.DataFrame]:
        return {**(frames_here() if self._given is None else self._given), **self._nameless}

    def _sync_controls(self) -> None:
        """Offer what is there now and fits the choices made so far, and only that."""
        with self._without_events():
            self._frames = self._available()
            listed = [(described(name, frame), name) for name, frame in self._frames.items()]
            set_options(self._frame, [("choose a DataFrame …" if listed else "none here yet", ""), *listed])
            self._offer_for(self._frames.get(self._frame.value), self._relation)

    def _offer_for(self, frame: pd.DataFrame | None, kind: RelationType | None) -> None:
        pasted = self._source.value == _PASTED
        show(self._frame_row, not pasted)
        for side, module in ((self._parent, kind and kind.parent), (self._child, kind and kind.child)):
            side.offer(frame)
            side.arrange(module or "", pasted=pasted)
        self._suggest(None if pasted else frame)
        infos: list[tuple[str, Any]] = [("none is sent", NOTHING)]
        if kind is not None and kind.takes_info:
            infos += [(f"{each} for all", RelationInfo(each)) for each in CONFIRMATIONS]
        by_row = frame is not None and not pasted and self._mode.value == _ROWS
        labels: list[Hashable] = list(frame.columns) if by_row and frame is not None and len(infos) > 1 else []
        infos += [(f"from column {printable(label)}", at) for at, label in enumerate(labels)]
        self._offer_infos(infos, labels)
        show(self._info, len(infos) > 1)

    def _offer_infos(self, infos: list[tuple[str, Any]], labels: list[Hashable]) -> None:
        """Offer them; the chosen column stays chosen by its label, and a choice that does not fit any more is named."""
        chosen, text = self._info.value, self._info.label
        if chosen != NOTHING and not isinstance(chosen, RelationInfo):
            label = self._info_labels[chosen]
            chosen = labels.index(label) if label in labels else None
        fits = any(value == chosen for _, value in infos)
        if chosen != NOTHING:
            self._dropped = "" if fits else text
        if self._dropped and len(infos) > 1:
            infos[0] = (f"none is sent (no longer {self._dropped})", NOTHING)
        self._info_labels = labels
        set_options(self._info, infos)
        self._info.value = chosen if fits else NOTHING

    def _suggest(self, frame: pd.DataFrame | None) -> None:
        none_picked = self._parent.label is None and self._child.label is None
        wanted = frame is not None and self._relation is not None and none_picked
        self._suggested = suggestion(frame, self._relation) if wanted and frame is not None and self._relation else None
        if self._suggested is not None:
            parent, child = (escape(quote(str(label))) for label in self._suggested)
            self._hint.value = f'<p class="oo-hint">A suggestion, not chosen yet: parent {parent}, child {child}.</p>'
        show(self._hint_row, self._suggested is not None)

    def _take_suggestion(self) -> None:
        if self._suggested is not None:
            with self._without_events():
                self._parent.pick(self._suggested[0])
                self._child.pick(self._suggested[1])
            self._refresh()

    def _swap_sides(self) -> None:
        with self._without_events():
            one, other = self._parent, self._child
            one.column.value, other.column.value = other.column.value, one.column.value
            one.text.value, other.text.value = other.text.value, one.text.value
        self._refresh()

    def _refresh(self) -> None:
        """After any change: read if nothing is missing, tell what cannot be read."""
        if self._quiet:
            return
        with error_boundary(self._message):
            try:
                self._sync_controls()
                if self._chosen() is not None:
                    self.read()
                else:
                    self.pairs = self.reading = None
                    self._show()
            finally:
                self._changed()

    def _chosen(self) -> PairsSource | None:
        crossed, info = self._mode.value == _CROSS, self._info.value
        given = info if isinstance(info, RelationInfo) else None
        if self._source.value == _PASTED:
            texts = self._parent.text.value, self._child.text.value
            return PairsSource(*texts, crossed=crossed, info=given) if all(map(str.strip, texts)) else None
        frame = self._frames.get(self._frame.value)
        parent, child = self._parent.label, self._child.label
        if frame is None or parent is None or child is None:
            return None
        column = None if isinstance(info, RelationInfo) or info == NOTHING else frame.columns[info]
        return PairsSource(parent, child, frame, self._frame.value, crossed, given or column)

    def _show(self) -> None:
        pairs = self.pairs
        if pairs is None:
            self._counts.value = f'<p class="oo-hint">{escape(_MISSING)}</p>' if self._chosen() is None else ""
            return
        notes = "".join(f"<li>{escape(note)}</li>" for note in pairs.notes)
        told = f"<details><summary>{counted(len(pairs.notes), 'note')}</summary><ul>{notes}</ul></details>"
        rejects = pairs.rejects[["row", "column", "raw", "reason", "suggestion"]]
        listed = table(
            "Rejects",
            list(rejects.columns),
            rejects.head(_SHOWN).itertuples(index=False),
            numeric=[0],
            more=shortened(len(rejects), _SHOWN, "reject", "builder.pairs.rejects"),
        )
        self._counts.value = "".join(
            [
                f'<p class="oo-figures" role="status">{escape(repr(pairs))}</p>',
                told if notes else "",
                f'<div class="oo-rejects">{listed}<p class="oo-hint">{_ROWS_COUNT}</p></div>' if len(rejects) else "",
            ]
        )

    @contextmanager
    def _without_events(self) -> Iterator[None]:
        """Set controls without being asked what has changed."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before
