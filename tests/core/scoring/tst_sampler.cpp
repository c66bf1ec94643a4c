#include "scoring/sampler.h"

#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "golden.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;

namespace {

std::vector<std::pair<std::uint32_t, std::uint32_t>> places(const std::vector<Pair>& pairs) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
  for (const Pair& pair : pairs)
    list.emplace_back(pair.i, pair.j);
  return list;
}

SamplingSettings longview_settings(std::uint64_t pairs) {
  SamplingSettings settings;
  settings.pairs_per_document = pairs;
  return settings;
}

SamplingSettings published_settings(std::uint64_t pairs, std::uint32_t window) {
  SamplingSettings settings;
  settings.preset = Preset::published;
  settings.pairs_per_document = pairs;
  settings.window = window;
  return settings;
}

} // namespace

class TestSampler : public QObject {
  Q_OBJECT

 private slots:
  void draws_the_golden_pairs_data() {
    QTest::addColumn<int>("place");
    for (std::size_t k = 0; k < test::goldens().size(); ++k)
      QTest::newRow(test::goldens()[k].file.c_str()) << static_cast<int>(k);
  }
  void draws_the_golden_pairs() {
    QFETCH(int, place);
    const test::Golden golden = test::goldens()[static_cast<std::size_t>(place)];
    const std::vector<json> documents = test::read_jsonl(test::reference(golden.documents));
    const std::vector<json> expected = test::read_jsonl(test::reference(golden.file));
    QVERIFY(expected.size() >= 7 && documents.size() >= expected.size());
    Sampler sampler(golden.settings);
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const json& row = expected[k];
      const Draw draw =
          sampler.draw(row["tokens"], hash128(documents[k]["text"].get<std::string>(), golden.settings.seed));
      QCOMPARE(draw.segments, row["segments"].get<std::uint32_t>());
      QCOMPARE(draw.kept,
               row["kept"].is_null() ? std::vector<std::uint32_t>() : row["kept"].get<std::vector<std::uint32_t>>());
      QCOMPARE(places(draw.pairs), places(test::pairs_of(row).pairs));
      QCOMPARE(draw.status == Draw::Status::too_few_pairs, row.contains("too_few_pairs"));
      check_needed(draw, golden.settings.preset, row["solo"]);
    }
  }

  void a_smaller_draw_is_a_prefix() {
    const Hash128 key = hash128(std::string_view("some text"), 11);
    const auto longest = places(Sampler(longview_settings(400)).draw(100 * 128, key).pairs);
    QCOMPARE(longest.size(), std::size_t{400});
    for (const std::uint64_t pairs : {8u, 9u, 80u, 250u}) {
      const auto shorter = places(Sampler(longview_settings(pairs)).draw(100 * 128, key).pairs);
      QCOMPARE(shorter.size(), std::size_t(pairs / 8 * 8));
      QVERIFY(std::equal(shorter.begin(), shorter.end(), longest.begin()));
    }
  }

  void rows_have_eight_different_columns() {
    const Draw draw = Sampler(longview_settings(1000)).draw(200 * 128, {7, 9});
    std::map<std::uint32_t, std::set<std::uint32_t>> rows;
    for (const Pair& pair : draw.pairs) {
      QVERIFY(pair.j < pair.i && pair.i >= row_pairs && pair.i < 200);
      QVERIFY(std::isnan(pair.perplexity_after));
      rows[pair.i].insert(pair.j);
    }
    QCOMPARE(rows.size(), std::size_t{125});
    for (const auto& [i, columns] : rows)
      QCOMPARE(columns.size(), std::size_t{8});
  }

  void longview_depends_on_the_text_alone() {
    Sampler sampler(longview_settings(80));
    const auto first = places(sampler.draw(64 * 128, {1, 2}).pairs);
    const auto other = places(sampler.draw(64 * 128, {1, 3}).pairs);
    QVERIFY(first != other);
    QCOMPARE(places(sampler.draw(64 * 128, {1, 2}).pairs), first);
  }

  void short_documents_data() {
    QTest::addColumn<quint64>("segments");
    QTest::addColumn<quint64>("wanted");
    QTest::addColumn<int>("status");
    QTest::addColumn<quint64>("pairs");
    const int drawn = static_cast<int>(Draw::Status::drawn), too_short = static_cast<int>(Draw::Status::too_short);
    QTest::newRow("nothing") << quint64(0) << quint64(500) << too_short << quint64(0);
    QTest::newRow("two") << quint64(2) << quint64(500) << too_short << quint64(0);
    QTest::newRow("three") << quint64(3) << quint64(500) << drawn << quint64(3);
    QTest::newRow("k, few wanted: all") << quint64(8) << quint64(8) << drawn << quint64(28);
    QTest::newRow("k + 1, few wanted: its one row") << quint64(9) << quint64(8) << drawn << quint64(8);
    QTest::newRow("fewer than a row wanted") << quint64(20) << quint64(3) << drawn << quint64(8);
    QTest::newRow("one less than all: every eligible row") << quint64(10) << quint64(44) << drawn << quint64(16);
    QTest::newRow("exactly all") << quint64(10) << quint64(45) << drawn << quint64(45);
    QTest::newRow("all asked for") << quint64(40) << quint64(0) << drawn << quint64(780);
  }
  void short_documents() {
    QFETCH(quint64, segments);
    QFETCH(quint64, wanted);
    QFETCH(int, status);
    QFETCH(quint64, pairs);
    const Draw draw = Sampler(longview_settings(wanted)).draw(segments * 128 + 127, {3, 4});
    QCOMPARE(static_cast<int>(draw.status), status);
    QCOMPARE(quint64(draw.pairs.size()), pairs);
    QCOMPARE(quint64(draw.segments), segments);
  }

  void too_few_pairs_draw_no_pairs_from_the_stream() {
    Sampler with(published_settings(40, 2048)), without(published_settings(40, 2048));
    QVERIFY(with.draw(9 * 128, {}).status == Draw::Status::too_few_pairs); // 36 pairs, and not over the window
    QCOMPARE(places(with.draw(16 * 128, {}).pairs), places(without.draw(16 * 128, {}).pairs));
  }

  void thinning_advances_the_stream_even_without_pairs() {
    // 4 segments kept of 10: 6 pairs are too few for 7, but the thinning sample has been drawn.
    Sampler with(published_settings(7, 512)), without(published_settings(7, 512));
    const Draw thinned = with.draw(10 * 128, {});
    QVERIFY(thinned.status == Draw::Status::too_few_pairs);
    QCOMPARE(thinned.kept.size(), std::size_t{4});
    QVERIFY(with.draw(10 * 128, {}).kept != without.draw(10 * 128, {}).kept);
  }

  void a_full_window_is_not_thinned() {
    Sampler sampler(published_settings(7, 512));
    QVERIFY(sampler.draw(4 * 128 + 127, {}).kept.empty());
    QCOMPARE(sampler.draw(5 * 128, {}).kept.size(), std::size_t{4});
  }

  void published_all_pairs() {
    const Draw draw = Sampler(published_settings(0, 32768)).draw(5 * 128, {});
    QCOMPARE(places(draw.pairs), (decltype(places(draw.pairs)){
                                     {1, 0}, {2, 0}, {2, 1}, {3, 0}, {3, 1}, {3, 2}, {4, 0}, {4, 1}, {4, 2}, {4, 3}}));
    QVERIFY(Sampler(published_settings(0, 32768)).draw(128, {}).status == Draw::Status::too_few_pairs);
  }

  void a_large_population_is_not_listed() {
    SamplingSettings settings = published_settings(1000, 2'000'000'000);
    settings.segment_length = 2;
    const Draw draw = Sampler(settings).draw(2'000'000'000, {}); // 5e17 pairs
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    std::uint32_t largest = 0;
    for (const Pair& pair : draw.pairs) {
      QVERIFY(pair.j < pair.i && pair.i < 1'000'000'000);
      largest = std::max(largest, pair.i);
      seen.emplace(pair.i, pair.j);
    }
    QCOMPARE(seen.size(), std::size_t{1000});
    QVERIFY(largest > 990'000'000);
  }

  void too_many_pairs_are_an_error() {
    QVERIFY_THROWS_EXCEPTION(Error, Sampler(longview_settings(0)).draw(std::uint64_t{20'000} * 128, {}));
    QVERIFY_THROWS_EXCEPTION(Error, Sampler(longview_settings(500)).draw(std::uint64_t{1} << 62, {}));
  }

 private:
  void check_needed(const Draw& draw, Preset preset, const json& solo) {
    std::vector<std::uint32_t> expected;
    for (std::uint32_t k = 0; k < solo.size(); ++k)
      if (!solo[k].is_null())
        expected.push_back(k);
    QCOMPARE(segments_needed(draw, preset), expected);
  }
};

LONGVIEW_TEST_MAIN(TestSampler)
#include "tst_sampler.moc"
