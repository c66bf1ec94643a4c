#include "scoring/breakdown.h"

#include <cmath>

#include "golden.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;

namespace {

bool near(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b));
}

/// Five segments of perplexity 10; c_4 after c_0, c_1, c_2: strengths 0.5, 0.2, 0.05.
DocumentPairs small_document() {
  DocumentPairs document;
  document.perplexity_alone = {10, 10, 10, 10, 10};
  document.pairs = {{4, 1, 8}, {4, 0, 5}, {4, 2, 9.5}, {3, 0, no_value}};
  return document;
}

} // namespace

class TestBreakdown : public QObject {
  Q_OBJECT

 private slots:
  void a_small_document_by_hand() {
    const DocumentPairs document = small_document();
    LiveParameters live;
    live.alpha = 2;
    live.specificity = SpecificityMode::off;
    const ScoreBreakdown parts = break_down(document, derive(document, {}, live), {}, live);
    QCOMPARE(parts.pairs, std::uint64_t{3});
    QCOMPARE(parts.above, std::uint64_t{2});
    QVERIFY(near(parts.strength, 2 * (0.5 + 0.2)));
    QVERIFY(near(parts.distance, 1 + 0.75)); // 4 and 3 of 4 segments back
    QVERIFY(near(parts.specificity_factor(), 1));
    // the released program: distance over 255 segments, specificity from the gains 5, 2 and 0.5
    const double total = std::exp(5.0) + std::exp(2.0) + std::exp(0.5);
    double entropy = 0;
    for (const double gain : {5.0, 2.0, 0.5})
      entropy -= std::exp(gain) / total * std::log(std::exp(gain) / total);
    const double specificity = 1 - entropy / std::log(3.0);
    QVERIFY(near(parts.published.lds, (0.5 + 4 / 255.0 + 0.2 + 3 / 255.0) * specificity));
  }

  void the_parts_of_the_goldens_are_their_lds() {
    const LiveParameters live = default_parameters(Preset::longview);
    int documents = 0;
    for (const test::Golden& golden : test::goldens()) {
      if (golden.settings.preset != Preset::longview)
        continue;
      for (const json& row : test::read_jsonl(test::reference(golden.file))) {
        const DocumentPairs document = test::pairs_of(row);
        const double lds = test::number_or_none(row["lds"]);
        if (std::isnan(lds) || lds == 0)
          continue;
        ++documents;
        const ScoreBreakdown parts =
            break_down(document, derive(document, golden.settings, live), golden.settings, live);
        QVERIFY(near(parts.lds(), lds));
        QVERIFY(near(parts.strength_share() + parts.distance_share(), 1));
        QVERIFY(parts.specificity_factor() > 0 && parts.specificity_factor() < 1);
      }
    }
    QVERIFY(documents > 10);
  }

  void nothing_above_has_no_shares() {
    const DocumentPairs document = small_document();
    LiveParameters live;
    live.threshold = 0.9;
    const ScoreBreakdown parts = break_down(document, derive(document, {}, live), {}, live);
    QCOMPARE(parts.above, std::uint64_t{0});
    QVERIFY(std::isnan(parts.strength_share()) && std::isnan(parts.specificity_factor()));
  }

  void the_heaviest_come_first() {
    const DocumentPairs document = small_document();
    const DocumentScores scores = derive(document, {}, {});
    QCOMPARE(heaviest_pairs(scores, 10), (std::vector<std::uint32_t>{1, 0}));
    QCOMPARE(heaviest_pairs(scores, 1), (std::vector<std::uint32_t>{1}));
  }
};

LONGVIEW_TEST_MAIN(TestBreakdown)
#include "tst_breakdown.moc"
