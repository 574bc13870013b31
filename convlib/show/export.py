"""A picture as a file: a still, an animation, an SVG that plays by itself. All from the same string."""

import io
import re
from functools import cache
from pathlib import Path

import numpy as np

from .style import INK, INPUT, OUTPUT, PAGE, SOFT, WEIGHT

ENDINGS = (".svg", ".gif", ".png")
PAUSE = 0.7  # seconds a step
COLOURS, ROLES = 32, (INK, SOFT, INPUT, WEIGHT, OUTPUT)  # of a GIF


def only(svg, step):
    """The SVG with one step lit, and nothing that is hidden."""
    svg = re.sub(r'<g class="feeds">.*?</g>', "", svg)
    return re.sub(r'<g class="step(?: on)?" data-step="(\d+)">(.*?)</g>', lambda group: group[2] if int(group[1]) == step else "", svg)


def still(svg, step, dark=False):
    """One step, with the colours of one theme put in, for what knows no light-dark()."""
    svg = only(svg, step)
    style = re.search(r"<style>(.*?)</style>", svg)[1]
    rules = re.sub(r"light-dark\((#\w+),(#\w+)\)", r"\2" if dark else r"\1", style).replace(".convlib ", "").split("}")
    return svg.replace(style, "}".join(rule for rule in rules if ":" not in rule.split("{")[0]))  # half the rasteriser's time


@cache
def fonts():
    """The DejaVu files that matplotlib ships: the same letters on every machine."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return [str(folder / f"{name}.ttf") for name in ("DejaVuSans", "DejaVuSans-Bold")]


def raster(svg, step, dark=False):
    """One step on the page's colour."""
    import resvg_py
    from PIL import Image

    data = resvg_py.svg_to_bytes(svg_string=still(svg, step, dark), font_files=fonts(), skip_system_fonts=True,
                                 sans_serif_family="DejaVu Sans", background=PAGE[dark])  # fmt: skip
    return Image.open(io.BytesIO(bytes(data))).convert("RGB")


def png(svg, step=0, dark=False):
    """One step as the bytes of a PNG of few colours."""
    file = io.BytesIO()
    raster(svg, step, dark).quantize(96).save(file, "png", optimize=True)
    return file.getvalue()


def gif(svg, steps, dark=False):
    """These steps as the bytes of a GIF: one palette for all, and of each frame only what differs from the one before."""
    frames = [raster(svg, step, dark) for step in steps]
    palette = palette_of(frames, dark)
    indices = [np.asarray(frame.quantize(palette=palette, dither=0)) for frame in frames]
    images, file = [], io.BytesIO()
    for before, now in zip([None, *indices], indices):
        shown = now if before is None else np.where(now == before, COLOURS, now).astype(np.uint8)
        image = palette.copy().resize(frames[0].size)
        image.frombytes(shown.tobytes())
        images.append(image)
    images[0].save(file, "gif", save_all=True, append_images=images[1:], duration=int(PAUSE * 1000), loop=0,
                   transparency=COLOURS, disposal=1, optimize=False)  # fmt: skip
    return file.getvalue()


def palette_of(frames, dark):
    """An image with the palette of all frames; the colours of the roles are in it however few cells wear them."""
    from PIL import Image, ImageColor

    wide, high = frames[0].size
    some = [frames[0], frames[len(frames) // 2], frames[-1]]
    sheet = Image.new("RGB", (wide, high * len(some) + 40 * len(ROLES)))
    for i, frame in enumerate(some):
        sheet.paste(frame, (0, high * i))
    for i, role in enumerate(ROLES):
        sheet.paste(ImageColor.getrgb(role[dark]), (0, high * len(some) + 40 * i, wide, high * len(some) + 40 * (i + 1)))
    return sheet.quantize(COLOURS, dither=0)


def one_by_one(selector, steps):
    """The rules by which the selected groups, those of the steps, come into view one after the other."""
    return (
        f"{selector}{{display:inline;visibility:hidden;animation:convlib-step {steps * PAUSE:g}s step-end infinite}}"
        f"@keyframes convlib-step{{0%{{visibility:visible}}{100 / steps:.6g}%{{visibility:hidden}}}}"
    )


def delayed(svg, steps):
    """The SVG with the moment of each step in it."""
    delay = lambda match: f'{match[0]} style="animation-delay:{(int(match[1]) - steps) * PAUSE:g}s"'  # noqa: E731
    return re.sub(r'class="step(?: on)?" data-step="(\d+)"', delay, svg)


def playing(svg, steps):
    """The SVG with a style that lights one step after the other; who prefers less motion sees the step in view."""
    rules = one_by_one(".convlib .step", steps)
    style = f".convlib{{color-scheme:light dark}}@media (prefers-reduced-motion:no-preference){{{rules}}}"
    return delayed(svg.replace("</style>", style + "</style>", 1), steps)


def bytes_of(picture, ending, step=None, dark=False):
    """What a file with this ending holds: .svg and .gif play all steps, unless one is chosen; .png shows one."""
    if step is not None and not 0 <= step < picture.steps:
        raise ValueError(f"step {step} is not among the {picture.steps} steps, 0 to {picture.steps - 1}")
    if ending == ".svg":
        style = f".convlib{{color-scheme:{'dark' if dark else 'light dark'}}}</style>"
        drawn = playing(picture.svg, picture.steps) if step is None else only(picture.svg, step).replace("</style>", style, 1)
        return drawn.encode()
    if ending == ".gif":
        return gif(picture.svg, range(picture.steps) if step is None else [step], dark)
    return png(picture.svg, picture.step if step is None else step, dark)


def checked(path):
    """The path, if its ending is one that is made here."""
    path = Path(path)
    if path.suffix not in ENDINGS:
        raise ValueError(f"path {str(path)!r} ends in {path.suffix!r}: take one of {', '.join(ENDINGS)}")
    return path


def save(picture, path, step=None, dark=False):
    """Write a picture as .svg, .gif or .png; the ending says which. The file is there when it is whole."""
    path = checked(path)
    data = bytes_of(picture, path.suffix, step, dark)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
