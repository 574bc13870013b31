"""Measures what convlib promises, in one run, and prints it beside its budget: `make bench`.

Ratios compare two things measured in the same run, so they say something on any machine; times are this machine's.
"""

import sys
from pathlib import Path

from bench_browser import latency_rows
from bench_dependent import dependent_rows
from bench_kernel import import_rows, notebook_rows, operator_rows, picture_rows
from bench_variants import variant_rows
from lab_page import find_chromium

TOOLS = Path(__file__).resolve().parent
WIDTH = 66


def main():
    print(f"{'what':{WIDTH}} {'measured':>12} {'budget':>12} {'ratio':>6}")
    groups = [operator_rows(), variant_rows(), dependent_rows(), picture_rows(), import_rows(), notebook_rows()]
    if find_chromium():
        groups.append(latency_rows(TOOLS))
    missed = [what for rows in groups for what, *row in rows if not show(what, *row)]
    if not find_chromium():
        print("no chromium on the PATH: the browser's rows are missing")
    print(f"{len(missed)} over budget" + "".join(f"\n  {what}" for what in missed))


def show(what, measured, budget, unit):
    """Prints one row; False when it is over its budget."""
    if budget is None:
        print(f"{what:{WIDTH}} {number(measured, unit):>12}", flush=True)
        return True
    ratio = measured / budget if budget else float(measured > 0)
    within = measured <= budget
    verdict = "" if within else "  over"
    print(f"{what:{WIDTH}} {number(measured, unit):>12} {number(budget, unit):>12} {ratio:6.2f}{verdict}", flush=True)
    return within


def number(value, unit):
    return (f"{value:.3g} {unit}" if value < 1000 else f"{value:.0f} {unit}").strip()


if __name__ == "__main__":
    sys.exit(main())
