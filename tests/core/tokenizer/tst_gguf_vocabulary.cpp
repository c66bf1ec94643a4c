#include <algorithm>

#include <QTemporaryDir>

#include "base/error.h"
#include "support/gguf_builder.h"
#include "support/log_guard.h"
#include "tokenizer/gguf_vocabulary.h"

using namespace longview;
using longview::test::GgufBuilder;

namespace {

/// What a tokenizer's metadata says; a test changes one thing.
struct Parts {
  std::optional<std::string> model = "gpt2";
  std::optional<std::string> pre = "gpt-2";
  std::optional<bool> space_prefix = false;
  std::optional<std::vector<std::string>> tokens = {
      {"<|end|>", "a", "b", "Ġ", "ab", "Ġab", "ÃĢ", "<tag> x", "unused", "?"}};
  std::optional<std::vector<std::int32_t>> types = {{3, 1, 1, 1, 1, 1, 1, 4, 5, 2}};
  std::optional<std::vector<std::string>> merges = {{"a b", "Ġ ab"}};
  std::optional<std::vector<float>> scores;

  std::string bytes() const {
    GgufBuilder file;
    file.string("general.architecture", "llama");
    if (model)
      file.string("tokenizer.ggml.model", *model);
    if (pre)
      file.string("tokenizer.ggml.pre", *pre);
    if (space_prefix)
      file.value("tokenizer.ggml.add_space_prefix", GgufType::boolean, std::string(1, *space_prefix ? '\1' : '\0'));
    if (tokens)
      file.strings("tokenizer.ggml.tokens", *tokens);
    if (types)
      file.numbers<std::int32_t>("tokenizer.ggml.token_type", GgufType::i32, *types);
    if (merges)
      file.strings("tokenizer.ggml.merges", *merges);
    if (scores)
      file.numbers<float>("tokenizer.ggml.scores", GgufType::f32, *scores);
    return file.bytes();
  }
};

} // namespace

