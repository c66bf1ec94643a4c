#!/usr/bin/env python3
"""Pairs a second of llama.cpp: every pair is a fresh pass over 2L tokens with all logits, as in the published procedure.

    llama_peer.py --model FILE.gguf [--pairs 32] [--segment 128] [--threads 2]
    llama_peer.py --model FILE.gguf --convert F32|BF16 --out OTHER.gguf

Turning the logits into perplexities is left out, which favours llama.cpp. --convert writes the same weights in another
type. Needs: llama-cpp-python.
"""
import argparse
import ctypes
import json
import random
import time

import llama_cpp


def convert(source, kind, out):
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = {"F32": llama_cpp.LLAMA_FTYPE_ALL_F32, "BF16": 32}[kind]
    params.allow_requantize = True
    params.nthread = 2
    if llama_cpp.llama_model_quantize(source.encode(), out.encode(), ctypes.byref(params)) != 0:
        raise SystemExit(f"{source} was not converted")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--pairs", type=int, default=32)
    ap.add_argument("--segment", type=int, default=128)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--convert")
    ap.add_argument("--out")
    a = ap.parse_args()
    if a.convert:
        convert(a.model, a.convert, a.out)
        return
    tokens = 2 * a.segment
    llm = llama_cpp.Llama(a.model, n_ctx=tokens, n_batch=tokens, n_ubatch=tokens, n_threads=a.threads, n_threads_batch=a.threads,
                          logits_all=True, verbose=False)
    random.seed(0)

    def pairs(count):
        for _ in range(count):
            llm.reset()
            llm.eval([random.randrange(3, llm.n_vocab()) for _ in range(tokens)])

    pairs(2)
    start = time.perf_counter()
    pairs(a.pairs)
    print(json.dumps({"pairs_per_s": a.pairs / (time.perf_counter() - start), "version": llama_cpp.__version__}))


if __name__ == "__main__":
    main()
