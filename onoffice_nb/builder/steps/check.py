"""Step 3: the plan against the CRM, in figures, as the JSON that will be sent, and as Python to copy."""

from __future__ import annotations

from collections.abc import Callable

from onoffice_nb.builder.widgets import BoundedIntText, Message, button, html, lines, show, step_box, with_class
from onoffice_nb.formatting import counted, escape
from onoffice_nb.planning.plan import Plan

__all__ = ["CheckStep"]

_STATUSES_STAY = (
    "The statuses of links that are there already stay as they are:"
    " oo.submit(crm, oo.plan_info(crm, builder.relation, builder.pairs)) changes them."
)

# The button stands in HTML, as the clipboard opens to a click in the page only, not to the kernel.
_COPY = (
    "const code = this.closest('.oo-code').querySelector('textarea'); code.select();"
    "if (navigator.clipboard) { navigator.clipboard.writeText(code.value); } else { document.execCommand('copy'); }"
    "this.textContent = 'Copied';"
)


class CheckStep:
    """The `plan` that is shown, None as long as there is none; `clicked` is called to have one made."""

    def __init__(self, clicked: Callable[[], object]) -> None:
        self.plan: Plan | None = None
        self.message = Message()
        self._button = button("check", "Check against the CRM", clicked, style="primary")
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

    def ready(self, ready: bool) -> None:
        """Whether there is something to check."""
        self._button.disabled = not ready
        self._button.tooltip = "" if ready else "Choose a relation type and ids that make at least one pair."

    def show(self, plan: Plan | None, code: str) -> None:
        """Show a plan and the cell that makes it, or nothing."""
        self.plan = plan
        self.message.clear()
        self._figures.value = _figures(plan) if plan else ""
        requests = len(plan.requests) if plan else 0
        self._request.max = max(1, requests)
        self._request.value = 1
        self._request.description = f"Request (1 to {requests:,})"
        show(self._request, requests > 1)
        self._show_request()
        self._code.value = _code(code) if code else ""
        for part, shown in ((self._figures, plan), (self._json, requests), (self._code, code)):
            show(part, bool(shown))

    def mark_outdated(self, run: int) -> None:
        """Say that what is shown is how things stood before a run."""
        if self.plan is not None:
            self.message.say(f"This is how it stood before run {run}. Check again to see how it stands now.")

    def _show_request(self) -> None:
        plan, n = self.plan, self._request.value
        if plan is None or not plan.requests:
            self._json.value = ""
            return
        title = f"Request {n:,} of {len(plan.requests):,}, as it will be sent to {plan.account}"
        self._json.value = (
            f"<p><strong>{escape(title)}</strong> (token and hmac are masked)</p>"
            f'<pre class="oo-scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
            f"{lines(plan.to_json(n))}</pre>"
        )


def _figures(plan: Plan) -> str:
    """The plan in numbers, and what has to be known about it."""
    todo = len(plan.pending)
    figures = [
        (len(plan.pairs), "pair", "pairs"),
        (len(plan.items) - todo, "already linked", "already linked"),
        (todo, "new link", "new links"),
        (len(plan.actions), "action", "actions"),
        (len(plan.requests), "request", "requests"),
    ]
    boxes = "".join(f"<li><strong>{n:,}</strong> {escape(one if n == 1 else more)}</li>" for n, one, more in figures)
    left = plan.pairs.rejected
    told = [f"{counted(left, 'row')} became no pair and will not be sent."] if left else []
    told += [f"With confirmation status: {plan.info_summary}."] if plan.info_summary else []
    told += [_STATUSES_STAY] if plan.keeps_existing_info else []
    rest = "".join(f"<p>{escape(each)}</p>" for each in told)
    return f'<p class="oo-hint">{escape(plan.account)}</p><ul class="oo-numbers">{boxes}</ul>{rest}'


def _code(code: str) -> str:
    rows = len(code.splitlines())
    return (
        "<details><summary>Copy as Python</summary>"
        f'<textarea readonly rows="{rows}" spellcheck="false" aria-label="The same as a Python cell">'
        f"{lines(code)}</textarea>"
        f'<button type="button" class="jupyter-button oo-copy" onclick="{escape(_COPY)}">Copy</button></details>'
    )
