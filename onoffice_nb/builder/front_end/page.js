// The page: its head, its parts from top to bottom, and what goes between it and the kernel.

const PARTS = ["what", "data", "check", "send", "runs"];

function Page({ model, element }) {
  const view = (name) => model.get(`_${name}_view`);
  const { language, account, busy, messages, focus } = view("page");
  const labels = model.get("_labels");
  const t = useMemo(() => textsOf(labels, language), [labels, language]);
  const act = (action, content = {}, buffers) => model.send({ ...content, do: action }, undefined, buffers);

  useEffect(() => {
    moveFocus(element, focus);
  }, [focus.turn]);
  // For who reads it out, and for the quotation marks.
  useLayoutEffect(() => {
    element.lang = language;
  }, [language]);

  const part = (name, Part) => html`<${Part} view=${view(name)} t=${t} act=${act} language=${language} isBusy=${busy !== ""}
      model=${model} />
    ${messages[name] && html`<${Note} level=${messages[name].level}><${Lines} text=${messages[name].text} /><//>`}`;
  return html`<${Head} t=${t} act=${act} language=${language} account=${account} busy=${busy} />
    ${part("runs", RunsPanel)} ${part("what", WhatStep)} ${part("data", DataStep)} ${part("check", CheckStep)}
    ${part("send", SendStep)}`;
}

function Head({ t, act, language, account, busy }) {
  const mode = account.is_live ? "live" : "sandbox";
  const languages = [
    { value: "de", text: "Deutsch" },
    { value: "en", text: "English" },
  ];
  return html`<div class=${`oo-head oo-${mode}`}>
    <h2>${t("page.title")}</h2>
    <p class="oo-account">
      <strong class="oo-badge">${account.is_live ? "⚠ " : ""}${t(`page.${mode}`)}</strong>
      <strong>${account.label}</strong>
      <span>${t(`page.${mode}.meaning`)}</span>
    </p>
    <p class="oo-busy" role="status">${busy ? t("page.busy") : ""}</p>
    <${Choice} name="language" label=${t("page.language")} options=${languages} value=${language}
      onChange=${(chosen) => act("page.language", { language: chosen })} />
  </div>`;
}

// On to the control that comes next, and into sight.
function moveFocus(element, focus) {
  const target = focus.on && element.querySelector(focus.on);
  if (!target) {
    return;
  }
  target.scrollIntoView({ block: "center", behavior: "instant" });
  // Whoever is typing in another place of the notebook keeps typing there.
  if (element.contains(document.activeElement) || document.activeElement === document.body) {
    target.focus({ preventScroll: true });
  }
}

// Letters and arrows are meant for the field that has the focus, not for the cells of the notebook. Heard on the window
// and on the way down, as Jupyter Notebook takes keys for shortcuts before they reach the page.
function keepKeysFromNotebook(element, signal) {
  const keep = (event) => {
    if (element.contains(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.stopPropagation();
    }
  };
  window.addEventListener("keydown", keep, { capture: true, signal });
}

function render({ model, el }) {
  el.classList.add("oo-builder");
  const listeners = new AbortController();
  keepKeysFromNotebook(el, listeners.signal);

  const draw = () => preact.render(html`<${Page} model=${model} element=${el} />`, el);
  const changes = ["_labels", ...["page", ...PARTS].map((name) => `_${name}_view`)].map((name) => `change:${name}`);
  changes.forEach((change) => model.on(change, draw));
  const receive = (message, buffers) => {
    if (message.do === "save") {
      saveFile(message.name, message.type, buffers[0]);
    }
  };
  model.on("msg:custom", receive);
  draw();
  // The kernel does not know which language the reader's browser speaks.
  model.send({ do: "page.browser_language", tag: navigator.language });

  return () => {
    listeners.abort();
    changes.forEach((change) => model.off(change, draw));
    model.off("msg:custom", receive);
    preact.render(null, el);
  };
}

export default { render };
