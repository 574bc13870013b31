"""Questions of the kind that the caller gave - array, tensor or list, of its dtype - and the numbers of an answer."""

import contextlib
import copy
import io
import warnings

import numpy as np


class Kind:
    """What `given` is, and how to make more of it. low, high: the numbers that its dtype holds, with room for a sum."""

    def __init__(self, given):
        self.given, self.dtype = given, dtype_of(given)
        self.low, self.high = limits(self.dtype)

    def copy(self):
        if hasattr(self.given, "new_tensor"):
            return self.given.detach().clone().requires_grad_(self.given.requires_grad)
        return copy.deepcopy(self.given)

    def make(self, numbers, wide=True):
        """The numbers as what was given; wide: small integers become int64, so that no question overflows."""
        whole = wide and self.dtype.kind in "biu"
        if hasattr(self.given, "new_tensor"):
            like = self.given.long() if whole else self.given
            return like.new_tensor(numbers, requires_grad=self.given.requires_grad)
        if self.dtype.kind == "O":  # fractions, decimals
            one = type(np.ravel(np.asarray(self.given))[0])
            made = np.array([one(v) for v in numbers.ravel().tolist()] + [None], object)[:-1].reshape(numbers.shape)
        else:
            made = np.array(numbers, np.int64 if whole else self.dtype)
        if isinstance(self.given, np.ndarray):
            return made.view(type(self.given))  # a matrix stays one
        return made.tolist() if isinstance(self.given, (list, tuple)) else made

    def draw(self, rng, shape, wide=True):
        """Random whole numbers other than 0, so few that float16 can add them up; not wide: such as this dtype holds."""
        peak = 8 if precision(self.dtype) > 1e-4 else 90
        signed = rng.integers(1, peak + 1, shape) * rng.choice([-1.0, 1.0], shape)
        if wide or self.low < 0:
            return signed
        return np.abs(signed) if self.high > 1 else (signed > 0).astype(float)


def dtype_of(array):
    """The dtype of an array, a tensor or nested lists; bfloat16 counts as float16."""
    if isinstance(array, (list, tuple)):
        return np.asarray(detached(array)).dtype
    named = str(getattr(array, "dtype", "")).removeprefix("torch.").replace("bfloat16", "float16")
    return np.dtype(named) if hasattr(array, "new_tensor") else np.asarray(array).dtype


def detached(array):
    """Nested lists, with no tensor in them that wants a gradient."""
    if isinstance(array, (list, tuple)):
        return [detached(v) for v in array]
    return array.detach() if hasattr(array, "detach") else array


def limits(dtype):
    if dtype.kind in "iu":
        return np.iinfo(dtype).min, np.iinfo(dtype).max
    high = float(np.finfo(dtype).max) / 16 if dtype.kind == "f" else 1 if dtype.kind == "b" else np.inf
    return (0 if dtype.kind == "b" else -high), high


def precision(dtype):
    return float(np.finfo(dtype if dtype.kind == "f" else float).eps)


def as_numbers(array, what="the input"):
    """The numbers of an array, a tensor or nested lists, as float64. Raises TypeError for anything else."""
    wrong, kind = None, type(array).__name__
    try:
        if hasattr(array, "new_tensor"):
            array = array.detach().cpu()
            array = array.numpy() if array.is_complex() else array.double().numpy()
        found = np.asarray(detached(array))
        holds_none = found.dtype.kind == "O" and any(v is None for v in found.ravel())
        if found.dtype.kind == "c":
            wrong = "complex: take its real part or its absolute value"
        elif isinstance(array, tuple) and found.ndim > 1:
            wrong = f"a tuple of {len(array)}: one array is needed"
        elif holds_none and found.ndim:
            wrong = "an array with None in it: from a function that does not end in return?"
        elif found.dtype.kind in "biufO" and not holds_none:
            return found.astype(float)
    except (TypeError, ValueError, RuntimeError):
        if isinstance(array, list):
            wrong = "a list whose rows differ in length, or hold no numbers"
        elif isinstance(array, tuple):
            wrong = f"a tuple of {len(array)}: one array is needed"
    raise TypeError(f"{what} is {wrong or f'no array of numbers but {kind}'}") from None


@contextlib.contextmanager
def silence():
    """Nothing printed and no warnings: the learner has seen both in the first run."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield


def switched(a):
    """a, all 0 but for a single 1, in every place."""
    for i in range(a.size):
        one = np.zeros(a.shape)
        one.flat[i] = 1
        yield one


def largest(a):
    """The largest finite magnitude, 0 where there is none."""
    return float(np.max(np.abs(a), initial=0, where=np.isfinite(a)))
