#!/usr/bin/env python3
"""Writes small tokenizers of many kinds, each with what it makes of awkward strings.

    make_tokenizers.py --text DIR --out DIR [--vocab 420] [--only NAME,…]

Each folder of --out is a Hugging Face directory of one tokenizer, or a GGUF that holds nothing else, and tokens.jsonl: {"text", "ids"} a line, "ids_special"
where recognising special tokens gives other ids, and for tokenizer.model "ends", sentencepiece's own offsets.
Needs: tokenizers, sentencepiece, gguf, and long texts (*.txt) to learn from.
"""
import argparse
import glob
import json
import os

import gguf
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from tokenize_reference import AWKWARD

GPT4 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
QWEN2 = GPT4.replace(r"\p{N}{1,3}", r"\p{N}")
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
TEKKEN = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
          r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
GPT4O = TEKKEN.replace("]+|[^", "]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^", 1).replace("]*|\\p{N}|", "]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|")

GGUF_OF = ("spm_bpe_identity", "spm_bpe_no_prefix")  # the same pieces as a GGUF: Llama's way and Gemma's

MORE = ["e\u0301e\u0301 A\u030a \u1e9b\u0323", "ﬁ ﬂ ①② Ａ", "a  <x>  b<x>", "word<y>word", " <y> ", "<|z|> after", "a<|z|>\n\n b", "<w>",
        "in<w>word <w> <w>.", "can't CAN'T we'Ll ſ 'ſ", "  \n  \n x", "\r\n\r\n", "a\u2028b\u0085c\u180ed", "\u200b\u200d", "x" * 120,
        "漢字" * 40, "٣٤٥ 12345678", "<0x41>A", "<|z|><|z|>", "ab<x>ab", "\u0001 \u0002", "tab\t<x>\tz", "...!?...", "a.b.c"]


def byte_level(regex=None, **options):
    step = pre_tokenizers.ByteLevel(add_prefix_space=options.get("prefix", False), use_regex=options.get("use_regex", regex is None))
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), options.get("behavior", "isolated"),
                                                         options.get("invert", False)), step]) if regex else step


def added(normalized=False):
    return [AddedToken("<x>", lstrip=True, normalized=normalized), AddedToken("<y>", rstrip=True, normalized=normalized),
            AddedToken("<w>", single_word=True, normalized=normalized), AddedToken("  \n", normalized=normalized)]


def bpe(files, vocab, pre, norm=None, start=True, more=(), specials=("<|z|>", "<|z|>long"), **model):
    tok = Tokenizer(models.BPE(**model))
    if norm:
        tok.normalizer = norm
    if pre:
        tok.pre_tokenizer = pre
    fallback = [f"<0x{k:02X}>" for k in range(256)] if model.get("byte_fallback") else []
    unknown = [model["unk_token"]] if "unk_token" in model else []
    tok.train(files, trainers.BpeTrainer(vocab_size=vocab + len(fallback), special_tokens=unknown + fallback, show_progress=False,
                                         limit_alphabet=256, initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if start else []))
    if fallback:  # bytes are tokens of the model, not spellings to be found in the text
        made = json.loads(tok.to_str())
        made["added_tokens"] = [token for token in made["added_tokens"] if token["content"] == model.get("unk_token")]
        tok = Tokenizer.from_str(json.dumps(made))
    tok.add_special_tokens(list(specials))
    tok.add_tokens(list(more))
    return tok


