"""Writes torch_files/: small files of torch.save, good and bad ones, and expected.json with what the good ones hold.

    python make_torch_files.py        (torch 2.11)

expected.json: file -> tensor -> {"type", "shape", "bytes": hexadecimal of the values in the order of their indices}.
"""
import collections
import inspect
import json
import pathlib
import pickle
import struct
import zipfile

import torch
from safetensors.torch import load_file

OUT = pathlib.Path(__file__).parent / "torch_files"
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}


def expected(tensors):
    def entry(tensor):
        plain = tensor.detach().contiguous()
        raw = plain.view(-1).view(torch.uint8) if plain.dim() else plain.view(1).view(torch.uint8)
        return {"type": NAMES[tensor.dtype], "shape": list(tensor.shape), "bytes": bytes(raw.tolist()).hex()}
    return {name: entry(tensor) for name, tensor in tensors.items()}


def numbers(*shape, dtype=torch.float32):
    count = 1
    for extent in shape:
        count *= extent
    return (torch.arange(count) * 0.5 - 3).reshape(shape).to(dtype)


class Tied(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(5, 3)
        self.head = torch.nn.Linear(3, 5, bias=True)
        self.head.weight = self.embedding.weight
        self.register_buffer("mask", torch.tril(torch.ones(4, 4, dtype=torch.bool)).view(1, 1, 4, 4))
        self.register_buffer("masked_bias", torch.tensor(-1e4))


def good_tensors():
    torch.manual_seed(11)
    state = Tied().state_dict()  # an OrderedDict with _metadata
    for dtype, name in NAMES.items():
        state[f"type.{name}"] = numbers(2, 3, dtype=dtype) if dtype != torch.bool else torch.tensor([True, False])
    state["parameter"] = torch.nn.Parameter(numbers(2, 2))
    state["transposed"] = numbers(3, 4).t()
    state["permuted"] = numbers(2, 3, 4).permute(2, 0, 1)
    state["expanded"] = numbers(3, 1).expand(3, 2)
    whole = numbers(6, 2)
    state["rows"] = whole[1:3]  # a part of a storage, one value after the other
    state["column"] = whole[:, 1]
    state["one row"] = whole[4:5].t()[:, 0:1].t()  # strides that do not matter
    return state


def write_zip(name, members):
    with zipfile.ZipFile(OUT / name, "w") as archive:
        for path, data, method in members:
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data, compress_type=method)


def rewritten(source, name, change, method=zipfile.ZIP_STORED):
    """A copy of an archive with change(member, data) -> data or None."""
    with zipfile.ZipFile(OUT / source) as archive:
        members = [(info.filename, change(info.filename, archive.read(info)), method) for info in archive.infolist()]
    write_zip(name, [m for m in members if m[1] is not None])


class LegacyPickler(pickle.Pickler):
    """As torch before 0.4 wrote storages that are parts of others."""
    def __init__(self, file, views):
        super().__init__(file, protocol=2)
        self.views = views

    def persistent_id(self, thing):
        if not isinstance(thing, LegacyStorage):
            return None
        return ("storage", torch.FloatStorage, "root", "cpu", 6, thing.view)


class LegacyStorage:
    def __init__(self, view):
        self.view = view


class LegacyTensor:
    def __init__(self, *arguments):
        self.arguments = arguments

    def __reduce__(self):
        return torch._utils._rebuild_tensor_v2, self.arguments


def legacy_views(name, view):
    state = collections.OrderedDict()
    state["whole"] = LegacyTensor(LegacyStorage(None), 0, (2, 3), (3, 1), False, collections.OrderedDict())
    state["part"] = LegacyTensor(LegacyStorage(view), 1, (2,), (1,), False, collections.OrderedDict())
    with open(OUT / name, "wb") as file:
        for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True,
                                                     "type_sizes": {"short": 2, "int": 4, "long": 4}}):
            pickle.dump(value, file, protocol=2)
        LegacyPickler(file, view).dump(state)
        pickle.dump(["root"], file, protocol=2)
        file.write(struct.pack("<q6f", 6, 0, 1, 2, 3, 4, 5))


