"""What several tests share."""

from pathlib import Path

import numpy as np
import pytest
import torch

torch.set_num_threads(1)  # its work here is small: threads would wait for each other
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return ROOT


@pytest.fixture
def numbers():
    """Random numbers of a shape, the same in every run."""
    return np.random.default_rng(2024).standard_normal
