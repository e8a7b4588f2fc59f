// One confirmation, the run with its progress, its report, and the way back.

function SendStep({ view, t, act, language, isBusy }) {
  return html`<section class="oo-step oo-send" aria-label=${t("send.title")}>
    <h3>${t("send.title")}</h3>
    <div class="oo-body">
      ${view.confirmation && html`<${ConfirmationForm} view=${view.confirmation} t=${t} act=${act} isBusy=${isBusy} />`}
      ${view.hint && html`<p class="oo-hint oo-send-hint" role="status">${view.hint}</p>`}
      ${view.run && html`<${RunProgress} view=${view.run} t=${t} act=${act} />`}
      ${view.after && html`<${AfterRun} view=${view.after} t=${t} act=${act} language=${language} isBusy=${isBusy} />`}
      ${view.undo && html`<${UndoQuestion} view=${view.undo} t=${t} act=${act} isBusy=${isBusy} />`}
    </div>
  </section>`;
}

function ConfirmationForm({ view, t, act, isBusy }) {
  const submit = (event) => {
    event.preventDefault();
    act("send.submit");
  };
  return html`<form class="oo-confirmation" onSubmit=${submit}>
    <label class=${`oo-confirm ${view.kind === "danger" ? "oo-danger-text" : ""}`}>
      <input type="checkbox" checked=${view.is_ticked}
        onChange=${(event) => act("send.tick", { is_ticked: event.target.checked })} />
      <span>${view.sentence}</span>
    </label>
    ${view.details.map((detail) => html`<p class="oo-hint">${detail}</p>`)}
    ${view.number !== null &&
    html`<label class="oo-field oo-number">
      <span>${view.number_label}</span>
      <input type="text" inputmode="numeric" autocomplete="off" value=${view.typed} size="8"
        onInput=${(event) => act("send.type", { typed: event.target.value })} />
    </label>`}
    <button type="submit" class=${`oo-button oo-submit oo-${view.kind}`} disabled=${!view.is_given || isBusy}>
      ${view.button}
    </button>
  </form>`;
}

function RunProgress({ view, t, act }) {
  // The kernel may be busy with a cell: that the click was heard is seen at once all the same.
  const [isStopping, setStopping] = useState(false);
  const stop = () => {
    setStopping(true);
    act("send.stop");
  };
  const isWaiting = isStopping || view.is_stopping;
  return html`<div class="oo-run">
    <progress class="oo-progress" max=${Math.max(view.total, 1)} value=${view.total ? view.done : undefined}></progress>
    <p role="status">${view.text}</p>
    <${Button} name="stop" disabled=${isWaiting} onClick=${stop}>${t(isWaiting ? "send.stopping" : "send.stop")}<//>
    <p class="oo-hint">${t("send.stop.hint")}</p>
  </div>`;
}

function AfterRun({ view, t, act, language, isBusy }) {
  return html`<div class="oo-after" tabindex="-1" aria-label=${t("after.report.name", { run: String(view.run) })}>
    <h4>${view.title}</h4>
    <ul class="oo-outcomes">
      ${view.counts.map(
        ({ text, n, outcome }) => html`<li>
          <${Button} name="outcome" kind=${`is-${outcome.replace(" ", "-")}`}
            onClick=${() => act("check.filter_outcome", { outcome })}>
            <strong>${n.toLocaleString(language)}</strong> ${text}
          <//>
        </li>`,
      )}
    </ul>
    ${view.verdict && html`<${Note} level=${view.is_ok ? "good" : "warning"}>${view.verdict}<//>`}
    ${view.note && html`<p>${view.note}</p>`}
    ${view.problems.length > 0 &&
    html`<ul class="oo-problems" aria-label=${t("after.problems")}>
      ${view.problems.map(
        (problem) => html`<li>
          <strong>${problem.outcome}</strong>: ${problem.text} <span class="oo-count">${problem.rows}</span>
          ${problem.advice && html`<p class="oo-advice">${problem.advice}</p>`}
        </li>`,
      )}
    </ul>`}
    <div class="oo-row">
      ${view.can_retry &&
      html`<${Button} name="retry" kind="primary" disabled=${isBusy} title=${t("after.retry.hint")}
        onClick=${() => act("send.retry")}>${t("after.retry")}<//>`}
      ${view.can_undo &&
      html`<${Button} name="undo" disabled=${isBusy} onClick=${() => act("send.ask_undo")}>${t("after.undo")}<//>`}
      <${Button} name="report-xlsx" onClick=${() => act("send.report", { ending: "xlsx" })}>${t("after.report.xlsx")}<//>
      <${Button} name="report-csv" onClick=${() => act("send.report", { ending: "csv" })}>${t("after.report.csv")}<//>
    </div>
  </div>`;
}

function UndoQuestion({ view, t, act, isBusy }) {
  return html`<div class="oo-note oo-warning oo-undo-question" role="alert">
    <p>${view.text}</p>
    <div class="oo-row">
      <${Button} name="undo-yes" kind="danger" disabled=${isBusy} onClick=${() => act("send.undo")}>
        ${t("after.undo.yes")}
      <//>
      <${Button} name="undo-no" onClick=${() => act("send.keep")}>${t("after.undo.no")}<//>
    </div>
  </div>`;
}
