// What the page does in the browser itself. It serves the builder that stands around it; where a front end does not
// load it, the page still works, only without the button that copies.

function render({ el }) {
  // Asked for when something happens, as the notebook may move the builder, or show it twice.
  const isInside = (event) => el.closest(".oo-builder")?.contains(event.target) ?? false;

  const listeners = new AbortController();
  const listen = (type, listener) =>
    // On the window and on the way down: Jupyter Notebook takes keys for shortcuts before they reach the page.
    window.addEventListener(type, (event) => isInside(event) && listener(event), {
      capture: true,
      signal: listeners.signal,
    });

  listen("keydown", (event) => {
    // Letters and arrows are meant for the field that has the focus, not for the cells of the notebook.
    if (!event.ctrlKey && !event.altKey && !event.metaKey) {
      event.stopPropagation();
    }
  });

  listen("click", (event) => {
    const copyButton = event.target.closest(".oo-copy");
    if (copyButton) {
      copyCode(copyButton);
    }

    const stopButton = event.target.closest(".oo-stop");
    if (stopButton) {
      // The kernel may be busy with a cell: the click is seen at once all the same. Later, or it would not be sent.
      setTimeout(() => { stopButton.disabled = true; });
    }
  });

  el.classList.add("oo-script-runs");
  return () => listeners.abort();
}

async function copyCode(button) {
  const code = button.closest(".oo-code").querySelector("textarea");
  code.select();

  try {
    await navigator.clipboard.writeText(code.value);
  } catch {
    // Not every page may use the clipboard: one that came over plain http may not.
    document.execCommand("copy");
  }
  button.textContent = "Copied";
}

export default { render };