def tokenizer_kinds(files, vocab):
    """name -> tokenizer"""
    p, n = pre_tokenizers, normalizers
    lines = dict(start=False, unk_token="<unk>", byte_fallback=True, fuse_unk=True)
    llama2 = n.Sequence([n.Prepend("▁"), n.Replace(" ", "▁")])
    yield "gpt4_pattern", bpe(files, vocab, byte_level(GPT4))
    yield "cl100k_removed_inverted", bpe(files, vocab, byte_level(CL100K, behavior="removed", invert=True))
    yield "llama3_ignore_merges", bpe(files, vocab, byte_level(GPT4), ignore_merges=True)
    yield "qwen2_nfc", bpe(files, vocab, byte_level(QWEN2), n.NFC(), more=added(True))
    yield "tekken_pattern", bpe(files, vocab, byte_level(TEKKEN))
    yield "gpt2_split", bpe(files, vocab, byte_level(GPT2), more=added())
    yield "prefix_space", bpe(files, vocab, byte_level(prefix=True), more=added())
    yield "digits_nfkc", bpe(files, vocab, p.Sequence([p.Digits(individual_digits=False), p.Punctuation(), byte_level()]), n.NFKC())
    yield "no_regex_nfd", bpe(files, vocab, p.Sequence([p.Split(" ", "merged_with_next"), byte_level(use_regex=False)]), n.NFD())
    yield "few_bytes", bpe(files, vocab, byte_level(), start=False)
    yield "few_bytes_unk", bpe(files, vocab, byte_level(), start=False, unk_token="<unk>", fuse_unk=True)
    yield "llama2", bpe(files, vocab, None, llama2, more=added(), **lines)
    yield "llama2_normalized_added", bpe(files, vocab, None, llama2, more=added(True), **lines)
    yield "metaspace_always", bpe(files, vocab, p.Metaspace(prepend_scheme="always"), more=added(), **lines)
    yield "metaspace_first", bpe(files, vocab, p.Metaspace(prepend_scheme="first", split=False), more=added(), **lines)
    yield "metaspace_never", bpe(files, vocab, p.Metaspace(prepend_scheme="never"), start=False, unk_token="<unk>")
    yield "gemma", bpe(files, vocab, p.Split(" ", "merged_with_previous"), n.Replace(" ", "▁"), more=[AddedToken("▁▁", normalized=False)],
                       **lines)
    yield "vocabulary_files", bpe(files, vocab, byte_level(), more=())  # saved as vocab.json and merges.txt
    yield "regex_normalizer", bpe(files, vocab, byte_level(), n.Sequence([n.Strip(), n.Replace(Regex(r"\s+"), " ")]))


def gguf_kinds(files, vocab):
    """tokenizer.ggml.pre -> the tokenizer as the models that converters name so have it"""
    p = pre_tokenizers
    digits = p.Sequence([p.Digits(individual_digits=True), p.ByteLevel(add_prefix_space=False)])
    yield "gpt-2", bpe(files, vocab, byte_level())
    yield "smollm", bpe(files, vocab, digits)
    yield "olmo", bpe(files, vocab, byte_level(), normalizers.NFC(), more=[AddedToken(" " * k) for k in (2, 3, 4)])
    yield "llama-bpe", bpe(files, vocab, byte_level(GPT4), ignore_merges=True)
    yield "dbrx", bpe(files, vocab, byte_level(CL100K))
    yield "qwen2", bpe(files, vocab, byte_level(QWEN2), normalizers.NFC(), more=[AddedToken("<w>", normalized=False)])
    yield "tekken", bpe(files, vocab, byte_level(TEKKEN), ignore_merges=True)
    yield "gpt-4o", bpe(files, vocab, byte_level(GPT4O))


def write_gguf(path, kind, pre, tokens, types, merges=(), scores=(), space_prefix=None):
    w = gguf.GGUFWriter(path, "llama")
    w.add_tokenizer_model(kind)
    w.add_tokenizer_pre(pre)
    w.add_token_list(tokens)
    w.add_token_types(types)
    if scores:
        w.add_token_scores(scores)
    if merges:
        w.add_token_merges(merges)
    if space_prefix is not None:
        w.add_add_space_prefix(space_prefix)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def byte_level_gguf(tok, pre, path):
    made = json.loads(tok.to_str())
    tokens = {k: text for text, k in made["model"]["vocab"].items()}
    types = dict.fromkeys(tokens, gguf.TokenType.NORMAL)
    for token in made["added_tokens"]:
        tokens[token["id"]] = token["content"]
        types[token["id"]] = gguf.TokenType.CONTROL if token["special"] else gguf.TokenType.USER_DEFINED
    ids = range(len(tokens))
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in made["model"]["merges"]]
    write_gguf(path, "gpt2", pre, [tokens[k] for k in ids], [types[k] for k in ids], merges)


