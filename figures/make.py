"""Draws every figure of this folder, and the gallery that shows them: `make figures`. Each is one command of convlib."""

import contextlib
import io
import sys
from pathlib import Path

from convlib.__main__ import main
from convlib.figure.command import VARIANTS

HERE = Path(__file__).parent
MORE = {
    "one_dimension": ("cross_correlate --axes 1 --size 12 --padding 1", "a strip"),
    "three_dimensions": ("cross_correlate --axes 3 --size 3,4,4 --kernel 2", "a volume, slice by slice"),
    "several_channels": ("cross_correlate --channels 3 --filters 2 --size 3 --kernel 2", "the sum runs over channels"),
    "full_padding": ("cross_correlate --size 3 --padding full", "every place where kernel and input touch"),
    "same_padding": ("cross_correlate --size 5 --padding same", "an output as large as the input"),
    "dilated_transposed": ("transposed --size 3 --kernel 2 --stride 1 --padding 0 --dilation 2", "a stamp with holes"),
    "transposed_both_ways": ("transposed --size 2 --kernel 2 --padding 0 --stride 1 --order both", "scatter and gather, side by side"),
    "depthwise_multiplier": ("depthwise --size 3 --multiplier 2 --kernel 2", "two kernels for each channel"),
    "as_a_matrix": ("cross_correlate --size 4 --matrix", "the same numbers, as the matrix that they are"),
    "input_by_input": ("cross_correlate --size 4 --padding 1 --order input", "where each input goes"),
}
FIGURES = {name: (name, make.__doc__) for name, make in VARIANTS.items()} | MORE
HEAD = """# Figures

Every variant, drawn by the code that computes it. An SVG plays by itself wherever an image is shown, fits itself to a
light or a dark page, and stands still for those who prefer less motion. A GIF goes where no SVG goes; `-dark` is for
dark slides. Any other configuration is one line too: `python -m convlib figure --help`.

All figures: [CC BY 4.0](../LICENSE-TEXT). Give the name of the project, and use them.
"""


def run(words):
    with contextlib.redirect_stdout(io.StringIO()):
        if main(words):
            raise SystemExit(f"failed: {' '.join(words)}")


def draw(folder, endings=(".svg", ".gif", "-dark.gif")):
    """Every figure, with each of these endings."""
    for name, (words, _) in FIGURES.items():
        for ending in endings:
            run(["figure", *words.split(), str(Path(folder) / f"{name}{ending}"), "--force", *(["--dark"] if "dark" in ending else [])])


def gallery():
    """The text of README.md: each figure, what it shows, the command that makes it, its GIFs."""
    parts = [HEAD]
    for name, (words, about) in FIGURES.items():
        title = name.replace("_", " ")
        parts.append(f"## {title}\n\n{about[0].upper() + about[1:]}.\n\n![{title}: {about}]({name}.svg)\n\n"
                     f"`python -m convlib figure {words} {name}.svg` · [GIF]({name}.gif) · [GIF, dark]({name}-dark.gif)\n")  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    draw(HERE, *([sys.argv[1:]] if sys.argv[1:] else []))
    (HERE / "README.md").write_text(gallery(), encoding="utf-8")
