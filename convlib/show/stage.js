// Shows one SVG and lights one of its steps. Stepping, playing and pointing need no kernel.

const style = `
  :host { display: block; }
  .frame { position: relative; min-height: 44px; }
  .picture { overflow-x: auto; padding: 2px; }
  .picture svg { max-width: 100%; height: auto; display: block; outline-offset: 3px; border-radius: 4px; }
  .picture svg:focus-visible { outline: 2px solid light-dark(#0067a3, #56b4e9); }
  .picture.stale svg { opacity: .3; pointer-events: none; }
  .message { position: absolute; z-index: 1; top: 4px; left: 14px; padding: 8px 12px; border-left: 4px solid light-dark(#b84f00, #f0934a); font: 15px/1.45 system-ui, sans-serif;
    color: light-dark(#1d2733, #e8edf2); background: light-dark(#fdf1e7, #33251a); white-space: pre-wrap; max-width: min(60em, 92%); box-sizing: border-box; }
  .gone { margin: 6px 2px 8px 14px; padding: 6px 12px; border-left: 4px solid light-dark(#b84f00, #f0934a); font: 15px/1.45 system-ui, sans-serif;
    color: light-dark(#1d2733, #e8edf2); background: light-dark(#fdf1e7, #33251a); max-width: min(60em, 92%); box-sizing: border-box; }
  .code { display: flex; align-items: baseline; gap: 10px; margin: 2px 0 2px 24px; font-size: 14px; }
  .code code { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; color: light-dark(#5b6775, #a3b0bd); overflow-wrap: anywhere; user-select: all; }
  .code button { font: 13px system-ui, sans-serif; padding: 1px 9px; border-radius: 5px; cursor: pointer; background: none;
    color: light-dark(#5b6775, #a3b0bd); border: 1px solid light-dark(#c9d2db, #46515d); }
  input { position: absolute; box-sizing: border-box; font: 16px system-ui, sans-serif; text-align: center; padding: 0; border-radius: 5px;
    color: light-dark(#1d2733, #e8edf2); background: light-dark(#fff, #15191e); border: 2px solid light-dark(#b84f00, #f0934a); }
  .live { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  [hidden] { display: none !important; }
`;
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

function initialize({ model }) {
  saveWithPage(model.widget_manager);
  // One clock however many views: two would run twice as fast.
  let clock;
  const tick = () => {
    const next = model.get("tick") + 1;
    if (next >= model.get("ticks")) model.set("playing", false);  // at the end it stops; pressed again, it starts over
    else model.set("tick", next);
    model.save_changes();
  };
  const run = () => {
    clearInterval(clock);
    if (model.get("playing")) clock = setInterval(tick, model.get("interval"));
  };
  model.on("change:interval", run);
  model.on("change:playing", () => {
    if (model.get("playing") && model.get("tick") + 1 >= model.get("ticks")) { model.set("tick", 0); model.save_changes(); }
    run();
  });
  return () => {
    clearInterval(clock);
    for (const nothing of ["", " "]) model.set("svg", nothing);  // JupyterLab 4.6 keeps closed models; Backbone, the value before: twice
  };
}

