#include <set>

#include "support/log_guard.h"
#include "tokenizer/byte_alphabet.h"

using namespace longview;

class TestByteAlphabet : public QObject {
  Q_OBJECT

 private slots:
  void every_byte_comes_back() {
    std::set<std::string> seen;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const std::string spelling = spelled(static_cast<std::uint8_t>(byte));
      QVERIFY(seen.insert(spelling).second);
      QVERIFY(bytes_of_spelling(spelling) == std::string(1, static_cast<char>(byte)));
    }
  }

  void known_spellings() {
    QCOMPARE(spelled('a'), std::string("a"));
    QCOMPARE(spelled(' '), std::string("Ġ"));
    QCOMPARE(spelled('\n'), std::string("Ċ"));
    QCOMPARE(spelled(0), std::string("Ā"));
    QCOMPARE(spelled(0xad), std::string("Ń")); // the last one without a printable character of its own
    QCOMPARE(spelled(0xff), std::string("ÿ"));
    QVERIFY(bytes_of_spelling("Ġcafé") == " caf\xe9");
    QVERIFY(bytes_of_spelling("") == "");
  }

  void outside_the_alphabet() {
    for (const char* spelling : {" ", "a b", "\n", "ń", "漢", "\xc3", "\xad", "\xc3(", "\xc0\x80", "🙂"})
      QVERIFY2(!bytes_of_spelling(spelling), spelling);
  }
};

LONGVIEW_TEST_MAIN(TestByteAlphabet)
#include "tst_byte_alphabet.moc"
