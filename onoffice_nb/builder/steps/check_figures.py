"""Step 3: the plan against the CRM, in figures, as the JSON that will be sent, and as Python to copy."""

from __future__ import annotations

from collections.abc import Callable

from onoffice_nb.builder.widgets import (
    BoundedIntText,
    Message,
    button,
    html,
    lines,
    show,
    step_box,
    ui_wording,
    with_class,
)
from onoffice_nb.formatting import counted, escape
from onoffice_nb.planning.plan import Plan

__all__ = ["CheckStep"]

_STATUSES_STAY = (
    "The statuses of links that are there already stay as they are:"
    " oo.submit(crm, oo.plan_info(crm, builder.relation, builder.pairs)) changes them."
)


class CheckStep:
    """The plan, as it would be sent.

    Args:
        check: Called to have a plan made.

    Attributes:
        plan: The plan that is shown, None as long as there is none.
        message: What is told about the check.
    """

    def __init__(self, check: Callable[[], object]) -> None:
        self.plan: Plan | None = None
        self.message = Message()
        self._button = button("check", "Check against the CRM", check, style="primary")
        self._figures = html("figures")
        self._request = with_class("request", BoundedIntText(description="Request", min=1, max=1))
        self._json = html("json")
        self._code = html("code")
        self._request.observe(lambda _: self._show_request(), "value")
        self.view = step_box(
            *("step-check", 3, "Check"),
            *(self._button, self.message.view, self._figures, self._request, self._json, self._code),
        )
        self.show(None, "")

    def ready(self, is_ready: bool) -> None:
        """Whether there is something to check."""
        self._button.disabled = not is_ready
        self._button.tooltip = "" if is_ready else "Choose a relation type and ids that make at least one pair."

    def show(self, plan: Plan | None, code: str) -> None:
        """Show a plan and the cell that makes it, or nothing."""
        self.plan = plan
        self.message.clear()

        self._figures.value = _figures_html(plan) if plan else ""
        show(self._figures, plan is not None)

        request_count = len(plan.requests) if plan else 0
        self._request.max = max(1, request_count)
        self._request.value = 1
        self._request.description = f"Request (1 to {request_count:,})"
        show(self._request, request_count > 1)
        self._show_request()
        show(self._json, request_count > 0)

        self._code.value = _code_html(code) if code else ""
        show(self._code, bool(code))

    def mark_outdated(self, run: int) -> None:
        """Say that what is shown is how things stood before a run."""
        if self.plan is not None:
            self.message.say(f"This is how it stood before run {run}. Check again to see how it stands now.")

    def _show_request(self) -> None:
        plan, number = self.plan, self._request.value
        if plan is None or not plan.requests:
            self._json.value = ""
            return

        title = f"Request {number:,} of {len(plan.requests):,}, as it will be sent to {plan.account}"
        self._json.value = (
            f"<p><strong>{escape(title)}</strong> (token and hmac are masked)</p>"
            f'<pre class="oo-scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
            f"{lines(plan.to_json(number))}</pre>"
        )


def _figures_html(plan: Plan) -> str:
    """The plan in numbers, and what has to be known about it."""
    pending = len(plan.pending)
    figures = [
        (len(plan.pairs), "pair", "pairs"),
        (len(plan.items) - pending, "already linked", "already linked"),
        (pending, "new link", "new links"),
        (len(plan.actions), "action", "actions"),
        (len(plan.requests), "request", "requests"),
    ]
    boxes = "".join(
        f"<li><strong>{count:,}</strong> {escape(noun if count == 1 else plural)}</li>"
        for count, noun, plural in figures
    )

    notes = []
    if plan.pairs.rejected:
        notes.append(f"{counted(plan.pairs.rejected, 'row')} became no pair and will not be sent.")
    if plan.info_summary:
        notes.append(f"With confirmation status: {plan.info_summary}.")
    if plan.keeps_existing_info:
        notes.append(_STATUSES_STAY)

    paragraphs = "".join(f"<p>{escape(note)}</p>" for note in notes)
    findings = ui_wording(plan.findings_html)
    return f'<p class="oo-hint">{escape(plan.account)}</p><ul class="oo-numbers">{boxes}</ul>{paragraphs}{findings}'


def _code_html(code: str) -> str:
    # The button copies in the browser (page.js), as the clipboard opens to a click in the page only, not to the kernel.
    line_count = len(code.splitlines())
    return (
        "<details><summary>Copy as Python</summary>"
        f'<textarea readonly rows="{line_count}" spellcheck="false" aria-label="The same as a Python cell">'
        f"{lines(code)}</textarea>"
        '<button type="button" class="jupyter-button oo-copy">Copy</button></details>'
    )
