"""Turns what was measured into a page to read."""

import math
import statistics


def percentile(values, share):
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values, unit, digits=1):
    """'12.0 s median, 15.0 s at p95, 16.1 s at most'"""
    if not values:
        return "nothing measured"
    said = [(statistics.median(values), "median"), (percentile(values, 0.95), "at p95"), (max(values), "at most")]
    return ", ".join(f"{value:.{digits}f} {unit} {what}" for value, what in said)


def needed(students, *, peak, share, common, start, sliders):
    """What a class of this size would need, from what one student used. It is an extrapolation: nobody measured that class.

    peak, share: megabytes of a student, alone and where libraries are shared; common: megabytes of the hub and its proxy;
    start: seconds of a core until a page has run; sliders: the part of a core that a student keeps busy afterwards.
    """
    return {
        "gigabytes_apart": (students * peak + common) / 1000,
        "gigabytes_together": (students * share + common) / 1000,
        "start": students * start,
        "sliders": students * sliders,
    }
