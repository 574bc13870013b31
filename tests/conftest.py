"""What several tests share."""

import os
from pathlib import Path

import hypothesis
import numpy as np
import pytest
import torch

torch.set_num_threads(1)  # its work here is small: threads would wait for each other
os.environ["OMP_NUM_THREADS"] = "1"  # in the kernels of notebooks too
ROOT = Path(__file__).resolve().parent.parent



class FewerExamples(hypothesis.settings):
    """For `make mutants`: a mutant that lives through 40 random inputs is to get a test of its own."""

    def __init__(self, parent=None, **given):
        super().__init__(parent, **given | {"max_examples": 40, "phases": [hypothesis.Phase.generate], "database": None})


if "MUTANT_UNDER_TEST" in os.environ:
    hypothesis.settings = FewerExamples


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return ROOT


@pytest.fixture
def numbers():
    """Random numbers of a shape, the same in every run."""
    return np.random.default_rng(2024).standard_normal
