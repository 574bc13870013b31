"""A class at once on a real JupyterHub: logs in, opens lessons, runs all, moves sliders, and reports what that takes. `make load`.

python tests/load/hub.py --students 15 --seconds 60      everything on 127.0.0.1, in a temporary folder; nothing is left
"""

import argparse
import asyncio
import shutil
import signal
import statistics
import sys
import time
from itertools import cycle

import psutil
from hub_server import PROXY, ROOT, Hub
from student import LOOK, Student
from summary import needed, spread
from usage import Usage

PATIENCE = 300  # seconds that a student waits for an answer


def main():
    students, seconds = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the hub ends with us, whoever ends us
    lessons = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    names = [f"student{number:02}" for number in range(students)]
    with Hub(names, ROOT / "notebooks", PATIENCE) as hub:
        usage = Usage(hub)
        group = [Student(name, hub, lesson, usage, PATIENCE) for name, lesson in zip(names, cycle(lessons))]
        start = time.perf_counter()
        asyncio.run(everybody(group, seconds))
        report(group, usage, time.perf_counter() - start, seconds)
        errors = [f"{student.name}: {error}" for student in group for error in student.errors]
        if errors:
            print("\nthe end of the hub's log:", *hub.log.splitlines()[-40:], sep="\n", file=sys.stderr)
    return 1 if errors else 0


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=15, help="1 to 60, at once (15)")
    parser.add_argument("--seconds", type=int, default=60, help="1 to 600, of moving sliders (60)")
    given = parser.parse_args()
    for name, most in (("students", 60), ("seconds", 600)):
        if not 1 <= getattr(given, name) <= most:
            parser.error(f"--{name} {getattr(given, name)}: must be from 1 to {most}")
    if sys.platform != "linux":
        parser.error("memory is read from /proc: this runs on Linux only")
    if not shutil.which("node") or not PROXY.exists():
        parser.error("the hub's proxy is not installed: it needs Node.js 20 or newer, and `make load` installs it")
    return given.students, given.seconds


async def everybody(group, seconds):
    await asyncio.gather(*(student.study(seconds) for student in group))


def report(group, usage, took, seconds):
    errors = [f"{student.name}: {error}" for student in group for error in student.errors]
    moves = [1000 * second for student in group for second in student.moves]
    unchanged = sum(student.unchanged for student in group)
    print(f"{len(group)} students at once, {psutil.cpu_count()} cores, {took:.0f} s: run all of a lesson, then {seconds} s of sliders,")
    print(f"a move every {LOOK[0]} to {LOOK[1]} s after the last answer. What a browser needs to draw is not in it.")
    say("errors", len(errors))
    for error in errors:
        print(f"    {error}")
    say("login to first picture", spread([student.first_picture for student in group if student.first_picture], "s"))
    say("run all of a page", spread([student.ran_all for student in group if student.ran_all], "s"))
    say("slider to new picture", f"{spread(moves, 'ms', 0)} ({len(moves)} moves; {unchanged} more changed nothing)")
    done = [student for student in group if "moved" in student.cpu]
    if done:
        report_usage(done, usage, seconds)


def report_usage(done, usage, seconds):
    peaks, shares = [usage.peak(student.name) for student in done], [usage.share(student.name) for student in done]
    common, common_cpu = usage.peak(None), usage.cpu(None)
    opened = [student.cpu["opened"] for student in done]
    ran = [student.cpu["ran"] - student.cpu["opened"] for student in done]
    moved = sum(student.cpu["moved"] - student.cpu["ran"] for student in done)
    say("memory, server and kernel", spread(peaks, "MB", 0))
    say("the same, shared divided", spread(shares, "MB", 0))
    say("memory, hub and proxy", f"{common:.0f} MB")
    say("processor, until open", spread(opened, "s"))
    say("processor, run all", spread(ran, "s"))
    say("processor, sliders", f"{100 * moved / seconds / len(done):.0f} % of a core for each student")
    say("processor, hub and proxy", f"{common_cpu:.0f} s")
    start = statistics.mean(opened) + statistics.mean(ran) + common_cpu / len(done)
    wants = needed(30, peak=max(peaks), share=statistics.mean(shares), common=common, start=start, sliders=moved / seconds / len(done))
    print("30 students, extrapolated from the above, not measured:")
    say("memory, on one machine", f"{wants['gigabytes_together']:.1f} GB")
    say("memory, one container each", f"{wants['gigabytes_apart']:.1f} GB, if each may use as much as the largest")
    say("cores, all start in 1 minute", f"{wants['start'] / 60:.1f} (in 5 minutes: {wants['start'] / 300:.1f})")
    say("cores, all move sliders", f"{wants['sliders']:.1f}")


def say(what, measured):
    print(f"{what:30} {measured}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("stopped: the hub and all that it had started are gone")
