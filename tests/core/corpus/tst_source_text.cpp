#include "compress.h"
#include "files.h"

#include "base/error.h"
#include "corpus/byte_stream.h"
#include "corpus/corpus.h"
#include "support/log_guard.h"

using namespace longview;
using namespace std::string_literals;

namespace {

/// Lines of about 20 KB, some 18 MB of them: more than one restart point.
const std::string& corpus_lines() {
  static const std::string lines = [] {
    std::string out;
    std::uint64_t state = 7;
    for (int k = 0; k < 900; ++k) {
      out += "{\"id\":\"d" + std::to_string(k) + "\",\"text\":\"";
      for (int word = 0; word < 2'500; ++word) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        out += std::to_string((state >> 33) % 100'000) + (word % 9 ? " " : "\\n");
      }
      out += "\"}\r\n";
    }
    return out;
  }();
  return lines;
}

std::string in_pieces(std::string_view bytes, std::size_t piece, std::string (*pack)(std::string_view, int),
                      int level) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    out += pack(bytes.substr(at, piece), level);
  return out;
}

struct Stored {
  DocumentPlace place;
  Hash128 hash;
};

std::vector<Stored> read_all(const SourceFile& source) {
  CorpusReader reader({source}, {});
  std::vector<Stored> all;
  while (auto item = reader.next()) {
    const Document& document = std::get<Document>(*item);
    all.push_back({document.place, document.text_hash});
  }
  return all;
}

int code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return static_cast<int>(error.code());
  }
  return -1;
}

constexpr int conflict = static_cast<int>(ErrorCode::conflict);
constexpr int input = static_cast<int>(ErrorCode::input);

} // namespace

class TestSourceText : public QObject {
  Q_OBJECT
 private slots:
  void reads_back_data();
  void reads_back();
  void restart_points_save_decoding_data();
  void restart_points_save_decoding();
  void text_file_without_its_byte_order_mark();
  void touched_file_still_opens_by_its_hash();
  void changed_file_is_reported_data();
  void changed_file_is_reported();
  void file_changed_while_open();
  void places_outside_data();
  void places_outside();
  void damage_behind_a_document_does_not_matter();
};

void TestSourceText::reads_back_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<std::string>("bytes");
  const std::string& lines = corpus_lines();
  QTest::newRow("plain") << "a.jsonl"s << lines;
  QTest::newRow("gzip") << "a.jsonl.gz"s << test::gzip(lines, 1);
  QTest::newRow("gzip, stored blocks") << "a.jsonl.gz"s << test::gzip(lines, 0);
  QTest::newRow("gzip, members") << "a.jsonl.gz"s << in_pieces(lines, 3'000'000, test::gzip, 1);
  QTest::newRow("gzip, large members") << "a.jsonl.gz"s << in_pieces(lines, 12'000'000, test::gzip, 1);
  QTest::newRow("zstd, one frame") << "a.jsonl.zst"s << test::zstd(lines);
  QTest::newRow("zstd, frames") << "a.jsonl.zst"s << in_pieces(lines, 1'000'000, test::zstd, 1);
}

void TestSourceText::reads_back() {
  QFETCH(std::string, name);
  QFETCH(std::string, bytes);
  const test::Folder folder;
  const SourceFile source = find_sources({folder.write(name, bytes)}).at(0);
  const std::vector<Stored> all = read_all(source);
  QCOMPARE(all.size(), std::size_t(900));
  SourceText texts(source);
  // The last first, then back and forth, so that every way to a place is gone.
  for (const std::size_t k : {899u, 0u, 500u, 501u, 499u, 898u, 250u, 650u, 899u}) {
    const DocumentPlace& place = all[k].place;
    QVERIFY(texts.raw(place) == corpus_lines().substr(place.offset, place.length));
    QVERIFY(hash128(texts.text(place, "text", all[k].hash)) == all[k].hash);
    QVERIFY(texts.view(place, 3) == corpus_lines().substr(place.offset, place.length + 3));
  }
  // In order: all of them, with small gaps, and with gaps that nobody reads.
  for (const std::size_t step : {1u, 7u, 60u})
    for (std::size_t k = 0; k < all.size(); k += step) {
      const DocumentPlace& place = all[k].place;
      QVERIFY(texts.view(place, 1) == corpus_lines().substr(place.offset, place.length + 1));
    }
}

