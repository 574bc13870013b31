"""Runs every notebook and writes docs/memory.md, the table of what their kernels take: `make memory`."""

from pathlib import Path

from bench_kernel import NOTEBOOKS, run_notebook

TABLE = Path(__file__).resolve().parent.parent / "docs" / "memory.md"
HEAD = """# What a lesson takes

`make memory` runs every notebook from top to bottom and writes this page. Memory is the most that the lesson's kernel held at any time
(VmHWM, where Linux counts it), with torch, matplotlib and all that the page loads; a notebook may take 600 MB. Seconds are of the machine
that wrote the page, from the start of the kernel to the last cell.

| lesson | peak memory, MB | seconds |
| --- | ---: | ---: |
"""


def main():
    rows = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        seconds, megabytes = run_notebook(path)
        rows.append(f"| [{path.stem}](../notebooks/{path.name}) | {megabytes:.0f} | {seconds:.0f} |\n")
        print(rows[-1], end="", flush=True)
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(HEAD + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
