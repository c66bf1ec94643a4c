#include "run/run_pairs.h"

#include <cmath>

#include <QTemporaryDir>

#include "base/error.h"
#include "scoring/random.h"
#include "scoring/sampler.h"
#include "support/log_guard.h"

using namespace longview;

/// A run's numbers from memory are those of its documents one by one.
class TestRunPairs : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  RunId run_{};
  RunSettings settings_;
  SharedRows rows_;
  const LiveParameters others_{.threshold = 0.31}; ///< of which no row holds the numbers already

  std::filesystem::path path() const { return folder_.filePath("p.longview").toStdString(); }
  std::vector<TableRow> table() const;
  void put_pairs(Project& project, DocumentId document, std::uint64_t tokens, Stream& stream) const;
  QString difference(const std::vector<DocumentNumbers>& numbers, const LiveParameters& parameters) const;

 private slots:
  void initTestCase();
  void follows_parameters_data();
  void follows_parameters();
  void what_was_read_stays_when_it_is_stopped();
  void a_result_that_comes_again_is_read_again();
};

void TestRunPairs::put_pairs(Project& project, DocumentId document, std::uint64_t tokens, Stream& stream) const {
  Sampler sampler(settings_.sampling);
  Draw draw = sampler.draw(tokens, {stream.next(), 1});
  ResultData data;
  data.bounds.resize(draw.segments + 1);
  for (std::uint32_t k = 0; k <= draw.segments; ++k)
    data.bounds[k] = 500 * k;
  for (std::uint32_t k = 0; k < draw.segments; ++k)
    data.pairs.perplexity_alone.push_back(static_cast<float>(5 + stream.below(40)));
  data.pairs.pairs = std::move(draw.pairs);
  for (Pair& pair : data.pairs.pairs)
    pair.perplexity_after =
        static_cast<float>(data.pairs.perplexity_alone[pair.i] * (0.5 + static_cast<double>(stream.below(700)) / 1000));
  ResultRow row;
  row.document = document;
  row.tokens = tokens;
  row.segments = draw.segments;
  row.take(derive_numbers(data.pairs, settings_.sampling, settings_.parameters));
  project.put_result(run_, row, &data);
}

std::vector<TableRow> TestRunPairs::table() const {
  return Project::open(path(), Project::Mode::read_only).table(run_);
}

void TestRunPairs::initTestCase() {
  settings_.sampling.pairs_per_document = 60;
  Project project = Project::open(path(), Project::Mode::create);
  SourceFile source;
  source.path = "/nowhere/x.jsonl";
  const Hash128 hash{1, 2};
  const DatasetId dataset = project.put_dataset("x", {&source, 1}, {&hash, 1});
  run_ = project.put_run({dataset, to_json(settings_), {1, 1}, {2, 2}}, "/nowhere/m.gguf", "none");
  Stream stream(3);
  Project::Transaction transaction(project);
  for (std::uint64_t k = 0; k < 80; ++k) {
    Document document;
    document.place = {0, 1000 * k, 999, k + 1};
    document.text_hash = {k, 7};
    document.id = std::to_string(k);
    const DocumentId id = project.put_document(dataset, document);
    if (k % 10 != 9) {
      put_pairs(project, id, 128 * (4 + k), stream);
      continue;
    }
    ResultRow row; // two kinds without pairs: not scored, and imported
    row.document = id;
    row.status = k % 20 == 9 ? Status::too_short : Status::scored;
    row.lds = k % 20 == 9 ? no_value : 12.5;
    project.put_result(run_, row, nullptr);
  }
  transaction.commit();
  rows_ = shared_rows(table());
}

QString TestRunPairs::difference(const std::vector<DocumentNumbers>& numbers, const LiveParameters& parameters) const {
  const Project project = Project::open(path(), Project::Mode::read_only);
  for (std::size_t k = 0; k < rows_.size(); ++k) {
    const std::optional<ResultData> data = project.result_data(run_, rows_.id(k));
    const DocumentNumbers expected =
        data ? derive_numbers(data->pairs, settings_.sampling, parameters) : rows_.numbers(k);
    const auto differ = [](double a, double b) {
      return std::isnan(a) != std::isnan(b) || std::abs(a - b) > 1e-6 * std::abs(b);
    };
    for (const auto number :
         {&DocumentNumbers::lds, &DocumentNumbers::lds_mean, &DocumentNumbers::lds_error,
          &DocumentNumbers::mean_strength, &DocumentNumbers::mean_distance, &DocumentNumbers::mean_specificity})
      if (differ(numbers[k].*number, expected.*number))
        return QStringLiteral("document %1: %2 is not %3").arg(k).arg(numbers[k].*number).arg(expected.*number);
  }
  return {};
}

void TestRunPairs::follows_parameters_data() {
  QTest::addColumn<quint64>("most_bytes");
  QTest::addColumn<unsigned>("threads");
  QTest::newRow("in memory") << (quint64{1} << 30) << 1u;
  QTest::newRow("in memory, three threads") << (quint64{1} << 30) << 3u;
  QTest::newRow("no room: from the project") << quint64{0} << 2u;
}

void TestRunPairs::follows_parameters() {
  QFETCH(quint64, most_bytes);
  QFETCH(unsigned, threads);
  RunPairs pairs(path(), run_, settings_.sampling, most_bytes, threads);
  pairs.read(rows_, {}, {});
  QCOMPARE(pairs.bytes() > 4096, most_bytes > 0);
  LiveParameters parameters = settings_.parameters;
  QCOMPARE(difference(pairs.numbers(rows_, parameters, {}), parameters), QString());
  parameters.threshold = 0.31;
  parameters.beta = 0.25;
  parameters.specificity = SpecificityMode::relative;
  QCOMPARE(difference(pairs.numbers(rows_, parameters, {}), parameters), QString());
}

void TestRunPairs::what_was_read_stays_when_it_is_stopped() {
  RunPairs pairs(path(), run_, settings_.sampling, std::size_t{1} << 30, 1, 16);
  std::stop_source stop;
  std::size_t told = 0, read = 0;
  const auto stop_it = [&](std::size_t done, std::size_t total) {
    read = done;
    told = total;
    stop.request_stop();
  };
  QVERIFY_THROWS_EXCEPTION(Error, pairs.read(rows_, stop_it, stop.get_token()));
  QCOMPARE(read, std::size_t{16});
  QCOMPARE(told, std::size_t{76}); // all scored ones
  QVERIFY(pairs.bytes() > 0);
  pairs.read(rows_, [&](std::size_t, std::size_t total) { told = total; }, {});
  QCOMPARE(told, std::size_t{60}); // the first part was there
  QCOMPARE(difference(pairs.numbers(rows_, others_, {}), others_), QString());
}

void TestRunPairs::a_result_that_comes_again_is_read_again() {
  RunPairs pairs(path(), run_, settings_.sampling, std::size_t{1} << 30, 2);
  pairs.read(rows_, {}, {});
  {
    Project project = Project::open(path(), Project::Mode::read_write);
    Stream stream(99);
    put_pairs(project, rows_.id(12), 128 * 50, stream);
  }
  RowPacker again;
  again.add(table()[12]);
  rows_.replace(12, {rows_.add_block(std::move(again).blocks().front()), 0});
  pairs.read(rows_, {}, {});
  QCOMPARE(difference(pairs.numbers(rows_, others_, {}), others_), QString());
}

LONGVIEW_TEST_MAIN(TestRunPairs)
#include "tst_run_pairs.moc"
