"""What the steps are made of: controls with a label and a stable class, messages, tables.

None has a colour or a width of its own: looks stand in `builder.css`, and what
happens in the browser itself in `page.js`. What becomes HTML is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final

from anywidget import AnyWidget

# ipywidgets has no type information; this is the only module that imports it.
from ipywidgets import (  # type: ignore[import-untyped]
    HTML,
    BoundedIntText,
    Box,
    Button,
    Checkbox,
    Dropdown,
    RadioButtons,
    Select,
    Text,
    Textarea,
    VBox,
)

from onoffice_nb.errors import OnOfficeError
from onoffice_nb.formatting import counted, escape, html_table

__all__ = [
    "BoundedIntText",
    "Checkbox",
    "Dropdown",
    "Message",
    "PageScript",
    "RadioButtons",
    "Select",
    "Text",
    "Textarea",
    "VBox",
    "button",
    "error_boundary",
    "heard_beside_cells",
    "html",
    "lines",
    "row",
    "set_options",
    "shortened",
    "show",
    "step_box",
    "style_sheet",
    "table",
    "ui_wording",
    "with_class",
]

# Messages speak to people who write Python; here they name what is clicked.
_UI_WORDING: Final = {
    "use oo.cross(…)": "choose “every × every”",
    "oo.retry(crm, report)": "“Retry what is missing”",
    "Read the pairs again": "Check again",
    "plan pairs.swapped()": "swap the two sides",
    "; a rule whose errors are meant to be so is named in force=[…]": "",
}


def _packaged_text(name: str) -> str:
    """A file that stands beside this module, in an installed wheel too."""
    return files("onoffice_nb.builder").joinpath(name).read_text(encoding="utf-8")


class PageScript(AnyWidget):
    """What the page does in the browser itself; shows nothing, and serves the builder in which it stands.

    It keeps keys from the notebook, which would take letters and arrows for
    shortcuts, greys out Stop at once, and copies code.
    """

    _esm = _packaged_text("page.js")


def style_sheet() -> Any:
    """The looks of the builder, scoped to it."""
    return HTML(f"<style>{_packaged_text('builder.css')}</style>")


def ui_wording(text: str) -> str:
    """A text with the words of the page in place of those of Python.

    >>> ui_wording("oo.retry(crm, report) looks first.")
    '“Retry what is missing” looks first.'
    """
    for python_words, page_words in _UI_WORDING.items():
        text = text.replace(python_words, page_words)
    return text


def with_class(name: str, widget: Any) -> Any:
    """The widget, findable in the page as `.oo-<name>`."""
    widget.add_class(f"oo-{name}")
    return widget


def html(name: str, value: str = "") -> Any:
    """A piece of the page; `value` is HTML already."""
    return with_class(name, HTML(value))


def button(name: str, text: str, on_click: Callable[[], object], *, style: str = "") -> Any:
    """A button; `style` is "primary", "danger" or nothing."""
    new_button = with_class(name, Button(description=text, button_style=style))
    new_button.on_click(lambda _: on_click())
    return new_button


def heard_beside_cells(widget: Any) -> Any:
    """The widget, whose events are handled even while a cell runs, where front end and kernel can do that.

    JupyterLab sends the events of widgets to a thread of the kernel beside the one
    of the cells. Newer versions of ipykernel send them on to the thread that wrote
    to the widget last, which is the one of the cells, unless the widget's channel
    says otherwise. Where this is not so, or not known, events wait for the cell.
    """
    channel = widget.comm
    if hasattr(channel, "_reply_subshell_for"):
        channel._reply_subshell_for = lambda data, sent_to: sent_to
    return widget


def row(*children: Any) -> Any:
    """Controls side by side, below each other where there is no room."""
    return with_class("row", Box(children))


def step_box(name: str, number: int, title: str, *children: Any) -> Any:
    """One step of the page under its heading."""
    return with_class("step", with_class(name, VBox([HTML(f"<h3>{number} · {escape(title)}</h3>"), *children])))


def show(widget: Any, is_shown: bool) -> None:
    """Show or hide a widget, for the eye, the keyboard and the screen reader alike."""
    widget.layout.display = None if is_shown else "none"


def set_options(control: Any, options: Sequence[tuple[str, Any]], chosen: Any) -> None:
    """Offer options, each a text and its value, and choose one of these values."""
    # Setting them makes the page forget the choice for a moment.
    if tuple(control.options) != tuple(options):
        control.options = options
    control.value = chosen


def lines(text: str) -> str:
    """A text of several lines as HTML in which nothing is markup."""
    return "\n".join(map(escape, text.splitlines()))


def table(
    label: str, headers: Sequence[str], rows: Iterable[Sequence[object]], *, numeric: Sequence[int] = (), more: str = ""
) -> str:
    """A table that scrolls in itself, by keyboard too; `more` says where the rest is."""
    rest = f"<p>{escape(more)}</p>" if more else ""
    region = f'<div class="oo-scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
    return f"{region}{html_table(headers, rows, numeric=numeric)}</div>{rest}"


class Message:
    """A sentence to the user, below the control that it is about."""

    def __init__(self, name: str = "message") -> None:
        self.view = html(name)
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self.view.value = ""
        show(self.view, False)

    def say(self, text: str) -> None:
        """Tell how things stand."""
        self._write("status", text)

    def warn(self, text: str) -> None:
        """Tell what is wrong and what to do."""
        self._write("alert", text)

    def _write(self, role: str, text: str) -> None:
        self.view.value = f'<div class="oo-{role}" role="{role}">{lines(text)}</div>'
        show(self.view, True)


@contextmanager
def error_boundary(message: Message) -> Iterator[None]:
    """Our own errors in words, where they arose; any other is named there and goes on, into the log.

    The text of a foreign exception may hold anything, so it stays out of the page.
    """
    message.clear()
    try:
        yield
    except OnOfficeError as error:
        message.warn(ui_wording(str(error)))
    except Exception as error:
        message.warn(
            f"Something unexpected happened ({type(error).__name__}); the log tells more."
            " What was sent stands in the journal: oo.runs(crm)."
        )
        raise


def shortened(n: int, shown: int, noun: str, where: str) -> str:
    """The sentence below a table that shows the first rows only.

    >>> shortened(1482, 100, "row", "report.frame")
    'The first 100 of 1,482 rows; the rest is in report.frame.'
    """
    return f"The first {shown:,} of {counted(n, noun)}; the rest is in {where}." if n > shown else ""
