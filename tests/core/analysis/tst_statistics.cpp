// Numbers of scipy on the same samples: tests/reference/make_statistics.py.
#include <cmath>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/density.h"
#include "analysis/rank_correlation.h"
#include "analysis/sample.h"
#include "analysis/two_sample.h"
#include "support/log_guard.h"

using namespace longview;
using nlohmann::json;

namespace {

std::vector<double> numbers(const json& list) {
  return list.get<std::vector<double>>();
}

bool close(double found, double wanted, double relative) {
  return std::abs(found - wanted) <= relative * std::max(std::abs(wanted), 1e-300);
}

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

} // namespace

#define COMPARE_CLOSE(found, wanted, relative)                                                                         \
  do {                                                                                                                 \
    const double found_value = (found), wanted_value = (wanted);                                                       \
    QVERIFY2(close(found_value, wanted_value, relative), fmt::format("{} not {}", found_value, wanted_value).c_str()); \
  } while (false)

class TestStatistics : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void two_samples_as_scipy_data();
  void two_samples_as_scipy();
  void small_samples_are_exact_as_scipy_chooses_data();
  void small_samples_are_exact_as_scipy_chooses();
  void two_sample_distribution_as_scipy();
  void kolmogorov_distribution_as_scipy();
  void densities_as_scipy();
  void large_samples_are_binned();
  void no_density_without_two_values();
  void violins_are_outlines_of_the_density();
  void rank_correlations_as_scipy();
  void summaries_as_numpy();
  void missing_values_are_left_out();
  void empty_sides_have_no_number();
  void all_equal_is_no_difference();
  void intervals_cover_what_they_promise();
  void intervals_do_not_depend_on_the_order();
  void difference_has_its_sign();

 private:
  json reference_;
};

void TestStatistics::initTestCase() {
  std::ifstream file(LONGVIEW_REFERENCE_DIR "/statistics.json");
  reference_ = json::parse(file);
}

void TestStatistics::two_samples_as_scipy_data() {
  QTest::addColumn<int>("index");
  for (std::size_t k = 0; k < reference_["two_sample"].size(); ++k)
    QTest::newRow(reference_["two_sample"][k]["name"].get<std::string>().c_str()) << static_cast<int>(k);
}

void TestStatistics::two_samples_as_scipy() {
  QFETCH(int, index);
  const json& known = reference_["two_sample"][static_cast<std::size_t>(index)];
  const std::vector<double> a = numbers(known["a"]), b = numbers(known["b"]);
  const KolmogorovSmirnov ks = kolmogorov_smirnov(a, b, TestMethod::asymptotic);
  COMPARE_CLOSE(ks.d, known["d"], 1e-12);
  if (known["ks_p"].is_null())
    QVERIFY(std::isnan(ks.p)); // one value on each side says nothing
  else
    COMPARE_CLOSE(ks.p, known["ks_p"], 1e-8);
  if (ks.d > 0) {
    QCOMPARE(ks.at, known["at"].get<double>());
    QCOMPARE(ks.sign, known["sign"].get<int>());
  }
  const MannWhitney mw = mann_whitney(a, b, TestMethod::asymptotic);
  COMPARE_CLOSE(mw.u, known["u"], 1e-12);
  COMPARE_CLOSE(mw.p, known["mw_p"], 1e-9);
  COMPARE_CLOSE(mw.auc, known["u"].get<double>() / static_cast<double>(a.size() * b.size()), 1e-12);
  const MannWhitney other = mann_whitney(b, a, TestMethod::asymptotic);
  COMPARE_CLOSE(other.p, mw.p, 1e-12);
  QVERIFY(std::abs(other.rank_biserial + mw.rank_biserial) < 1e-12);
}

void TestStatistics::small_samples_are_exact_as_scipy_chooses_data() {
  two_samples_as_scipy_data();
}

void TestStatistics::small_samples_are_exact_as_scipy_chooses() {
  QFETCH(int, index);
  const json& known = reference_["two_sample"][static_cast<std::size_t>(index)];
  const std::vector<double> a = numbers(known["a"]), b = numbers(known["b"]);
  const KolmogorovSmirnov ks = kolmogorov_smirnov(a, b);
  COMPARE_CLOSE(ks.p, known["ks_auto_p"], 1e-11);
  QVERIFY(ks.method == TestMethod::exact);
  COMPARE_CLOSE(kolmogorov_smirnov(b, a).p, ks.p, 1e-12);
  const MannWhitney mw = mann_whitney(a, b);
  COMPARE_CLOSE(mw.p, known["mw_auto_p"], 1e-11);
  QCOMPARE(mw.method == TestMethod::exact, known["mw_exact"].get<bool>());
  COMPARE_CLOSE(mann_whitney(b, a).p, mw.p, 1e-12);
}