def sentencepiece_gguf(sp, space_prefix, path):
    types = [(sp.is_unknown, gguf.TokenType.UNKNOWN), (sp.is_control, gguf.TokenType.CONTROL), (sp.is_byte, gguf.TokenType.BYTE)]
    ids = range(sp.vocab_size())
    write_gguf(path, "llama", "default", [sp.id_to_piece(k).encode() for k in ids],
               [next((type for is_type, type in types if is_type(k)), gguf.TokenType.NORMAL) for k in ids],
               scores=[sp.get_score(k) for k in ids], space_prefix=space_prefix)


def sentencepiece_kinds(files, vocab, where):
    common = dict(input=",".join(files), vocab_size=vocab + 300, minloglevel=2, max_sentence_length=100000, input_sentence_size=4000,
                  shuffle_input_sentence=False, num_threads=2)
    plain = dict(normalization_rule_name="identity", remove_extra_whitespaces=False)
    yield "spm_bpe_identity", dict(common, model_type="bpe", byte_fallback=True, split_digits=True, **plain), {"legacy": True}
    yield "spm_bpe_new", dict(common, model_type="bpe", byte_fallback=True, **plain), {"legacy": False}
    yield "spm_bpe_nfkc", dict(common, model_type="bpe", normalization_rule_name="nmt_nfkc"), {}
    yield "spm_bpe_symbols", dict(common, model_type="bpe", byte_fallback=True, user_defined_symbols=["<x>", "▁▁", "ab", "ing"],
                                  control_symbols=["<|z|>"], **plain), {}
    yield "spm_bpe_no_prefix", dict(common, model_type="bpe", byte_fallback=True, add_dummy_prefix=False, **plain), {}
    yield "spm_unigram", dict(common, model_type="unigram", byte_fallback=True, **plain), {}
    with open(where + "/rules.tsv", "w") as f:  # a rule a line, in hexadecimal; the real ones take 240 KB in every model
        f.write("65 301\tE9\nFB01\t66 69\nA\t20\nD A\t20\n200B\t20\n1\t\n41\t61\n6F22\t5B57 5B57\n")
    yield "spm_unigram_rules", dict(common, model_type="unigram", normalization_rule_tsv=where + "/rules.tsv",
                                    user_defined_symbols=["<x>", "ab"]), {}
    yield "spm_suffix", dict(common, model_type="bpe", treat_whitespace_as_suffix=True, normalization_rule_name="identity"), {}


def ties():
    """A unigram model with many ways of the same score, up to rounding, to write a run of one letter."""
    model = sentencepiece_model_pb2.ModelProto()
    model.trainer_spec.model_type = sentencepiece_model_pb2.TrainerSpec.UNIGRAM
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    for text, score in (("<unk>", 0), ("a", -3.3), ("b", -3.1), ("aa", -5.7), ("aaa", -8.55), ("aaaa", -11.4), ("ab", -6.3), ("ba", -6.2)):
        model.pieces.add(piece=text, score=score, type=2 if text == "<unk>" else 1)
    return model.SerializeToString()


def encode_spm(sp):
    def encode(text):
        pieces = sp.encode(text, return_type="proto").pieces
        ends = [piece.end for piece in pieces]
        if ends:
            ends[-1] = len(text.encode())
        return [piece.id for piece in pieces], ends
    return encode