void TestSourceText::restart_points_save_decoding_data() {
  QTest::addColumn<int>("compression");
  QTest::addColumn<std::string>("bytes");
  const std::string& lines = corpus_lines();
  const int gzip = static_cast<int>(Compression::gzip);
  QTest::newRow("gzip") << gzip << test::gzip(lines, 1);
  QTest::newRow("gzip, members") << gzip << in_pieces(lines, 2'000'000, test::gzip, 1);
  QTest::newRow("zstd, frames") << static_cast<int>(Compression::zstd) << in_pieces(lines, 2'000'000, test::zstd, 1);
}

void TestSourceText::restart_points_save_decoding() {
  QFETCH(int, compression);
  QFETCH(std::string, bytes);
  const test::Folder folder;
  InputFile file(folder.write("a", bytes));
  const std::string& lines = corpus_lines();
  constexpr std::uint64_t spacing = 4u << 20;
  RestartIndex index(spacing);
  std::string buffer(100'000, '\0');
  {
    const auto stream = open_stream(file, static_cast<Compression>(compression), {}, &index);
    while (stream->read(buffer.data(), buffer.size()) > 0)
      ;
  }
  QVERIFY(index.size() >= lines.size() / (spacing + 2'000'000));
  for (std::uint64_t wanted = 0; wanted < lines.size(); wanted += 2'345'678) {
    const RestartPoint& point = index.before(wanted);
    QVERIFY(point.offset <= wanted);
    QVERIFY(wanted - point.offset <= spacing + 2'500'000);
    const auto stream = open_stream(file, static_cast<Compression>(compression), point);
    std::string rest;
    while (const std::size_t n = stream->read(buffer.data(), buffer.size()))
      rest.append(buffer, 0, n);
    QVERIFY(rest == std::string_view(lines).substr(point.offset));
  }
}

void TestSourceText::text_file_without_its_byte_order_mark() {
  const test::Folder folder;
  const SourceFile source = find_sources({folder.write("a.txt", "\xEF\xBB\xBF"
                                                                "añ\n")})
                                .at(0);
  const Stored stored = read_all(source).at(0);
  SourceText texts(source);
  QCOMPARE(texts.text(stored.place, "text", stored.hash), std::string("añ\n"));
  QCOMPARE(texts.raw(stored.place), std::string("\xEF\xBB\xBF"
                                                "añ\n"));
}

void TestSourceText::touched_file_still_opens_by_its_hash() {
  const test::Folder folder;
  const auto path = folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
  const SourceFile source = find_sources({path}).at(0);
  const Stored stored = read_all(source).at(1);
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::hours(1));
  SourceText texts(source);
  QCOMPARE(texts.text(stored.place, "text", stored.hash), std::string("b"));
  QCOMPARE(code_of([&] { texts.raw(stored.place); }), conflict);
}

void TestSourceText::changed_file_is_reported_data() {
  QTest::addColumn<std::string>("now");
  QTest::newRow("another text of the same length") << "{\"text\":\"a\"}\n{\"text\":\"c\"}\n"s;
  QTest::newRow("a line put before") << "{\"text\":\"0\"}\n{\"text\":\"a\"}\n{\"text\":\"b\"}\n"s;
  QTest::newRow("shifted") << "\n\n{\"text\":\"a\"}\n{\"text\":\"b\"}\n"s;
  QTest::newRow("shorter") << "{\"text\":\"a\"}\n"s;
  QTest::newRow("empty") << ""s;
}