class TestGgufVocabulary : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  std::filesystem::path path_;

 private slots:
  void initTestCase() { path_ = directory_.filePath("file.gguf").toStdString(); }

  void reads_all_parts() {
    GgufBuilder::write(path_, Parts().bytes());
    const auto read = read_gguf_tokenizer(GgufFile(path_));
    QCOMPARE(read->vocabulary_size(), 10u);
    QCOMPARE(read->token_bytes(5), std::string(" ab"));
    QCOMPARE(read->token_bytes(6), std::string("\xc3\x80"));
    QCOMPARE(read->token_bytes(7), std::string("<tag> x")); // spelled as it is, not in the byte alphabet
    QCOMPARE(read->description(), std::string("byte-level BPE, 10 tokens, pattern gpt-2"));
    const std::string text = "ab ab<tag> x<|end|>a?unused";
    QVERIFY(read->encode(text, SpecialTokens::plain).ids == (std::vector<TokenId>{4, 5, 7, 1, 9}));
    const Tokens recognised = read->encode(text, SpecialTokens::recognised);
    QVERIFY(recognised.ids == (std::vector<TokenId>{4, 5, 7, 0, 1, 9}));
    QVERIFY(recognised.ends == (std::vector<std::uint64_t>{2, 5, 12, 19, 20, 27}));
  }

  /// Scores decide, of equals the leftmost; the space before a text and after each added token.
  void sentencepiece() {
    Parts parts;
    parts.model = "llama";
    parts.space_prefix = {};
    parts.merges = {};
    parts.tokens = std::vector<std::string>{"<unk>", "<s>", "▁", "a", "b", "ab", "ba", "▁ab", "[x]▁y", "▁b"};
    parts.types = std::vector<std::int32_t>{2, 3, 1, 1, 1, 1, 1, 1, 4, 5};
    parts.scores = std::vector<float>{0, 0, -9, -9, -9, -2, -1, -3, 0, -1};
    GgufBuilder::write(path_, parts.bytes());
    const auto read = read_gguf_tokenizer(GgufFile(path_));
    QCOMPARE(read->description(), std::string("sentencepiece BPE, 10 tokens"));
    QCOMPARE(read->token_bytes(7), std::string(" ab"));
    const auto ids = [&](const char* text, SpecialTokens special = SpecialTokens::plain) {
      return read->encode(text, special).ids;
    };
    QVERIFY(ids("ab") == (std::vector<TokenId>{7}));
    QVERIFY(ids("aba") == (std::vector<TokenId>{2, 3, 6}));
    QVERIFY(ids("b") == (std::vector<TokenId>{2, 4})); // the piece for both is unused
    QVERIFY(ids("a??b") == (std::vector<TokenId>{2, 3, 0, 4}));
    QVERIFY(ids("ab[x] yab") == (std::vector<TokenId>{7, 8, 7}));
    QVERIFY(ids("ab<s>ab", SpecialTokens::recognised) == (std::vector<TokenId>{7, 1, 7}));
    parts.space_prefix = false;
    GgufBuilder::write(path_, parts.bytes());
    QVERIFY(read_gguf_tokenizer(GgufFile(path_))->encode("ab ab", SpecialTokens::plain).ids ==
            (std::vector<TokenId>{5, 7}));
    parts.space_prefix = {};
    parts.model = "gemma";
    GgufBuilder::write(path_, parts.bytes());
    QVERIFY(read_gguf_tokenizer(GgufFile(path_))->encode("ab ab", SpecialTokens::plain).ids ==
            (std::vector<TokenId>{5, 7}));
  }

  void space_prefix_of_byte_level() {
    Parts parts;
    parts.space_prefix = true;
    GgufBuilder::write(path_, parts.bytes());
    const Tokens tokens = read_gguf_tokenizer(GgufFile(path_))->encode("ab", SpecialTokens::plain);
    QVERIFY(tokens.ids == (std::vector<TokenId>{5}));
    QVERIFY(tokens.ends == (std::vector<std::uint64_t>{2}));
  }

  void refuses_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("unsupported");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* says, bool unsupported, auto&& change) {
      Parts parts;
      change(parts);
      QTest::newRow(says) << QByteArray::fromStdString(parts.bytes()) << unsupported << QString(says);
    };
    row("no tokenizer inside", false, [](Parts& p) { p.model = {}; });
    row("kind \"bert\"", true, [](Parts& p) { p.model = "bert"; });
    row("scores is missing", false, [](Parts& p) { p.model = "llama"; });
    row("tokenizer.ggml.pre is missing", false, [](Parts& p) { p.pre = {}; });
    row("rule \"deepseek-coder\"", true, [](Parts& p) { p.pre = "deepseek-coder"; });
    row("tokens is missing", false, [](Parts& p) { p.tokens = {}; });
    row("0 tokens", false, [](Parts& p) { p.tokens = std::vector<std::string>(); });
    row("token_type is missing", false, [](Parts& p) { p.types = {}; });
    row("10 tokens, but types for 9", false, [](Parts& p) { p.types->pop_back(); });
    row("merges is missing", false, [](Parts& p) { p.merges = {}; });
    row("merge 2 of its tokenizer is not two tokens", false, [](Parts& p) { p.merges->push_back("ab"); });
    row("merge 0 of its tokenizer is not two tokens", false, [](Parts& p) { p.merges->at(0) = "a b b"; });
    row("merge 1 of its tokenizer speaks of a token", false, [](Parts& p) { p.merges->at(1) = "b a"; });
    row("merge 2 of its tokenizer speaks of a token", false, [](Parts& p) { p.merges->push_back("a z"); });
  }
  void refuses() {
    QFETCH(QByteArray, bytes);
    QFETCH(bool, unsupported);
    QFETCH(QString, says);
    GgufBuilder::write(path_, bytes.toStdString());
    try {
      read_gguf_tokenizer(GgufFile(path_));
      QFAIL("it was read");
    } catch (const Error& error) {
      QCOMPARE(error.code(), unsupported ? ErrorCode::unsupported : ErrorCode::input);
      QCOMPARE(error.context(), path_.string());
      QVERIFY2(QString::fromStdString(error.message()).contains(says), error.what());
    }
  }
};

LONGVIEW_TEST_MAIN(TestGgufVocabulary)
#include "tst_gguf_vocabulary.moc"
