#!/usr/bin/env python3
"""Holds our tokenizers against their originals on random strings, many at a time.

    compare_tokenizers.py --tool build/release/bin/bench_tokenizer [--count 3000] [--seed 1] DIR …

Each DIR holds a tokenizer.json or a tokenizer.model; see make_tokenizers.py. Needs: tokenizers, sentencepiece.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile

import sentencepiece
from tokenizers import Tokenizer

from make_tokenizers import MORE, encode_spm
from tokenize_reference import AWKWARD

RANGES = [(0x20, 0x7e)] * 6 + [(0, 0x1f), (0x80, 0x24f), (0x300, 0x36f), (0x370, 0x52f), (0x590, 0x6ff), (0x900, 0xe7f), (0x1100, 0x11ff),
                               (0x1e00, 0x206f), (0x2070, 0x2bff), (0x3000, 0x30ff), (0x4e00, 0x5000), (0xac00, 0xad00), (0xf900, 0xfffd),
                               (0x1f300, 0x1f6ff)]
# Characters younger than Unicode 14 differ between any two libraries.
PARTS = [" ", "  ", "   ", "\n", "\r\n", "\t", " \n", "\n\n", "'s", "'LL", "n't", "<x>", "<y>", "<w>", "<|z|>", "<|z|>long", "<unk>", "▁", "▁▁",
         "</s>", "<s>", "  \n", "123", "0", "e\u0301", "\u0301", "ﬁ", "漢", "한", "a", "the", " the", "ing", "ab", ".", "...", "ſ", "\u200b"]


def random_text(rng, words):
    out = []
    for _ in range(rng.choice([1, 3, 8, 20, 60])):
        kind = rng.random()
        if kind < 0.4:
            out.append(rng.choice(PARTS))
        elif kind < 0.6:
            low, high = rng.choice(RANGES)
            out.append("".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 4))))
        elif kind < 0.65:
            out.append(rng.choice(PARTS) * rng.randint(2, 150))
        elif kind < 0.7:
            out.append(rng.choice(AWKWARD + MORE))
        else:
            out.append(rng.choice(["", " "]) + rng.choice(words))
    return "".join(out).encode("utf-8", "ignore").decode()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--tool", required=True)
    ap.add_argument("--count", type=int, default=3000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--unassigned", action="store_true", help="also characters that Unicode 14 does not know")
    ap.add_argument("dirs", nargs="+")
    a = ap.parse_args()
    import unicodedata
    rng = random.Random(a.seed)
    words = " ".join(AWKWARD).split()
    words += "Call me Ishmael. Some years ago never mind how long precisely having little or no money in my purse".split()
    texts = [random_text(rng, words) for _ in range(a.count)]
    if not a.unassigned:
        texts = ["".join(c for c in text if unicodedata.category(c) != "Cn") for text in texts]
    failed = False
    for where in (os.path.normpath(one) for one in a.dirs):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as f:
            f.writelines(json.dumps({"text": text}) + "\n" for text in texts)
            f.flush()
            made = subprocess.run([a.tool, "--encode", where, f.name], capture_output=True, text=True)
        if made.returncode:
            print(os.path.basename(where), "refused:", made.stderr.strip())
            failed = True
            continue
        ours = [json.loads(line) for line in made.stdout.splitlines()]
        spm = os.path.join(where, "tokenizer.model")
        wrong = {"ids": 0, "ids_special": 0, "ends": 0}
        first = None
        if os.path.exists(spm):
            encode = encode_spm(sentencepiece.SentencePieceProcessor(model_file=spm))
        else:
            tok = Tokenizer.from_file(os.path.join(where, "tokenizer.json"))
        for text, row in zip(texts, ours):
            expected = {}
            if os.path.exists(spm):
                expected["ids"], expected["ends"] = encode(text)
            else:
                for key, plain in (("ids", True), ("ids_special", False)):
                    tok.encode_special_tokens = plain
                    expected[key] = tok.encode(text, add_special_tokens=False).ids
            tiles = all(x <= y for x, y in zip([0] + row["ends"], row["ends"])) and (not row["ends"] or row["ends"][-1] == len(text.encode()))
            for key, value in expected.items():
                if row[key] != value or not tiles:
                    wrong[key] += 1
                    first = first or (key, text, value, row[key])
        print(os.path.basename(where), len(texts), "strings,", "wrong:", wrong if any(wrong.values()) else 0, flush=True)
        if first:
            failed = True
            print("   ", *(repr(part)[:300] for part in first), sep="\n    ")
    sys.exit(failed)


if __name__ == "__main__":
    main()
