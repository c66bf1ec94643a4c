#!/usr/bin/env python3
"""Writes the tiny models as GGUF files, in the layout that llama.cpp's converter gives each architecture.

    make_tiny_ggufs.py --models DIR --more DIR --out DIR

Float32, with the tokenizer inside; llama also as Q8_0, llama_yarn also in two parts. What must come out of them is golden/NAME.jsonl (more_models/NAME/
golden.jsonl), as for the directories they come from. Written from the format's description and the converter's behaviour: rows of Llama's q and k
interleaved, one added to Gemma's norms, GPT-2's matrices transposed, NeoX's q, k and v put one after the other, frequency
divisors of Llama 3 as a tensor. Not in a GGUF: GPT-NeoX's rotary base and GPT-2's inner width (others than the defaults are
lost), Mistral's and Qwen's windows, Gemma 2's query_pre_attn_scalar (the head's size is taken).
Needs: gguf, numpy, safetensors, sentencepiece, torch.
"""
import argparse
import json
import math
import os

import gguf
import numpy as np
import sentencepiece
import torch
from safetensors.torch import load_file

ARCHITECTURES = {
    "llama": "LLAMA", "llama3_rope": "LLAMA", "mistral": "LLAMA", "qwen2": "QWEN2", "qwen3": "QWEN3", "gemma2": "GEMMA2",
    "phi3": "PHI3", "olmo2": "OLMO2", "gpt2": "GPT2", "gpt_neox": "GPTNEOX",
    "phi3_longrope": "PHI3", "llama_yarn": "LLAMA",
}
MORE = ("phi3_longrope", "llama_yarn")  # of more_models; their tokenizer is gpt2's


def interleaved(rows, heads):
    """Rows of halves (0 … d/2 - 1 | d/2 … d - 1) of each head to pairs (0, d/2, 1, d/2 + 1, …)."""
    return np.concatenate([part.reshape(2, -1, *part.shape[1:]).swapaxes(0, 1).reshape(part.shape) for part in np.split(rows, heads)])


def by_kind(rows, heads):
    """NeoX: q, k, v of head 0, then of head 1, … to all q, all k, all v."""
    parts = [np.split(head, 3) for head in np.split(rows, heads)]
    return np.concatenate([part[kind] for kind in range(3) for part in parts])


def converted(model, config, name, value):
    """The tensor as the architecture's converter stores it; None for what it leaves out."""
    heads = config.get("num_attention_heads", config.get("n_head"))
    kv_heads = config.get("num_key_value_heads", heads)
    llama = ARCHITECTURES[model] == "LLAMA"
    if llama and ".q_proj." in name:
        return interleaved(value, heads)
    if llama and ".k_proj." in name:
        return interleaved(value, kv_heads)
    if model == "gemma2" and name.endswith("norm.weight"):
        return value + 1
    if model == "gpt2" and name.endswith((".c_attn.weight", ".c_proj.weight", ".c_fc.weight")):
        return value.T
    if model == "gpt_neox" and ".query_key_value." in name:
        return by_kind(value, heads)
    return value


def llama3_divisors(rope, dim):
    freqs = 1.0 / (rope["rope_theta"] ** (np.arange(0, dim, 2, dtype=np.float32) / dim))
    low, high, original = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
    out = []
    for f in freqs:
        turns = original * float(f) / (2 * math.pi)  # in the original context
        share = min(1.0, max(0.0, (turns - low) / (high - low)))
        out.append(1 / ((1 - share) / rope["factor"] + share))
    return np.array(out, dtype=np.float32)


