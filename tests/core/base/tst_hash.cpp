#include <string> // first of all: moc 6.4 stumbles over <compare> where no other standard header came before

#include "base/hash.h"
#include "support/log_guard.h"

using namespace longview;

class TestHash : public QObject {
  Q_OBJECT
 private slots:
  void known_values_data();
  void known_values();
  void pieces_hash_as_the_whole();
  void hex_round_trip();
  void hex_refuses_data();
  void hex_refuses();
};

// From xxhsum -H2 of xxHash 0.8.1.
void TestHash::known_values_data() {
  QTest::addColumn<std::string>("text");
  QTest::addColumn<std::string>("hex");
  QTest::newRow("empty") << std::string() << std::string("99aa06d3014798d86001c324468d497f");
  QTest::newRow("abc") << std::string("abc") << std::string("06b05ab6733a618578af5f94892f3950");
}

void TestHash::known_values() {
  QFETCH(std::string, text);
  QFETCH(std::string, hex);
  QCOMPARE(hash128(text).hex(), hex);
}

void TestHash::pieces_hash_as_the_whole() {
  std::string text;
  for (int k = 0; k < 5'000; ++k)
    text += static_cast<char>(k * 31);
  for (const std::uint64_t seed : {0u, 11u}) {
    Hasher128 hasher(seed);
    for (std::size_t at = 0; at < text.size(); at += 97)
      hasher.update(std::string_view(text).substr(at, 97));
    QVERIFY(hasher.digest() == hash128(text, seed));
  }
  QVERIFY(hash128(text, 0) != hash128(text, 11));
}

void TestHash::hex_round_trip() {
  const Hash128 hash{0x0123456789abcdefULL, 0x0000000000000001ULL};
  QCOMPARE(hash.hex(), std::string("0123456789abcdef0000000000000001"));
  QVERIFY(Hash128::from_hex(hash.hex()) == hash);
}

void TestHash::hex_refuses_data() {
  QTest::addColumn<std::string>("text");
  QTest::newRow("empty") << std::string();
  QTest::newRow("short") << std::string(31, '0');
  QTest::newRow("long") << std::string(33, '0');
  QTest::newRow("upper case") << std::string(32, 'A');
  QTest::newRow("no digit") << std::string(31, '0') + 'g';
}

void TestHash::hex_refuses() {
  QFETCH(std::string, text);
  QVERIFY(!Hash128::from_hex(text));
}

LONGVIEW_TEST_MAIN(TestHash)
#include "tst_hash.moc"
