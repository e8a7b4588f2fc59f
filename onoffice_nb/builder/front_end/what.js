// What is to be done, and with which kind of link.

function WhatStep({ view, t, act }) {
  const { relation, is_searching: isSearching } = view;
  return html`<section class="oo-step oo-what" aria-label=${t("what.title")}>
    <h3>${t("what.title")}</h3>
    <div class="oo-body">
      <${Choice} name="task" label=${t("what.task")} options=${view.tasks} value=${view.task}
        onChange=${(task) => act("what.task", { task })} />
      <p class=${`oo-sentence ${["remove", "replace"].includes(view.task) ? "oo-danger-text" : ""}`}>${view.sentence}</p>
      ${relation && html`<${ChosenRelation} relation=${relation} t=${t} act=${act} isSearching=${isSearching} />`}
      ${isSearching && html`<${RelationSearch} view=${view} t=${t} act=${act} />`}
    </div>
  </section>`;
}

function ChosenRelation({ relation, t, act, isSearching }) {
  return html`<div class="oo-relation" role="status">
      <strong class="oo-relation-name">${relation.name}</strong>
      <span class="oo-sides">${relation.sides}</span>
      ${!isSearching && html`<${Button} name="other-relation" onClick=${() => act("what.reopen")}>${t("what.other")}<//>`}
    </div>
    ${relation.doubts.map((doubt) => html`<${Note} level="warning">${doubt}<//>`)}
    <${Fold} name="relation-details" title=${t("what.details")}>
      <p class="oo-technical">${relation.urn}</p>
      <p class="oo-technical">${relation.support}</p>
    <//>`;
}

function RelationSearch({ view, t, act }) {
  const [query, setQuery] = useState(view.query);
  const waiting = useRef(0);
  const search = (text) => {
    setQuery(text);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => act("what.search", { query: text }), 120);
  };
  // Enter takes the only hit. A form hears it although keys are kept from the notebook on their way to the page.
  const enter = (event) => {
    event.preventDefault();
    clearTimeout(waiting.current);
    act("what.take_only_hit", { query });
  };
  return html`<form class="oo-search-form" onSubmit=${enter}>
      <label class="oo-field oo-relation-search">
        <span>${t("what.search")}</span>
        <input type="search" value=${query} placeholder=${t("what.search.hint")} autocomplete="off"
          onInput=${(event) => search(event.target.value)} />
      </label>
    </form>
    <p class="oo-hint" role="status">${view.hits.length ? view.found : t("what.none")}</p>
    <ul class="oo-hits">
      ${view.hits.map(
        (hit) => html`<li key=${hit.suffix}>
          <${Button} name="hit" kind=${hit.suffix === view.relation?.suffix ? "chosen" : ""}
            onClick=${() => act("what.choose", { name: hit.suffix })}>
            <strong>${hit.name}</strong> <span class="oo-sides">${hit.sides}</span>
          <//>
        </li>`,
      )}
    </ul>`;
}
