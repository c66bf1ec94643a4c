#!/usr/bin/env python3
"""How fast an export is beside `cp` of the same file, in turn, both with everything on the disk at the end.

    bench_export.py FOLDER [--gigabytes 5] [--line 40000] [--rounds 5] [--cold] [--suffix .zst] [--cli …/longview-cli]

FOLDER gets a JSONL file of documents with scores (--line bytes each, texts as they are: words, ends of lines, quotes),
a project with its scores, and what is measured; all of it is removed at the end. Each round copies the file with
`cp --reflink=never` and exports all of its documents from the project, the one after the other, the order changing from
round to round; `sync -f` is part of both. With --cold the system forgets the source before each. What counts is the
ratio of the medians, on a disk that others use too; a FOLDER in memory (/dev/shm) leaves the disk out.
"""
import argparse
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import time

from programs import spread, table

HERE = pathlib.Path(__file__).resolve().parent
WORDS = "the of and a segment \\\"quoted\\\" depends on what was said before größe in chapter one\\n he had seen it".split()


def write_source(path, size, line):
    draw = random.Random(11)
    words = [draw.choice(WORDS) for _ in range(1 << 20)]
    text = " ".join(words).encode()
    written = 0
    with open(path, "wb", buffering=1 << 22) as out:
        number = 0
        while written < size:
            begin = text.index(b" ", draw.randrange(len(text) - line - 64)) + 1
            end = text.index(b" ", begin + int(line * draw.uniform(0.5, 1.5)) % (len(text) - begin - 64))
            number += 1
            written += out.write(b'{"id":"d%d","lds":%.6f,"text":"%s","meta":{"kind":"bench"}}\n'
                                 % (number, draw.random(), text[begin:end]))


def forget(path):
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(command, folder):
    """Seconds until all is on the disk, processor seconds, and the most memory in MB."""
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command} ended with {status}")
    subprocess.run(["sync", "-f", folder], check=True)
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--gigabytes", type=float, default=5)
    parser.add_argument("--line", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--suffix", default="", help="of the exported file: .gz or .zst compresses it")
    parser.add_argument("--cli", default=HERE.parents[1] / "build/release/bin/longview-cli")
    arguments = parser.parse_args()
    folder = arguments.folder / "longview-bench-export"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        source, project = folder / "source.jsonl", folder / "p.longview"
        write_source(source, int(arguments.gigabytes * 1e9), arguments.line)
        subprocess.run([arguments.cli, "import", source, "--project", project], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        copy, out = folder / "copy.jsonl", folder / ("out.jsonl" + arguments.suffix)
        commands = {
            "cp": ["cp", "--reflink=never", source, copy],
            "export": [arguments.cli, "export", project, "--scores", "lds", "--out", out],
        }
        figures = {name: [] for name in commands}
        for turn in range(arguments.rounds):
            for name in sorted(commands, reverse=turn % 2 == 1):
                for old in (copy, out):
                    old.unlink(missing_ok=True)
                subprocess.run(["sync", "-f", folder], check=True)
                if arguments.cold:
                    forget(source)
                figures[name].append(measure(commands[name], folder))
        rows = [[name] + [spread(column) for column in zip(*figures[name])] for name in commands]
        size = source.stat().st_size / 1e9
        print(f"{size:.2f} GB, lines of about {arguments.line:,} bytes, {arguments.rounds} rounds"
              f"{', cold source' if arguments.cold else ''}, peak of this script "
              f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")
        print(table(["", "seconds, synced", "processor seconds", "most memory, MB"], rows))
        medians = {name: [statistics.median(column) for column in zip(*figures[name])] for name in commands}
        print(f"export / cp: {medians['export'][0] / medians['cp'][0]:.2f} by the clock, "
              f"{medians['export'][1] / medians['cp'][1]:.2f} in processor time")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
