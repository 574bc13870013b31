// Shows one SVG and lights one of its steps. Stepping, playing and pointing need no kernel.

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

const LEAST = 0.65;  // of its own size: a picture in a narrower window scrolls, and shrinks no further

function render({ model, el }) {
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });  // styles of one picture stay in it
  root.innerHTML = `<style>${style}</style><div class="lost" role="status" hidden></div>
    <div class="frame"><div class="message" role="alert" hidden></div><div class="picture"></div></div>
    <div class="live" id="live" aria-live="polite"></div><div id="about" hidden></div>
    <div class="code" hidden><code></code><button>copy</button></div>`;
  const [lost, message, picture, live, about, code] = [".lost", ".message", ".picture", ".live", "#about", ".code"].map((name) => root.querySelector(name));
  const svg = () => picture.querySelector("svg");
  let called = "", fitted = () => {};

  const light = (first = "") => {
    if (!svg()) return;
    picture.querySelector(".on")?.classList.remove("on");
    picture.querySelector(`.step[data-step="${model.get("step")}"]`)?.classList.add("on");
    svg().dataset.step = model.get("step");
    live.textContent = first + spoken(svg(), model.get("step"));
  };
  const draw = () => {
    picture.innerHTML = model.get("svg");
    if (!svg()) return;
    const steps = model.get("steps"), name = words(svg().getAttribute("aria-label") ?? "");
    const role = steps > 1 ? { role: "application", "aria-roledescription": "picture with steps" } : { role: "img" };
    for (const [key, value] of Object.entries({ ...role, "aria-label": name, "aria-describedby": "live about", tabindex: "0" })) svg().setAttribute(key, value);
    for (const part of svg().children) part.setAttribute("aria-hidden", "true");  // dozens of numbers without an order
    svg().style.setProperty("--least", `${LEAST * svg().getAttribute("width")}px`);
    about.textContent = described(svg(), steps, model.get("ticks") > 1);
    light(called && called !== name ? `${name}. ` : "");
    called = name;
    fitted();
  };
  // A voice that runs after a picture that plays is no help: it says where the picture came to stand.
  const hush = () => {
    live.ariaLive = model.get("playing") ? "off" : "polite";
    if (!model.get("playing")) light();
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
    if (cell && model.get("editable") && lost.hidden && /^[xw]-/.test(cell.dataset.cell)) edit(cell);
  });

  const edit = (cell) => {
    model.set("message", "");  // the next one is heard, even if it says the same
    model.save_changes();
    const box = cell.querySelector("rect").getBoundingClientRect(), frame = picture.getBoundingClientRect();
    const input = document.createElement("input");
    picture.style.position = "relative";
    Object.assign(input.style, { left: `${box.left - frame.left + picture.scrollLeft - 6}px`, top: `${box.top - frame.top}px`, width: `${box.width + 12}px`, height: `${box.height}px` });
    input.value = (cell.querySelector("text")?.textContent ?? "").replace("−", "-");
    input.setAttribute("aria-label", `new value of ${place(cell.dataset.cell)}`);
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
    await navigator.clipboard?.writeText(model.get("code")).then(() => (button.textContent = live.textContent = "copied"), () => (button.textContent = "select and copy"));
    setTimeout(() => (button.textContent = "copy"), 1500);
  });

  // ipywidgets has no words for an image: a tooltip breaks its view.
  const tell = () => el.parentElement?.querySelectorAll(":scope > .widget-image").forEach((image) => (image.alt = model.get("figure") ?? ""));

  let ends = [], gone = false;
  const settle = () => {
    if (gone) return;
    if (!el.isConnected) return requestAnimationFrame(settle);
    const player = el.closest(".convlib-player") ?? el, { fit, end } = presenting(player, el, picture);
    ends = [tending(player, tell), end, following(model, el, player, lost)];
    fitted = fit;
    matchPaper(el);
    el.dataset.lmSuppressShortcuts = "true";
    fit();
  };

  const seen = { "change:svg": draw, "change:step": () => light(), "change:playing": hush, "change:figure": tell,
    "change:message change:stale change:code": say };
  for (const [event, react] of Object.entries(seen)) model.on(event, react);
  draw();
  say();
  settle();
  return () => {
    Object.entries(seen).forEach(([event, react]) => model.off(event, react));
    ends.forEach((end) => end());
    picture.replaceChildren();  // JupyterLab may keep the view that was taken away; its thousands of nodes go
    gone = true;
  };
}

export default { initialize, render };
