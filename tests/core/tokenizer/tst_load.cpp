#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <thread>

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/default_model.h"
#include "support/gguf_builder.h"
#include "support/log_guard.h"
#include "tokenizer/tokenizer.h"

using namespace longview;
using nlohmann::json;

/// The tokenizer of a model file; with the default model, token for token against the reference.
class TestLoad : public QObject {
  Q_OBJECT

  std::shared_ptr<const Tokenizer> tokenizer_;

  /// Whether the tokens' bytes and spans both give the text back, where every byte of it has a token.
  static bool tiles(const Tokenizer& tokenizer, std::string_view text, const Tokens& tokens) {
    if (tokens.ids.size() != tokens.ends.size() || tokens.ids.empty() != text.empty())
      return false;
    std::uint64_t begin = 0;
    for (std::size_t k = 0; k < tokens.ids.size(); ++k) {
      if (tokens.ends[k] < begin || tokenizer.token_bytes(tokens.ids[k]) != text.substr(begin, tokens.ends[k] - begin))
        return false;
      begin = tokens.ends[k];
    }
    return begin == text.size();
  }

 private slots:
  void initTestCase() {
    if (std::filesystem::exists(default_model()))
      tokenizer_ = load_tokenizer(default_model().string());
  }

  void equals_the_reference() {
    if (!tokenizer_)
      QSKIP("the default model is not here");
    std::ifstream in(LONGVIEW_REFERENCE_DIR "/tokens/smollm2.jsonl");
    int rows = 0, special_rows = 0;
    for (std::string line; std::getline(in, line); ++rows) {
      const json row = json::parse(line);
      const std::string text = row["text"];
      const Tokens plain = tokenizer_->encode(text, SpecialTokens::plain);
      const Tokens recognised = tokenizer_->encode(text, SpecialTokens::recognised);
      special_rows += row.contains("ids_special");
      QVERIFY2(plain.ids == row["ids"].get<std::vector<TokenId>>(), text.c_str());
      QVERIFY2(recognised.ids == row.value("ids_special", plain.ids), text.c_str());
      QVERIFY2(tiles(*tokenizer_, text, plain), text.c_str());
      QVERIFY2(tiles(*tokenizer_, text, recognised), text.c_str());
    }
    QVERIFY(rows > 50 && special_rows > 0);
  }

