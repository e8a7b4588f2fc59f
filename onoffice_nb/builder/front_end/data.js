// The data: a file, a pasted text or a table of the notebook; then which of its columns are meant.

// Front ends bound the size of a message to the kernel; a file goes there in pieces, each after the one before arrived.
const PIECE_BYTES = 1_000_000;
// Longer texts are sent as files are, and not shown again to be edited.
const TYPED_CHARACTERS = 10_000;
const TYPING_PAUSE = 200;

function DataStep({ view, t, act }) {
  const upload = useUpload(view, act);
  const paste = (text, where) => {
    if (text.length > TYPED_CHARACTERS) {
      upload.start(new Blob([text]), "", where);
    } else {
      act("data.paste", { text, where });
    }
  };
  const [isOver, setOver] = useState(false);
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    const text = event.dataTransfer.getData("text/plain");
    if (file) {
      upload.start(file, file.name);
    } else if (text) {
      paste(text, "");
    }
  };
  const over = (event) => {
    event.preventDefault();
    setOver(true);
  };

  return html`<section class=${`oo-step oo-data ${isOver ? "oo-over" : ""}`} aria-label=${t("data.title")}
      onDragOver=${over} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    <h3>${t("data.title")}</h3>
    <div class="oo-body">
      <${DataBox} view=${view} t=${t} act=${act} upload=${upload} paste=${paste} />
      ${view.kind === "lists" && html`<${TypedLists} view=${view} t=${t} act=${act} paste=${paste} />`}
      ${view.table && html`<${TableInHand} table=${view.table} sides=${view.sides} kind=${view.kind} t=${t} act=${act} paste=${paste} />`}
      ${view.columns.length > 0 && html`<${TwoSides} view=${view} t=${t} act=${act} />`}
      ${(view.columns.length > 0 || view.kind === "lists") && html`<${PairingAndStatus} view=${view} t=${t} act=${act} />`}
      <${DataCounts} view=${view} t=${t} />
    </div>
  </section>`;
}

// Where the data come from: three ways side by side

function DataBox({ view, t, act, upload, paste }) {
  const input = useRef(null);
  const chosen = (event) => {
    const [file] = event.target.files;
    if (file) {
      upload.start(file, file.name);
    }
    // The same file can be chosen again, once it was changed.
    event.target.value = "";
  };
  const frames = view.frames.options.length
    ? [{ value: "", text: t("data.frame.none") }, ...view.frames.options]
    : [{ value: "", text: t("data.frame.empty") }];
  return html`<div class="oo-ways">
      <div class="oo-way oo-drop">
        <span>${t("data.drop")}</span>
        <${Button} name="choose-file" onClick=${() => input.current.click()}>${t("data.choose_file")}<//>
        <input ref=${input} class="oo-file" type="file" tabindex="-1" aria-label=${t("data.choose_file")}
          accept=".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.txt" onChange=${chosen} />
      </div>
      <div class="oo-way">
        <${PasteField} t=${t} paste=${paste} />
        <${Button} name="type-lists" kind="small" onClick=${() => act("data.lists")}>${t("data.type_lists")}<//>
      </div>
      <div class="oo-way" onPointerEnter=${() => act("data.list_frames")}>
        <${Dropdown} name="frame" label=${t("data.frame")} options=${frames} value=${view.frames.value}
          onChange=${(name) => act("data.pick_frame", { name })} onOpen=${() => act("data.list_frames")} />
        ${view.frames.problems.map((problem) => html`<p class="oo-hint">${problem}</p>`)}
      </div>
    </div>
    <${UploadProgress} t=${t} upload=${upload} />`;
}

