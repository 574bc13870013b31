"""What the hub's processes use: seconds of the processor, and megabytes, each student's apart."""

import contextlib

import psutil


class Usage:
    """Reads the processes of a hub. A student's server and kernels are known by the name that the hub gave them in their environment."""

    def __init__(self, hub):
        self.hub, self.owners = hub, {}

    def owner(self, process):
        """The student whose process this is; None for the hub's own."""
        if process not in self.owners:
            self.owners[process] = process.environ().get("JUPYTERHUB_USER")
        return self.owners[process]

    def processes(self, name):
        found = []
        for process in [self.hub.process, *self.hub.processes()]:
            with contextlib.suppress(psutil.Error):
                if self.owner(process) == name:
                    found.append(process)
        return found

    def cpu(self, name):
        """Seconds of the processor until now."""
        return self.sum(name, lambda process: process.cpu_times().user + process.cpu_times().system)

    def peak(self, name):
        """The most megabytes that each process held at any time, added up."""
        return self.sum(name, lambda process: kilobytes(process, "status", "VmHWM") / 1000)

    def share(self, name):
        """Megabytes now, where what several processes share is divided among them."""
        return self.sum(name, lambda process: kilobytes(process, "smaps_rollup", "Pss") / 1000)

    def sum(self, name, read):
        total = 0
        for process in self.processes(name):
            with contextlib.suppress(psutil.Error, OSError):
                total += read(process)
        return total


def kilobytes(process, file, key):
    with open(f"/proc/{process.pid}/{file}", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))
