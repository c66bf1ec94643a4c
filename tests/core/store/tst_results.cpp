#include <cmath>

#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

namespace {

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

} // namespace

/// Results as they were put, to the last bit.
class TestResults : public QObject {
  Q_OBJECT

 private slots:
  void result_round_trip();
  void result_without_pairs();
  void result_replaces_partial();
  void thinned_result_round_trip();
  void senseless_result_is_refused();
  void controls_and_overlap_round_trip();
  void repetition_is_filled_in_later();
  void status_names();
};

void TestResults::result_round_trip() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  const ResultRow row = result_row(id, 0.1 + 0.2);
  const ResultData data = result_data();
  QVERIFY(!made.project.result(made.run, id));
  QVERIFY(!made.project.result_data(made.run, id));
  made.project.put_result(made.run, row, &data);
  QCOMPARE(made.project.result_count(made.run), 1u);

  const ResultRow read = made.project.result(made.run, id).value();
  QVERIFY(read.document == id);
  QVERIFY(read.status == Status::scored);
  QCOMPARE(read.tokens, 1000u);
  QCOMPARE(read.tail_tokens, 104u);
  QCOMPARE(read.segments, 7u);
  QCOMPARE(read.pair_count, 3u);
  QVERIFY(read.lds == 0.1 + 0.2); // every bit of the double
  QVERIFY(read.lds_mean == row.lds_mean);
  QVERIFY(std::isnan(read.lds_error));
  QVERIFY(read.strength == 0.1 && read.distance == 0.25 && std::isnan(read.specificity));

  const ResultData wide = made.project.result_data(made.run, id).value();
  QVERIFY(wide.bounds == data.bounds);
  QVERIFY(wide.pairs.kept.empty());
  QCOMPARE(wide.pairs.perplexity_alone.size(), 7u);
  for (std::size_t k = 0; k < 7; ++k)
    QVERIFY(same(wide.pairs.perplexity_alone[k], data.pairs.perplexity_alone[k]));
  QCOMPARE(wide.pairs.pairs.size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    QCOMPARE(wide.pairs.pairs[k].i, data.pairs.pairs[k].i);
    QCOMPARE(wide.pairs.pairs[k].j, data.pairs.pairs[k].j);
    QVERIFY(same(wide.pairs.pairs[k].perplexity_after, data.pairs.pairs[k].perplexity_after));
  }
}

void TestResults::result_without_pairs() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  ResultRow row;
  row.document = id;
  row.status = Status::bad_input;
  row.reason = "the text field is missing";
  const ResultData data = result_data();
  made.project.put_result(made.run, result_row(id), &data);
  made.project.put_result(made.run, row, nullptr); // what it was before goes as a whole
  QCOMPARE(made.project.result(made.run, id)->reason, row.reason);
  QVERIFY(made.project.result(made.run, id)->status == Status::bad_input);
  QVERIFY(std::isnan(made.project.result(made.run, id)->lds));
  QVERIFY(!made.project.result_data(made.run, id));
}

void TestResults::result_replaces_partial() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  QVERIFY(!made.project.partial(made.run, id));
  made.project.put_partial(made.run, id, result_data(1).pairs);
  made.project.put_partial(made.run, id, result_data(2).pairs);
  QCOMPARE(made.project.partial(made.run, id)->pairs[1].perplexity_after, 9.75);
  QVERIFY(std::isnan(made.project.partial(made.run, id)->pairs[2].perplexity_after));
  QVERIFY(!made.project.result(made.run, id));
  const ResultData data = result_data();
  made.project.put_result(made.run, result_row(id), &data);
  QVERIFY(!made.project.partial(made.run, id));
}

void TestResults::thinned_result_round_trip() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  ResultData data = result_data();
  data.pairs.kept = {0, 2, 5};
  data.pairs.perplexity_alone = {1, 2, 3};
  data.pairs.pairs = {{2, 0, 1.5}};
  made.project.put_result(made.run, result_row(id), &data);
  const ResultData read = made.project.result_data(made.run, id).value();
  QVERIFY(read.pairs.kept == data.pairs.kept);
  QCOMPARE(read.bounds.size(), 8u);
  QCOMPARE(read.pairs.segments(), 3u);
}

