"""The environment: conda, pip and Binder get the same packages; importing convlib is quick and small; nothing is left behind."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

# What a package is called on conda-forge, where the name differs.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "torch": "pytorch-cpu"}
NOT_ON_CONDA_FORGE = {"resvg-py"}
# What is imported under another name than its package has, or comes with a package that needs it.
BRINGS = {"matplotlib": {"matplotlib", "PIL"}, "ipywidgets": {"ipywidgets", "traitlets", "IPython"}, "scikit-learn": {"sklearn"},
          "resvg-py": {"resvg_py"}}  # fmt: skip
# JupyterLab runs the lessons, and no lesson imports it.
NOT_IMPORTED = {"jupyterlab"}
# Read in a fresh interpreter: what `import convlib` costs, in times of what its libraries cost, the megabytes and the modules.
# `make bench` has the seconds; here they would say how fast and how busy the machine is: 0.25 one day, 0.75 another.
IMPORT = """
import json, sys, time
start = time.process_time()
import anywidget, ipywidgets, numpy
libraries = time.process_time() - start
import convlib
times = (time.process_time() - start) / libraries
status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0 kB"
peak = int(status.split("VmHWM:")[1].split()[0]) / 1000
print(json.dumps([times, peak, [name for name in ("torch", "matplotlib.pyplot", "scipy") if name in sys.modules]]))
"""


@pytest.fixture(scope="module")
def pyproject(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def environment(root):
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))


def split(requirement):
    """'numpy>=2.0,<3' -> ('numpy', '>=2.0,<3')."""
    return re.fullmatch(r"([\w.-]+?)\s*([<>=!~].*)?", requirement.split(";")[0].strip()).groups()


def test_conda_gets_the_packages_and_ranges_of_pip(pyproject, environment):
    project = pyproject["project"]
    wanted = dict(map(split, project["dependencies"] + project["optional-dependencies"]["lessons"]))
    listed = dict(split(line) for line in environment["dependencies"] if isinstance(line, str) and line != "pip")
    assert SpecifierSet(project["requires-python"]).contains(listed.pop("python").removeprefix("="))
    assert listed == {CONDA_NAMES.get(name, name): ranges for name, ranges in wanted.items() if name not in NOT_ON_CONDA_FORGE}


def test_conda_installs_convlib_itself_with_pip(environment):
    assert environment["channels"][0] == "conda-forge"
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}
    assert "pip" in environment["dependencies"]


def test_constraints_stay_within_the_ranges(root, pyproject):
    extras = pyproject["project"]["optional-dependencies"].values()
    ranges = {r.name: r.specifier for r in map(Requirement, pyproject["project"]["dependencies"] + sum(extras, []))}
    pins = [line for line in (root / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert any(pin.startswith("torch==") for pin in pins), "without a pin, pip may bring gigabytes of CUDA"
    for pin in pins:
        name, version = pin.split("==")
        assert ranges[name].contains(version), f"constraints.txt pins {pin}, and pyproject.toml asks for {name}{ranges[name]}"


def test_binder_reads_the_environment(root, environment):
    pytest.importorskip("repo2docker", reason="repo2docker is not installed: the set-up of Binder is not checked")
    shown = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."], cwd=root, capture_output=True, text=True, timeout=120
    )
    log = shown.stdout + shown.stderr
    assert shown.returncode == 0, log
    python = dict(split(line) for line in environment["dependencies"] if isinstance(line, str))["python"]
    assert f"Building conda environment for python{python}" in log
    assert re.search(r'env update -p \S+ --file "environment.yml"', log), log


def imported(source):
    """The packages, by the first part of their names, that a module or a cell imports from elsewhere."""
    lines = (line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    found = set()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module)
    return {name.split(".")[0] for name in found} - set(sys.stdlib_module_names) - {"convlib"}


def test_the_environment_is_what_lessons_import(root, pyproject):
    """Nothing is installed that no lesson needs, and no lesson needs what is not installed."""
    sources = [path.read_text(encoding="utf-8") for path in (root / "convlib").rglob("*.py")]
    for path in (root / "notebooks").glob("*.ipynb"):
        sources += [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    needed = set().union(*map(imported, sources))
    project = pyproject["project"]
    packages = {split(line)[0] for line in project["dependencies"] + project["optional-dependencies"]["lessons"]}
    brought = {package: BRINGS.get(package, {package}) for package in packages - NOT_IMPORTED}
    assert needed <= set().union(*brought.values())
    assert {package for package, names in brought.items() if not names & needed} == set(), "no lesson imports these"


def test_the_image_of_binder_holds_the_lessons_and_nothing_else(root):
    build = pytest.importorskip("docker.utils.build", reason="repo2docker is not installed: what it copies is not checked")
    patterns = [line.strip() for line in (root / ".dockerignore").read_text().splitlines() if line.strip() and not line.startswith("#")]
    copied = {path for path in build.exclude_paths(str(root), patterns) if (root / path).is_file()}
    files = [path for folder in ("convlib", "notebooks") for path in (root / folder).rglob("*") if path.is_file()]
    lessons = {path.relative_to(root).as_posix() for path in files if not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)}
    install = {"environment.yml", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"}
    assert copied == lessons | install | {".dockerignore"}
    assert sum(os.path.getsize(root / path) for path in copied) < 6_000_000


def test_the_wheel_carries_what_the_page_runs(root, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(root / "convlib", source / "convlib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(root / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    packed = {name for name in zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist() if name.startswith("convlib/")}
    kinds = {".py", ".js", ".css", ".json"}
    ours = {path.relative_to(source).as_posix() for path in (source / "convlib").rglob("*") if path.suffix in kinds}
    assert any(name.endswith(".js") for name in ours)
    assert packed == ours


def test_import_is_quick_and_small():
    runs = [json.loads(subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    times, megabytes, unwanted = min(runs)
    assert unwanted == []
    assert times < 2
    assert megabytes < 120


def test_readme_gets_a_newcomer_going(root, pyproject):
    readme = (root / "README.md").read_text(encoding="utf-8")
    for command in ("make lab", "conda env create -f environment.yml", "jupyter lab notebooks"):
        assert command in readme, f"README.md does not say: {command}"
    assert "make test" in readme


def test_versions_agree(root, pyproject):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == pyproject["project"]["version"]


def test_no_file_reaches_outside_the_repository(root, our_files):
    outside = "../" + "shared"  # put together here, so that this file does not hold it
    assert [path for path in our_files if outside in path.read_text(encoding="utf-8")] == []


def test_modules_fit_on_a_few_screens(root):
    long = {path.name: lines for path in (root / "convlib").rglob("*.py") if (lines := path.read_text(encoding="utf-8").count("\n")) > 200}
    assert long == {}
