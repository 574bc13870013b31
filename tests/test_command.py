"""python -m convlib: a figure or a report in one line, and one line of text where it cannot be had."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

import convlib
from convlib.__main__ import main
from convlib.figure.command import VARIANTS

NO_OPERATORS = {"letter_f", "hook", "flip", "dilate", "output_size", "transposed_output_size", "pad_amounts", "parameters", "macs",
                "receptive_field", "matrix", "trace", "chain", "picture", "play", "check", "report"}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line):
    try:
        return main(line.split())
    except SystemExit as end:
        return end.code


def test_every_operator_has_a_figure():
    assert set(convlib.__all__) - NO_OPERATORS <= set(VARIANTS)
    assert {"strided", "dilated"} <= set(VARIANTS)


def test_the_line_of_the_readme(folder):
    line = "figure transposed --size 3 --kernel 3 --stride 2 --padding 1 out.gif"
    done = subprocess.run([sys.executable, "-m", "convlib", *line.split()], capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("out.gif: transposed 3×3 * 3×3 -> 5×5, 25 steps")
    with Image.open(folder / "out.gif") as image:
        assert image.n_frames == 25


@pytest.mark.parametrize(("line", "shown"), [
    ("figure cross_correlate --size 5,6 --padding same a.svg", "5×6 * 3×3 -> 5×6"),
    ("figure cross_correlate --axes 1 --size 9 --stride 2 a.svg", "9 * 3 -> 4"),
    ("figure max_pool --stride 1 a.svg", "7×7 -> 6×6"),
    ("figure average_pool --padding 1 --kernel 3 --count-padding no a.svg", "7×7 -> 3×3"),
    ("figure channel_shuffle --channels 6 --groups 2 a.svg", "6 steps"),
    ("figure lightweight --padding causal --heads 2 --channels 2 a.svg", "16 steps"),
    ("figure transposed --output-padding 1 a.svg", "3×3 * 3×3 -> 6×6"),
])  # fmt: skip
def test_options_are_the_parameters_names(line, shown, folder, capsys):
    assert run(line) == 0
    assert shown in capsys.readouterr().out
    ET.parse(folder / "a.svg")


def test_one_step_and_dark(folder):
    assert run("figure cross_correlate --step 7 a.svg") == 0
    text = (folder / "a.svg").read_text(encoding="utf-8")
    assert "@keyframes" not in text
    assert text.count('class="step') == 0
    assert run("figure cross_correlate --step 7 --dark a.png") == 0
    with Image.open(folder / "a.png") as image:
        assert max(image.convert("RGB").getpixel((1, 1))) < 60


@pytest.mark.parametrize(("line", "status", "said"), [
    ("figure transpose a.svg", 2, "invalid choice: 'transpose'"),
    ("figure transposed", 2, "the following arguments are required: path"),
    ("figure", 2, "the following arguments are required: variant"),
    ("figure transposed a.bmp", 2, "path 'a.bmp' ends in '.bmp': take one of .svg, .gif, .png"),
    ("figure depthwise --dilation 9 a.svg", 2, "kernel 3 with dilation 9 spans 19, more than the padded input's 5: lower dilation"),
    ("figure cross_correlate --size big a.svg", 2, "size is 'big': give a whole number"),
    ("figure cross_correlate --size 3,4,5 a.svg", 2, "size 3×4×5 does not give 2 numbers of at least 1"),
    ("figure cross_correlate --stride 1.5 a.svg", 2, "stride is 1.5, a float: give a whole number"),
    ("figure cross_correlate --size 30 a.svg", 2, "take a smaller example"),
    ("figure cross_correlate --step 99 a.svg", 2, "step 99 is not among the 25 steps"),
    ("figure max_pool --matrix a.svg", 2, "it has no matrix"),
    ("figure channel_shuffle --groups 2 a.svg", 2, "groups is 2: it must divide the 9 channels"),
    ("figure cross_correlate --groups 0 a.svg", 2, "groups is 0: it must be at least 1"),
    ("figure transposed --groups x a.svg", 2, "groups is 'x', a str: give a whole number"),
    ("figure interleaved_group --primary 0 a.svg", 2, "primary is 0: it must be at least 1"),
    ("figure pointwise --channels 1.5 a.svg", 2, "a number of channels, filters, heads or cells is 1.5, a float: give a whole number"),
    ("figure cross_correlate nowhere/a.svg", 1, "there is no folder nowhere"),
    ("report torch.nn:ReLU --input 3,0,4", 2, "input_shape (3, 0, 4) holds 0"),
    ("report torch.nn:ReLU --input 3;4", 2, "--input '3;4' is no list of whole numbers: write 3,224,224"),
    ("report torch.nn:Nothing --input 3,4", 2, "model 'torch.nn:Nothing' was not found"),
    ("report nowhere --input 3,4", 2, "model 'nowhere' is not of the form module:factory"),
    ("report torch.nn:Linear --input 3,4", 1, "torch.nn:Linear failed: TypeError"),
    ("report made:up --input 3,4", 2, "model 'made:up' was not found"),
])  # fmt: skip
def test_what_goes_wrong_is_said_in_one_line(line, status, said, folder, capsys):
    assert run(line) == status
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
    assert list(folder.iterdir()) == []


def test_a_file_is_kept_unless_forced(folder, capsys):
    (folder / "a.svg").write_text("mine")
    assert run("figure cross_correlate a.svg") == 1
    assert "a.svg exists: give --force to replace it" in capsys.readouterr().err
    assert (folder / "a.svg").read_text() == "mine"
    assert run("figure cross_correlate a.svg --force") == 0
    assert (folder / "a.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_report_of_a_model_in_this_folder(folder, capsys):
    (folder / "mine_for_test.py").write_text("import torch\ndef small():\n    return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3))\n")
    assert run("report mine_for_test:small --input 3,8,8") == 0
    assert "Conv2d" in capsys.readouterr().out


def test_a_model_that_fails_is_named_with_its_layer(folder, capsys):
    (folder / "fails_for_test.py").write_text("import torch\ndef small():\n    return torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3))\n")
    assert run("report fails_for_test:small --input 5,8,8") == 1
    assert capsys.readouterr().err == "convlib: layer 0 (Conv2d) got (1, 5, 8, 8), and takes 3 channels: give it in_channels=5\n"


def test_help_is_complete(capsys):
    assert run("figure --help") == 0
    helped = capsys.readouterr().out
    assert all(name in helped for name in VARIANTS)
    assert run("figure transposed --help") == 0
    assert "--output-padding" in capsys.readouterr().out
