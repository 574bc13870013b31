"""python -m convlib: figures of any variant, and reports on torch models."""

import argparse
import importlib
import sys
from pathlib import Path

from convlib.figure import command as figure
from convlib.network import report
from convlib.network.report import candidates

BAD_USE, FAILED = 2, 1


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the words given."""

    def error(self, message):
        sys.exit(complain(f"{message}; see {self.prog} --help", BAD_USE))


def main(words=None):
    """Runs one command and returns its exit status: 0, 2 for bad use, 1 for what failed."""
    parser = Parser(prog="python -m convlib", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    figure.add(commands)
    reports = commands.add_parser("report", help="a table of a torch model", description="Prints layers, costs and receptive fields.")
    reports.add_argument("model", help="module:factory, a function without arguments that returns the model")
    reports.add_argument("--input", required=True, help="its input without the batch axis: 3,224,224")
    reports.set_defaults(run=reported)
    given = parser.parse_args(words)
    try:
        print(given.run(given))
        return 0
    except (ValueError, TypeError) as error:
        return complain(error, BAD_USE)
    except Exception as error:  # a file that cannot be written, a model that cannot be built
        return complain(error, FAILED)


def complain(error, status):
    text = str(error).strip() or type(error).__name__
    print(f"convlib: {text.splitlines()[0]}", file=sys.stderr)
    return status


def reported(given):
    """The table of the model that a factory makes."""
    module, colon, factory = given.model.partition(":")
    if not (module and colon and factory):
        raise ValueError(f"model {given.model!r} is not of the form module:factory")
    try:
        shape = tuple(map(int, given.input.split(",")))
    except ValueError:
        raise ValueError(f"--input {given.input!r} is no list of whole numbers: write 3,224,224") from None
    sys.path.insert(0, str(Path.cwd()))
    try:
        make = getattr(importlib.import_module(module), factory)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"model {given.model!r} was not found: {error}") from None
    try:
        model = make()
    except Exception as error:  # a factory may raise anything
        raise RuntimeError(f"{given.model} failed: {type(error).__name__}: {error}") from error
    candidates(shape)
    try:
        return report(model, shape)
    except ValueError as error:  # not the words given are wrong: the model does not run on them
        raise RuntimeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