// A field that keeps nothing: what is pasted goes to the kernel, once, and is shown as the table that it is.
function PasteField({ t, paste }) {
  const takePasted = (event) => {
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"), "");
  };
  const takeTyped = (event) => {
    const text = event.target.value;
    if (text.trim()) {
      event.target.value = "";
      paste(text, "");
    }
  };
  return html`<label class="oo-field oo-paste">
    <span>${t("data.paste")}</span>
    <textarea rows="3" spellcheck="false" placeholder=${t("data.paste.hint")} onPaste=${takePasted}
      onChange=${takeTyped}></textarea>
  </label>`;
}

function UploadProgress({ t, upload }) {
  if (!upload.now) {
    return null;
  }
  const { name, sent, size } = upload.now;
  const percent = size ? Math.floor((100 * sent) / size) : 0;
  return html`<div class="oo-row oo-upload">
    <progress max="100" value=${percent} aria-label=${name || t("data.pasted")}></progress>
    <span role="status">${t("data.uploading", { name: name || t("data.pasted"), percent })}</span>
    <${Button} name="cancel-upload" onClick=${upload.cancel}>${t("data.cancel")}<//>
  </div>`;
}

// Sends a file piece by piece: the next one as soon as the kernel says how much it has.
function useUpload(view, act) {
  const running = useRef(null);
  const [now, setNow] = useState(null);

  const send = async (offset) => {
    const { number, blob, name, where } = running.current;
    const piece = await blob.slice(offset, offset + PIECE_BYTES).arrayBuffer();
    if (running.current?.number !== number) {
      return;
    }
    running.current.sent = offset + piece.byteLength;
    setNow({ name, sent: running.current.sent, size: blob.size });
    act("data.upload", { number, name, size: blob.size, offset, ...(where === undefined ? {} : { where }) }, [piece]);
    if (running.current.sent >= blob.size) {
      running.current = null;
      setNow(null);
    }
  };
  const start = (blob, name, where) => {
    running.current = { number: `${Date.now()}-${Math.random()}`, blob, name, where, sent: 0 };
    send(0);
  };
  const cancel = () => {
    running.current = null;
    setNow(null);
    act("data.cancel_upload");
  };

  const { number, received } = view.upload ?? {};
  const failed = view.failed_upload;
  useEffect(() => {
    // Another view of the same page may be the one that sends.
    if (running.current && running.current.number === number && running.current.sent === received) {
      send(received);
    }
    if (running.current?.number === failed) {
      running.current = null;
      setNow(null);
    }
  }, [number, received, failed]);
  return { now, start, cancel };
}

// A text that is edited here and shown as it was sent, while nobody is typing in it. It is not drawn anew with each key.
function EditedText({ name, label, text, rows, paste, onText }) {
  const field = useRef(null);
  const waiting = useRef(0);
  const isDirty = useRef(false);
  useEffect(() => {
    if (!isDirty.current && field.current.value !== text) {
      field.current.value = text;
    }
  }, [text]);
  const send = () => {
    clearTimeout(waiting.current);
    if (isDirty.current) {
      isDirty.current = false;
      onText(field.current.value);
    }
  };
  const typed = () => {
    isDirty.current = true;
    clearTimeout(waiting.current);
    waiting.current = setTimeout(send, TYPING_PAUSE);
  };
  const pasted = (event) => {
    const content = event.clipboardData.getData("text/plain");
    if (paste && (content.length > TYPED_CHARACTERS || content.includes("\t"))) {
      event.preventDefault();
      isDirty.current = false;
      paste(content);
    }
  };
  return html`<label class=${`oo-field oo-${name}`}>
    <span>${label}</span>
    <textarea ref=${field} rows=${rows} spellcheck="false" onInput=${typed} onBlur=${send} onPaste=${pasted}></textarea>
  </label>`;
}

// What is in hand

function TypedLists({ view, t, act, paste }) {
  const [parent, child] = view.sides;
  return html`<div class="oo-lists">
    <${TypedList} side=${parent} t=${t} act=${act} paste=${paste} />
    <${Button} name="swap" title=${t("data.swap.sides")} onClick=${() => act("data.swap")}>⇄ ${t("data.swap")}<//>
    <${TypedList} side=${child} t=${t} act=${act} paste=${paste} />
    <${Button} name="clear" onClick=${() => act("data.clear")}>${t("data.other")}<//>
  </div>`;
}

