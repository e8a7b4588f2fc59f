// The check: what was found, the table of all rows, mending in it, and what is folded below.

// A sign for each state, beside its word and its colour.
const STATE_SIGNS = {
  mend: "✎", not_found: "?", failed: "✕", unknown: "?", new: "+", change: "~", remove: "−", linked: "✓", changed: "✓",
  removed: "✓", already: "=", not_linked: "∅", double: "2×", left_out: "○", mended: "✓", skipped: "○",
};

function CheckStep({ view, t, act, language, isBusy }) {
  const body = useRef(null);
  // The row in which something was decided: the buttons of that are gone when the table comes anew.
  const workedAt = useRef(null);
  const decide = (action, content) => {
    workedAt.current = content.row ?? null;
    act(`check.${action}`, content);
  };
  useEffect(() => {
    if (workedAt.current !== null && view.is_checked && !isBusy) {
      focusRow(body.current, workedAt.current);
      workedAt.current = null;
    }
  }, [view, isBusy]);

  return html`<section class="oo-step oo-checking" aria-label=${t("check.title")}>
    <h3>${t("check.title")}</h3>
    <div class="oo-body" ref=${body}>
      <div class="oo-row">
        <${Button} name="check" kind=${view.is_checked ? "" : "primary"} disabled=${!view.is_ready || isBusy}
          onClick=${() => act("check.check")}>${t(view.table ? "check.again" : "check.check")}<//>
      </div>
      ${!view.is_ready && !view.table && html`<p class="oo-hint">${t("check.not_ready")}</p>`}
      <div class="oo-check-result" tabindex="-1" aria-busy=${isBusy}>
        ${view.notes.map((note) => html`<${Note}>${note}<//>`)}
        ${view.findings.length > 0 && html`<${Findings} findings=${view.findings} t=${t} act=${act} />`}
        ${view.table &&
        html`<${RowTable} table=${view.table} t=${t} act=${act} decide=${decide} language=${language} isBusy=${isBusy} />
          <${CheckParts} parts=${view.parts} t=${t} act=${act} />`}
      </div>
    </div>
  </section>`;
}

// On to what can be done next: in this row, or where it is not shown any more, in the next one that has to be mended.
function focusRow(body, row) {
  const inRow = `[data-row="${row}"]`;
  const places = [`${inRow} .oo-candidate`, `${inRow} :is(.oo-mend button, input)`, ".oo-rows .oo-mend button", ".oo-filter-all"];
  const next = places.map((place) => body.querySelector(place)).find((control) => control);
  next?.focus({ preventScroll: true });
}

function Findings({ findings, t, act }) {
  return html`<ul class="oo-findings" aria-label=${t("check.findings")}>
    ${findings.map(
      (finding, position) => html`<li key=${`${finding.rule} ${position}`} class=${`oo-finding oo-note oo-${finding.level}`}
        role=${finding.level === "error" ? "alert" : undefined}>
        <strong>${t(`check.${finding.level}`)}:</strong> ${finding.text}
        <div class="oo-row">
          ${finding.rows > 0 &&
          html`<${Button} name="finding-rows" kind=${finding.is_chosen ? "chosen" : ""}
            onClick=${() => act("check.finding", { position })}>
            ${finding.is_chosen ? t("check.finding_off") : t("check.finding_rows", { n: finding.rows })}
          <//>`}
          ${finding.can_swap && html`<${Button} name="swap-sides" onClick=${() => act("check.swap")}>${t("check.swap")}<//>`}
        </div>
      </li>`,
    )}
  </ul>`;
}

function RowTable({ table, t, act, decide, language, isBusy }) {
  const sort = (column) => act("check.sort", { column });
  const order = (column) => (column !== table.sort ? "none" : table.is_descending ? "descending" : "ascending");
  return html`<${TableHead} table=${table} t=${t} act=${act} language=${language} isBusy=${isBusy} />
    <div class="oo-scroll oo-rows" tabindex="0" role="region" aria-label=${t("check.table")}>
      <table class="oo-table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            ${table.columns.map(
              ({ key, label }) => html`<th key=${key} role="columnheader" scope="col" aria-sort=${order(key)}>
                <button type="button" class="oo-sort" onClick=${() => sort(key)} title=${t("check.sort", { column: label })}>
                  ${label}
                  <span aria-hidden="true">${{ ascending: " ▲", descending: " ▼", none: "" }[order(key)]}</span>
                </button>
              </th>`,
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${table.rows.map(
            (row) => html`<${CheckRow} key=${row.key} row=${row} columns=${table.columns} t=${t} decide=${decide} />`,
          )}
        </tbody>
      </table>
    </div>
    ${table.rows.length === 0 && html`<p class="oo-hint" role="status">${t("check.none")}</p>`}
    ${table.pages > 1 && html`<${Pages} table=${table} t=${t} act=${act} />`}`;
}

function TableHead({ table, t, act, language, isBusy }) {
  const [search, setSearch] = useState(table.search);
  const waiting = useRef(0);
  useEffect(() => setSearch(table.search), [table.search]);
  const searchFor = (text) => {
    setSearch(text);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => act("check.search", { text }), 150);
  };

  const filters = [{ state: "", label: t("check.all"), n: table.total }, ...table.filters];
  const isNarrowed = table.matching > 0 && table.matching < table.total;
  const total = table.total.toLocaleString(language);
  return html`<div class="oo-filters" role="group" aria-label=${t("check.filters")}>
      ${filters.map(
        ({ state, label, n }) => html`<button key=${state} type="button" aria-pressed=${state === table.state}
          class=${`oo-button oo-filter oo-filter-${state || "all"}`} onClick=${() => act("check.filter", { state })}>
          <span class=${`oo-state oo-state-${state}`} aria-hidden="true">${STATE_SIGNS[state] ?? ""}</span>
          <strong>${n.toLocaleString(language)}</strong> ${label}
        </button>`,
      )}
    </div>
    <div class="oo-row oo-table-head">
      <label class="oo-field oo-row-search">
        <span>${t("check.search")}</span>
        <input type="search" value=${search} autocomplete="off" onInput=${(event) => searchFor(event.target.value)} />
      </label>
      <span class="oo-shown" role="status">${t("check.shown", { n: table.matching, total })}</span>
      ${isNarrowed && !table.has_run && html`<${ShownRows} table=${table} t=${t} act=${act} />`}
      <span class="oo-save">
        ${["xlsx", "csv"].map(
          (ending) => html`<${Button} key=${ending} name=${`save-${ending}`} label=${t("check.save", { ending })} disabled=${isBusy}
            onClick=${() => act("check.download", { ending })}>${t(`check.${ending}`)}<//>`,
        )}
      </span>
    </div>`;
}

function ShownRows({ table, t, act }) {
  const isLeftOut = table.state === "left_out";
  return html`<${Button} name="leave-out-shown" onClick=${() => act("check.leave_out_shown", { is_left_out: !isLeftOut })}>
    ${t(isLeftOut ? "check.take_in_shown" : "check.leave_out_shown", { n: table.matching })}
  <//>`;
}

