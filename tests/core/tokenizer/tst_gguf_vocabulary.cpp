#include <algorithm>

#include <QTemporaryDir>

#include "base/error.h"
#include "support/gguf_builder.h"
#include "support/log_guard.h"
#include "tokenizer/byte_alphabet.h"
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
    const ByteLevelVocabulary read = read_byte_level_vocabulary(GgufFile(path_));
    QCOMPARE(read.tokens.size(), std::size_t{10});
    QCOMPARE(read.tokens[5], std::string(" ab"));
    QCOMPARE(read.tokens[6], std::string("\xc3\x80"));
    QCOMPARE(read.tokens[7], std::string("<tag> x")); // spelled as it is, not in the byte alphabet
    const std::vector<TokenKind> kinds = {
        TokenKind::special,  TokenKind::ordinary, TokenKind::ordinary, TokenKind::ordinary, TokenKind::ordinary,
        TokenKind::ordinary, TokenKind::ordinary, TokenKind::added,    TokenKind::unused,   TokenKind::unused};
    QVERIFY(read.kinds == kinds);
    QCOMPARE(read.byte_tokens['a'], 1);
    QCOMPARE(read.byte_tokens[' '], 3);
    QCOMPARE(read.byte_tokens['z'], BytePairs::none);
    QCOMPARE(read.merges.size(), std::size_t{2});
    QVERIFY(read.merges[1].left == 3 && read.merges[1].right == 4 && read.merges[1].merged == 5);
    QCOMPARE(read.pattern.name(), std::string("gpt-2"));
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
    row("kind \"llama\"", true, [](Parts& p) { p.model = "llama"; });
    row("tokenizer.ggml.pre is missing", false, [](Parts& p) { p.pre = {}; });
    row("rule \"deepseek-coder\"", true, [](Parts& p) { p.pre = "deepseek-coder"; });
    row("puts a space before", true, [](Parts& p) { p.space_prefix = true; });
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
      read_byte_level_vocabulary(GgufFile(path_));
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
