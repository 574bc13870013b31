"""Exercises of lesson 01: the sliding inner product and the flip."""

import numpy as np

from convlib.learn.exercise import Exercise, Mistake
from convlib.ops import convolve, cross_correlate


def correlate(x, w):
    """Cross-correlation of one 2-D channel."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    return cross_correlate(x[None], w[None, None])[0]


def true_convolution(x, w, padding=0):
    """True convolution of one 2-D channel."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    return convolve(x[None], w[None, None], padding=padding)[0]


def draw_image_and_kernel(random):
    """An image and a kernel without symmetry: every mistake shows in the numbers."""
    rows, columns = random.permutation([4, 7])
    return random.integers(0, 20, (rows, columns)) / 2, random.permutation([-2, -1, 0, 1, 3, 5]).reshape(2, 3)


def draw_square(random):
    return random.integers(0, 10, (3, 3)), random.permutation([-1, 0, 1, 2]).reshape(2, 2)


BY_HAND = Exercise(
    page=([[1, 0, 2], [3, 1, 0], [0, 2, 4]], [[1, 2], [0, -1]]),
    draw=draw_square,
    right=correlate,
    because="Slide, multiply what lies on top of each other, add.",
    mistakes=(
        Mistake("flipped", true_convolution,
                "this is what comes out when the kernel is flipped, so it is the true convolution."),
        Mistake("flipped up-down", lambda x, w: correlate(x, np.flipud(w)),
                "this is what comes out when the kernel is flipped up-down."),
        Mistake("flipped left-right", lambda x, w: correlate(x, np.fliplr(w)),
                "this is what comes out when the kernel is flipped left-right."),
        Mistake("axes swapped", lambda x, w: correlate(x, np.transpose(w)),
                "this is what comes out when rows and columns of the kernel are swapped."),
        Mistake("one short", lambda x, w: correlate(x, w)[:-1, :-1],
                "the last row and column are missing: 3 − 2 + 1 = 2 places along each axis."),
        Mistake("averaged", lambda x, w: correlate(x, w) / np.size(w),
                "this is the mean of the products. Their sum is asked for."),
    ),
)

WRITE_CONVOLVE = Exercise(
    code=True, draw=draw_image_and_kernel, right=true_convolution,
    because="On images and kernels drawn anew your function is the true convolution.",
    mistakes=(
        Mistake("not flipped", correlate,
                "this is cross-correlation: the kernel is not flipped yet."),
        Mistake("flipped up-down", lambda x, w: correlate(x, np.flipud(w)),
                "the kernel is flipped up-down only. The true convolution flips left-right too."),
        Mistake("flipped left-right", lambda x, w: correlate(x, np.fliplr(w)),
                "the kernel is flipped left-right only. The true convolution flips up-down too."),
        Mistake("image flipped", lambda x, w: correlate(np.flip(x), w),
                "the image is flipped instead of the kernel: the numbers come out in reverse order."),
        Mistake("one short", lambda x, w: true_convolution(x, w)[:-1, :-1],
                "the last row and column are missing (off by one): range(H - h + 1) has H - h + 1 places."),
        Mistake("starts at one", lambda x, w: true_convolution(x, w)[1:, 1:],
                "the first row and column are missing (off by one): the first window starts at 0."),
        Mistake("padded", lambda x, w: true_convolution(x, w, padding="full"),
                "this is the 'full' convolution, which pads with zeros. Here the kernel stays inside."),
        Mistake("averaged", lambda x, w: true_convolution(x, w) / np.size(w),
                "this is the mean of the products. Their sum is asked for."),
    ),
)


def draw_patch_and_pattern(random):
    return random.permutation([1, 2, 4, 9]).reshape(2, 2), random.permutation([0, 1, 3, 7]).reshape(2, 2)


def inner(a, b):
    return np.sum(np.multiply(a, b))


def cosine(a, b):
    return inner(a, b) / np.sqrt(inner(a, a) * inner(b, b))


def pearson(a, b):
    return cosine(np.subtract(a, np.mean(a)), np.subtract(b, np.mean(b)))


