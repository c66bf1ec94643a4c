#include <nlohmann/json.hpp>

#include "compress.h"
#include "files.h"

#include "base/error.h"
#include "corpus/corpus.h"
#include "support/log_guard.h"

using namespace longview;
using namespace std::string_literals;

namespace {

std::vector<ReadItem> read_all(const std::vector<std::filesystem::path>& paths, const ReaderOptions& options = {}) {
  CorpusReader reader(find_sources(paths), options);
  std::vector<ReadItem> items;
  while (auto item = reader.next())
    items.push_back(std::move(*item));
  return items;
}

const Document& good(const ReadItem& item) {
  if (const auto* bad = std::get_if<BadDocument>(&item))
    throw std::runtime_error(bad->reason);
  return std::get<Document>(item);
}
const BadDocument& bad(const ReadItem& item) {
  return std::get<BadDocument>(item);
}

/// "id@line:offset+length" of each, with '!' before a bad one.
std::string places(const std::vector<ReadItem>& items) {
  std::string out;
  for (const ReadItem& item : items)
    std::visit(
        [&](const auto& one) {
          out += (out.empty() ? "" : " ") + (std::holds_alternative<BadDocument>(item) ? "!"s : ""s) + one.id + '@' +
                 std::to_string(one.place.line) + ':' + std::to_string(one.place.offset) + '+' +
                 std::to_string(one.place.length);
        },
        item);
  return out;
}

/// Lines that do not compress to nothing.
std::string numbered_lines(int count) {
  std::string lines;
  std::uint64_t state = 1;
  for (int k = 0; k < count; ++k) {
    lines += "{\"id\":" + std::to_string(k) + ",\"text\":\"";
    for (int word = 0; word < 20; ++word) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      lines += std::to_string(state >> 40) + ' ';
    }
    lines += "\"}\n";
  }
  return lines;
}

} // namespace

class TestCorpusReader : public QObject {
  Q_OBJECT
 private slots:
  void places_of_lines();
  void fields_of_a_document();
  void bad_lines_are_kept_and_reading_goes_on();
  void reference_documents_read_as_nlohmann_reads_them();
  void text_files_data();
  void text_files();
  void compressed_reads_as_plain_data();
  void compressed_reads_as_plain();
  void cut_off_file_gives_what_came_before_data();
  void cut_off_file_gives_what_came_before();
  void flipped_byte_is_damage_data();
  void flipped_byte_is_damage();
  void cut_off_text_is_no_document();
  void file_of_another_kind_throws_and_the_next_is_read();
  void vanished_file_throws_and_the_next_is_read();
  void limit_counts_bad_ones();
  void progress_reaches_the_total();
  void stop_throws_and_reading_goes_on_after();
};

void TestCorpusReader::places_of_lines() {
  const test::Folder folder;
  folder.write("a.jsonl", "\xEF\xBB\xBF{\"text\":\"a\",\"id\":\"x\"}\r\n\r\n  \n{\"text\":\"b\"}\n{\"text\":5}");
  const auto items = read_all({folder.path("a.jsonl")});
  QCOMPARE(places(items), std::string("x@1:3+21 a.jsonl:4@4:31+12 !a.jsonl:5@5:44+10"));
}

void TestCorpusReader::fields_of_a_document() {
  const test::Folder folder;
  folder.write("a.jsonl", R"({"id":7,"title":"T","text":"añ\n","meta":{"n":12345678901234567890}})");
  const auto items = read_all({folder.path("a.jsonl")});
  const Document& document = good(items.at(0));
  QCOMPARE(document.text, std::string("añ\n"));
  QVERIFY(document.text_hash == hash128(document.text));
  QCOMPARE(document.id, std::string("7"));
  QCOMPARE(document.title, std::string("T"));
  QCOMPARE(document.fields, std::string(R"({"id":7,"title":"T","meta.n":12345678901234567890})"));
}

