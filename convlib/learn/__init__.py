"""Exercises, and the mistakes that they diagnose."""

from convlib.learn.check import check

__all__ = ["check"]