function render({ model, el }) {
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });  // styles of one picture stay in it
  root.innerHTML = `<style>${style}</style><div class="gone" role="status" hidden></div><div class="frame"><div class="message" role="alert" hidden></div><div class="picture"></div></div>
    <div class="live" aria-live="polite"></div><div class="code" hidden><code></code><button>copy</button></div>`;
  const [message, picture, live, code, gone] = [".message", ".picture", ".live", ".code", ".gone"].map((name) => root.querySelector(name));
  const svg = () => picture.querySelector("svg");

  const light = () => {
    if (!svg()) return;
    picture.querySelector(".on")?.classList.remove("on");
    const step = picture.querySelector(`.step[data-step="${model.get("step")}"]`);
    step?.classList.add("on");
    svg().dataset.step = model.get("step");
    live.textContent = [...(step?.querySelectorAll(".t, .cap") ?? [])].map((line) => line.textContent).join(" ");
  };
  const draw = () => {
    picture.innerHTML = model.get("svg");
    svg()?.setAttribute("tabindex", "0");
    light();
  };
  const say = () => {
    message.textContent = model.get("message");
    message.hidden = !model.get("message");
    picture.classList.toggle("stale", !!model.get("stale"));
    code.querySelector("code").textContent = model.get("code");
    code.hidden = !model.get("code");
    code.style.visibility = model.get("stale") ? "hidden" : "visible";  // its place stays: nothing jumps
  };
  const go = (step) => {
    if (step < 0 || step >= model.get("steps")) return;
    model.set("step", step);
    model.save_changes();
  };

  picture.addEventListener("click", (event) => {
    const step = event.target.closest?.(".o, .i")?.querySelector(".step");
    if (step) go(+step.dataset.step);
    svg()?.focus({ preventScroll: true });
  });
  picture.addEventListener("keydown", (event) => {
    const rows = { ArrowUp: -1, ArrowDown: 1 }[event.key], one = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const last = model.get("steps") - 1, step = model.get("step");
    if (event.target.tagName === "INPUT") return;
    if (rows) go(step + rows * model.get("columns"));
    else if (one) go(step + one);
    else if (event.key === "Home" || event.key === "End") go(event.key === "Home" ? 0 : last);
    else if (event.key === " ") { model.set("playing", !model.get("playing")); model.save_changes(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  picture.addEventListener("dblclick", (event) => {
    const cell = event.target.closest?.("[data-cell]");
    if (cell && model.get("editable") && gone.hidden && /^[xw]-/.test(cell.dataset.cell)) edit(cell);
  });

  const edit = (cell) => {
    model.set("message", "");  // the next one is heard, even if it says the same
    model.save_changes();
    const box = cell.querySelector("rect").getBoundingClientRect(), frame = picture.getBoundingClientRect();
    const input = document.createElement("input");
    picture.style.position = "relative";
    Object.assign(input.style, { left: `${box.left - frame.left + picture.scrollLeft - 6}px`, top: `${box.top - frame.top}px`, width: `${box.width + 12}px`, height: `${box.height}px` });
    input.value = (cell.querySelector("text")?.textContent ?? "").replace("−", "-");
    input.setAttribute("aria-label", `new value of ${cell.dataset.cell}`);
    input.dataset.lmSuppressShortcuts = "true";
    picture.append(input);
    input.focus();
    input.select();
    const first = input.value;
    let done = false;
    const leave = (keep) => {
      if (done) return;
      done = true;  // taking the input away blurs it, which would come here again
      if (keep && input.value !== first) model.send({ cell: cell.dataset.cell, value: input.value });
      input.remove();
      svg()?.focus({ preventScroll: true });
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") leave(true);
      if (event.key === "Escape") leave(false);
    });
    input.addEventListener("blur", () => leave(true));
  };

  const button = code.querySelector("button");
  button.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(model.get("code")).then(() => (button.textContent = "copied"), () => (button.textContent = "select and copy"));
    setTimeout(() => (button.textContent = "copy"), 1500);
  });

  // JupyterLab would take the key x for "cut this cell"; ipywidgets leaves slider handles without a name.
  const tend = () => {
    if (!el.isConnected) return requestAnimationFrame(tend);
    const player = el.closest(".convlib-player") ?? el;
    el.dataset.lmSuppressShortcuts = "true";
    for (const part of player.querySelectorAll("[tabindex], button, input, select, textarea")) part.dataset.lmSuppressShortcuts = "true";
    for (const row of player.querySelectorAll(".widget-inline-hbox")) {
      const label = row.querySelector("label")?.textContent;
      for (const part of row.querySelectorAll("[role=slider], input, select, textarea")) if (label) part.setAttribute("aria-label", label);
    }
  };
  tend();

  // A kernel restarts, dies or is shut down, and its players stay on the page. An exported page never had one: its manager has no `kernel`.
  const kernel = model.widget_manager?.kernel;
  const askKernel = () => {
    const ended = kernel?.isDisposed || ["restarting", "autorestarting", "terminating", "dead"].includes(kernel?.status);
    if (kernel === undefined || !model.get("editable") || !(ended || el.classList.contains("jupyter-widgets-disconnected"))) return;
    const player = el.closest(".convlib-player");
    if (!player) return requestAnimationFrame(askKernel);
    gone.textContent = GONE;
    gone.hidden = false;
    for (const row of player.children) {
      if (row.contains(el) || row.querySelector(".convlib-step")) continue;
      row.inert = true;  // moved, they would no longer say what the picture shows
      row.style.opacity = .45;
    }
  };
  for (const signal of [kernel?.statusChanged, kernel?.disposed]) signal?.connect(askKernel);

  const seen = { "change:svg": draw, "change:step": light, "change:message change:stale change:code": say };
  for (const [event, react] of Object.entries(seen)) model.on(event, react);
  draw();
  say();
  askKernel();
  return () => {
    for (const signal of [kernel?.statusChanged, kernel?.disposed]) signal?.disconnect(askKernel);
    picture.replaceChildren();  // JupyterLab may keep the view that was taken away; its thousands of nodes go
    Object.entries(seen).forEach(([event, react]) => model.off(event, react));
  };
}

export default { initialize, render };