void TestCorpusReader::bad_lines_are_kept_and_reading_goes_on() {
  const test::Folder folder;
  folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\",}\n{\"text\":\"caf\xe9\"}\n{\"id\":\"x\",\"body\":\"c\"}\n"
                          "{\"text\":\"\\ud800\"}\n{\"text\":\"d\"}\n");
  const auto items = read_all({folder.path("a.jsonl")});
  QCOMPARE(items.size(), std::size_t(6));
  QCOMPARE(good(items[0]).text, std::string("a"));
  QCOMPARE(bad(items[1]).id, std::string("a.jsonl:2"));
  QVERIFY(bad(items[1]).reason.starts_with("line 2 of a.jsonl is not valid JSON at byte "));
  QVERIFY(bad(items[2]).reason.starts_with("line 3 of a.jsonl is not valid UTF-8 at byte 13;"));
  QCOMPARE(bad(items[3]).id, std::string("x"));
  QVERIFY(bad(items[3]).reason.find("has no field \"text\" but \"id\", \"body\"; ") != std::string::npos);
  QVERIFY(bad(items[3]).reason.find("--text-field") != std::string::npos);
  QVERIFY(bad(items[4]).reason.find("half a surrogate pair") != std::string::npos);
  QCOMPARE(good(items[5]).text, std::string("d"));
}

void TestCorpusReader::reference_documents_read_as_nlohmann_reads_them() {
  const std::filesystem::path path = std::filesystem::path(LONGVIEW_REFERENCE_DIR) / "documents.jsonl";
  const auto items = read_all({path});
  std::ifstream lines(path);
  std::string line;
  std::size_t k = 0;
  for (; std::getline(lines, line); ++k) {
    const auto expected = nlohmann::json::parse(line);
    QCOMPARE(good(items.at(k)).text, expected.at("text").get<std::string>());
    QCOMPARE(good(items.at(k)).id, expected.at("id").get<std::string>());
  }
  QCOMPARE(items.size(), k);
  QVERIFY(k >= 8);
}

void TestCorpusReader::text_files_data() {
  QTest::addColumn<std::string>("bytes");
  QTest::addColumn<std::string>("text");
  QTest::addColumn<std::string>("reason"); // empty: a document
  QTest::newRow("plain") << "a\r\nb\n"s
                         << "a\r\nb\n"s
                         << ""s;
  QTest::newRow("empty") << ""s
                         << ""s
                         << ""s;
  QTest::newRow("byte order mark") << "\xEF\xBB\xBF"
                                      "a"s
                                   << "a"s
                                   << ""s;
  QTest::newRow("NUL") << "a\0b"s
                       << "a\0b"s
                       << ""s;
  QTest::newRow("invalid UTF-8") << "caf\xe9"s
                                 << ""s
                                 << "a.txt is not valid UTF-8 at byte 4;"s;
  QTest::newRow("UTF-16") << "\xff\xfe"
                             "a\0"s
                          << ""s
                          << "a.txt is UTF-16;"s;
}

void TestCorpusReader::text_files() {
  QFETCH(std::string, bytes);
  QFETCH(std::string, text);
  QFETCH(std::string, reason);
  const test::Folder folder;
  const auto items = read_all({folder.write("a.txt", bytes)});
  QCOMPARE(items.size(), std::size_t(1));
  QCOMPARE(places(items), (reason.empty() ? ""s : "!"s) + "a.txt:1@1:0+" + std::to_string(bytes.size()));
  if (!reason.empty()) {
    QVERIFY(bad(items[0]).reason.starts_with(reason));
    return;
  }
  QCOMPARE(good(items[0]).text, text);
  QVERIFY(good(items[0]).text_hash == hash128(text));
  QCOMPARE(good(items[0]).title, std::string("a.txt"));
  QCOMPARE(good(items[0]).fields, std::string("{}"));
}

