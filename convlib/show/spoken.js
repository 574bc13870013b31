// What a screen reader says of a picture: its name, what stands in it, and a sentence for the step in view.

const SPOKEN = [
  [/\((−[^()\s]*)\)/g, "$1"],  // the brackets of 3·(−1)
  [/(\d)×(?=\d)/g, "$1 by "], [/ ?× ?/g, " times "], [/(\S)·(?=\S)/g, "$1 times "], [/ · /g, ", "], [/ \* /g, " with "],
  [/\+ …/g, "and more,"], [/…/g, "and so on"], [/−/g, "minus "], [/ \+ /g, " plus "], [/ = /g, " equals "], [/ ≈ /g, " is about "],
  [/ ?(->|→) ?/g, " gives "], [/∞/g, "infinity"], [/≠/g, "differs from"],
];

const words = (text) => SPOKEN.reduce((said, [sign, word]) => said.replace(sign, word), text).replace(/\s+/g, " ").trim();

// "x-0-1-2" is input 0, 1, 2, as one would index it.
function place(address) {
  const [grid, ...index] = address.split("-");
  return `${{ x: "input", w: "kernel", y: "output" }[grid] ?? grid} ${index.join(", ")}`;
}

// A line that goes on where the last one ended starts with a sign; captions were broken where there was no more room.
function sentence(lines) {
  return lines.reduce((text, line, i) => {
    const goesOn = /^\s*[+=≈]/.test(line.textContent) || (line.matches(".cap") && lines[i - 1]?.matches(".cap"));
    return text + (i ? (goesOn ? " " : ". ") : "") + line.textContent.trim();
  }, "");
}

// The step in view: which output it is (or which input), and how it comes about.
function spoken(svg, step) {
  const group = svg.querySelector(`.step[data-step="${step}"]`);
  if (!group) return "";
  const cell = group.parentElement.querySelector("[data-cell]")?.dataset.cell;
  return `step ${step}${cell ? `, ${place(cell)}` : ""}: ${words(sentence([...group.querySelectorAll(".t, .cap")]))}`;
}

// What stays the same at all steps: the grids with their sizes, and the text below. Without steps, the numbers too.
function described(svg, steps, plays) {
  const grids = [...svg.querySelectorAll(".h")].map((title) => `${title.textContent} ${title.nextElementSibling?.textContent ?? ""}`);
  const below = sentence([...svg.querySelectorAll(".said, .cap")].filter((line) => !line.closest(".step")));
  const keys = `Steps 0 to ${steps - 1}: arrow keys, Home and End move${plays ? ", the space bar plays" : ""}.`;
  return [...grids.map(words), words(below), steps > 1 ? keys : numbers(svg)].filter(Boolean).join(". ");
}

function numbers(svg) {
  const rows = new Map();
  for (const cell of svg.querySelectorAll("[data-cell]")) {
    const row = cell.dataset.cell.replace(/-\d+$/, ""), number = cell.querySelector("text")?.textContent;
    if (number) rows.set(row, [...(rows.get(row) ?? []), number]);
  }
  return [...rows].map(([row, texts]) => `${place(row)}: ${words(texts.join(", "))}`).join("; ");
}
