"""Numbers that a lesson promises: each stands in its committed output with its label, and nbval computes it again."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
PROMISES = {
    "01_sliding_inner_product_and_flip": [
        "upper left: 19",
        "cross-correlation: [[19.0, 25.0], [37.0, 43.0]]",
        "with the kernel turned: [[5.0, 11.0], [23.0, 29.0]]",
        "each smaller by: [14.]",
        "4 ways to cross-correlate agree:",
        "5 ways to convolve agree:",
        "products in the inner product with a 5×5 kernel, for one output: 25",
        "the pattern itself: response 2, cosine 1.000",
        "the bright patch:   response 10, cosine 0.707",
        "unit length, then inner product:  0.9271",
        "standardised, then inner product: 2.1617",
        "n times Pearson's r:              3 × 0.7206 = 2.1617",
        "image (6, 8):",
        "labels (6, 7):\n[[ 0.  1.  0.  0.  0. -1.  0.]",
        "step 30: loss  0.00017, kernel [[ 1. -1.]]",
        "eigenvalues of the Hessian: 12.0 19.69 124.31",
        "limit of the learning rate: 2 / 124.31 = 0.01609",
        "lr 0.016: factor -0.9889 an update, loss after 200 from four starts: 9.7e-01 1.5e-01 2.2e-02 1.8e-01",
        "lr 0.017: factor -1.1132 an update, loss after 200 from four starts: 3.6e+20 5.5e+19 8.3e+18 6.6e+19",
        "a layer of cross-correlation learns [1.0, -1.0]",
        "a layer of true convolution learns [-1.0, 1.0]",
        "Sobel over the band, cross-correlated: -4.0 -4.0 0.0 0.0 4.0 4.0",
        "Sobel over the band, convolved:        4.0 4.0 0.0 0.0 -4.0 -4.0",
    ],
}


@pytest.mark.parametrize("lesson", PROMISES)
def test_promises_are_kept(lesson):
    notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
    printed = "".join(o.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs)
    assert [promise for promise in PROMISES[lesson] if promise not in printed] == []
