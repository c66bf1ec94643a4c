#!/usr/bin/env python3
"""MB/s of the `tokenizers` package with the vocabulary of a GGUF of the kind gpt2 and the rule smollm, on one thread.

    tokenizers_peer.py MODEL.gguf FILE.txt…

Beside it: build/release/bin/bench_tokenizer MODEL.gguf FILE.txt…. Needs: tokenizers, gguf.
"""
import os
import sys
import time

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from gguf import GGUFReader
from tokenizers import Tokenizer, models, pre_tokenizers


def strings(reader, key):
    field = reader.fields[key]
    return [bytes(field.parts[k]).decode() for k in field.data]


def main():
    reader = GGUFReader(sys.argv[1])
    vocabulary = {token: k for k, token in enumerate(strings(reader, "tokenizer.ggml.tokens"))}
    merges = [tuple(merge.split(" ")) for merge in strings(reader, "tokenizer.ggml.merges")]
    tok = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tok.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    for path in sys.argv[2:]:
        text = open(path, encoding="utf-8").read()
        best = 1e30
        for _ in range(3):
            begin = time.perf_counter()
            ids = tok.encode(text, add_special_tokens=False).ids
            best = min(best, time.perf_counter() - begin)
        print(f"{path}: {len(ids)} tokens, {len(text.encode()) / 1e6 / best:.2f} MB/s", flush=True)


if __name__ == "__main__":
    main()
