// Earlier runs: what each did and how it ended, and the way on or back.

function RunsPanel({ view, t, act, isBusy }) {
  return html`<section class="oo-step oo-runs" aria-label=${view.title}>
    ${view.unfinished &&
    html`<${Note} level="warning">${view.unfinished}
      <ul class="oo-unfinished">
        ${view.rows
          .filter((row) => row.is_unfinished)
          .map((row) => html`<li>
            ${t("runs.run")} ${row.run} · ${row.time} · ${row.source && `${row.source} · `}${row.what}: ${row.result}${" "}
            <${Button} name="resume" kind="primary" disabled=${isBusy} title=${t("runs.resume.hint")}
              onClick=${() => act("runs.resume", { run: row.run })}>${t("runs.resume")}<//>
          </li>`)}
      </ul>
    <//>`}
    <${Fold} name="runs-list" title=${view.title}>
      ${view.rows.length ? html`<${RunsTable} view=${view} t=${t} act=${act} isBusy=${isBusy} />` : html`<p>${t("runs.none")}</p>`}
      ${view.more && html`<p class="oo-hint">${view.more}</p>`}
      ${view.audit && html`<${AuditResult} audit=${view.audit} t=${t} />`}
    <//>
  </section>`;
}

function RunsTable({ view, t, act, isBusy }) {
  const action = (row, name, isPossible) =>
    isPossible &&
    html`<${Button} name=${`run-${name}`} disabled=${isBusy} title=${t(`runs.${name}`)}
      label=${`${t(`runs.${name}`)} ${t("runs.run")} ${row.run}`} onClick=${() => act(`runs.${name}`, { run: row.run })}>
      ${t(`runs.${name}`)}
    <//>`;
  return html`<div class="oo-scroll" tabindex="0" role="group" aria-label=${view.title}>
    <table class="oo-table">
      <thead><tr>
        ${["run", "time", "what", "result", "actions"].map((name) => html`<th scope="col">${t(`runs.${name}`)}</th>`)}
      </tr></thead>
      <tbody>
        ${view.rows.map(
          (row) => html`<tr key=${row.run}>
            <th scope="row">${row.run}</th>
            <td class="oo-time">${row.time}</td>
            <td>${row.what}${row.source && html`<div class="oo-hint">${row.source}</div>`}</td>
            <td>${row.result}${row.notes.map((note) => html`<div class="oo-hint">${note}</div>`)}</td>
            <td><div class="oo-row">
              ${action(row, "show", true)} ${action(row, "resume", row.can_resume)} ${action(row, "retry", row.can_retry)}
              ${action(row, "undo", row.can_undo)} ${action(row, "audit", row.can_audit)}
            </div></td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function AuditResult({ audit }) {
  return html`<div class="oo-audit" role="status">
    <h4>${audit.title}</h4>
    <${Note} level=${audit.is_ok ? "good" : "warning"}>${audit.summary}<//>
    ${audit.deviations.length > 0 && html`<ul>${audit.deviations.map((text) => html`<li>${text}</li>`)}</ul>`}
    ${audit.more && html`<p class="oo-hint">${audit.more}</p>`}
    ${audit.notes.map((note) => html`<p class="oo-hint">${note}</p>`)}
  </div>`;
}
