"""make_corpus.py FOLDER: the demo's three datasets, made from Debian's perl-doc and the same on every machine that has the
same version of it.

    perl-manual.jsonl   the first part of a dozen essays and tutorials, each over 3,000 tokens
    stitched.jsonl      as many documents of the same lengths, made of pieces a segment long that have nothing to do with
                        each other: no two pieces of a document come from the same page, none stands in perl-manual.jsonl
    closer-look.jsonl   one document of the first again, to be scored with many more pairs

Lines are {"id", "title", "source", "text"}; a stitched one also names its pieces and the document whose length it has.
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys

ESSAYS = ["perlthrtut", "perlpolicy", "perllocale", "perlperf", "perlootut", "perlretut",
          "perlpacktut", "perlipc", "perlsec", "perlinterp", "perlreguts", "perlfilter"]
CLOSER_LOOK = "perlthrtut"
# Lists, tables of contents and references: pages that nobody reads from beginning to end.
NOT_PROSE = {"perlapi", "perldiag", "perlfaq", "perlfunc", "perlglossary", "perlhist", "perlintern", "perlmodlib", "perltoc",
             "perluniprops", "perlvar"}
LENGTH = 14500  # characters: over 3,000 tokens of SmolLM2 in the essay that has the longest tokens
PIECE = 500     # characters, about a segment of 128 tokens


def page(path):
    """(title, text) of a POD page: a paragraph is a line, code keeps its indentation."""
    text = subprocess.run(["pod2text", "-u", "-i", "0", "-w", "30000", path], check=True, capture_output=True).stdout.decode()
    title = re.match(r"NAME\n(.*?)\n\n(.*)", text, re.DOTALL)
    name, text = title.groups() if title else (path.stem, text)
    return re.sub(r"^\S+ -+ ", "", " ".join(name.split())), text.strip() + "\n"


def paragraph_end(text, at):
    """The end of the paragraph that holds the character before `at`."""
    end = text.find("\n\n", at - 1)
    return len(text) if end < 0 else end + 1


def pieces(text):
    """About PIECE characters each, from the start of a paragraph to the end of a sentence or line."""
    start = 0
    while len(text) - start > 2 * PIECE:
        stop = re.compile(r"(?<=[.!?:])\s|\n").search(text, start + PIECE - 60)
        end = min(stop.start() if stop else len(text), start + PIECE + 200)
        yield text[start:end].strip()
        start = paragraph_end(text, end) + 1


def stitch(length, pool, rng):
    """A text of `length` characters and the pages its pieces come from; what it uses leaves the pool."""
    names, text = [], ""
    left = [name for name in pool if pool[name]]
    for name in rng.sample(left, len(left)):
        names.append(name)
        text += pool[name].pop() + "\n\n"
        if len(text) >= length:
            return text[:length], names
    sys.exit("perl-doc has too few pages to stitch from; is the package complete?")


def write(path, documents):
    partial = path.with_suffix(".partial")
    partial.write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents), encoding="utf-8")
    os.replace(partial, path)


def main():
    folder = pathlib.Path(sys.argv[1])
    files = subprocess.run(["dpkg-query", "-L", "perl-doc"], check=True, capture_output=True, text=True).stdout.split("\n")
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "perl-doc"], check=True, capture_output=True, text=True).stdout
    paths = sorted(pathlib.Path(f) for f in files if re.search(r"/pod/perl[^/]*\.pod$", f) and "delta" not in f)
    pages = {path.stem: page(path) for path in paths if path.stem not in NOT_PROSE and path.stat().st_size > LENGTH}

    essays = []
    for name in ESSAYS:
        title, text = pages[name]
        text = text[:paragraph_end(text, LENGTH)]
        essays.append({"id": name, "title": title, "source": f"perl-doc {version}, {name}.pod", "text": text})

    # The parts that no essay shows, in an order of their own for each page.
    rng = random.Random("longview demo")
    pool = {name: list(pieces(text[paragraph_end(text, LENGTH) if name in ESSAYS else 0:]))
            for name, (_, text) in pages.items() if len(text) > LENGTH}
    for rest in pool.values():
        rng.shuffle(rest)
    stitched = []
    for number, essay in enumerate(essays, 1):
        text, names = stitch(len(essay["text"]), pool, rng)
        stitched.append({"id": f"stitched-{number:02}", "title": f"{len(names)} pieces, {names[0]} to {names[-1]}",
                         "source": f"perl-doc {version}", "pieces": names, "as_long_as": essay["id"], "text": text})

    closer = dict(next(essay for essay in essays if essay["id"] == CLOSER_LOOK))
    closer.update(id=f"{CLOSER_LOOK}-closer", title=f"{closer['title']} (closer look)")
    write(folder / "perl-manual.jsonl", essays)
    write(folder / "stitched.jsonl", stitched)
    write(folder / "closer-look.jsonl", [closer])


main()
