#!/usr/bin/env python3
"""Writes tiny random models that use the options which make_tiny_models.py leaves alone, and what must come out of each.

    make_more_models.py --out DIR [--only NAME,…] [--kept]

Per model DIR/NAME/config.json, model.safetensors and golden.jsonl (lds_reference.py, published preset: W 2048, L 128, seed
11, two documents). --kept: only those that live in tests/reference/more_models. The ids are those of
tokens/byte_level_bpe.jsonl, so the models need no tokenizer. Weights are stored in bfloat16, to be small, and read in float32.
Needs: torch, transformers, xxhash.
"""
import argparse
import json
import math
import os
import random
import types

import torch
import transformers as t

from lds_reference import perplexity, published

HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENTS = (0, 4)  # prose and code
YARN = dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=64)


def models():
    """(name, config, kept in the repository)"""
    base = dict(vocab_size=768, max_position_embeddings=512, bos_token_id=0, eos_token_id=0, pad_token_id=0)

    def sizes(hidden, inner, layers, heads, kv):
        return dict(base, hidden_size=hidden, intermediate_size=inner, num_hidden_layers=layers, num_attention_heads=heads,
                    num_key_value_heads=kv)

    small = sizes(16, 40, 1, 2, 1)
    two = sizes(24, 56, 2, 3, 1)
    wide = sizes(48, 72, 2, 6, 3)
    four = sizes(32, 48, 4, 4, 2)
    plain = dict(rope_type="default", rope_theta=10000.0)

    yield "llama_biases", t.LlamaConfig(**two, attention_bias=True, mlp_bias=True, tie_word_embeddings=True), True
    yield "llama_head_dim_linear", t.LlamaConfig(**sizes(40, 37, 2, 5, 1), head_dim=14, hidden_act="gelu", rope_parameters=dict(
        rope_type="linear", rope_theta=5000.0, factor=4.0)), False
    yield "llama_yarn", t.LlamaConfig(**small, head_dim=24, tie_word_embeddings=True, rope_parameters=dict(YARN, rope_theta=200.0)), True
    yield "llama_yarn_mscale", t.LlamaConfig(**wide, head_dim=32, rope_parameters=dict(
        YARN, rope_theta=200.0, mscale=0.707, mscale_all_dim=1.3, beta_fast=24, beta_slow=2, truncate=False)), False
    yield "llama_yarn_attention", t.LlamaConfig(**wide, head_dim=16, rope_parameters=dict(YARN, attention_factor=1.3)), False
    yield "llama_yarn_no_original", t.LlamaConfig(**wide, rope_parameters=dict(rope_type="yarn", rope_theta=1e6, factor=2.0)), False
    yield "llama_dynamic", t.LlamaConfig(**wide, rope_parameters=dict(rope_type="dynamic", rope_theta=10000.0, factor=2.0)), False
    yield "llama3_other_bands", t.LlamaConfig(**sizes(64, 48, 2, 2, 1), hidden_act="relu", rms_norm_eps=1e-3, rope_parameters=dict(
        rope_type="llama3", rope_theta=10000.0, factor=4.0, low_freq_factor=2.0, high_freq_factor=8.0,
        original_max_position_embeddings=128)), False
    yield "llama_many_kv", t.LlamaConfig(**sizes(40, 64, 3, 5, 5), hidden_act="gelu_pytorch_tanh"), False

    yield "llama_longrope", t.LlamaConfig(**dict(wide, max_position_embeddings=2048), head_dim=8, rope_parameters=dict(
        rope_type="longrope", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=512, short_factor=[1.0, 1.1, 1.2, 1.4],
        long_factor=[2.0] * 4)), False
    yield "llama_wide_heads", t.LlamaConfig(**dict(sizes(28, 7, 2, 7, 1), vocab_size=771), head_dim=128, attention_bias=True), False
    yield "llama_deep", t.LlamaConfig(**sizes(16, 24, 14, 1, 1), rope_parameters=dict(rope_type="llama3", rope_theta=500000.0, factor=32.0,
        low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)), False

    yield "mistral_no_window", t.MistralConfig(**wide, sliding_window=None), False
    yield "mistral_dynamic", t.MistralConfig(**wide, sliding_window=2, rope_parameters=dict(
        rope_type="dynamic", rope_theta=1e6, factor=4.0)), False
    yield "mistral_short_window", t.MistralConfig(**small, sliding_window=40, tie_word_embeddings=True), True
    yield "mistral_head_dim", t.MistralConfig(**sizes(40, 64, 2, 4, 4), head_dim=6, sliding_window=200), False
    yield "mistral_yarn", t.MistralConfig(**wide, sliding_window=None, rope_parameters=dict(YARN, rope_theta=1e6)), False

    yield "qwen2_windows", t.Qwen2Config(**four, use_sliding_window=True, sliding_window=48, max_window_layers=2), False
    yield "qwen2_all_windows", t.Qwen2Config(**small, use_sliding_window=True, sliding_window=70, max_window_layers=0,
                                             tie_word_embeddings=True), True
    yield "qwen2_layer_types", t.Qwen2Config(**four, use_sliding_window=True, sliding_window=33, layer_types=[
        "full_attention", "sliding_attention", "full_attention", "sliding_attention"]), False
    yield "qwen2_yarn", t.Qwen2Config(**wide, rope_parameters=dict(YARN, rope_theta=1e6)), False

    yield "qwen2_yarn_no_ramp", t.Qwen2Config(**wide, rope_parameters=dict(YARN, beta_fast=1.5, beta_slow=1.4, truncate=False,
                                                                             attention_factor=0.9)), False
    yield "qwen2_many_kv", t.Qwen2Config(**sizes(42, 31, 3, 7, 7), use_sliding_window=False, sliding_window=16, hidden_act="gelu_new"), False

    yield "qwen3_llama3", t.Qwen3Config(**four, head_dim=32, rope_parameters=dict(rope_type="llama3", rope_theta=1e4, factor=8.0,
        low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=100)), False
    yield "qwen3_yarn", t.Qwen3Config(**two, head_dim=20, attention_bias=True, rope_parameters=dict(YARN, mscale=1.0, mscale_all_dim=0.8)), False
    yield "qwen3_biases", t.Qwen3Config(**two, head_dim=12, attention_bias=True, tie_word_embeddings=True), True
    yield "qwen3_windows", t.Qwen3Config(**four, head_dim=10, use_sliding_window=True, sliding_window=60, max_window_layers=1), False
    yield "qwen3_linear", t.Qwen3Config(**wide, head_dim=8, rms_norm_eps=1e-4, rope_parameters=dict(
        rope_type="linear", rope_theta=1e6, factor=3.0)), False

    yield "gemma2_caps", t.Gemma2Config(**small, head_dim=12, query_pre_attn_scalar=40, sliding_window=50, attn_logit_softcapping=8.0,
                                        final_logit_softcapping=5.0), True
    yield "gemma2_no_caps", t.Gemma2Config(**four, head_dim=8, query_pre_attn_scalar=8, sliding_window=100, attn_logit_softcapping=None,
                                           final_logit_softcapping=None), False
    yield "gemma2_layer_types", t.Gemma2Config(**four, head_dim=10, query_pre_attn_scalar=10, sliding_window=64, attention_bias=True,
                                               tie_word_embeddings=False, hidden_activation="gelu", layer_types=[
                                                   "full_attention", "sliding_attention", "sliding_attention", "full_attention"]), False

    yield "gemma2_wide_heads", t.Gemma2Config(**sizes(20, 33, 3, 2, 1), sliding_window=7, rope_parameters=dict(
        rope_type="linear", rope_theta=10000.0, factor=2.0), rms_norm_eps=1e-3), False

    yield "phi3_longrope", t.Phi3Config(**dict(small, max_position_embeddings=4096), original_max_position_embeddings=512,
                                        tie_word_embeddings=True, rope_parameters=dict(
                                            rope_type="longrope", rope_theta=10000.0, short_factor=[1.0, 1.05, 1.2, 1.5],
                                            long_factor=[2.0, 3.0, 5.0, 8.0])), True
    yield "phi3_partial", t.Phi3Config(**wide, sliding_window=100, rope_parameters=dict(
        rope_type="longrope", rope_theta=10000.0, partial_rotary_factor=0.75, short_factor=[1.1, 1.3, 1.6], long_factor=[4.0] * 3,
        attention_factor=1.2), original_max_position_embeddings=256), False
    yield "phi3_half_rotary", t.Phi3Config(**wide, rope_parameters=dict(plain, partial_rotary_factor=0.5), tie_word_embeddings=True), False

    yield "olmo2_biases", t.Olmo2Config(**two, attention_bias=True, tie_word_embeddings=True), True
    yield "olmo2_linear", t.Olmo2Config(**sizes(48, 80, 3, 4, 4), rms_norm_eps=1e-6, hidden_act="gelu", rope_parameters=dict(
        rope_type="linear", rope_theta=500000.0, factor=2.0)), False
    yield "olmo2_yarn", t.Olmo2Config(**wide, rope_parameters=dict(YARN)), False

    yield "olmo2_one_kv_llama3", t.Olmo2Config(**sizes(64, 50, 2, 4, 1), attention_bias=True, rope_parameters=dict(rope_type="llama3",
        rope_theta=5e5, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=90)), False
    yield "olmo2_dynamic", t.Olmo2Config(**wide, rope_parameters=dict(rope_type="dynamic", rope_theta=1e4, factor=2.0)), False

    opt = dict(vocab_size=768, hidden_size=24, ffn_dim=40, num_hidden_layers=2, num_attention_heads=3, max_position_embeddings=300,
               bos_token_id=0, eos_token_id=0, pad_token_id=1)
    yield "opt_no_biases", t.OPTConfig(**opt, word_embed_proj_dim=24, enable_bias=False, layer_norm_elementwise_affine=False), True
    yield "opt_projected_pre_ln", t.OPTConfig(**opt, word_embed_proj_dim=10, activation_function="gelu"), False
    yield "opt_post_ln_same_width", t.OPTConfig(**opt, word_embed_proj_dim=24, do_layer_norm_before=False, tie_word_embeddings=False), False
    yield "opt_no_final_norm", t.OPTConfig(**opt, word_embed_proj_dim=40, _remove_final_layer_norm=True, activation_function="gelu_new"), False

    yield "opt_like_350m", t.OPTConfig(**opt, word_embed_proj_dim=12, do_layer_norm_before=False, enable_bias=True), False
    yield "opt_post_ln_no_biases", t.OPTConfig(**opt, word_embed_proj_dim=30, do_layer_norm_before=False, enable_bias=False,
                                               layer_norm_elementwise_affine=False, activation_function="gelu"), False

    gpt2 = dict(vocab_size=768, n_embd=24, n_layer=3, n_head=3, n_positions=256, bos_token_id=0, eos_token_id=0)
    yield "gpt2_inverse_layers", t.GPT2Config(**dict(gpt2, n_embd=16, n_head=2, n_layer=2), n_inner=20, activation_function="relu",
                                              scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True), True
    yield "gpt2_unscaled", t.GPT2Config(**gpt2, n_inner=70, activation_function="gelu", scale_attn_weights=False), False
    yield "gpt2_untied", t.GPT2Config(**gpt2, tie_word_embeddings=False, layer_norm_epsilon=1e-3, activation_function="gelu_fast"), False

    yield "gpt2_unscaled_inverse", t.GPT2Config(**gpt2, scale_attn_weights=False, scale_attn_by_inverse_layer_idx=True,
                                                reorder_and_upcast_attn=True), False
    yield "gpt2_silu", t.GPT2Config(**dict(gpt2, n_head=1), activation_function="silu"), False

    neox = dict(vocab_size=768, hidden_size=32, intermediate_size=72, num_hidden_layers=2, num_attention_heads=4,
                max_position_embeddings=400, bos_token_id=0, eos_token_id=0)
    yield "gpt_neox_sequential", t.GPTNeoXConfig(**dict(neox, hidden_size=16, num_attention_heads=2, num_hidden_layers=1, intermediate_size=30),
                                                 use_parallel_residual=False, attention_bias=False, tie_word_embeddings=True,
                                                 rope_parameters=dict(plain, partial_rotary_factor=1.0)), True
    yield "gpt_neox_yarn", t.GPTNeoXConfig(**dict(neox, hidden_size=64), rope_parameters=dict(YARN, partial_rotary_factor=0.5)), False
    yield "gpt_neox_dynamic", t.GPTNeoXConfig(**neox, use_parallel_residual=False, attention_bias=False, hidden_act="gelu_new", rope_parameters=dict(
        rope_type="dynamic", rope_theta=1e4, factor=2.0, partial_rotary_factor=0.5)), False
    yield "gpt_neox_llama3", t.GPTNeoXConfig(**dict(neox, hidden_size=128), tie_word_embeddings=True, rope_parameters=dict(rope_type="llama3",
        rope_theta=1e4, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=100,
        partial_rotary_factor=0.25)), False
    yield "gpt_neox_half_rotary", t.GPTNeoXConfig(**neox, hidden_act="gelu_fast", layer_norm_eps=1e-4, rope_parameters=dict(
        rope_type="default", rope_theta=50000.0, partial_rotary_factor=0.5)), False
    yield "gpt_neox_linear", t.GPTNeoXConfig(**neox, hidden_act="relu", rope_parameters=dict(
        rope_type="linear", rope_theta=10000.0, factor=2.0, partial_rotary_factor=0.25)), False
    yield "gpt_neox_odd_rotary", t.GPTNeoXConfig(**dict(neox, hidden_size=40), attention_bias=False, rope_parameters=dict(
        plain, partial_rotary_factor=0.5)), False