void TestStatistics::two_sample_distribution_as_scipy() {
  for (const json& row : reference_["survival"]) {
    COMPARE_CLOSE(smirnov_two_sample_survival(row["n"], row["m"], row["d"]), row["p"], 1e-9);
    COMPARE_CLOSE(smirnov_two_sample_survival(row["m"], row["n"], row["d"]), row["p"], 1e-9);
  }
  const std::vector<double> many(10'001, 1.0), few{2.0, 3.0};
  QVERIFY(kolmogorov_smirnov(many, few).method == TestMethod::asymptotic);
}

void TestStatistics::densities_as_scipy() {
  for (const json& known : reference_["density"]) {
    if (!known.contains("values"))
      continue; // large_samples_are_binned
    const Density found = density(numbers(known["values"]));
    COMPARE_CLOSE(found.bandwidth, known["bandwidth"], 1e-12);
    const std::size_t steps = found.grid.size() - 1;
    QVERIFY(steps % 8 == 0 && found.values.size() == found.grid.size());
    const double highest = *std::max_element(found.values.begin(), found.values.end());
    for (std::size_t k = 0; k <= 8; ++k) {
      const double wanted = known["density"][k], value = found.values[k * steps / 8];
      QVERIFY2(close(value, wanted, 1e-12) || std::abs(value - wanted) < 1e-15 * highest,
               fmt::format("{} at {}: {} not {}", known["name"].dump(), k, value, wanted).c_str());
    }
  }
}

/// As large_sample() of make_statistics.py.
void TestStatistics::large_samples_are_binned() {
  std::vector<double> values;
  for (int k = 0; k < 100'000; ++k) {
    const double share = std::fmod(k * 0.6180339887498949, 1.0);
    values.push_back(k % 2 == 0 ? 3 * share * share : 5 + share);
  }
  values[0] = 9;
  const json& known = reference_["density"].back();
  QCOMPARE(QString::fromStdString(known["name"]), QStringLiteral("large"));
  const Density found = density(values);
  COMPARE_CLOSE(found.bandwidth, known["bandwidth"], 1e-11);
  const double kernel = 1 / (found.bandwidth * std::sqrt(2 * std::acos(-1.0)));
  double most = 0;
  for (std::size_t k = 0; k <= 8; ++k)
    most = std::max(most, std::abs(found.values[k * (found.grid.size() - 1) / 8] - known["density"][k].get<double>()));
  QVERIFY2(most < kernel / 8192 && most > 0, fmt::format("{} of {}", most, kernel).c_str()); // what is promised
  QVERIFY2(most < 1e-4 * kernel / 5, fmt::format("{} of {}", most, kernel).c_str());         // and what is usual
}

void TestStatistics::no_density_without_two_values() {
  for (const std::vector<double>& values : {std::vector<double>{}, {1.5}, {2, 2, 2}, {nan_value, 3}, {nan_value}}) {
    const Density none = density(values);
    QVERIFY(std::isnan(none.bandwidth) && none.grid.empty() && none.values.empty());
    QVERIFY(violin_outline(none, 0, 1).empty());
  }
  QCOMPARE(density(std::vector<double>{1, nan_value, 3}).grid.front(), 1.0);
  QCOMPARE(density(std::vector<double>{1, nan_value, 3}).grid.back(), 3.0);
}

/// Once around, symmetric, nowhere beyond the values, and as wide as is asked for where the density is highest.
void TestStatistics::violins_are_outlines_of_the_density() {
  const Density of = density(std::vector<double>{0, 0, 0, 1, 5});
  const auto outline = violin_outline(of, 10, 2);
  QCOMPARE(outline.size(), 2 * of.grid.size());
  double widest = 0;
  for (std::size_t k = 0; k < outline.size(); ++k) {
    const auto& [across, value] = outline[k];
    const auto& [mirrored, same_value] = outline[outline.size() - 1 - k];
    QVERIFY(std::abs(across - 10 + mirrored - 10) < 1e-12 && value == same_value);
    QVERIFY(value >= 0 && value <= 5);
    widest = std::max(widest, across - 10);
  }
  QVERIFY(std::abs(widest - 2) < 1e-12);
  QVERIFY(std::abs(outline.front().first - 12) < 0.2); // three of five are at the lower end
}

void TestStatistics::kolmogorov_distribution_as_scipy() {
  int compared = 0;
  for (const json& row : reference_["kolmogorov"]) {
    const double wanted = row["survival"], found = kolmogorov_survival(row["n"], row["d"]);
    // 1 - P loses what P is near to one; scipy does the same there.
    const bool same = std::abs(found - wanted) < 1e-11 || close(found, wanted, 1e-8);
    QVERIFY2(same, fmt::format("n {} d {}: {} not {}", row["n"].dump(), row["d"].dump(), found, wanted).c_str());
    compared += wanted > 1e-300 && wanted < 1;
  }
  QVERIFY(compared > 50); // or the table holds limits only
}

void TestStatistics::rank_correlations_as_scipy() {
  for (const json& known : reference_["correlation"]) {
    const RankCorrelation found = rank_correlation(numbers(known["a"]), numbers(known["b"]));
    COMPARE_CLOSE(found.spearman, known["spearman"], 1e-12);
    COMPARE_CLOSE(found.kendall, known["kendall"], 1e-12);
    QVERIFY(found.spearman_interval.low <= found.spearman && found.spearman <= found.spearman_interval.high);
  }
}

void TestStatistics::summaries_as_numpy() {
  for (const json& known : reference_["summary"]) {
    const SampleSummary found = summarize(numbers(known["values"]));
    COMPARE_CLOSE(found.mean, known["mean"], 1e-12);
    COMPARE_CLOSE(found.standard_deviation, known["sd"], 1e-12);
    const std::vector<double> five = {found.least, found.lower_quartile, found.median, found.upper_quartile,
                                      found.most};
    for (std::size_t k = 0; k < five.size(); ++k)
      COMPARE_CLOSE(five[k], known["quartiles"][k], 1e-12);
  }
}

void TestStatistics::missing_values_are_left_out() {
  const std::vector<double> a{1, nan_value, 3, 5}, b{2, 4, nan_value};
  QCOMPARE(summarize(a).count, 3u);
  QCOMPARE(summarize(a).median, 3.0);
  QCOMPARE(mann_whitney(a, b).u, 3.0); // 3 > 2; 5 > 2, 4
  QCOMPARE(kolmogorov_smirnov(a, b).d, kolmogorov_smirnov(std::vector<double>{1, 3, 5}, std::vector<double>{2, 4}).d);
  const RankCorrelation pairs = rank_correlation(a, std::vector<double>{10, 20, nan_value, 30});
  QCOMPARE(pairs.count, 2u);
  QCOMPARE(pairs.spearman, 1.0);
}

void TestStatistics::empty_sides_have_no_number() {
  const std::vector<double> none, some{1, 2}, missing{nan_value};
  QVERIFY(std::isnan(mann_whitney(none, some).auc) && std::isnan(mann_whitney(some, missing).p));
  QVERIFY(std::isnan(kolmogorov_smirnov(some, none).d));
  QVERIFY(std::isnan(summarize(none).median) && std::isnan(summarize(missing).mean_interval.low));
  QVERIFY(std::isnan(difference_of(none, some).median));
  QVERIFY(std::isnan(rank_correlation(some, none).spearman));
  QVERIFY(std::isnan(rank_correlation(some, std::vector<double>{4, 4}).spearman)); // never changes
  QVERIFY(std::isnan(rank_correlation(some, std::vector<double>{4, 4}).kendall));
}

void TestStatistics::all_equal_is_no_difference() {
  const std::vector<double> a(5, 2.0), b(7, 2.0);
  QCOMPARE(mann_whitney(a, b).auc, 0.5);
  QCOMPARE(mann_whitney(a, b).p, 1.0);
  QCOMPARE(kolmogorov_smirnov(a, b).d, 0.0);
  QCOMPARE(kolmogorov_smirnov(a, b).p, 1.0);
  const SampleSummary summary = summarize(a);
  QCOMPARE(summary.median_interval.low, 2.0);
  QCOMPARE(summary.mean_interval.high, 2.0);
}

/// 200 samples of 40 uniform numbers: the interval must hold the true mean (and median) 0.5 in about 95 % of them.
void TestStatistics::intervals_cover_what_they_promise() {
  std::uint64_t state = 1;
  const auto uniform = [&] { // not the generator under test
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
  };
  int mean_covered = 0, median_covered = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values(40);
    for (double& value : values)
      value = uniform();
    const SampleSummary summary = summarize(values, {400, 11, 0.95});
    mean_covered += summary.mean_interval.low <= 0.5 && 0.5 <= summary.mean_interval.high;
    median_covered += summary.median_interval.low <= 0.5 && 0.5 <= summary.median_interval.high;
  }
  QVERIFY2(mean_covered >= 180 && mean_covered <= 199, std::to_string(mean_covered).c_str());
  QVERIFY2(median_covered >= 178 && median_covered <= 200, std::to_string(median_covered).c_str());
}

void TestStatistics::intervals_do_not_depend_on_the_order() {
  const std::vector<double> values{5, 1, 4, 2, 3}, sorted{1, 2, 3, 4, 5};
  QCOMPARE(summarize(values).mean_interval.low, summarize(sorted).mean_interval.low);
  QVERIFY(summarize(values, {1000, 12, 0.95}).mean_interval.low !=
          summarize(values, {1000, 11, 0.5}).mean_interval.low);
}

void TestStatistics::difference_has_its_sign() {
  std::vector<double> low, high;
  for (int k = 0; k < 50; ++k) {
    low.push_back(k % 10);
    high.push_back(k % 10 + 4);
  }
  const DifferenceIntervals up = difference_of(low, high), down = difference_of(high, low);
  QCOMPARE(up.mean, 4.0);
  QCOMPARE(up.median, 4.0);
  QVERIFY(up.mean_interval.low > 2 && up.mean_interval.low < 4 && up.mean_interval.high > 4);
  QCOMPARE(down.mean, -4.0);
  QVERIFY(down.median_interval.high < 0);
}

LONGVIEW_TEST_MAIN(TestStatistics)
#include "tst_statistics.moc"