class Evil:
    def __reduce__(self):
        import os
        return os.system, ("true",)


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    good = good_tensors()
    wanted = {}
    torch.save(good, OUT / "zip.bin")
    torch.save(good, OUT / "legacy.bin", _use_new_zipfile_serialization=False)
    torch.save(dict(good), OUT / "plain_dict.bin")
    whole = "gpt2_inverse_layers"  # a whole model, for the tests of damaged files
    torch.save(load_file(OUT.parent / "more_models" / whole / "model.safetensors"), OUT / (whole + ".bin"))
    wanted["zip.bin"] = wanted["legacy.bin"] = wanted["plain_dict.bin"] = expected(good)
    legacy_views("legacy_views.bin", ("view", 2, 3))
    wanted["legacy_views.bin"] = expected({"whole": torch.arange(6.0).reshape(2, 3), "part": torch.tensor([3.0, 4.0])})

    shards = {"pytorch_model-00001-of-00002.bin": {"a.weight": numbers(2, 2), "b.weight": numbers(3)},
              "pytorch_model-00002-of-00002.bin": {"c.weight": numbers(4, 1)}}
    for file, tensors in shards.items():
        torch.save(tensors, OUT / file)
        wanted[file] = expected(tensors)
    index = {"metadata": {"total_size": 44}, "weight_map": {t: file for file, tensors in shards.items() for t in tensors}}
    (OUT / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")

    # Refused.
    small = {"w": numbers(2, 2)}
    torch.save(small, OUT / "small.bin")
    wanted["small.bin"] = expected(small)
    torch.save({"epoch": 3, "loss": 0.25, "model": small, "steps": [1, 2]}, OUT / "refused_number.bin")
    torch.save({"state_dict": small}, OUT / "refused_nested.bin")
    torch.save(torch.nn.Linear(2, 2), OUT / "refused_module.bin")
    torch.save(torch.nn.Linear(2, 2), OUT / "refused_legacy_module.bin", _use_new_zipfile_serialization=False)
    source = inspect.getsourcefile(torch.nn.Linear).encode()  # is in the file; where torch lies is nobody's business
    module = OUT / "refused_legacy_module.bin"
    module.write_bytes(module.read_bytes().replace(source, b"linear.py".rjust(len(source), b"/")))
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), OUT / "refused_script.bin")
    rewritten("refused_script.bin", "refused_script.bin",  # without where torch lies
              lambda name, data: None if name.endswith(".debug_pkl") else data, zipfile.ZIP_DEFLATED)
    torch.save(numbers(2), OUT / "refused_tensor.bin")
    torch.save([numbers(2)], OUT / "refused_list.bin")
    torch.save({"w": numbers(2).to(torch.float8_e4m3fn)}, OUT / "refused_float8.bin")
    torch.save({"w": torch.zeros(2, dtype=torch.complex64)}, OUT / "refused_complex.bin")
    torch.save({"w": numbers(2), "x": Evil()}, OUT / "refused_system.bin")
    torch.save({1: numbers(2)}, OUT / "refused_key.bin")
    torch.save({"w": torch.zeros(0, 2)}, OUT / "refused_empty.bin")
    torch.save({"w": torch.ones(1).expand(1000, 1000)}, OUT / "refused_expanded.bin")
    torch.save(small, OUT / "refused_protocol.bin", pickle_protocol=4)
    legacy_views("refused_view.bin", ("view", 4, 3))
    rewritten("small.bin", "refused_compressed.bin", lambda name, data: data, zipfile.ZIP_DEFLATED)
    rewritten("small.bin", "refused_order.bin", lambda name, data: b"big" if name.endswith("byteorder") else data)
    rewritten("small.bin", "refused_version.bin", lambda name, data: b"11\n" if name.endswith("/version") else data)
    rewritten("small.bin", "refused_no_version.bin", lambda name, data: None if name.endswith("/version") else data)
    rewritten("small.bin", "refused_no_pickle.bin", lambda name, data: None if name.endswith("data.pkl") else data)
    rewritten("small.bin", "refused_no_storage.bin", lambda name, data: None if "/data/" in name else data)
    rewritten("small.bin", "refused_short_storage.bin", lambda name, data: data[:12] if "/data/" in name else data)
    rewritten("small.bin", "refused_opcode.bin", lambda name, data: data[:-1] + b"0." if name.endswith("data.pkl") else data)
    (OUT / "expected.json").write_text(json.dumps(wanted, indent=1) + "\n")


main()
