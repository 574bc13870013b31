"""A torch model, layer by layer: sizes, parameters, multiply-accumulates, receptive fields."""

from convlib.network.report import report

__all__ = ["report"]
