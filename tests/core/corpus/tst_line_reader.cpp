#include "corpus/line_reader.h"

#include <cstring>

#include "base/error.h"
#include "support/log_guard.h"

using namespace longview;
using namespace std::string_literals;

namespace {

/// Gives a text in pieces of one size, then perhaps an error.
class Pieces final : public ByteStream {
 public:
  Pieces(std::string text, std::size_t piece, bool damaged = false)
      : text_(std::move(text)), piece_(piece), damaged_(damaged) {}
  std::size_t read(char* to, std::size_t size) override {
    const std::size_t n = std::min({size, piece_, text_.size() - at_});
    if (n == 0 && damaged_)
      throw Error(ErrorCode::input, "is damaged");
    std::memcpy(to, text_.data() + at_, n);
    at_ += n;
    return n;
  }
  std::uint64_t file_bytes() const override { return at_; }

 private:
  std::string text_;
  std::size_t piece_;
  bool damaged_;
  std::size_t at_ = 0;
};

/// "number@offset:bytes|" of every line, '!' and the length for a too long one.
std::string read_all(ByteStream& stream, std::uint64_t longest) {
  LineReader reader(stream, longest);
  std::string out;
  while (const auto line = reader.next({})) {
    out += std::to_string(line->number) + '@' + std::to_string(line->offset) + ':';
    out += line->too_long ? '!' + std::to_string(line->length) : std::string(line->bytes);
    out += '|';
  }
  return out;
}

} // namespace

class TestLineReader : public QObject {
  Q_OBJECT
 private slots:
  void cuts_lines_data();
  void cuts_lines();
  void gives_whole_lines_before_damage();
  void long_lines_between_short_ones();
  void stop_and_go_on();
};

void TestLineReader::cuts_lines_data() {
  QTest::addColumn<std::string>("text");
  QTest::addColumn<std::string>("lines");
  const auto row = [](const char* name, const std::string& text, const std::string& lines) {
    QTest::newRow(name) << text << lines;
  };
  row("empty", "", "");
  row("one", "a\n", "1@0:a|");
  row("without an end", "a\nb", "1@0:a|2@2:b|");
  row("CRLF", "a\r\nb\r\n", "1@0:a|2@3:b|");
  row("CR inside", "a\rb\n", "1@0:a\rb|");
  row("two CR", "a\r\r\n", "1@0:a\r|");
  row("CR at the end of the file", "a\r", "1@0:a\r|");
  row("blank lines count", "\n\r\na\n\n", "1@0:|2@1:|3@3:a|4@5:|");
  row("byte order mark",
      "\xEF\xBB\xBF"
      "a\nb\n",
      "1@3:a|2@5:b|");
  row("byte order mark alone", "\xEF\xBB\xBF", "");
  row("byte order mark on a later line",
      "a\n\xEF\xBB\xBF"
      "b\n",
      "1@0:a|2@2:\xEF\xBB\xBF"
      "b|");
  row("half a byte order mark",
      "\xEF\xBB"
      "a\n",
      "1@0:\xEF\xBB"
      "a|");
  row("NUL", "a\0b\n"s, "1@0:a\0b|"s);
  row("longest", "12345678\n12345678\r\n12345678", "1@0:12345678|2@9:12345678|3@19:12345678|");
  row("too long", "123456789\nb\n", "1@0:!9|2@10:b|");
  row("too long, CRLF", "123456789\r\nb\n", "1@0:!9|2@11:b|");
  row("much too long", std::string(40, 'x') + "\r\nb\n", "1@0:!40|2@42:b|");
  row("much too long at the end", "a\n" + std::string(40, 'x'), "1@0:a|2@2:!40|");
  row("two too long", std::string(20, 'x') + "\n" + std::string(30, 'y') + "\nb", "1@0:!20|2@21:!30|3@52:b|");
}

void TestLineReader::cuts_lines() {
  QFETCH(std::string, text);
  QFETCH(std::string, lines);
  for (const std::size_t piece : {1u, 2u, 3u, 5u, 7u, 100u}) {
    Pieces stream(text, piece);
    QCOMPARE(read_all(stream, 8), lines);
  }
}

void TestLineReader::gives_whole_lines_before_damage() {
  Pieces stream("a\nb\nhalf", 3, true);
  LineReader reader(stream);
  QCOMPARE(reader.next({})->bytes, std::string_view("a"));
  QCOMPARE(reader.next({})->bytes, std::string_view("b"));
  QVERIFY_THROWS_EXCEPTION(Error, reader.next({}));
  QCOMPARE(reader.offset(), std::uint64_t(8));
  QCOMPARE(reader.line_number(), std::uint64_t(3));
}

void TestLineReader::long_lines_between_short_ones() {
  std::string text;
  std::vector<std::string> lines;
  for (const std::size_t size : {10u, 3'000'000u, 5u, 70'000'000u, 1u, 0u, 2'500'000u, 8u}) {
    lines.emplace_back(size, static_cast<char>('a' + lines.size()));
    text += lines.back() + '\n';
  }
  Pieces stream(text, 300'000);
  LineReader reader(stream);
  std::uint64_t offset = 0;
  for (const std::string& expected : lines) {
    const auto line = reader.next({});
    QVERIFY(line && line->bytes == expected);
    QCOMPARE(line->offset, offset);
    offset += expected.size() + 1;
  }
  QVERIFY(!reader.next({}));
}

void TestLineReader::stop_and_go_on() {
  Pieces stream("a\n" + std::string(100, 'x') + "\nb\n", 10);
  LineReader reader(stream, 20);
  QVERIFY(reader.next({}));
  std::stop_source stop;
  stop.request_stop();
  QVERIFY_THROWS_EXCEPTION(Error, reader.next(stop.get_token()));
  QVERIFY(reader.next({})->too_long);
  QCOMPARE(reader.next({})->bytes, std::string_view("b"));
}

LONGVIEW_TEST_MAIN(TestLineReader)
#include "tst_line_reader.moc"