function Pages({ table, t, act }) {
  const turn = (page) => act("check.page", { page });
  return html`<nav class="oo-row oo-pages" aria-label=${t("check.table")}>
    <${Button} name="previous" disabled=${table.page === 0} onClick=${() => turn(table.page - 1)}>${t("check.previous")}<//>
    <span role="status">${t("check.page", { page: table.page + 1, pages: table.pages })}</span>
    <${Button} name="next" disabled=${table.page + 1 >= table.pages} onClick=${() => turn(table.page + 1)}>
      ${t("check.next")}
    <//>
  </nav>`;
}

function CheckRow({ row, columns, t, decide }) {
  const labels = columns.map(({ label }) => label);
  const records = row.texts.length + 1;
  const reject = (side, position) => ({
    reject: side, row: row.row, record: labels[records + position], t, decide,
  });
  return html`<tr role="row" class=${`oo-row-${row.state}`} data-row=${row.row || ""}>
    <td role="cell" data-label=${labels[0]}>
      <span class="oo-row-number">${row.row || t("check.no_row")}</span>
      ${row.can_leave_out &&
      html`<${SendTick} row=${row.row} isLeftOut=${row.is_left_out} t=${t} decide=${decide} />`}
    </td>
    ${row.texts.map((text, position) => html`<td role="cell" data-label=${labels[position + 1]}>${text}</td>`)}
    ${row.records.map(
      (record, position) => html`<td role="cell" data-label=${labels[records + position]} class="oo-record">
        ${record.id > 0 &&
        html`<p><span class="oo-id">${record.id}</span> <span class="oo-name">${record.name}</span></p>`}
        ${record.reject && html`<${RejectedCell} ...${reject(record.reject, position)} />`}
      </td>`,
    )}
    <td role="cell" data-label=${labels[records + 2]} class="oo-state-cell">
      <span class=${`oo-state oo-state-${row.state}`}>
        <span aria-hidden="true">${STATE_SIGNS[row.state]} </span>${row.label}
      </span>
      ${row.detail && html`<p class="oo-detail">${row.detail}</p>`}
      ${row.info && html`<${RejectedCell} ...${reject(row.info, 2)} record=${t("check.info")} />`}
      ${row.findings.map(
        (finding) => html`<p class=${`oo-mark oo-mark-${finding.level}`}>
          <span aria-hidden="true">${finding.level === "error" ? "✕" : "⚠"} </span>${finding.text}
        </p>`,
      )}
    </td>
  </tr>`;
}