def add_parameters(w, model, config):
    get = config.get
    w.add_name("tiny " + model)
    w.add_file_type(gguf.LlamaFileType.ALL_F32)
    w.add_quantization_version(gguf.GGML_QUANT_VERSION)
    w.add_block_count(get("num_hidden_layers", get("n_layer")))
    w.add_context_length(get("max_position_embeddings", get("n_positions")))
    hidden, heads = get("hidden_size", get("n_embd")), get("num_attention_heads", get("n_head"))
    w.add_embedding_length(hidden)
    w.add_feed_forward_length(get("intermediate_size") or 4 * hidden)
    w.add_head_count(heads)
    rope = get("rope_parameters", {})
    if model == "gpt2":
        w.add_layer_norm_eps(config["layer_norm_epsilon"])
        return
    if model == "gpt_neox":
        w.add_rope_dimension_count(int(rope["partial_rotary_factor"] * (hidden // heads)))
        w.add_parallel_residual(config["use_parallel_residual"])
        w.add_layer_norm_eps(config["layer_norm_eps"])
        return
    w.add_head_count_kv(config["num_key_value_heads"])
    w.add_layer_norm_rms_eps(config["rms_norm_eps"])
    w.add_rope_freq_base(rope["rope_theta"])
    head_dim = get("head_dim", hidden // heads)
    if ARCHITECTURES[model] == "PHI3":
        w.add_rope_scaling_orig_ctx_len(config["original_max_position_embeddings"])
        w.add_rope_dimension_count(int(rope["partial_rotary_factor"] * hidden) // heads)
        w.add_sliding_window(get("sliding_window") or 0)
        if rope["rope_type"] == "longrope":
            scale, original = config["max_position_embeddings"] / config["original_max_position_embeddings"], config["original_max_position_embeddings"]
            w.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(scale) / math.log(original)))
            w.add_tensor("rope_factors_long.weight", np.array(rope["long_factor"], dtype=np.float32))
            w.add_tensor("rope_factors_short.weight", np.array(rope["short_factor"], dtype=np.float32))
        return
    if "head_dim" in config:
        w.add_key_length(head_dim)
        w.add_value_length(head_dim)
    if ARCHITECTURES[model] == "LLAMA":
        w.add_vocab_size(config["vocab_size"])
        w.add_rope_dimension_count(head_dim)
    if model == "gemma2":
        w.add_attn_logit_softcapping(config["attn_logit_softcapping"])
        w.add_final_logit_softcapping(config["final_logit_softcapping"])
        w.add_sliding_window(config["sliding_window"])
    if rope["rope_type"] == "yarn":
        w.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        w.add_rope_scaling_factor(rope["factor"])
        w.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    if rope["rope_type"] == "llama3":
        w.add_tensor("rope_freqs.weight", llama3_divisors(rope, head_dim))


def add_tokenizer(w, model, where):
    spm = os.path.join(where, "tokenizer.model")
    if os.path.exists(spm):
        sp = sentencepiece.SentencePieceProcessor(model_file=spm)
        ids = range(sp.vocab_size())
        kinds = [(sp.is_unknown, 2), (sp.is_control, 3), (sp.is_byte, 6), (sp.is_unused, 5)]
        w.add_tokenizer_model("llama")
        w.add_tokenizer_pre("default")
        w.add_token_list([sp.id_to_piece(k).encode() for k in ids])
        w.add_token_scores([sp.get_score(k) for k in ids])
        w.add_token_types([next((kind for is_kind, kind in kinds if is_kind(k)), 1) for k in ids])
        w.add_bos_token_id(1)
        w.add_eos_token_id(2)
        w.add_unk_token_id(0)
        w.add_add_bos_token(False)
        return
    with open(os.path.join(where, "tokenizer.json"), encoding="utf-8") as f:
        tokenizer = json.load(f)
    vocab, added = tokenizer["model"]["vocab"], {t["id"]: t for t in tokenizer["added_tokens"]}
    tokens = {k: t for t, k in vocab.items()} | {k: t["content"] for k, t in added.items()}
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("smollm" if model in ("qwen2", "llama3_rope") else "gpt-2")
    w.add_token_list([tokens[k] for k in range(len(tokens))])
    w.add_token_types([3 if k in added else 1 for k in range(len(tokens))])
    w.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]])
    w.add_bos_token_id(0)
    w.add_eos_token_id(0)


def write(model, where, tokenizer, path, quantised, tensors_per_part=0):
    with open(os.path.join(where, "config.json"), encoding="utf-8") as f:
        config = json.load(f)
    arch = gguf.MODEL_ARCH[ARCHITECTURES[model]]
    names = gguf.get_tensor_name_map(arch, config.get("num_hidden_layers", config.get("n_layer")))
    w = gguf.GGUFWriter(path, gguf.MODEL_ARCH_NAMES[arch], split_max_tensors=tensors_per_part)
    add_parameters(w, model, config)
    add_tokenizer(w, model, tokenizer)
    tensors = load_file(os.path.join(where, "model.safetensors"))
    for name in sorted(tensors):
        value = np.ascontiguousarray(converted(model, config, name, tensors[name].to(torch.float32).numpy()), dtype=np.float32)
        stored = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert stored, name
        if quantised and value.ndim == 2:
            kind = gguf.GGMLQuantizationType.Q8_0
            w.add_tensor(stored, gguf.quants.quantize(value, kind), raw_dtype=kind)
        else:
            w.add_tensor(stored, value)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", required=True)
    ap.add_argument("--more", required=True)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    for model in ARCHITECTURES:
        where = os.path.join(a.more if model in MORE else a.models, model)
        tokenizer = os.path.join(a.models, "gpt2") if model in MORE else where
        write(model, where, tokenizer, os.path.join(a.out, model + ".F32.gguf"), False)
        if model == "llama":
            write(model, where, tokenizer, os.path.join(a.out, model + ".Q8_0.gguf"), True)
        if model == "llama_yarn":
            write(model, where, tokenizer, os.path.join(a.out, model + ".split.gguf"), False, 6)


if __name__ == "__main__":
    main()
