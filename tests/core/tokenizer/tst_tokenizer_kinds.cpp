#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "support/log_guard.h"
#include "tokenizer/tokenizer.h"

using namespace longview;
using nlohmann::json;

/// Small tokenizers of many kinds against what their originals make of awkward strings;
/// tests/reference/make_tokenizers.py made both.
class TestTokenizerKinds : public QObject {
  Q_OBJECT

 private slots:
  void equals_the_original_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("file"); // of the folder; empty for the folder itself
    int folders = 0, ggufs = 0;
    for (const auto& folder : std::filesystem::directory_iterator(LONGVIEW_REFERENCE_DIR "/tokenizers")) {
      const QString path = QString::fromStdString(folder.path().string());
      const std::string name = folder.path().filename().string();
      const bool gguf = std::filesystem::exists(folder.path() / "tokenizer.gguf");
      if (gguf)
        QTest::addRow("%s, GGUF", name.c_str()) << path << "/tokenizer.gguf";
      if (!name.starts_with("gguf_"))
        QTest::addRow("%s", name.c_str()) << path << "";
      folders += !name.starts_with("gguf_");
      ggufs += gguf;
    }
    QVERIFY(folders > 20 && ggufs >= 10);
  }
  void equals_the_original() {
    QFETCH(QString, path);
    QFETCH(QString, file);
    const auto tokenizer = load_tokenizer((path + file).toStdString());
    std::ifstream in((path + "/tokens.jsonl").toStdString());
    int rows = 0;
    for (std::string line; std::getline(in, line); ++rows) {
      const json row = json::parse(line);
      const std::string text = row["text"];
      const Tokens plain = tokenizer->encode(text, SpecialTokens::plain);
      QVERIFY2(plain.ids == row["ids"].get<std::vector<TokenId>>(), text.c_str());
      QVERIFY2(tiles(plain, text), text.c_str());
      if (row.contains("ends")) {
        QVERIFY2(plain.ends == row["ends"].get<std::vector<std::uint64_t>>(), text.c_str());
        continue; // sentencepiece itself knows no special tokens in a text
      }
      const Tokens special = tokenizer->encode(text, SpecialTokens::recognised);
      QVERIFY2(special.ids == row.value("ids_special", row["ids"]).get<std::vector<TokenId>>(), text.c_str());
      QVERIFY2(tiles(special, text), text.c_str());
    }
    QVERIFY(rows > 60);
  }

 private:
  static bool tiles(const Tokens& tokens, const std::string& text) {
    std::uint64_t before = 0;
    for (const std::uint64_t end : tokens.ends) {
      if (end < before)
        return false;
      before = end;
    }
    return tokens.ids.size() == tokens.ends.size() && (tokens.ids.empty() || before == text.size());
  }
};

LONGVIEW_TEST_MAIN(TestTokenizerKinds)
#include "tst_tokenizer_kinds.moc"
