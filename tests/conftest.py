"""What several tests share."""

import os
import shutil
import subprocess
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


@pytest.fixture(scope="session")
def our_files(root):
    """Every text file that git keeps or would keep."""
    if shutil.which("git") is None or not (root / ".git").exists():
        pytest.skip("not a git repository: its files cannot be listed")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True
    )
    paths = [root / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


@pytest.fixture
def numbers():
    """Random numbers of a shape, the same in every run."""
    return np.random.default_rng(2024).standard_normal