void TestCorpusReader::compressed_reads_as_plain_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<std::string>("bytes");
  const std::string lines = numbered_lines(9'000);
  const std::string_view view = lines;
  const std::size_t cut = lines.size() / 3 + 5; // inside a line
  QTest::newRow("gzip") << "a.jsonl.gz"s << test::gzip(view);
  QTest::newRow("gzip, stored") << "a.jsonl.gz"s << test::gzip(view, 0);
  QTest::newRow("gzip, members") << "a.jsonl.gz"s
                                 << test::gzip(view.substr(0, cut)) + test::gzip("") + test::gzip(view.substr(cut));
  QTest::newRow("gzip, zeros behind") << "a.jsonl.gz"s << test::gzip(view) + std::string(10'000, '\0');
  QTest::newRow("zstd") << "a.jsonl.zst"s << test::zstd(view);
  QTest::newRow("zstd, frames") << "a.jsonl.zst"s
                                << test::zstd(view.substr(0, cut)) + test::zstd("") + test::zstd(view.substr(cut));
  QTest::newRow("zstd, skippable frame") << "a.jsonl.zst"s
                                         << "\x50\x2a\x4d\x18\x03\0\0\0abc"s + test::zstd(view);
}

void TestCorpusReader::compressed_reads_as_plain() {
  QFETCH(std::string, name);
  QFETCH(std::string, bytes);
  const test::Folder folder;
  const auto plain = read_all({folder.write("a.jsonl", numbered_lines(9'000))});
  const auto packed = read_all({folder.write(name, bytes)});
  QCOMPARE(packed.size(), std::size_t(9'000));
  QVERIFY(places(packed) == places(plain));
  for (std::size_t k = 0; k < plain.size(); ++k)
    QVERIFY(good(packed[k]).text_hash == good(plain[k]).text_hash);
}

void TestCorpusReader::cut_off_file_gives_what_came_before_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<std::string>("packed");
  QTest::addColumn<int>("least"); // documents of 20,000 that half the file holds
  const std::string lines = numbered_lines(20'000);
  QTest::newRow("gzip") << "a.jsonl.gz"s << test::gzip(lines) << 9'000;
  QTest::newRow("zstd") << "a.jsonl.zst"s << test::zstd(lines) << 9'000;
  QTest::newRow("nothing in gzip") << "a.jsonl.gz"s
                                   << ""s << 0;
  QTest::newRow("nothing in zstd") << "a.jsonl.zst"s
                                   << ""s << 0;
  QTest::newRow("two bytes of gzip") << "a.jsonl.gz"s
                                     << "\x1f\x8b\x08\0"s << 0;
}

void TestCorpusReader::cut_off_file_gives_what_came_before() {
  QFETCH(std::string, name);
  QFETCH(std::string, packed);
  QFETCH(int, least);
  const test::Folder folder;
  const std::size_t kept = packed.size() / 2;
  folder.write(name, packed.substr(0, kept));
  folder.write("b.jsonl", "{\"text\":\"the next file\"}");
  const auto items = read_all({folder.path(name), folder.path("b.jsonl")});
  QVERIFY2(items.size() >= static_cast<std::size_t>(least) + 2, std::to_string(items.size()).c_str());
  const std::string lines = numbered_lines(20'000);
  std::uint64_t end = 0;
  for (std::size_t k = 0; k + 2 < items.size(); ++k) {
    const Document& document = good(items[k]);
    QCOMPARE(document.id, std::to_string(k));
    end = document.place.offset + document.place.length;
  }
  const BadDocument& damage = bad(items[items.size() - 2]);
  QVERIFY2(damage.reason.find("cut off: it ends at byte " + std::to_string(kept) + " ") != std::string::npos,
           damage.reason.c_str());
  QCOMPARE(damage.place.line, std::uint64_t(items.size() - 1));
  QVERIFY(damage.place.offset >= end);
  QCOMPARE(damage.place.length, std::uint64_t(0));
  QCOMPARE(good(items.back()).text, std::string("the next file"));
}

void TestCorpusReader::flipped_byte_is_damage_data() {
  QTest::addColumn<std::string>("name");
  QTest::addColumn<std::string>("packed");
  const std::string lines = numbered_lines(20'000);
  std::string gzip = test::gzip(lines);
  gzip[gzip.size() - 6] ^= 1; // in its check sum
  QTest::newRow("gzip, check sum") << "a.jsonl.gz"s << gzip;
  QTest::newRow("gzip, something behind") << "a.jsonl.gz"s << test::gzip(lines) + "garbage";
  std::string zstd = test::zstd(lines);
  zstd.replace(zstd.size() - 40, 40, std::string(40, '\xff'));
  QTest::newRow("zstd, last block") << "a.jsonl.zst"s << zstd;
  QTest::newRow("zstd, something behind") << "a.jsonl.zst"s << test::zstd(lines) + "garbage";
}

void TestCorpusReader::flipped_byte_is_damage() {
  QFETCH(std::string, name);
  QFETCH(std::string, packed);
  const test::Folder folder;
  const auto items = read_all({folder.write(name, packed)});
  // zstd decodes by blocks of 128 KB: some 800 lines.
  QVERIFY2(items.size() > 19'000, std::to_string(items.size()).c_str());
  for (std::size_t k = 0; k + 1 < items.size(); ++k)
    QCOMPARE(good(items[k]).id, std::to_string(k));
  QVERIFY(bad(items.back()).reason.starts_with(name + " is damaged near byte "));
}

void TestCorpusReader::cut_off_text_is_no_document() {
  const test::Folder folder;
  const std::string packed = test::gzip(numbered_lines(1'000));
  const auto items = read_all({folder.write("a.txt.gz", packed.substr(0, 30'000))});
  QCOMPARE(items.size(), std::size_t(1));
  QVERIFY(bad(items[0]).reason.starts_with("a.txt.gz is cut off: it ends at byte 30000 "));
  QVERIFY(bad(items[0]).place.offset > 30'000);
}

void TestCorpusReader::file_of_another_kind_throws_and_the_next_is_read() {
  const test::Folder folder;
  folder.write("a.jsonl.gz", "{\"text\":\"a\"}");
  folder.write("b.jsonl.zst", "{\"text\":\"a\"}");
  folder.write("c.jsonl", "{\"text\":\"c\"}");
  CorpusReader reader(find_sources({folder.path("")}), {});
  QVERIFY_THROWS_EXCEPTION(Error, reader.next());
  QVERIFY_THROWS_EXCEPTION(Error, reader.next());
  const auto item = reader.next();
  QCOMPARE(good(*item).text, std::string("c"));
  QCOMPARE(good(*item).place.source, 2u);
  QVERIFY(!reader.next());
}

void TestCorpusReader::vanished_file_throws_and_the_next_is_read() {
  const test::Folder folder;
  folder.write("a.jsonl", "{\"text\":\"a\"}");
  folder.write("b.jsonl", "{\"text\":\"b\"}");
  CorpusReader reader(find_sources({folder.path("")}), {});
  std::filesystem::remove(folder.path("a.jsonl"));
  try {
    reader.next();
    QFAIL("read a file that is gone");
  } catch (const Error& error) {
    QCOMPARE(static_cast<int>(error.code()), static_cast<int>(ErrorCode::not_found));
    QCOMPARE(error.context(), folder.path("a.jsonl").string());
  }
  QCOMPARE(good(*reader.next()).text, std::string("b"));
}

void TestCorpusReader::limit_counts_bad_ones() {
  const test::Folder folder;
  folder.write("a.jsonl", "{\"text\":\"a\"}\n\nbad\n{\"text\":\"b\"}\n");
  folder.write("b.jsonl", "{\"text\":\"c\"}\n{\"text\":\"d\"}\n");
  ReaderOptions options;
  options.limit = 4;
  QCOMPARE(places(read_all({folder.path("")}, options)),
           std::string("a.jsonl:1@1:0+12 !a.jsonl:3@3:14+3 a.jsonl:4@4:18+12 b.jsonl:1@1:0+12"));
}

void TestCorpusReader::progress_reaches_the_total() {
  const test::Folder folder;
  folder.write("a.jsonl", numbered_lines(20'000));
  folder.write("b.jsonl.gz", test::gzip(numbered_lines(20'000)));
  folder.write("c.txt", "text");
  CorpusReader reader(find_sources({folder.path("")}), {});
  QCOMPARE(reader.bytes_read(), std::uint64_t(0));
  std::uint64_t before = 0;
  while (reader.next()) {
    QVERIFY(reader.bytes_read() >= before);
    before = reader.bytes_read();
    QVERIFY(before > 0 && before <= reader.bytes_total());
  }
  QCOMPARE(reader.bytes_read(), reader.bytes_total());
}

void TestCorpusReader::stop_throws_and_reading_goes_on_after() {
  const test::Folder folder;
  folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
  folder.write("b.txt", "c");
  CorpusReader reader(find_sources({folder.path("")}), {});
  std::stop_source stop;
  stop.request_stop();
  for (const char* text : {"a", "b", "c"}) {
    QVERIFY_THROWS_EXCEPTION(Error, reader.next(stop.get_token()));
    QCOMPARE(good(*reader.next()).text, std::string(text));
  }
}

LONGVIEW_TEST_MAIN(TestCorpusReader)
#include "tst_corpus_reader.moc"