function TypedList({ side, t, act, paste }) {
  const label = t("data.list", { module: side.module });
  if (side.text === null) {
    return html`<div class=${`oo-large-list oo-${side.name}-text`}>
      <span>${label}</span>
      <strong>${t("data.lines", { n: side.lines })}</strong>
      <pre class="oo-technical">${side.head.join("\n")}</pre>
      <span>${t("data.list.more", { n: side.lines - side.head.length })}</span>
      <${Button} name=${`clear-${side.name}`} onClick=${() => act("data.type", { side: side.name, text: "" })}>
        ${t("data.clear")}
      <//>
    </div>`;
  }
  return html`<${EditedText} name=${`${side.name}-text`} label=${label} text=${side.text} rows="6"
    paste=${(text) => paste(text, side.name)} onText=${(text) => act("data.type", { side: side.name, text })} />`;
}

function TableInHand({ table, sides, kind, t, act, paste }) {
  const title = kind === "pasted" ? t("data.pasted") : table.title;
  const size = table.needs_sheet ? "" : `${t("data.rows", { n: table.rows })} · ${t("data.columns", { n: table.width })}`;
  return html`<div class="oo-in-hand">
      <strong class="oo-table-title">${title}</strong> <span role="status">${size}</span>
      <${Button} name="clear" onClick=${() => act("data.clear")}>${t("data.other")}<//>
    </div>
    ${kind !== "frame" && html`<${TableOptions} table=${table} kind=${kind} t=${t} act=${act} />`}
    ${table.needs_sheet && html`<${Note} level="warning">${t("data.sheet.several")}<//>`}
    ${table.sample.length > 0 && html`<${SampleRows} table=${table} sides=${sides} t=${t} />`}
    ${table.notes.length > 0 &&
    html`<${Fold} name="file-notes" title=${t("data.notes", { n: table.notes.length })}>
      <ul>${table.notes.map((note) => html`<li>${note}</li>`)}</ul>
    <//>`}
    ${kind === "pasted" && table.text !== null &&
    html`<${Fold} name="edit-table" title=${t("data.edit_table")}>
      <${EditedText} name="table-text" label=${t("data.pasted")} text=${table.text} rows="8"
        paste=${(text) => paste(text, "")} onText=${(text) => act("data.edit", { text })} />
    <//>`}`;
}

function TableOptions({ table, kind, t, act }) {
  const sheets = table.needs_sheet ? [{ value: "", text: t("data.sheet.choose") }, ...table.sheets] : table.sheets;
  const rows = Array.from({ length: Math.max(10, table.header ?? 0) }, (_, place) => place + 1);
  const headers = [
    { value: "", text: t("data.header.found") },
    { value: "0", text: t("data.header.none") },
    ...rows.map((row) => ({ value: String(row), text: t("data.header.row", { row: String(row) }) })),
  ];
  const separators = [
    { value: "", text: t("data.header.found") },
    ...table.separators.map((sep) => ({ value: sep, text: sep === "\t" ? t("data.separator.tab") : sep })),
  ];
  return html`<div class="oo-row">
    ${kind === "file" && table.sheets.length > 1 &&
    html`<${Dropdown} name="sheet" label=${t("data.sheet")} options=${sheets} value=${table.sheet}
      onChange=${(sheet) => sheet && act("data.options", { sheet })} />`}
    ${!table.needs_sheet &&
    html`<${Dropdown} name="header" label=${t("data.header")} options=${headers} value=${String(table.header ?? "")}
      onChange=${(row) => act("data.options", { header: row === "" ? null : Number(row) })} />`}
    ${table.separators.length > 0 &&
    html`<${Dropdown} name="separator" label=${t("data.separator")} options=${separators} value=${table.separator ?? ""}
      onChange=${(sep) => act("data.options", { sep: sep === "" ? null : sep })} />`}
    ${table.has_hidden_rows &&
    html`<label class="oo-check-field oo-skip-hidden">
      <input type="checkbox" checked=${table.hidden === "skip"}
        onChange=${(event) => act("data.options", { hidden: event.target.checked ? "skip" : "keep" })} />
      <span>${t("data.hidden.skip")}</span>
    </label>`}
  </div>`;
}

function SampleRows({ table, sides, t }) {
  const width = table.sample[0].cells.length;
  const used = (place) =>
    sides
      .filter((side) => [side.column, ...side.fields.map((field) => field.column)].includes(String(place)))
      .map((side) => html`<span class="oo-used-for">${side.module}</span>`);
  return html`<div class="oo-scroll oo-sample" tabindex="0" role="region" aria-label=${t("data.sample")}>
      <table class="oo-table">
        <thead>
          <tr><th scope="col" class="oo-row-number">${t("data.sample.row")}</th>
            ${table.labels.map((label, place) => html`<th scope="col">${label} ${used(place)}</th>`)}</tr>
        </thead>
        <tbody>
          ${table.sample.map(
            ({ row, cells }) => html`<tr>
              <th scope="row" class="oo-row-number">${row}</th>${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${table.width > width &&
    html`<p class="oo-hint">${t("data.sample.more_columns", { n: table.width - width })}</p>`}`;
}

// Which columns are meant

function TwoSides({ view, t, act }) {
  const [parent, child] = view.sides;
  return html`<div class="oo-two-sides">
      <${OneSide} side=${parent} columns=${view.columns} t=${t} act=${act} />
      <${Button} name="swap" title=${t("data.swap.sides")} label=${t("data.swap.sides")}
        onClick=${() => act("data.swap")}>⇄<//>
      <${OneSide} side=${child} columns=${view.columns} t=${t} act=${act} />
    </div>
    ${view.contradictions.length > 0 &&
    html`<${Note} level="warning">
      <strong>${t("data.contradiction")}</strong>
      <ul>${view.contradictions.map((sentence) => html`<li>${sentence}</li>`)}</ul>
      <${Button} name="swap-contradicting" kind="primary" onClick=${() => act("data.swap")}>⇄ ${t("data.swap")}<//>
    <//>`}`;
}

function OneSide({ side, columns, t, act }) {
  const none = { value: "", text: t("data.column.none") };
  const isOfSeveral = side.holds === "name";
  return html`<fieldset class=${`oo-side oo-${side.name} ${side.is_guess ? "oo-guessed" : ""}`}>
    <legend>${side.module}</legend>
    <div class="oo-row">
      ${!isOfSeveral &&
      html`<${Dropdown} name=${`${side.name}-column`} label=${t("data.column", { module: side.module })}
        options=${[none, ...columns]} value=${side.column}
        onChange=${(column) => act("data.column", { side: side.name, column })} />`}
      ${side.holdings.length > 1 &&
      html`<${Dropdown} name=${`${side.name}-holds`} label=${t("data.holds")} options=${side.holdings}
        value=${side.holds} onChange=${(holds) => act("data.holds", { side: side.name, holds })} />`}
    </div>
    ${isOfSeveral && html`<${NameFields} side=${side} columns=${columns} t=${t} act=${act} />`}
    ${side.is_guess &&
    html`<p class="oo-guess"><span class="oo-guess-mark">? ${t("data.guess")}</span>
      <${Button} name=${`confirm-${side.name}`} label=${t("data.guess.of", { module: side.module })}
        onClick=${() => act("data.confirm", { side: side.name })}>${t("data.guess.confirm")}<//></p>`}
  </fieldset>`;
}

function NameFields({ side, columns, t, act }) {
  const none = { value: "", text: t("data.field.none") };
  return html`<div class="oo-name-fields">
    ${side.fields.map(
      (field) => html`<${Dropdown} key=${field.name} name=${`${side.name}-field`} label=${field.text}
        options=${[none, ...columns]} value=${field.column}
        onChange=${(column) => act("data.field", { side: side.name, field: field.name, column })} />`,
    )}
  </div>`;
}

function PairingAndStatus({ view, t, act }) {
  const pairings = ["rows", "every"].map((value) => ({ value, text: t(`data.pairing.${value}`) }));
  return html`<${Choice} name="pairing" label=${t("data.pairing")} options=${pairings} value=${view.pairing}
      onChange=${(pairing) => act("data.pairing", { pairing })} />
    ${view.status && html`<${Status} status=${view.status} t=${t} act=${act} />`}`;
}

function Status({ status, t, act }) {
  const options = status.value ? status.options : [{ value: "", text: t("data.status.choose") }, ...status.options];
  const choose = (value) => value && act("data.status", { status: value });
  const [noticed] = status.noticed;
  const question = status.is_required ? t("data.status.required") : t("data.status.question", { name: noticed?.name });
  return html`${status.is_asked &&
    html`<${Note} level="warning">
      <strong class="oo-status-question">${question}</strong>
      <div class="oo-row">
        ${noticed &&
        html`<${Button} name="status-yes" kind="primary" onClick=${() => choose(noticed.value)}>
          ${t("data.status.yes")}
        <//>`}
        ${!status.is_required &&
        html`<${Button} name="status-no" onClick=${() => choose("none")}>${t("data.status.no")}<//>`}
      </div>
    <//>`}
    <div class="oo-row">
      <${Dropdown} name="status" label=${t("data.status")} options=${options} value=${status.value} onChange=${choose} />
      ${status.dropped && html`<span class="oo-hint">${t("data.status.dropped", { name: status.dropped })}</span>`}
    </div>`;
}

// What it comes to

function DataCounts({ view, t }) {
  const { counts, missing } = view;
  const hint = missing && t(`data.missing.${missing}`);
  const isHinted = ["relation", "data", "columns"].includes(missing) && view.kind !== "";
  return html`${view.problem && html`<${Note} level="error"><${Lines} text=${view.problem} /><//>`}
    ${view.dropped_decisions && html`<${Note} level="warning">${t("data.dropped_decisions")}<//>`}
    <div class="oo-counts" role="status">
      ${isHinted && html`<p class="oo-hint">${hint}</p>`}
      ${view.needs_lookup && html`<p class="oo-lookup">${t("data.lookup")}</p>`}
      ${counts && html`<p class="oo-figures">${figures(view, t)}</p>`}
    </div>
    ${counts?.same && html`<${Note} level="warning">${t("data.same")}<//>`}
    ${counts?.rejects.length > 0 &&
    html`<${Fold} name="first-rejects" title=${t("data.rejects")}>
      <ul>
        ${counts.rejects.map(
          (reject) => html`<li>
            ${t("data.reject.row", { row: String(reject.row) })}, ${reject.column}: ${reject.raw && html`<q>${reject.raw}</q> – `}${reject.reason}
            ${reject.advice && html` (${reject.advice})`}
          </li>`,
        )}
      </ul>
    <//>`}`;
}

function figures(view, t) {
  const { counts, left_out: leftOut } = view;
  return [
    ["pairs", counts.pairs, true],
    ["duplicates", counts.duplicates, true],
    ["to_mend", counts.to_mend, true],
    ["mended", counts.mended, false],
    ["left_out", leftOut, false],
  ]
    .filter(([, n, isAlwaysShown]) => isAlwaysShown || n > 0)
    .map(([name, n], place) => html`${place > 0 && " · "}<span class=${`oo-count-${name}`}>${t(`data.count.${name}`, { n })}</span>`);
}