void TestSourceText::changed_file_is_reported() {
  QFETCH(std::string, now);
  const test::Folder folder;
  const auto path = folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
  const SourceFile source = find_sources({path}).at(0);
  const Stored stored = read_all(source).at(1);
  folder.write("a.jsonl", now);
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::hours(1));
  SourceText texts(source);
  QCOMPARE(code_of([&] { texts.text(stored.place, "text", stored.hash); }), conflict);
  QCOMPARE(code_of([&] { texts.raw(stored.place); }), conflict);
}

void TestSourceText::file_changed_while_open() {
  const test::Folder folder;
  const auto path = folder.write("a.jsonl.gz", test::gzip("{\"text\":\"a\"}\n{\"text\":\"b\"}\n"));
  const SourceFile source = find_sources({path}).at(0);
  const auto all = read_all(source);
  SourceText texts(source);
  QCOMPARE(texts.text(all[1].place, "text", all[1].hash), std::string("b"));
  folder.write("a.jsonl.gz", test::gzip("{\"text\":\"A\"}\n{\"text\":\"b\"}\n"));
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::hours(1));
  QCOMPARE(code_of([&] { texts.text(all[0].place, "text", all[0].hash); }), conflict);
  QCOMPARE(texts.text(all[1].place, "text", all[1].hash), std::string("b"));
}

void TestSourceText::places_outside_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<quint64>("offset");
  QTest::addColumn<quint64>("length");
  for (const char* name : {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst"}) {
    const auto row = [&](const char* what, quint64 offset, quint64 length) {
      QTest::addRow("%s, %s", name, what) << std::string(name) << offset << length;
    };
    row("end", 10, 4);
    row("start", 14, 0);
    row("far", quint64(1) << 40, 5);
    row("overflow", UINT64_MAX - 2, 5);
    row("huge", 0, UINT64_MAX);
    row("long", 0, quint64(1) << 33);
  }
}

void TestSourceText::places_outside() {
  QFETCH(std::string, name);
  QFETCH(quint64, offset);
  QFETCH(quint64, length);
  const std::string line = "{\"text\":\"a\"}\n"; // 13 bytes
  const test::Folder folder;
  folder.write("a.jsonl", line);
  folder.write("a.jsonl.gz", test::gzip(line));
  folder.write("a.jsonl.zst", test::zstd(line));
  SourceText texts(find_sources({folder.path(name)}).at(0));
  DocumentPlace place;
  place.offset = offset;
  place.length = length;
  QCOMPARE(code_of([&] { texts.raw(place); }), input);
  QCOMPARE(code_of([&] { texts.view(place, 1); }), input);
  place.offset = 0;
  place.length = 12;
  QCOMPARE(texts.raw(place), line.substr(0, 12));
  QCOMPARE(std::string(texts.view(place, 1)), line);
  QCOMPARE(std::string(texts.view(place, 5)), line); // there are no more
}

void TestSourceText::damage_behind_a_document_does_not_matter() {
  const test::Folder folder;
  const std::string packed = test::gzip(corpus_lines(), 1);
  const SourceFile source = find_sources({folder.write("a.jsonl.gz", packed.substr(0, packed.size() / 2))}).at(0);
  CorpusReader reader({source}, {});
  Stored last;
  while (auto item = reader.next())
    if (const auto* document = std::get_if<Document>(&*item))
      last = {document->place, document->text_hash};
  QVERIFY(last.place.offset > corpus_lines().size() / 3);
  SourceText texts(source);
  DocumentPlace behind = last.place;
  behind.offset = corpus_lines().size() - 100;
  QCOMPARE(code_of([&] { texts.raw(behind); }), input);
  QVERIFY(hash128(texts.text(last.place, "text", last.hash)) == last.hash);
}

LONGVIEW_TEST_MAIN(TestSourceText)
#include "tst_source_text.moc"
