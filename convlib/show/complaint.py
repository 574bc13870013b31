"""What an exception says to a learner: one line in place of a traceback."""

import traceback
from pathlib import Path

HERE = Path(__file__).parent.parent


def said(error):
    """An exception as a message: its own words and, where it comes from a function of the page, its kind and its line."""
    text = str(error).strip()[:400]
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if not Path(f.filename).is_relative_to(HERE) and "site-packages" not in f.filename]
    kind = "" if isinstance(error, (ValueError, TypeError)) and text and not own else f"{type(error).__name__}: "
    return (kind + text).rstrip(": ") + (f" ({own[-1].name}, line {own[-1].lineno})" if own else "")
