#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

#include <QTemporaryDir>

#include "base/error.h"
#include "base/file.h"
#include "support/largest_request.h"
#include "support/log_guard.h"
#include "tokenizer/tokenizer.h"

using namespace longview;
using longview::test::largest_request;
namespace fs = std::filesystem;

/// Files cut short and with flipped bits are loaded or refused with a message; what loads encodes a text.
/// LONGVIEW_FLIPS sets how many flips of each file are tried.
class TestDamagedTokenizers : public QObject {
  Q_OBJECT

  QTemporaryDir directory_;
  int loaded_ = 0, refused_ = 0;

  static constexpr std::string_view text_ =
      "Hello, wörld!  e\u0301 ﬁ 漢字🙂 \x01 ½ 123 <x> <|z|>abc\r\n\r\n  don't <s></s>   ";

  static void write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  void try_bytes(const fs::path& path, const std::string& bytes) {
    write(path, bytes);
    largest_request = 0;
    try {
      const auto tokenizer =
          load_tokenizer(path.extension() == ".gguf" ? path.string() : directory_.path().toStdString());
      for (const SpecialTokens special : {SpecialTokens::plain, SpecialTokens::recognised}) {
        const Tokens tokens = tokenizer->encode(text_, special);
        QVERIFY(tokens.ids.size() == tokens.ends.size());
        QVERIFY(std::is_sorted(tokens.ends.begin(), tokens.ends.end()));
        QVERIFY(tokens.ends.empty() || tokens.ends.back() == text_.size());
        for (const TokenId id : tokens.ids)
          (void)tokenizer->token_bytes(id);
      }
      ++loaded_;
    } catch (const Error& error) {
      QVERIFY(!error.message().empty());
      QVERIFY(error.code() != ErrorCode::internal);
      ++refused_;
    }
    QVERIFY2(largest_request <= 2 * bytes.size() + (64u << 20), qPrintable(QString::number(largest_request)));
  }

 private slots:
  void damage_data() {
    QTest::addColumn<QString>("source"); // below tests/reference
    QTest::addColumn<QString>("file");   // that is damaged; all of the folder are there
    const auto row = [](const char* source, const char* file) {
      QTest::addRow("%s/%s", source, file) << source << file;
    };
    row("models/qwen2", "tokenizer.json");
    row("models/llama", "tokenizer.model");
    row("tokenizers/llama2", "tokenizer.json");
    row("tokenizers/qwen2_nfc", "tokenizer.json");
    row("tokenizers/spm_unigram_rules", "tokenizer.model");
    row("tokenizers/spm_bpe_symbols", "tokenizer.model");
    row("tokenizers/vocabulary_files", "vocab.json");
    row("tokenizers/vocabulary_files", "merges.txt");
    row("tokenizers/gguf_qwen2", "tokenizer.gguf");
    row("tokenizers/spm_bpe_identity", "tokenizer.gguf");
  }
  void damage() {
    QFETCH(QString, source);
    QFETCH(QString, file);
    for (const auto& old : fs::directory_iterator(directory_.path().toStdString()))
      fs::remove(old.path());
    const fs::path from = fs::path(LONGVIEW_REFERENCE_DIR) / source.toStdString();
    for (const char* name : {"tokenizer.json", "tokenizer.model", "vocab.json", "merges.txt", "tokenizer.gguf"})
      if (fs::exists(from / name))
        write(directory_.filePath(name).toStdString(), read_file(from / name));
    const std::string whole = read_file(from / file.toStdString());
    const fs::path path = directory_.filePath(file).toStdString();
    loaded_ = refused_ = 0;
    for (std::size_t percent = 0; percent < 100; ++percent)
      try_bytes(path, whole.substr(0, whole.size() * percent / 100));
    const int flips =
        qEnvironmentVariableIntValue("LONGVIEW_FLIPS") > 0 ? qEnvironmentVariableIntValue("LONGVIEW_FLIPS") : 60;
    std::mt19937 random(17);
    for (int trial = 0; trial < flips; ++trial) {
      std::string bytes = whole;
      for (unsigned k = 0, count = 1 + random() % 4; k < count; ++k)
        bytes[random() % bytes.size()] ^= static_cast<char>(1u << random() % 8);
      try_bytes(path, bytes);
    }
    QVERIFY(refused_ > 50);
  }
};

LONGVIEW_TEST_MAIN(TestDamagedTokenizers)
#include "tst_damaged_tokenizers.moc"
