"""Makes the PyTorch files that the tests read, and beside each what must be read from it.

Run in this folder with PyTorch 2.13, NumPy and safetensors installed: python make_pt.py
(arpg-micro.pt and arpg-micro.safetensors are one small model saved in both forms.)
"""
import argparse
from collections import OrderedDict

import torch
from safetensors.torch import save_file

base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
views = OrderedDict(
    base=base,
    transposed=base.t(),
    block=base[1:3, 2:5],
    row=base[2],
    column=base[:, 3],
    permuted=torch.arange(60, dtype=torch.float64).reshape(3, 4, 5).permute(2, 0, 1),
    expanded=torch.tensor([[7.0], [-1.0]]).expand(2, 3),
    scalar=torch.tensor(2.5),
    empty=torch.zeros(0, 3),
    half=torch.tensor([0.1, -65504.0, 6e-8], dtype=torch.float16),
    bfloat16=torch.tensor([0.1, -3e38, float("inf")], dtype=torch.bfloat16),
    double=torch.tensor([0.1, 1e300], dtype=torch.float64),
    long=torch.tensor([2**40, -3]),
    int=torch.tensor([2**30, -3], dtype=torch.int32),
    short=torch.tensor([30000, -3], dtype=torch.int16),
    parameter=torch.nn.Parameter(torch.tensor([1.0, 2.0])),
    byte=torch.tensor([1, 255], dtype=torch.uint8),
    bool=torch.tensor([True, False]),
)
checkpoint = {
    "model": OrderedDict(("module._orig_mod." + name, view) for name, view in views.items()),
    "optimizer": {"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 1e-4}]},
    "steps": 2**70,
    "args": argparse.Namespace(lr=1e-4, betas=(0.9, 0.95), name="views"),
}
for protocol in (2, 4, 5):
    torch.save(checkpoint, f"views-protocol{protocol}.pt", pickle_protocol=protocol)
save_file(
    {name: view.detach().clone().contiguous() for name, view in views.items()},
    "views.safetensors",
)
torch.save(base, "legacy.pt", _use_new_zipfile_serialization=False)
