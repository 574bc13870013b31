// What a stage owes to its kernel: words when that is gone, and a saved page that can be opened without it.

const GONE = "The kernel that made this is gone. Its steps still work; to use the other controls, run the page again from the top: Run > Run All Cells.";
const STATE = "application/vnd.jupyter.widget-state+json";

// A saved page names its widgets. Opened tomorrow, with no kernel that knows them, it would show "model not found" in their place;
// so they are saved with it, as JupyterLab's setting "Save Widget State Automatically" does: those on the page, from this kernel or saved before.
function saveWithPage(manager) {
  const page = manager?.context, done = Symbol.for("convlib saves with the page");
  if (!page?.saveState?.connect || page[done]) return;
  page[done] = true;  // once for a page: every stage comes here
  page.saveState.connect((_, moment) => {
    if (moment !== "started") return;
    const known = { ...page.model.getMetadata("widgets")?.[STATE]?.state, ...manager.get_state_sync({ drop_defaults: true }).state };
    const state = {};
    const keep = (id) => {
      if (id in state || !known[id]) return;
      state[id] = known[id];
      for (const [, part] of JSON.stringify(known[id]).matchAll(/"IPY_MODEL_([^"]+)"/g)) keep(part);
    };
    for (const cell of page.model.cells) for (const output of cell.toJSON().outputs ?? []) keep(output.data?.["application/vnd.jupyter.widget-view+json"]?.model_id);
    for (const [id, { state: link }] of Object.entries(known)) if (link.source && state[link.source[0].replace("IPY_MODEL_", "")]) keep(id);
    page.model.setMetadata("widgets", { [STATE]: { version_major: 2, version_minor: 0, state } });
  });
}

// A kernel restarts, dies or is shut down, and its players stay on the page. An exported page never had one: its manager has no `kernel`.
function following(model, el, player, lost) {
  const kernel = model.widget_manager?.kernel, signals = [kernel?.statusChanged, kernel?.disposed];
  const ask = () => {
    const ended = kernel?.isDisposed || ["restarting", "autorestarting", "terminating", "dead"].includes(kernel?.status);
    if (kernel === undefined || !model.get("editable") || !(ended || el.classList.contains("jupyter-widgets-disconnected"))) return;
    lost.textContent = GONE;
    lost.hidden = false;
    for (const row of player.children) {
      if (row.contains(el) || row.querySelector(".convlib-step")) continue;
      row.inert = true;  // moved, they would no longer say what the picture shows
      row.style.opacity = .45;
    }
  };
  for (const signal of signals) signal?.connect(ask);
  ask();
  return () => signals.forEach((signal) => signal?.disconnect(ask));
}
