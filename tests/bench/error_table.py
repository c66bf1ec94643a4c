#!/usr/bin/env python3
"""What a type does to scores: the same documents scored in float32 and in other types, compared document by document.

    error_table.py pieces FILE.txt FOLDER [--characters 60000] [--count 18]      cuts a text into documents
    error_table.py --self-test                                                   checks the statistics
    error_table.py compare [--cli build/release/bin/longview-cli] float32=P[,P…] bfloat16=Q[,Q…] … [--write PAGE]

The projects of one type hold different documents (one for each folder, say); a document is known by its name. Prints for
every other type the relative error of the mean LDS, median and worst, and Spearman's rank correlation with float32,
with the 2.5 and 97.5 percentiles of a bootstrap over documents.
"""
import argparse
import json
import pathlib
import random
import statistics
import subprocess

from programs import replace_marked, table

HERE = pathlib.Path(__file__).resolve().parent


def ranks(values):
    """1 …; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for k in range(first, last + 1):
            out[order[k]] = (first + last) / 2 + 1
        first = last + 1
    return out


def spearman(pairs):
    return statistics.correlation(*(ranks(list(side)) for side in zip(*pairs)))


def bootstrap(pairs, draws=2000):
    stream = random.Random(1)
    found = []
    while len(found) < draws:
        sample = stream.choices(pairs, k=len(pairs))
        if len({x for x, _ in sample}) > 2:
            found.append(spearman(sample))
    found.sort()
    return found[int(0.025 * draws)], found[int(0.975 * draws)]


def scores(cli, projects):
    found = {}
    for project in projects.split(","):
        listed = subprocess.run([str(cli), "list", project, "--format", "jsonl"], capture_output=True, text=True, check=True)
        for line in listed.stdout.splitlines():
            row = json.loads(line)
            if row["status"] == "scored":
                found[row["id"]] = row["lds_mean"]
    return found


def compare(a):
    by_type = {dtype: scores(a.cli, projects) for dtype, projects in (named.split("=", 1) for named in a.projects)}
    exact = by_type.pop("float32")
    rows = []
    for dtype, found in by_type.items():
        if found.keys() != exact.keys():
            raise SystemExit(f"{dtype} and float32 hold different documents: {sorted(found.keys() ^ exact.keys())[:5]}")
        pairs = [(exact[name], found[name]) for name in exact]
        errors = [abs(y - x) / abs(x) for x, y in pairs if x]
        low, high = bootstrap(pairs)
        rows.append([dtype, len(pairs), f"{100 * statistics.median(errors):.2g} %", f"{100 * max(errors):.2g} %",
                     f"{spearman(pairs):.4f} ({low:.4f} to {high:.4f})"])
    text = table(["type", "documents", "error of the mean LDS, median", "worst", "Spearman (95 % interval)"], rows)
    print(text)
    if a.write:
        replace_marked(a.write, "errors", text)


def pieces(a):
    text = pathlib.Path(a.file).read_text(encoding="utf-8")
    folder = pathlib.Path(a.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(min(a.count, len(text) // a.characters)):
        (folder / f"piece{k:02}.txt").write_text(text[k * a.characters:(k + 1) * a.characters], encoding="utf-8")


class SelfTest(argparse.Action):
    """Against values worked out by hand."""

    def __init__(self, **settings):
        super().__init__(nargs=0, **settings)

    def __call__(self, parser, *_):
        def check(found, wanted):
            if abs(found - wanted) > 1e-12:
                raise SystemExit(f"{found} is not {wanted}")

        if ranks([30, 10, 30, 20, 30]) != [4, 1, 4, 2, 4]:
            raise SystemExit("equal values do not share the mean of their ranks")
        check(spearman([(1, 10), (2, 1000), (3, 1001), (4, 1e9)]), 1)
        check(spearman([(1, 4), (2, 3), (3, 2), (4, 1)]), -1)
        # Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: deviations -1.5, 0, 0, 1.5 and -1.5, 0.5, -0.5, 1.5; 4.5 / sqrt(4.5 * 5).
        check(spearman([(1, 1), (2, 3), (2, 2), (3, 4)]), 4.5 / 22.5 ** 0.5)
        low, high = bootstrap([(k, (7 * k) % 20) for k in range(20)])
        whole = spearman([(k, (7 * k) % 20) for k in range(20)])
        if not -1 <= low < whole < high <= 1 or high - low > 1.5:
            raise SystemExit(f"{whole} is not well within {low} to {high}")
        for end in bootstrap([(k, k ** 3) for k in range(10)]):
            check(end, 1)
        parser.exit(0, "good\n")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--self-test", action=SelfTest, help=argparse.SUPPRESS)
    commands = ap.add_subparsers(required=True)
    cut = commands.add_parser("pieces")
    cut.add_argument("file")
    cut.add_argument("folder")
    cut.add_argument("--characters", type=int, default=60000)
    cut.add_argument("--count", type=int, default=18)
    cut.set_defaults(act=pieces)
    both = commands.add_parser("compare")
    both.add_argument("projects", nargs="+", metavar="TYPE=PROJECT[,PROJECT]")
    both.add_argument("--cli", default=HERE.parents[1] / "build/release/bin/longview-cli")
    both.add_argument("--write")
    both.set_defaults(act=compare)
    a = ap.parse_args()
    a.act(a)


if __name__ == "__main__":
    main()
