// The stage on a page without a kernel: every living picture gets a model of its own, and Play moves its steps.

function modelOf(values) {
  const heard = {};
  const each = (events, act) => events.split(" ").forEach((event) => act((heard[event] ??= new Set())));
  return {
    get: (name) => values[name],
    set: (name, value) => {
      if (values[name] === value) return;
      values[name] = value;
      heard[`change:${name}`]?.forEach((react) => react());
    },
    on: (events, react) => each(events, (those) => those.add(react)),
    off: (events, react) => each(events, (those) => those.delete(react)),
    save_changes: () => {},
  };
}

function enliven(host) {
  // The parser makes a shadow root of the template; a page that puts it in by script leaves that to us.
  const template = host.querySelector(":scope > template");
  if (template) host.attachShadow({ mode: "open" }).append(template.content);
  const root = host.shadowRoot, still = root.querySelector(".picture");
  const { colorScheme, color } = getComputedStyle(host.parentElement);
  // A page that does not say whether it is dark shows it by the colour of its text.
  if (colorScheme === "normal" && color.match(/[\d.]+/g).slice(0, 3).every((part) => part > 128)) host.style.colorScheme = "dark";
  if (!still) return;
  const { steps, columns } = host.dataset, svg = still.querySelector("svg");
  const code = root.querySelector(".code"), play = root.querySelector("input"), step = +svg.dataset.step;
  const model = modelOf({ svg: svg.outerHTML, step, steps: +steps, columns: +columns, tick: step, ticks: +steps, interval: 700,
    playing: false, message: "", stale: false, code: code?.textContent.trim() ?? "", editable: false });
  for (const [one, other] of [["tick", "step"], ["step", "tick"]]) model.on(`change:${one}`, () => model.set(other, model.get(one)));
  const stage = document.createElement("div");
  still.replaceWith(stage);
  code?.remove();
  initialize({ model });
  render({ model, el: stage });
  if (!play) return;
  play.checked = false;
  play.addEventListener("change", () => model.set("playing", play.checked));
  model.on("change:playing", () => (play.checked = model.get("playing")));
}

for (const host of document.querySelectorAll(".convlib-living:not([data-alive])")) {
  host.dataset.alive = "true";
  enliven(host);
}
