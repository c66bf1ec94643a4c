#!/usr/bin/env python3
"""Runs longview-cli and the published procedure in turn on the same weights, and writes the table of performance.md.

    compare_baseline.py --baseline tests/reference/baseline_speed.py --directory HF_DIR --gguf MODEL.gguf
        [--cli build/release/bin/longview-cli] [--dtypes float32,bfloat16] [--repetitions 3] [--pairs 32] [--batch 16]
        [--text FILE] [--llama-python PYTHON --llama TYPE=FILE.gguf …] [--keep ROWS.json]
        [--write resources/help/performance.md]

HF_DIR holds the weights of MODEL.gguf in float32 (tests/reference/dequantize_gguf.py). With --text the first 256 segments
of that file are scored too, by the whole command with 500 pairs, beside what the published procedure needs for them
(N / solo_per_s + T / pairs_per_s, without reading, tokenizing and loading). --llama names the same weights for llama.cpp
(llama_peer.py, run by PYTHON). --keep adds what was measured to a file, for a
measurement in pieces (--repetitions 1 for one turn, 0 with --text for the whole command alone): what it holds counts too. Have the
machine to yourself. The interpreter needs torch and transformers.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

from programs import replace_marked, run_json, spread, table

HERE = pathlib.Path(__file__).resolve().parent
SEGMENT, SEGMENTS, PAIRS = 128, 256, 500


def arguments():
    ap = argparse.ArgumentParser()
    ap.add_argument("--baseline", required=True)
    ap.add_argument("--directory", required=True)
    ap.add_argument("--gguf", required=True)
    ap.add_argument("--cli", default=HERE.parents[1] / "build/release/bin/longview-cli")
    ap.add_argument("--dtypes", default="float32,bfloat16")
    ap.add_argument("--repetitions", type=int, default=3)
    ap.add_argument("--pairs", type=int, default=32)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--threads", type=int, default=os.cpu_count())
    ap.add_argument("--text")
    ap.add_argument("--llama-python")
    ap.add_argument("--llama", action="append", default=[], metavar="TYPE=FILE.gguf")
    ap.add_argument("--keep")
    ap.add_argument("--write")
    return ap.parse_args()


def programs(a):
    """(name, type) -> the command that prints its speed as JSON, in the order of one turn."""
    commands = {}
    for dtype in a.dtypes.split(","):
        if dtype != "int8":
            commands["published procedure", dtype] = [sys.executable, a.baseline, "--model", a.directory, "--pairs", a.pairs, "--batch",
                                                      a.batch, "--dtype", dtype, "--threads", a.threads]
        commands["Longview", dtype] = [a.cli, "bench", "--model", a.gguf, "--dtype", dtype, "--pairs", 2 * a.pairs, "--threads", a.threads,
                                       "--json"]
    for named in a.llama:
        dtype, file = named.split("=", 1)
        commands["llama.cpp", dtype] = [a.llama_python, HERE / "llama_peer.py", "--model", file, "--pairs", a.pairs, "--threads", a.threads]
    return commands


def first_segments(a, folder):
    """The start of --text that makes SEGMENTS whole segments, as a file."""
    text = pathlib.Path(a.text).read_text(encoding="utf-8")
    path = pathlib.Path(folder) / "document.txt"
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        path.write_text(text[:middle], encoding="utf-8")
        told = run_json([a.cli, "score", path, "--dry-run", "--json", "--model", a.gguf, "--threads", a.threads, "--quiet"])
        segments = told["tokens"] // SEGMENT
        if segments == SEGMENTS:
            return path
        low, high = (middle + 1, high) if segments < SEGMENTS else (low, middle)
    sys.exit(f"{a.text} has fewer than {SEGMENTS} segments")


def whole_command(a, dtype, document, folder, turn):
    start = time.perf_counter()
    done = run_json([a.cli, "score", document, "--project", pathlib.Path(folder) / f"{dtype}-{turn}.longview", "--pairs", PAIRS, "--model",
                     a.gguf, "--dtype", dtype, "--threads", a.threads, "--quiet", "--json"])
    done["wall"] = time.perf_counter() - start
    return done


def speed_table(rows, baseline):
    head = ["program", "type", "pairs/s", "segments alone/s", "pairs/s against the published procedure in float32"]
    out = []
    for (name, dtype), measured in rows.items():
        rates = [row["pairs_per_s"] for row in measured]
        alone = [row["solo_per_s"] for row in measured if "solo_per_s" in row]
        out.append([name, dtype, spread(rates), spread(alone) if alone else "", f"{statistics.median(rates) / baseline:.1f} x"])
    return table(head, out)


def product_table(rows):
    head = ["type", "bare products, GFLOP/s", "products while scoring", "of scoring time in products and output matrix",
            "all matrices of a pair against the bare rate"]
    out = []
    for (name, dtype), measured in rows.items():
        if name != "Longview" or not measured[0]["product_flops_per_s"]:
            continue
        shares = []
        for row in measured:
            s = row["run"]["stages"]
            shares.append(100 * (s["products_s"] + s["cross_entropy_s"]) / (s["alone_s"] + s["after_s"]))
        out.append([dtype, spread([row["bare_product_flops_per_s"] / 1e9 for row in measured]),
                    spread([100 * row["product_flops_per_s"] / row["bare_product_flops_per_s"] for row in measured]) + " %",
                    spread(shares) + " %", spread([100 * row["share_of_peak"] for row in measured]) + " %"])
    return table(head, out)


def command_table(whole, rows):
    head = ["type", "Longview, s", "published procedure in float32, s", "ratio", "reading, tokenizing, planning, storing", "peak memory"]
    slow = rows["published procedure", "float32"]
    seconds = SEGMENTS / statistics.median([row["solo_per_s"] for row in slow]) + PAIRS / statistics.median([row["pairs_per_s"] for row in slow])
    out = []
    for dtype, measured in whole.items():
        wall = [done["wall"] for done in measured]
        beside = [100 * sum(done["stages"][key + "_s"] for key in ("reading", "tokenizing", "planning", "storing")) / done["wall"]
                  for done in measured]
        memory = max(max(done["memory"]["loading_peak_bytes"], done["memory"]["scoring_peak_bytes"]) for done in measured)
        out.append([dtype, spread(wall), f"{seconds:.0f}", f"{seconds / statistics.median(wall):.1f} x", spread(beside, 2) + " %",
                    f"{memory / 2**20:.0f} MB"])
    return table(head, out)


def kept(path):
    """(rows, whole) of earlier pieces."""
    if not path or not pathlib.Path(path).exists():
        return {}, {}
    found = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    return {tuple(key.split("|")): value for key, value in found["rows"].items()}, found["whole"]


def keep(path, rows, whole):
    if path:
        pathlib.Path(path).write_text(json.dumps({"rows": {"|".join(key): value for key, value in rows.items()}, "whole": whole}), encoding="utf-8")


def main():
    a = arguments()
    rows, whole = kept(a.keep)
    for key in programs(a):
        rows.setdefault(key, [])
    if a.text:
        whole = {dtype: whole.get(dtype, []) for dtype in a.dtypes.split(",")}
    with tempfile.TemporaryDirectory() as folder:
        document = first_segments(a, folder) if a.text else None
        for turn in range(a.repetitions):
            for key, command in programs(a).items():
                rows[key].append(run_json(command))
                keep(a.keep, rows, whole)
                print(key, rows[key][-1]["pairs_per_s"], file=sys.stderr, flush=True)
        for dtype in whole if a.text else ():
            whole[dtype].append(whole_command(a, dtype, document, folder, 0))
            keep(a.keep, rows, whole)
            print(dtype, "whole command", whole[dtype][-1]["wall"], file=sys.stderr, flush=True)
    if not rows.get(("published procedure", "float32")):
        return  # a piece without the peers: what it measured is kept
    ours = next(measured[0] for (name, _), measured in rows.items() if name == "Longview")
    baseline = statistics.median([row["pairs_per_s"] for row in rows["published procedure", "float32"]])
    text = [f"Commit {ours['commit']}, {ours['machine']}, {os.path.basename(a.gguf)}, segments of {SEGMENT} tokens, {a.threads} threads; "
            f"programs in turn, {len(rows['published procedure', 'float32'])} times, median and in brackets lowest and highest: "
            f"`tests/bench/compare_baseline.py --dtypes {a.dtypes} --pairs {a.pairs} --batch {a.batch}`",
            speed_table(rows, baseline), product_table(rows)]
    if whole:
        text += [f"The whole command on a document of {SEGMENTS} segments with {PAIRS} pairs, starting and loading included:", command_table(whole, rows)]
    text = "\n\n".join(text)
    print(text)
    if a.write:
        replace_marked(a.write, "speed", text)


if __name__ == "__main__":
    main()