// Whether a row is sent. The tick stays as it was clicked until the kernel has heard of it, whatever comes between.
function SendTick({ row, isLeftOut, t, decide }) {
  const [clicked, setClicked] = useState(null);
  useEffect(() => setClicked(null), [isLeftOut]);
  const click = (event) => {
    setClicked(!event.target.checked);
    decide("leave_out", { row, is_left_out: !event.target.checked });
  };
  return html`<label class="oo-send-row">
    <input type="checkbox" checked=${!(clicked ?? isLeftOut)} aria-label=${t("check.send_row", { row: String(row) })}
      onChange=${click} />
    <span aria-hidden="true">${t("check.send")}</span>
  </label>`;
}

// A cell that holds no record id: what stands there, and whatever may be meant, as buttons.
function RejectedCell({ reject, row, record, t, decide }) {
  const { side } = reject;
  if (reject.decision) {
    return html`<p class="oo-mend oo-decided">
      ${reject.decision}
      ${reject.can_take_back &&
      html` <${Button} name="take-back" onClick=${() => decide("take_back", { row, side })}>${t("check.take_back")}<//>`}
    </p>`;
  }
  // A repair says what the advice says.
  const isClear = reject.repairs.length > 0;
  return html`<div class="oo-mend">
    <p>
      ${reject.where && html`<span class="oo-hint">${reject.where} </span>`}
      <span class="oo-raw">${reject.raw}</span> <span class="oo-reason">${reject.reason}</span>
    </p>
    ${reject.suggestion && !isClear && html`<p class="oo-hint">${reject.suggestion}</p>`}
    ${reject.can_mend &&
    html`<div class="oo-row oo-repairs">
        ${reject.repairs.map(
          ({ repair, label, reasons, alike }) => html`<${Offer} name="take" label=${label} reasons=${reasons} alike=${alike} t=${t}
            onTake=${() => decide("take", { row, side, repair })}
            onTakeAlike=${() => decide("take_alike", { row, side, repair })} />`,
        )}
        ${reject.look_ups.map(
          ({ text, alike }) => html`<${LookUp} label=${t("check.look_up", { text })} alike=${alike} t=${t}
            onLookUp=${() => decide("look_up", { row, side, text })}
            onLookUpAlike=${() => decide("look_up_alike", { row, side, text })} />`,
        )}
        ${side !== "info" && html`<${OwnId} row=${row} side=${side} record=${record} t=${t} decide=${decide} />`}
      </div>
      ${reject.candidates && html`<${Candidates} found=${reject.candidates} row=${row} side=${side} t=${t} decide=${decide} />`}`}
  </div>`;
}

function Offer({ name, label, reasons, alike, t, onTake, onTakeAlike }) {
  return html`<span class="oo-offer">
    <${Button} name=${name} onClick=${onTake}>✓ ${label}<//>
    ${alike > 1 &&
    html`<${Button} name=${`${name}-alike`} label=${`${label}: ${t("check.all_alike", { n: alike })}`} onClick=${onTakeAlike}>
      ${t("check.all_alike", { n: alike })}
    <//>`}
    ${reasons && html`<span class="oo-hint">${reasons}</span>`}
  </span>`;
}

function LookUp({ label, alike, t, onLookUp, onLookUpAlike }) {
  const all = t("check.all_alike", { n: alike });
  return html`<span class="oo-offer">
    <${Button} name="look-up" onClick=${onLookUp}>${label}<//>
    ${alike > 1 && html`<${Button} name="look-up-alike" label=${`${label}: ${all}`} onClick=${onLookUpAlike}>${all}<//>`}
  </span>`;
}

function Candidates({ found, row, side, t, decide }) {
  return html`<p class="oo-found" role="status">${found.text}</p>
    <ul class="oo-candidates">
      ${found.candidates.map(
        ({ id, label, reasons, alike }) => html`<li key=${id}>
          <${Offer} name="candidate" label=${label} reasons=${reasons} alike=${alike} t=${t}
            onTake=${() => decide("take_candidate", { row, side, record: id })}
            onTakeAlike=${() => decide("take_candidates_alike", { row, side, record: id })} />
        </li>`,
      )}
    </ul>`;
}

function OwnId({ row, side, record, t, decide }) {
  const [text, setText] = useState("");
  const take = (event) => {
    event.preventDefault();
    decide("own_id", { row, side, text });
  };
  return html`<form class="oo-own-id" onSubmit=${take}>
    <input type="text" inputmode="numeric" autocomplete="off" size="9" value=${text} placeholder=${t("check.own_id.hint")}
      aria-label=${t("check.own_id", { row: String(row), record })} onInput=${(event) => setText(event.target.value)} />
    ${text.trim() && html`<button type="submit" class="oo-button oo-own-id-take">${t("check.own_id.take")}</button>`}
  </form>`;
}

function CheckParts({ parts, t, act }) {
  return html`<div class="oo-parts">
    ${parts.has_picture &&
    html`<${Part} name="picture" title=${t("check.picture")} content=${parts.picture} act=${act}>
      ${parts.picture && html`<${LinkPicture} view=${parts.picture} t=${t} />`}
    <//>`}
    ${parts.requests > 0 &&
    html`<${Part} name="requests" title=${t("check.requests", { n: parts.requests })} content=${parts.request} act=${act}>
        ${parts.request && html`<${RequestView} request=${parts.request} requests=${parts.requests} t=${t} act=${act} />`}
      <//>
      <${Part} name="curl" title=${t("check.curl")} content=${parts.curl} act=${act}>
        <${Copyable} name="curl-code" label=${t("check.curl")} text=${parts.curl ?? ""} copyLabel=${t("page.copy")}
          copiedLabel=${t("page.copied")} />
      <//>`}
    ${parts.has_code &&
    html`<${Part} name="python" title=${t("check.python")} content=${parts.python} act=${act}>
      <${Copyable} name="code" label=${t("check.python")} text=${parts.python ?? ""} copyLabel=${t("page.copy")}
        copiedLabel=${t("page.copied")} />
    <//>`}
  </div>`;
}

// Folded; the kernel makes its content only while it is open.
function Part({ name, title, content, act, children }) {
  const isOpen = content !== null;
  const toggle = (event) => {
    if (event.target.open !== isOpen) {
      act("check.open", { part: name, is_open: event.target.open });
    }
  };
  return html`<details class=${`oo-fold oo-${name}`} open=${isOpen} onToggle=${toggle}>
    <summary>${title}</summary>
    ${isOpen && children}
  </details>`;
}

function RequestView({ request, requests, t, act }) {
  const [search, setSearch] = useState(request.search);
  const waiting = useRef(0);
  const searchFor = (text) => {
    setSearch(text);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => act("check.request_search", { text }), 150);
  };
  const lines = useRef(null);
  useEffect(() => {
    const hit = lines.current.querySelector(".oo-hit-line");
    lines.current.scrollTop = hit ? hit.offsetTop - lines.current.offsetTop - 60 : 0;
  }, [request.number, request.hit_line, request.search]);
  const choose = (event) => act("check.request", { number: Number(event.target.value) || 1 });
  return html`<p class="oo-hint">${request.title}</p>
    <div class="oo-row">
      ${requests > 1 &&
      html`<label class="oo-field oo-request-number">
        <span>${t("check.request")}</span>
        <input type="number" min="1" max=${requests} value=${request.number} onChange=${choose} />
      </label>`}
      <label class="oo-field oo-request-search">
        <span>${t("check.request_search")}</span>
        <input type="search" value=${search} autocomplete="off" onInput=${(event) => searchFor(event.target.value)} />
      </label>
      ${request.hits > 1 &&
      html`<${Button} name="next-hit" onClick=${() => act("check.request_search", { text: search, hit: request.hit + 1 })}>
        ${t("check.next_hit")}
      <//>`}
      <span role="status">${request.found} ${request.cut}</span>
    </div>
    <pre class="oo-scroll oo-json" ref=${lines} tabindex="0" role="region" aria-label=${request.title}>${request.lines.map(
      (line, position) => html`<${JsonLine} line=${line} isHit=${request.first + position === request.hit_line} />`,
    )}</pre>`;
}

const JSON_TOKENS = /("(?:[^"\\]|\\.)*"\s*:)|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|(\btrue\b|\bfalse\b|\bnull\b)/g;

// One line of JSON, its parts told apart; all of it is text.
function JsonLine({ line, isHit }) {
  const parts = [];
  let end = 0;
  for (const match of line.matchAll(JSON_TOKENS)) {
    const [text, key, string, number] = match;
    parts.push(line.slice(end, match.index));
    const name = key ? "key" : string ? "string" : number ? "number" : "word";
    parts.push(html`<span class=${`oo-json-${name}`}>${text}</span>`);
    end = match.index + text.length;
  }
  parts.push(line.slice(end));
  return html`<span class=${isHit ? "oo-hit-line" : ""}>${parts}${"\n"}</span>`;
}