def build(name, config):
    """A model whose norms and biases are away from the 1s and 0s that hide mistakes, and whose weights are bfloat16 numbers."""
    torch.manual_seed(sum(map(ord, name)))
    model = t.AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager").eval()
    for p in model.parameters():
        with torch.no_grad():
            if p.dim() == 1:
                p.add_(torch.randn_like(p) * 0.1)
            else:
                p.mul_(80.0 / math.sqrt(p.shape[-1]))  # queries and keys of size 2: attention far from even
            p.copy_(p.to(torch.bfloat16).float())
    return model


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", required=True)
    ap.add_argument("--only", default="")
    ap.add_argument("--kept", action="store_true")
    a = ap.parse_args()
    only = set(filter(None, a.only.split(",")))
    with open(os.path.join(HERE, "documents.jsonl"), encoding="utf-8") as f:
        texts = [json.loads(line)["text"] for line in f]
    with open(os.path.join(HERE, "tokens", "byte_level_bpe.jsonl"), encoding="utf-8") as f:
        ids = {row["text"]: row["ids"] for row in map(json.loads, f)}
    settings = types.SimpleNamespace(segment=128, samples=10, threshold=0.1)
    for name, config, kept in models():
        if (only and name not in only) or (a.kept and not kept):
            continue
        where = os.path.join(a.out, name)
        model = build(name, config)
        model.to(torch.bfloat16).save_pretrained(where)
        # what a reader of the files gets, in float32; eager: no kernel chooses another order
        model = t.AutoModelForCausalLM.from_pretrained(where, dtype=torch.float32, attn_implementation="eager").eval()
        rng = random.Random(11)
        with open(os.path.join(where, "golden.jsonl"), "w", encoding="utf-8") as out:
            for k in DOCUMENTS:
                row, segs, scored = published(model, ids[texts[k]], settings, 16, rng)
                row["document"] = k
                row["token_nll"] = [[i, j, perplexity(model, [], segs[i])[1], nll] for i, j, nll in scored[:1]]
                out.write(json.dumps(row) + "\n")
        os.path.exists(os.path.join(where, "generation_config.json")) and os.remove(os.path.join(where, "generation_config.json"))
        print(name, sum(p.numel() for p in model.parameters()), os.path.getsize(os.path.join(where, "model.safetensors")), flush=True)


if __name__ == "__main__":
    main()