  void directories_equal_the_reference_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("kind");
    QTest::newRow("gpt2") << "gpt2"
                          << "byte_level_bpe";
    QTest::newRow("a weights file") << "phi3/model.safetensors"
                                    << "byte_level_bpe";
    QTest::newRow("qwen2") << "qwen2"
                           << "byte_level_bpe_digits";
    QTest::newRow("llama") << "llama"
                           << "sentencepiece";
  }
  void directories_equal_the_reference() {
    QFETCH(QString, path);
    QFETCH(QString, kind);
    const auto tokenizer = load_tokenizer((LONGVIEW_REFERENCE_DIR "/models/" + path).toStdString());
    std::ifstream in((LONGVIEW_REFERENCE_DIR "/tokens/" + kind + ".jsonl").toStdString());
    int rows = 0;
    for (std::string line; std::getline(in, line); ++rows) {
      const json row = json::parse(line);
      const std::string text = row["text"];
      QVERIFY2(tokenizer->encode(text, SpecialTokens::plain).ids == row["ids"].get<std::vector<TokenId>>(),
               text.c_str());
      if (kind != "sentencepiece") // the reference's knows no special tokens in a text
        QVERIFY2(tokenizer->encode(text, SpecialTokens::recognised).ids ==
                     row.value("ids_special", row["ids"]).get<std::vector<TokenId>>(),
                 text.c_str());
    }
    QVERIFY(rows > 50);
  }

  /// vocab.json and merges.txt as they are downloaded: no tokenizer.json, the special tokens named in a file of their
  /// own.
  void vocabulary_files() {
    const QTemporaryDir directory;
    const auto write = [&](const char* name, const std::string& text) {
      test::GgufBuilder::write(directory.filePath(name).toStdString(), text);
    };
    write("vocab.json", R"({"<s>": 0, "<pad>": 1, "</s>": 2, "a": 3, "b": 4, "\u0120": 5, "ab": 6, "\u0120ab": 7})");
    write("merges.txt", "#version: 0.2\r\na b\r\n\u0120 ab\r\n");
    write("special_tokens_map.json", R"({"bos_token": {"content": "</s>", "normalized": true}, "pad_token": "<pad>"})");
    write("pytorch_model.bin", "");
    const auto tokenizer = load_tokenizer(directory.filePath("pytorch_model.bin").toStdString());
    QCOMPARE(tokenizer->description(), std::string("byte-level BPE, 8 tokens, pattern gpt-2"));
    QVERIFY(tokenizer->encode("ab ab</s>a<pad>", SpecialTokens::recognised).ids ==
            (std::vector<TokenId>{6, 7, 2, 3, 1}));
    QVERIFY(tokenizer->encode("ab</s>a", SpecialTokens::plain).ids == (std::vector<TokenId>{6, 3}));
    write("tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true})");
    QVERIFY(load_tokenizer(directory.path().toStdString())->encode("ab", SpecialTokens::plain).ids ==
            (std::vector<TokenId>{7}));
    write("merges.txt", "a b\nb a\n");
    QVERIFY_THROWS_EXCEPTION(Error, load_tokenizer(directory.path().toStdString()));
  }

  /// Control pieces and the added tokens of the files beside it; whether the prefix comes again after them is said
  /// there.
  void sentencepiece_special_tokens() {
    const QTemporaryDir directory;
    std::filesystem::copy(LONGVIEW_REFERENCE_DIR "/models/llama/tokenizer.model",
                          directory.filePath("tokenizer.model").toStdString());
    const auto load = [&](const char* config) {
      test::GgufBuilder::write(directory.filePath("tokenizer_config.json").toStdString(), config);
      return load_tokenizer(directory.path().toStdString());
    };
    const auto old = load(R"({"added_tokens_decoder": {"768": {"content": "[x]", "rstrip": true}}})");
    QCOMPARE(old->vocabulary_size(), 769u);
    const std::vector<TokenId> a = old->encode("a", SpecialTokens::plain).ids;
    QCOMPARE(a.size(), std::size_t{1});
    QVERIFY(old->encode("a</s>a[x] a", SpecialTokens::recognised).ids ==
            (std::vector<TokenId>{a[0], 2, a[0], 768, a[0]}));
    const std::vector<TokenId> plain = old->encode("a</s>[x]", SpecialTokens::plain).ids;
    QVERIFY(std::find(plain.begin(), plain.end(), 2) == plain.end() &&
            std::find(plain.begin(), plain.end(), 768) == plain.end());
    const std::vector<TokenId> young = load(R"({"legacy": false})")->encode("a</s>a", SpecialTokens::recognised).ids;
    QVERIFY(young.size() == 3 && young[0] == a[0] && young[2] != a[0]);
    QVERIFY(load(R"({"add_prefix_space": false})")->encode("a</s>a", SpecialTokens::recognised).ids ==
            (std::vector<TokenId>{young[2], 2, young[2]}));
  }

  /// Where no file names a special token, GPT-2's own is one.
  void vocabulary_files_alone() {
    const QTemporaryDir directory;
    const auto write = [&](const char* name, const std::string& text) {
      test::GgufBuilder::write(directory.filePath(name).toStdString(), text);
    };
    write("vocab.json", R"({"a": 0, "<": 1, "|": 2, ">": 3, "<|endoftext|>": 4})");
    write("merges.txt", "#version: 0.2\n");
    const auto tokenizer = load_tokenizer(directory.path().toStdString());
    QVERIFY(tokenizer->encode("a<|endoftext|>a", SpecialTokens::recognised).ids == (std::vector<TokenId>{0, 4, 0}));
    QVERIFY(tokenizer->encode("a<|>a", SpecialTokens::recognised).ids == (std::vector<TokenId>{0, 1, 2, 3, 0}));
  }

  void tokenizer_json_comes_first() {
    const QTemporaryDir directory;
    const std::filesystem::path reference = LONGVIEW_REFERENCE_DIR, to = directory.path().toStdString();
    std::filesystem::copy(reference / "models/llama/tokenizer.model", to / "tokenizer.model");
    QVERIFY(load_tokenizer(to.string())->description().starts_with("sentencepiece"));
    std::filesystem::copy(reference / "tokenizers/gpt4_pattern/tokenizer.json", to / "tokenizer.json");
    QVERIFY(load_tokenizer(to.string())->description().starts_with("byte-level"));
  }

  /// Only the first part of a split GGUF has the tokenizer.
  void any_part_of_a_split_gguf() {
    const std::string stem = LONGVIEW_REFERENCE_DIR "/gguf/llama_yarn";
    const Hash128 whole = load_tokenizer(stem + ".F32.gguf")->fingerprint();
    QVERIFY(load_tokenizer(stem + ".split-00001-of-00002.gguf")->fingerprint() == whole);
    QVERIFY(load_tokenizer(stem + ".split-00002-of-00002.gguf")->fingerprint() == whole);
  }

  void is_what_it_says() {
    if (!tokenizer_)
      QSKIP("the default model is not here");
    QCOMPARE(tokenizer_->vocabulary_size(), 49'152u);
    QCOMPARE(tokenizer_->description(), std::string("byte-level BPE, 49,152 tokens, pattern smollm"));
    QCOMPARE(tokenizer_->token_bytes(0), std::string("<|endoftext|>"));
  }

  /// This vocabulary has no token for U+0004: ids as the tokenizers library gives them.
  void bytes_without_a_token() {
    if (!tokenizer_)
      QSKIP("the default model is not here");
    const Tokens tokens = tokenizer_->encode("x \x04\x06 y", SpecialTokens::plain);
    QVERIFY(tokens.ids == (std::vector<TokenId>{104, 216, 329}));
    QVERIFY(tokens.ends == (std::vector<std::uint64_t>{1, 2, 6}));
    QVERIFY(tokenizer_->encode("\x04", SpecialTokens::plain).ids.empty());
  }

  /// Had any of these been quadratic, the test would not come to an end.
  void long_lines() {
    if (!tokenizer_)
      QSKIP("the default model is not here");
    for (const char* unit : {"a", " ", "xqzj", "!?", "漢"}) {
      const std::string text = QByteArray(unit).repeated(1'000'000 / static_cast<int>(std::strlen(unit))).toStdString();
      const Tokens tokens = tokenizer_->encode(text, SpecialTokens::plain);
      QVERIFY(tiles(*tokenizer_, text, tokens));
    }
  }

  void threads_share_it() {
    if (!tokenizer_)
      QSKIP("the default model is not here");
    std::ifstream in(LONGVIEW_REFERENCE_DIR "/documents.jsonl");
    std::string line;
    std::getline(in, line);
    const std::string text = json::parse(line)["text"];
    const Tokens expected = tokenizer_->encode(text, SpecialTokens::plain);
    std::array<bool, 4> same{};
    {
      std::vector<std::jthread> threads;
      for (bool& ok : same)
        threads.emplace_back([&] {
          ok = true;
          for (int k = 0; k < 5; ++k)
            ok = ok && tokenizer_->encode(text, SpecialTokens::plain).ids == expected.ids;
        });
    }
    QVERIFY(std::all_of(same.begin(), same.end(), [](bool ok) { return ok; }));
  }

  void refuses_what_it_cannot_load() {
    const QTemporaryDir directory;
    const auto code = [](const QString& path) {
      try {
        load_tokenizer(path.toStdString());
      } catch (const Error& error) {
        return error.context().find(path.toStdString()) == 0 ? error.code() : ErrorCode::internal;
      }
      return ErrorCode::internal;
    };
    QCOMPARE(code(directory.path()), ErrorCode::not_found);
    QCOMPARE(code(directory.filePath("absent.gguf")), ErrorCode::not_found);
    test::GgufBuilder().write(directory.filePath("bare.gguf").toStdString());
    QCOMPARE(code(directory.filePath("bare.gguf")), ErrorCode::input);
    test::GgufBuilder::write(directory.filePath("text.txt").toStdString(), "some text");
    QCOMPARE(code(directory.filePath("text.txt")), ErrorCode::input);
  }
};

LONGVIEW_TEST_MAIN(TestLoad)
#include "tst_load.moc"