def write(where, rows):
    with open(os.path.join(where, "tokens.jsonl"), "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def forget_paths(path):
    """A model file remembers what it was trained on; where that lay on one machine is nobody's business."""
    model = sentencepiece_model_pb2.ModelProto()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    model.trainer_spec.ClearField("input")
    model.trainer_spec.ClearField("model_prefix")
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


def rows_of(tok, texts):
    for text in texts:
        tok.encode_special_tokens = True
        row = {"text": text, "ids": tok.encode(text, add_special_tokens=False).ids}
        tok.encode_special_tokens = False
        special = tok.encode(text, add_special_tokens=False).ids
        yield row if special == row["ids"] else dict(row, ids_special=special)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--text", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--vocab", type=int, default=420)
    ap.add_argument("--only", default="")
    a = ap.parse_args()
    only = set(filter(None, a.only.split(",")))
    wanted = lambda name: not only or name in only
    files = sorted(glob.glob(os.path.join(a.text, "**", "*.txt"), recursive=True))[:8]
    os.makedirs(a.out, exist_ok=True)
    own = os.path.join(a.out, "awkward.txt")  # so that vocabularies have other scripts, too
    with open(own, "w", encoding="utf-8") as f:
        f.write("\n".join(AWKWARD + MORE) * 3)
    files.append(own)
    texts = AWKWARD + MORE
    for name, tok in tokenizer_kinds(files, a.vocab):
        if not wanted(name):
            continue
        where = os.path.join(a.out, name)
        os.makedirs(where, exist_ok=True)
        tok.save(os.path.join(where, "tokenizer.json"), pretty=False)
        tok = Tokenizer.from_file(os.path.join(where, "tokenizer.json"))
        write(where, rows_of(tok, texts))
        if name == "vocabulary_files":
            os.remove(os.path.join(where, "tokenizer.json"))
            tok.model.save(where)
            with open(os.path.join(where, "added_tokens.json"), "w") as f:
                json.dump({token.content: id for id, token in tok.get_added_tokens_decoder().items()}, f)
            with open(os.path.join(where, "special_tokens_map.json"), "w") as f:
                json.dump({"additional_special_tokens": ["<|z|>", "<|z|>long"]}, f)
    for name, tok in gguf_kinds(files, a.vocab):
        if not wanted("gguf_" + name):
            continue
        where = os.path.join(a.out, "gguf_" + name)
        os.makedirs(where, exist_ok=True)
        byte_level_gguf(tok, name, os.path.join(where, "tokenizer.gguf"))
        write(where, rows_of(tok, texts))
    for name, options, config in sentencepiece_kinds(files, a.vocab, a.out):
        if not wanted(name):
            continue
        where = os.path.join(a.out, name)
        os.makedirs(where, exist_ok=True)
        sentencepiece.SentencePieceTrainer.train(model_prefix=os.path.join(where, "tokenizer"), **options)
        forget_paths(os.path.join(where, "tokenizer.model"))
        os.remove(os.path.join(where, "tokenizer.vocab"))
        with open(os.path.join(where, "tokenizer_config.json"), "w") as f:
            json.dump(config, f)
        encode = encode_spm(sentencepiece.SentencePieceProcessor(model_file=os.path.join(where, "tokenizer.model")))
        rows = []
        for text in texts:
            ids, ends = encode(text)
            rows.append({"text": text, "ids": ids, "ends": ends})
        write(where, rows)
        if name in GGUF_OF:
            sentencepiece_gguf(sentencepiece.SentencePieceProcessor(model_file=os.path.join(where, "tokenizer.model")),
                               options.get("add_dummy_prefix"), os.path.join(where, "tokenizer.gguf"))
    if wanted("spm_unigram_ties"):
        where = os.path.join(a.out, "spm_unigram_ties")
        os.makedirs(where, exist_ok=True)
        with open(os.path.join(where, "tokenizer.model"), "wb") as file:
            file.write(ties())
        encode = encode_spm(sentencepiece.SentencePieceProcessor(model_file=os.path.join(where, "tokenizer.model")))
        runs = [unit * count for unit in ("a", "aab", "ba") for count in range(20, 104, 4)]
        write(where, (dict(zip(("text", "ids", "ends"), (text, *encode(text)))) for text in runs))
    os.remove(own)
    os.remove(os.path.join(a.out, "rules.tsv"))


if __name__ == "__main__":
    main()
