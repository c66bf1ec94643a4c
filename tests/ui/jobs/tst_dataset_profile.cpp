#include "jobs/dataset_profile.h"

#include <cmath>

#include <QSignalSpy>
#include <QTemporaryDir>

#include "base/error.h"
#include "run/settings.h"
#include "support/log_guard.h"
#include "ui/support/sample_document.h"

using namespace longview;
using namespace longview::test;

namespace {

/// A project of one run with a short document and a long one, each with all its pairs, and one that was not scored.
struct Stored {
  QTemporaryDir folder;
  std::filesystem::path path = folder.filePath(QStringLiteral("p.longview")).toStdString();
  RunId run{};
  std::vector<DocumentPointer> documents{sample_document({.segments = 12, .pairs = 0, .with_text = false}),
                                         sample_document({.segments = 30, .pairs = 0, .with_text = false})};

  Stored() {
    Project project = Project::open(path, Project::Mode::create);
    SourceFile source;
    source.path = "/nowhere/a.jsonl";
    const Hash128 hash{1, 2};
    const DatasetId dataset = project.put_dataset("a", {&source, 1}, {&hash, 1});
    RunSettings settings;
    settings.sampling = documents[0]->sampling;
    run = project.put_run({dataset, to_json(settings), {1, 1}, {2, 2}}, "/nowhere/model.gguf", "none");
    for (std::uint64_t k = 0; k < 3; ++k) {
      Document document;
      document.place = {0, 100 * k, 99, k + 1};
      document.text_hash = {k, 7};
      document.id = "d" + std::to_string(k);
      document.fields = "{}";
      ResultRow row;
      row.document = project.put_document(dataset, document);
      if (k == 2) {
        row.status = Status::too_short;
        row.reason = "2 segments, 3 are needed";
        project.put_result(run, row, nullptr);
      } else {
        row.segments = documents[k]->segments();
        project.put_result(run, row, &documents[k]->data);
      }
    }
  }
};

/// Mean strength at a distance of a document with all its pairs.
double mean_at(const DocumentData& document, std::uint32_t distance) {
  double sum = 0;
  for (std::uint32_t i = distance; i < document.segments(); ++i)
    sum += sample_strength({i, i - distance}, 12);
  return sum / (document.segments() - distance);
}

} // namespace

class TestDatasetProfile : public QObject {
  Q_OBJECT

 private slots:
  void every_document_counts_alike() {
    const Stored stored;
    const Project project = Project::open(stored.path, Project::Mode::read_only);
    const auto bins = DistanceBins::make(BinScale::linear, 20, 20); // one for each distance
    const DatasetProfile profile = dataset_profile(project, stored.run, default_parameters(Preset::longview), bins, {});
    QCOMPARE(profile.documents, std::uint64_t{2});
    QCOMPARE(profile.scored, std::uint64_t{2});
    QCOMPARE(profile.points.size(), std::size_t{20});
    const double both = (mean_at(*stored.documents[0], 5) + mean_at(*stored.documents[1], 5)) / 2;
    QVERIFY(qAbs(profile.points[4].mean - both) < 1e-4);
    QCOMPARE(profile.points[4].units, std::uint64_t{2});
    QVERIFY(qAbs(profile.points[15].mean - mean_at(*stored.documents[1], 16)) < 1e-4); // the short one ends before
    QCOMPARE(profile.points[15].units, std::uint64_t{1});
    QVERIFY(std::isnan(profile.points[15].band.low)); // documents are drawn, not pairs: of one there is no interval
  }

  void stops_when_asked_to() {
    const Stored stored;
    const Project project = Project::open(stored.path, Project::Mode::read_only);
    std::stop_source stop;
    stop.request_stop();
    try {
      dataset_profile(project, stored.run, {}, DistanceBins::make(BinScale::linear, 20, 20), stop.get_token());
      QFAIL("no error");
    } catch (const Error& error) {
      QCOMPARE(static_cast<int>(error.code()), static_cast<int>(ErrorCode::cancelled));
    }
  }

  void the_reader_remembers_the_last_one() {
    const Stored stored;
    DatasetProfileReader reader;
    std::vector<DatasetProfilePointer> ready;
    connect(&reader, &DatasetProfileReader::ready, this,
            [&ready](const DatasetProfilePointer& profile) { ready.push_back(profile); });
    const auto bins = DistanceBins::make(BinScale::linear, 20, 20);
    const DatasetProfileReader::Wanted wanted{stored.path, stored.run, {}, bins.edges()};
    reader.read(wanted, bins);
    QVERIFY(ready.empty());
    QTRY_COMPARE(ready.size(), std::size_t{1});
    reader.read(wanted, bins);
    QCOMPARE(ready.size(), std::size_t{2}); // at once
    QCOMPARE(ready[0], ready[1]);
    const auto fewer = DistanceBins::make(BinScale::linear, 20, 4);
    reader.read({stored.path, stored.run, {}, fewer.edges()}, fewer);
    QTRY_COMPARE(ready.size(), std::size_t{3});
    QCOMPARE(ready[2]->points.size(), std::size_t{4});
  }
};

LONGVIEW_TEST_MAIN(TestDatasetProfile)
#include "tst_dataset_profile.moc"
