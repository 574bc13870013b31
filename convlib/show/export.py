"""A picture as a file: a still, an animation, an SVG that plays by itself. All from the same string."""

import io
import re
from functools import cache
from pathlib import Path

PAUSE = 0.7  # seconds a step


def still(svg, step):
    """The SVG with one step lit and nothing that is hidden, and the light colours put in, for what knows no light-dark()."""
    svg = re.sub(r'<g class="feeds">.*?</g>', "", svg)
    svg = re.sub(r'<g class="step(?: on)?" data-step="(\d+)">(.*?)</g>', lambda group: group[2] if int(group[1]) == step else "", svg)
    style = re.search(r"<style>(.*?)</style>", svg)[1]
    rules = re.sub(r"light-dark\((#\w+),#\w+\)", r"\1", style).replace(".convlib ", "").split("}")
    return svg.replace(style, "}".join(rule for rule in rules if ":" not in rule.split("{")[0]))  # half the rasteriser's time


@cache
def fonts():
    """The DejaVu files that matplotlib ships: the same letters on every machine."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return [str(folder / f"{name}.ttf") for name in ("DejaVuSans", "DejaVuSans-Bold")]


def raster(svg, step):
    """One step on white, as an image of few colours."""
    import resvg_py
    from PIL import Image

    data = resvg_py.svg_to_bytes(svg_string=still(svg, step), font_files=fonts(), skip_system_fonts=True,
                                 sans_serif_family="DejaVu Sans", background="#ffffff")  # fmt: skip
    return Image.open(io.BytesIO(bytes(data))).convert("RGB").quantize(96)


def png(svg, step=0):
    """One step as the bytes of a PNG."""
    file = io.BytesIO()
    raster(svg, step).save(file, "png", optimize=True)
    return file.getvalue()


def gif(svg, steps):
    """All steps as the bytes of a GIF."""
    frames, file = [raster(svg, i) for i in range(steps)], io.BytesIO()
    frames[0].save(file, "gif", save_all=True, append_images=frames[1:], duration=int(PAUSE * 1000), loop=0)
    return file.getvalue()


def playing(svg, steps):
    """The SVG with a style that lights one step after the other; who prefers less motion sees the step in view."""
    whole = steps * PAUSE
    style = (
        ".convlib{color-scheme:light dark}@media (prefers-reduced-motion:no-preference){"
        f".convlib .step{{display:inline;visibility:hidden;animation:convlib-step {whole:g}s step-end infinite}}"
        f"@keyframes convlib-step{{0%{{visibility:visible}}{100 / steps:.6g}%{{visibility:hidden}}}}}}"
    )
    svg = svg.replace("</style>", style + "</style>", 1)
    delay = lambda match: f'{match[0]} style="animation-delay:{(int(match[1]) - steps) * PAUSE:g}s"'  # noqa: E731
    return re.sub(r'class="step(?: on)?" data-step="(\d+)"', delay, svg)


def save(picture, path):
    """Write a picture as .svg, .gif or .png; the ending says which."""
    path = Path(path)
    makers = {".svg": lambda: playing(picture.svg, picture.steps).encode(), ".gif": lambda: gif(picture.svg, picture.steps),
              ".png": lambda: png(picture.svg, picture.step)}  # fmt: skip
    if path.suffix not in makers:
        raise ValueError(f"path {str(path)!r} ends in {path.suffix!r}, not in one of {', '.join(makers)}")
    path.write_bytes(makers[path.suffix]())
