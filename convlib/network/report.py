"""report: what a torch model costs and sees, layer by layer."""

import contextlib


def report(model, input_shape):
    """A table of a torch model: one row a layer, with its cost and its receptive field, and the totals.

    model: a torch.nn.Module that runs on one input of `input_shape`, such as (3, 224, 224), without the batch axis or
    with one. It runs once, on seeded random numbers, in evaluation mode, and is left as it was.
    A model made on torch's device "meta" holds no numbers and needs no memory: its table is the same.

    Each row: name, kind, kernel and its settings, output shape, parameters, MACs (1 MAC = 2 FLOPs; padding counted,
    bias not), size, jump and first centre of the receptive field in pixels of the input, share of the MACs. Where paths
    meet, the field is the largest over them, and the row says through which layer it comes. What cannot be analysed is
    named below the table. `str()` of the result is the table as text; in a notebook it shows with a chart.

    Raises TypeError for what is no torch module or no shape; ValueError for a size below 1, and for a model that fails,
    with the layer, the size that arrived and what it takes.

    >>> import torch
    >>> print(report(torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, stride=2, padding=1), torch.nn.ReLU()), (3, 32, 32)))
    layer  kind    setting                   output   parameters     MACs  field  jump  centre   share
    0      Conv2d  3×3, stride 2, padding 1  8×16×16         224   55,296      3     2       0  100.0%
    1      ReLU                              8×16×16           0        0      3     2       0    0.0%
    total                                                    224   55,296

    Sources: André Araujo, Wade Norris and Jack Sim, "Computing Receptive Fields of Convolutional Neural Networks", 2019.
    """
    import torch  # not before it is asked for: `import convlib` stays small

    from convlib.network.table import Table
    from convlib.network.watch import Watch

    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"model is {type(model).__name__}, and a torch.nn.Module is needed")
    shapes = candidates(input_shape)
    modes = {module: module.training for module in model.modules()}
    device = next((held.device for held in [*model.parameters(), *model.buffers()]), "cpu")
    fast = torch.backends.mha.get_fastpath_enabled()
    model.eval()
    torch.backends.mha.set_fastpath_enabled(False)  # it would hide attention in one operation
    try:
        first = None
        for shape in shapes:
            watch = Watch(model)
            x = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(device)
            try:
                with torch.random.fork_rng(devices=[]):
                    watch.run(x)
                return Table(type(model).__name__, shape[1:], watch.rows, watch.notes)
            except Exception as error:  # a model may raise anything
                first = first or ValueError(complaint(error, watch))
        raise first
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for module, mode in modes.items():
            module.training = mode


def candidates(input_shape):
    """The shapes to try: with a batch axis put in front, then as it is."""
    with contextlib.suppress(TypeError):
        shape = tuple(input_shape)
        if shape and all(isinstance(size, int) and not isinstance(size, bool) for size in shape):
            if min(shape) < 1:
                raise ValueError(f"input_shape {shape} holds {min(shape)}, and every size is at least 1")
            return [(1, *shape)] + [shape] * (len(shape) > 2 and shape[0] == 1)
    raise TypeError(f"input_shape is {input_shape!r}, and a tuple of whole numbers is needed, such as (3, 224, 224)")


def complaint(error, watch):
    """Which layer failed, on what, and what it takes."""
    said = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    module, shapes, row = watch.failed
    arrived = " and ".join(map(str, shapes)) or "nothing"
    where = f"{'layer ' * (row.name != 'model')}{row.name} ({type(module).__name__}) got {arrived}"
    for name, axis in (("in_channels", 1), ("num_features", 1), ("in_features", -1)):
        takes = getattr(module, name, None)
        if isinstance(takes, int) and shapes and len(shapes[0]) > 1 and shapes[0][axis] != takes:
            what = "features" if axis == -1 else "channels"
            fix = f"give it {name}={shapes[0][axis]}, or another size of the input" if axis == -1 else f"give it {name}={shapes[0][axis]}"
            return f"{where}, and takes {takes} {what}: {fix}"
    return f"{where} and failed: {said}"
