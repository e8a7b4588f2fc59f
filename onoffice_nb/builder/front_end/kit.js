// What all parts of the page share: Preact's names, texts in the language of the page, small controls.
// The files of this folder are joined to one script, in the order that front_end.py names.

const { html, useState, useEffect, useLayoutEffect, useMemo, useRef } = preact;

// A text by its key: "{n} row|{n} rows" has a form for one and a form for many; numbers as the language writes them.
function textsOf(labels, language) {
  const shown = (value) => (typeof value === "number" ? value.toLocaleString(language) : String(value ?? ""));
  return (key, values = {}) => {
    const text = labels[key] ?? key;
    const [one, many = one] = text.split("|");
    return (values.n === 1 ? one : many).replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
  };
}

// A sentence to the user. `level` is "error", "warning", "good" or "note"; errors are read out at once.
function Note({ level = "note", children }) {
  const role = level === "error" ? "alert" : "status";
  return html`<div class=${`oo-note oo-${level}`} role=${role}>${children}</div>`;
}

// Lines of a text as paragraphs.
function Lines({ text }) {
  return text.split("\n").map((line) => html`<p>${line}</p>`);
}

function Button({ name, kind = "", disabled = false, title = "", label, onClick, children }) {
  const names = `oo-button oo-${name} ${kind && `oo-${kind}`}`;
  return html`<button type="button" class=${names} disabled=${disabled} title=${title} aria-label=${label}
    onClick=${onClick}>${children}</button>`;
}

// A choice of few: radio buttons that read as one line.
function Choice({ name, label, options, value, onChange, disabled = false }) {
  const group = useMemo(() => `oo-${name}-${Math.random().toString(36).slice(2)}`, [name]);
  return html`<fieldset class=${`oo-choice oo-${name}`} disabled=${disabled}>
    <legend>${label}</legend>
    ${options.map(
      (option) => html`<label class=${option.kind ? `oo-${option.kind}` : ""}>
        <input type="radio" name=${group} value=${option.value} checked=${option.value === value}
          onChange=${() => onChange(option.value)} />
        <span>${option.text}</span>
      </label>`,
    )}
  </fieldset>`;
}

function Dropdown({ name, label, options, value, onChange, onOpen, disabled = false, isLabelHidden = false }) {
  return html`<label class=${`oo-field oo-${name}`}>
    <span class=${isLabelHidden ? "oo-hidden" : ""}>${label}</span>
    <select disabled=${disabled} value=${value} onChange=${(event) => onChange(event.target.value)}
      onFocus=${onOpen} onPointerDown=${onOpen}>
      ${options.map((option) => html`<option value=${option.value}>${option.text}</option>`)}
    </select>
  </label>`;
}

function Fold({ name, title, children, onOpen }) {
  const opened = (event) => event.target.open && onOpen?.();
  return html`<details class=${`oo-fold oo-${name}`} onToggle=${opened}>
    <summary>${title}</summary>
    ${children}
  </details>`;
}

// A text to copy. Not every page may use the clipboard: one that came over plain http may not.
function Copyable({ name, label, text, copyLabel, copiedLabel }) {
  const area = useRef(null);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => setCopied(false), [text]);
  const copy = async () => {
    area.current.select();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      document.execCommand("copy");
    }
    setCopied(true);
  };
  return html`<div class=${`oo-copyable oo-${name}`}>
    <textarea ref=${area} readonly rows=${Math.min(20, text.split("\n").length)} spellcheck="false" aria-label=${label}
      value=${text}></textarea>
    <${Button} name="copy" onClick=${copy}>${isCopied ? copiedLabel : copyLabel}<//>
  </div>`;
}

// Saves what the kernel sent as a file of this computer.
function saveFile(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
