// The picture of the links: parents on the left, children on the right, a line for each link. What a line is, its
// strokes say as well as its colour. The layout comes from the kernel, bounded: at most 60 records on a side.

const PICTURES = {
  wide: { width: 880, row: 24, top: 34, left: 330, right: 550, letters: 44 },
  narrow: { width: 350, row: 24, top: 34, left: 130, right: 220, letters: 16 },
};

// Which strokes a state has, and the sign in the middle of its line.
const LINE_LOOKS = {
  already: { dash: "1 4", mark: "" },
  remove: { dash: "9 5", mark: "×" },
  removed: { dash: "9 5", mark: "×" },
  failed: { dash: "3 4", mark: "!" },
  unknown: { dash: "3 4", mark: "?" },
  not_found: { dash: "3 4", mark: "?" },
  change: { dash: "12 4", mark: "~" },
  changed: { dash: "12 4", mark: "~" },
};

// As many lines bear a sign; more would hide each other.
const MOST_MARKS = 80;

function LinkPicture({ view, t }) {
  const [parents, children] = view.sides;
  // As wide as there is room; a drawing that is made smaller could not be read.
  const body = useRef(null);
  const [isNarrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setNarrow(body.current.clientWidth < PICTURES.wide.width));
    observer.observe(body.current);
    return () => observer.disconnect();
  }, []);
  const size = PICTURES[isNarrow ? "narrow" : "wide"];
  const rows = Math.max(parents.length, children.length, 1);
  const height = size.top + rows * size.row + 6;
  // The shorter side stands in the middle of the longer one.
  const place = (side, position) =>
    size.top + (position + 0.5 + (rows - side.length) / 2) * size.row;
  const names = Object.fromEntries(view.legend.map(({ state, label }) => [state, label]));

  return html`<div class="oo-picture-body" ref=${body}>
    ${view.texts.map((text) => html`<p class="oo-picture-text">${text}</p>`)}
    ${view.lines.length > 0 &&
    html`<ul class="oo-legend">
      ${view.legend.map(
        ({ state, label }) => html`<li key=${state}>
          <svg viewBox="0 0 44 14" width="44" height="14" aria-hidden="true">
            <${PictureLine} state=${state} from=${[0, 7]} to=${[44, 7]} links=${1} isMarked=${true} />
          </svg>
          ${label}
        </li>`,
      )}
    </ul>
    <div class="oo-scroll" tabindex="0" role="region" aria-label=${t("check.picture")}>
      <svg class="oo-picture-drawing" viewBox=${`0 0 ${size.width} ${height}`} width=${size.width} height=${height}
        role="group" aria-label=${view.texts[0]}>
        <text class="oo-side-title" x=${size.left} y="18" text-anchor="end">${view.titles[0]}</text>
        <text class="oo-side-title" x=${size.right} y="18">${view.titles[1]}</text>
        <g role="list" aria-label=${t("check.picture")}>
          ${view.lines.map(([parent, child, state, links]) => {
            const label = t("check.picture.line", {
              parent: parents[parent].label,
              child: children[child].label,
              state: links > 1 ? `${links} × ${names[state]}` : names[state],
            });
            return html`<g role="listitem" aria-label=${label}>
              <title>${label}</title>
              <${PictureLine} state=${state} links=${links} isMarked=${view.lines.length <= MOST_MARKS}
                from=${[size.left + 8, place(parents, parent)]} to=${[size.right - 8, place(children, child)]} />
            </g>`;
          })}
        </g>
        ${parents.map((node, position) => html`<${PictureNode} node=${node} y=${place(parents, position)} size=${size} isLeft=${true} />`)}
        ${children.map((node, position) => html`<${PictureNode} node=${node} y=${place(children, position)} size=${size} />`)}
      </svg>
    </div>`}
  </div>`;
}

function PictureLine({ state, from, to, links, isMarked }) {
  const { dash, mark } = LINE_LOOKS[state] ?? { dash: "", mark: "" };
  const middle = (from[0] + to[0]) / 2;
  const curve = `M ${from[0]} ${from[1]} C ${middle} ${from[1]} ${middle} ${to[1]} ${to[0]} ${to[1]}`;
  // Twice as thick is sixteen times as many: one busy pair must not cover the rest.
  const width = 1.6 + Math.log2(links) / 2;
  return html`<path class=${`oo-line oo-line-${state}`} d=${curve} stroke-dasharray=${dash} stroke-width=${width} />
    ${mark &&
    isMarked &&
    html`<text class=${`oo-line-mark oo-mark-${state}`} x=${middle} y=${(from[1] + to[1]) / 2 + 5}
      text-anchor="middle">${mark}</text>`}`;
}

function PictureNode({ node, y, size, isLeft = false }) {
  const x = isLeft ? size.left : size.right;
  const links = node.links > 1 ? ` (${node.links})` : "";
  const room = size.letters - links.length;
  const label = node.label.length > room ? `${node.label.slice(0, room - 1)}…` : node.label;
  const shape = node.is_group
    ? html`<rect class="oo-node" x=${x - 5} y=${y - 5} width="10" height="10" />`
    : html`<circle class="oo-node" cx=${x} cy=${y} r="4" />`;
  return html`<g>
    <title>${node.label}</title>
    ${shape}
    <text class="oo-node-label" x=${isLeft ? x - 10 : x + 10} y=${y + 4} text-anchor=${isLeft ? "end" : "start"}>
      ${label}${links}
    </text>
  </g>`;
}