COSINE = Exercise(
    page=([[1, 4], [4, 1]], [[0, 1], [1, 0]]),
    draw=draw_patch_and_pattern,
    right=cosine,
    because="The inner product over both lengths: brightness no longer counts.",
    tolerance=2e-3,
    mistakes=(
        Mistake("unnormalised", inner,
                "this is the plain inner product. Divide it by both lengths."),
        Mistake("z-scored", lambda a, b: np.size(a) * pearson(a, b),
                "this comes from z-scores: n times Pearson's r. Scale to unit length, without centring."),
        Mistake("centred", pearson,
                "this is Pearson's r: the means were taken away first. The cosine does not centre."),
        Mistake("squared lengths", lambda a, b: inner(a, b) / (inner(a, a) * inner(b, b)),
                "the inner product was divided by the squared lengths: a square root is missing."),
        Mistake("patch only", lambda a, b: inner(a, b) / np.sqrt(inner(a, a)),
                "divided by the patch's length only: the kernel has a length too."),
        Mistake("kernel only", lambda a, b: inner(a, b) / np.sqrt(inner(b, b)),
                "divided by the kernel's length only: a bright patch still wins."),
        Mistake("mean", lambda a, b: inner(a, b) / np.size(a),
                "this is the mean of the products. Divide by the lengths, not by the count."),
    ),
)


def draw_image(random):
    return (random.integers(0, 4, (4, 6)),)


def hessian(image):
    """Second derivatives of the sum of squared errors with respect to two taps and the bias."""
    image = np.asarray(image, dtype=float)
    columns = [image[:, :-1].ravel(), image[:, 1:].ravel(), np.ones(image[:, 1:].size)]
    return 2 * np.array([[a @ b for a in columns] for b in columns])


def curvatures(image):
    return np.linalg.eigvalsh(hessian(image))


RATE_LIMIT = Exercise(
    page=([[0, 0, 2, 2, 0], [0, 2, 2, 2, 0], [2, 2, 0, 0, 0]],),
    draw=draw_image,
    right=lambda image: 2 / curvatures(image)[-1],
    because="Along the steepest axis a step multiplies the error by 1 − lr·λ: below −1 it grows.",
    tolerance=3e-3,
    mistakes=(
        Mistake("one over", lambda image: 1 / curvatures(image)[-1],
                "this is 1/λ, the rate that lands in one step. The limit is further out."),
        Mistake("smallest", lambda image: 2 / curvatures(image)[0],
                "this is 2 over the smallest eigenvalue. The steepest axis explodes first."),
        Mistake("half", lambda image: 4 / curvatures(image)[-1],
                "twice too large: the second derivative of a square has a factor 2."),
        Mistake("no bias", lambda image: 2 / np.linalg.eigvalsh(hessian(image)[:2, :2])[-1],
                "this leaves out the bias: it is the third number that is learned."),
        Mistake("eigenvalue", lambda image: curvatures(image)[-1],
                "this is the largest eigenvalue itself. How does the limit follow from it?"),
    ),
)


def draw_scene(random):
    """A grey wall with a bright patch, a pattern lying upside down, and the pattern itself."""
    pattern = random.permutation([0, 1, 2, 4]).reshape(2, 2)
    scene = np.ones((6, 9), dtype=int)
    top = random.integers(0, 5, size=3)
    for row, column, patch in zip(top, (0, 3, 6), (9, np.flip(pattern), pattern), strict=True):
        scene[row : row + 2, column : column + 2] = patch
    return scene, pattern


def where(scores):
    return np.unravel_index(np.argmax(scores), scores.shape)


def similarity(image, kernel):
    """The cosine between the kernel and each patch of the image."""
    image, kernel = np.asarray(image), np.asarray(kernel)
    energy = correlate(image**2, np.ones_like(kernel))
    return correlate(image, kernel) / np.sqrt(energy * inner(kernel, kernel))


FIND = Exercise(
    page=(
        [[9, 9, 1, 1, 1, 1, 1, 1, 1], [9, 9, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 4, 1, 1],
         [1, 1, 1, 2, 0, 1, 0, 2, 1], [1, 1, 1, 1, 4, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]],
        [[4, 1], [0, 2]],
    ),
    draw=draw_scene,
    right=lambda scene, pattern: where(similarity(scene, pattern)),
    because="The cosine is 1 on the pattern and nowhere else, however bright the rest is.",
    mistakes=(
        Mistake("unnormalised", lambda scene, pattern: where(correlate(scene, pattern)),
                "this is where the plain inner product is largest: the bright patch. Normalise."),
        Mistake("flipped", lambda scene, pattern: where(similarity(scene, np.flip(pattern))),
                "this is where the pattern lies upside down: the kernel was flipped."),
        Mistake("axes swapped", lambda scene, pattern: where(similarity(scene, pattern))[::-1],
                "this is (column, row). Row first."),
        Mistake("off by one", lambda scene, pattern: np.add(where(similarity(scene, pattern)), 1),
                "one too far along both axes (off by one): count from 0, from the patch's upper left cell."),
    ),
)

EXERCISES = {"01.1": BY_HAND, "01.2": WRITE_CONVOLVE, "01.3": COSINE, "01.4": RATE_LIMIT, "01.5": FIND}