void TestResults::senseless_result_is_refused() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  ResultData data = result_data();
  data.pairs.pairs[0] = {7, 1, 2};
  COMPARE_ERROR(made.project.put_result(made.run, result_row(id), &data), ErrorCode::internal, "pair (7, 1)");
  COMPARE_ERROR(made.project.put_partial(made.run, id, data.pairs), ErrorCode::internal, "pair (7, 1)");
  QVERIFY(!made.project.result(made.run, id));
}

void TestResults::controls_and_overlap_round_trip() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  ResultData data = result_data();
  data.pairs.controls = {{2, 7, 12.25}, {2, 1, 3.5}, {5, 0, no_value}};
  data.pairs.overlap = {0, 128, 255};
  ResultRow row = result_row(id);
  row.corrected_lds = 0.125;
  row.corrected_lds_mean = -0.5;
  row.corrected_lds_error = 0.0625;
  row.corrected_strength = 2;
  row.repetition = 0.75;
  row.copied = 1;
  made.project.put_partial(made.run, id, data.pairs);
  QCOMPARE(made.project.partial(made.run, id)->controls.size(), 3u);
  made.project.put_result(made.run, row, &data);
  const ResultData read = *made.project.result_data(made.run, id);
  QVERIFY(read.pairs.overlap == data.pairs.overlap);
  QCOMPARE(read.pairs.controls.size(), 3u);
  QCOMPARE(read.pairs.controls[0].k, 7u);
  QCOMPARE(read.pairs.controls[1].perplexity_after, 3.5);
  QVERIFY(std::isnan(read.pairs.controls[2].perplexity_after));
  const ResultRow found = *made.project.result(made.run, id);
  QCOMPARE(found.corrected_lds, 0.125);
  QCOMPARE(found.corrected_lds_mean, -0.5);
  QCOMPARE(found.corrected_lds_error, 0.0625);
  QCOMPARE(found.corrected_strength, 2.0);
  QCOMPARE(found.repetition, 0.75);
  QCOMPARE(found.copied, 1.0);
  const std::vector<ControlSegment> controls{{"a", {1, 2}, {5, 6, 7}}, {"b", {3, 4}, {8}}};
  made.project.put_controls(made.run, controls);
  made.project.put_controls(made.run, controls); // again: the same two
  QCOMPARE(made.project.controls(made.run).size(), 2u);
  QCOMPARE(made.project.controls(made.run)[1].document, "b");
  QVERIFY((made.project.controls(made.run)[0].tokens == std::vector<std::int32_t>{5, 6, 7}));
  data.pairs.controls = {{5, 0, 1}, {2, 0, 1}};
  COMPARE_ERROR(made.project.put_result(made.run, row, &data), ErrorCode::internal, "control 1 of row 2");
}

void TestResults::repetition_is_filled_in_later() {
  WithRun made;
  ResultRow row = result_row(made.project.put_document(made.dataset, document(1)));
  const ResultData data = result_data();
  made.project.put_result(made.run, row, &data);
  made.project.finish_run(made.run);
  row.repetition = 0.5;
  row.copied = 0.25;
  row.lds = 99; // is not stored
  made.project.put_repetition(made.run, row, std::vector<std::uint8_t>{1, 2, 3});
  QCOMPARE(made.project.result(made.run, row.document)->repetition, 0.5);
  QCOMPARE(made.project.result(made.run, row.document)->copied, 0.25);
  QCOMPARE(made.project.result(made.run, row.document)->lds, 12.5);
  QVERIFY((made.project.result_data(made.run, row.document)->pairs.overlap == std::vector<std::uint8_t>{1, 2, 3}));
  QVERIFY(!made.project.run(made.run).finished.empty()); // it is the same result
}

/// The one list of names, which the file's schema has too, as it was released.
void TestResults::status_names() {
  WithRun made;
  const DocumentId id = made.project.put_document(made.dataset, document(1));
  for (const auto& [status, word] : longview::status_names) {
    QVERIFY(parse_status(word) == status && name(status) == word);
    ResultRow row = result_row(id);
    row.status = status;
    made.project.put_result(made.run, row, nullptr);
    QVERIFY(made.project.result(made.run, id)->status == status);
  }
  QVERIFY(!parse_status("Scored"));
  QVERIFY(!parse_status(""));
}

LONGVIEW_TEST_MAIN(TestResults)
#include "tst_results.moc"
