// What JupyterLab and ipywidgets leave undone around a stage: names, states and keys of the controls, and large type.

const CONTROLS = "[tabindex], button, input, select, textarea, [contenteditable=true]";

// Slider handles have no name and say the place in a list for its entry, switches do not say whether they are on, and an
// accordion opens for the mouse alone. JupyterLab would take the key x for "cut this cell".
function tend(player) {
  const set = (part, values) => Object.entries(values).forEach(([key, value]) => part.getAttribute(key) === value || part.setAttribute(key, value));
  for (const row of player.querySelectorAll(".widget-inline-hbox, .widget-toggle-buttons")) {
    const label = [...row.querySelectorAll("label")].map((one) => one.textContent.replace(/\u200b/g, "").trim()).find(Boolean);
    const readout = row.querySelector(".widget-readout");
    if (row.matches(".widget-toggle-buttons")) set(row, { role: "group", "aria-label": label ?? "order of the steps" });
    else if (label) for (const part of row.querySelectorAll("[role=slider], input, select, textarea")) set(part, { "aria-label": label });
    if (readout?.isContentEditable && label) set(readout, { role: "textbox", "aria-label": `${label}, typed` });
    if (readout) for (const handle of row.querySelectorAll("[role=slider]")) set(handle, { "aria-valuetext": readout.textContent });
  }
  for (const button of player.querySelectorAll(".widget-toggle-button")) set(button, { "aria-pressed": `${button.classList.contains("mod-active")}` });
  for (const header of player.querySelectorAll(".jupyter-widget-Collapse-header")) {
    const open = !header.parentElement.querySelector(".jupyter-widget-Collapse-contents")?.classList.contains("lm-mod-hidden");
    set(header, { role: "button", tabindex: "0", "aria-expanded": `${open}` });
  }
  for (const part of player.querySelectorAll(CONTROLS)) part.dataset.lmSuppressShortcuts = "true";
}

function keys(event) {
  const cell = event.currentTarget.closest(".jp-Cell");
  if (event.key === "Escape" && cell) cell.focus();  // back to where j and k go from cell to cell
  else if ((event.key === "Enter" || event.key === " ") && event.target.matches(".jupyter-widget-Collapse-header")) event.target.click();
  else return;
  event.preventDefault();
}

// Tends a player now and whenever its controls change, and what else there is to tend; returns what ends it.
function tending(player, also) {
  const all = () => { tend(player); also(); }, watch = new MutationObserver(all);
  const what = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class"] };
  all();
  watch.observe(player, what);
  player.addEventListener("keydown", keys);
  return () => { watch.disconnect(); player.removeEventListener("keydown", keys); };
}

// In JupyterLab's presentation mode controls are as large as its text, and a picture as large as the page has room for:
// a number in a cell is 17 pixels tall in it, and 22 on the screen.
const LARGE = { controls: 1.33, figure: 1.25, least: 1.3, most: 1.8 };

function presenting(player, el, picture) {
  const shell = document.querySelector(".jp-LabShell");
  const fit = () => {
    const svg = picture.querySelector("svg"), large = !!el.closest(".jp-mod-presentationMode");
    if (!svg || (!large && !el.classList.contains("convlib-large"))) return;
    el.classList.toggle("convlib-large", large);
    for (const part of player.children) if (!part.contains(el)) part.style.zoom = large ? LARGE.controls : "";
    const beside = player.contains(el.parentElement) && el.parentElement !== player;
    for (const part of beside ? el.parentElement.children : []) if (part !== el) part.style.zoom = large ? LARGE.figure : "";
    const [width, height] = ["width", "height"].map((side) => +svg.getAttribute(side));
    const above = svg.getBoundingClientRect().top - player.getBoundingClientRect().top;
    const room = (el.closest(".jp-WindowedPanel-outer")?.clientHeight ?? innerHeight) - above;
    const scale = Math.min(LARGE.most, Math.max(LARGE.least, room / height));
    svg.style.width = large ? `${Math.floor(scale * width)}px` : "";
    if (beside) el.style.flexBasis = large ? `${LARGE.least * width}px` : "0px";
  };
  let last = 0;
  const resized = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === last) return;
    last = contentRect.width;
    requestAnimationFrame(fit);
  });
  const toggled = new MutationObserver(fit);
  resized.observe(el);
  if (shell) toggled.observe(shell, { attributes: true, attributeFilter: ["class"] });
  return { fit, end: () => { resized.disconnect(); toggled.disconnect(); } };
}

// Where no one says whether the page is dark, or says so over a white box, the picture fits the paper it lies on. VS Code
// puts widgets on white on dark pages too. JupyterLab says it right, and may change its mind.
function matchPaper(el) {
  if (document.querySelector(".jp-LabShell")) return;
  for (let part = el.parentElement ?? el.getRootNode().host; part; part = part.parentElement ?? part.getRootNode().host) {
    const colour = getComputedStyle(part).backgroundColor;
    if (!colour.startsWith("rgb")) return;
    const [red, green, blue, opaque = 1] = colour.match(/[\d.]+/g).map(Number);
    if (opaque > 0.5) return void (el.style.colorScheme = 0.3 * red + 0.59 * green + 0.11 * blue > 128 ? "light" : "dark");
  }
}
