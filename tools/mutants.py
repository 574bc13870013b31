"""Puts faults into the code that computes, one at a time, and asks whether the tests notice: `make mutants`.

pyproject.toml says which code, and which tests are asked. tests/mutants.toml lists the faults that change nothing, each
with its reason. A fault that nobody noticed and nobody listed is an error; so is a share of noticed ones under LEAST.
build/mutants keeps it all: `cd build/mutants && python -m mutmut browse`. Words of the command line, such as
"convlib.ops.roi*", choose some of the faults.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutants"
LEAST = 0.95
MEMORY = 8 * 2**30  # a fault may ask for any amount
NOTICED = ("killed", "timeout", "segfault")
LEFT_ALONE = "not checked"


def main(chosen):
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    for name in ("convlib", "tests", "tools"):
        shutil.copytree(ROOT / name, WORK / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", WORK)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    mutmut("run", "--max-children", str(os.cpu_count()), *chosen, log=WORK / "log")
    verdicts = dict(re.findall(r"^ +(\S+): (.+)$", mutmut("results", "--all", "true"), re.MULTILINE))
    verdicts = {name: verdict for name, verdict in verdicts.items() if verdict != LEFT_ALONE}
    if not verdicts:
        sys.exit(f"mutmut tried nothing: see {WORK / 'log'}")
    unnoticed = {name: fault(name) for name, verdict in verdicts.items() if verdict not in NOTICED}
    listed = {tuple(each) for group in tomllib.loads((ROOT / "tests/mutants.toml").read_text("utf-8"))["group"] for each in group["faults"]}
    unlisted = {name: each for name, each in unnoticed.items() if each not in listed}

    made, missed, open_ = (Counter(module_of(name) for name in names) for names in (verdicts, unnoticed, unlisted))
    print(f"{'module':32} {'faults':>7} {'noticed':>8} {'share':>7} {'listed':>7} {'open':>5}")
    for module in [*sorted(made), "all"]:
        faults, quiet, left = (sum(each.values()) if module == "all" else each[module] for each in (made, missed, open_))
        print(f"{module:32} {faults:7} {faults - quiet:8} {1 - quiet / faults:7.1%} {quiet - left:7} {left:5}")
    for name, (module, before, after) in sorted(unlisted.items()):
        print(f"\n{name}: {verdicts[name]}\n  {module}\n- {before}\n+ {after}")
    if not chosen:
        for module, before, after in sorted(listed - set(unnoticed.values())):
            print(f"\nlisted in tests/mutants.toml, but noticed or gone:\n  {module}\n- {before}\n+ {after}")
    if unlisted or not chosen and len(unnoticed) > (1 - LEAST) * len(verdicts):
        sys.exit(f"\n{len(unlisted)} faults are neither noticed nor listed; at least {LEAST:.0%} have to be noticed")


def mutmut(*words, log=None):
    """What mutmut prints, unless it goes to a file."""
    with open(log or os.devnull, "w") as file:
        done = subprocess.run(
            [sys.executable, "-m", "mutmut", *words],
            cwd=WORK,
            env=os.environ | {"PYTHONPATH": str(WORK)},
            text=True,
            stdout=file if log else subprocess.PIPE,
            stderr=subprocess.STDOUT if log else None,
        )
    if done.returncode:
        sys.exit(f"mutmut {words[0]} ended with {done.returncode}: see {log or WORK}")
    return done.stdout


def fault(name):
    """The module, the line that was there, and the line that stands in its place."""
    lines = mutmut("show", name).splitlines()
    before, after = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign) and not line.startswith(sign * 3)) for sign in "-+"
    )
    return module_of(name), before, after


def module_of(name):
    return name.rsplit(".", 1)[0]


if __name__ == "__main__":
    main(sys.argv[1:])
