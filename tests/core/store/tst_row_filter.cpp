#include "store/row_filter.h"

#include "fixture.h"
#include "support/log_guard.h"

using namespace longview;
using namespace longview::test;

/// What list, export and the window keep and in which order.
class TestRowFilter : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase();
  void selects_data();
  void selects();
  void sorts_data();
  void sorts();
  void unknown_sort_column_is_told();
  void knows_what_completion_needs();
  void a_field_that_nobody_has_is_told();
  void every_filter_column_has_a_getter();

 private:
  std::vector<TableRow> rows_;
};

void TestRowFilter::initTestCase() {
  const auto add = [&](std::string name, Status status, double lds, std::uint64_t tokens, std::string fields) {
    TableRow row;
    row.document.name = std::move(name);
    row.document.title = rows_.empty() ? "First" : "";
    row.document.fields = std::move(fields);
    row.result.status = status;
    row.result.lds = lds;
    row.result.lds_mean = lds / 10;
    row.result.tokens = tokens;
    row.result.segments = tokens / 128;
    rows_.push_back(std::move(row));
  };
  add("a", Status::scored, 5, 4000, R"({"year":1963,"meta.topic":"peace","ok":true,"huge":123456789012345678901})");
  rows_[0].marks.labels = {"again", "keep"};
  rows_[0].marks.note = "read \"twice\"";
  rows_[0].result.repetition = 0.5;
  add("b", Status::scored, 7, 5000, R"({"year":"1963","meta.topic":null})");
  add("c", Status::too_short, no_value, 20, R"({"year":12.5})");
  add("d", Status::bad_input, no_value, 0, "{}");
  add("e", Status::scored, 5, 6000, "not json");
  add("f", Status::failed, no_value, 7000, "[1]");
}

void TestRowFilter::selects_data() {
  QTest::addColumn<QString>("names");
  const auto row = [](const char* filter, const char* names) { QTest::newRow(filter) << names; };
  row("", "abcdef");
  row("id >= 'c'", "cdef");
  row("title = 'First'", "a");
  row("title = null", "bcdef");
  row("dataset = 'talks'", "abcdef");
  row("dataset != 'talks'", "");
  row("status = 'scored'", "abe");
  row("status = 'bad_input' or status = 'failed'", "df");
  row("lds >= 5", "abe");
  row("lds = null", "cdf");
  row("not (lds > 6)", "acdef");
  row("lds_mean > 0.6", "b");
  row("tokens < 4.5k", "ac");
  row("tokens = null", "d");
  row("segments = 0", "c");
  row("lds_error = null and strength = null and distance = null and specificity = null", "abcdef");
  row("repetition = null and copied = null and corrected_lds = null and corrected_strength = null", "bcdef");
  row("label = 'keep'", "a");
  row("label is null", "bcdef");
  row("note contains 'twice'", "a");
  row("note is null", "bcdef");
  row("lds >= p50(lds)", "abe"); // 5, 5, 7
  row("lds > p50(lds) and tokens < p99(tokens)", "b");
  row("status = 'bad_input' and lds < p50(lds)", "");
  row("source.year >= p100(source.year)", "a"); // 12.5 and 1963 are numbers
  row("source.year = 1963", "a");
  row("source.year = '1963'", "b");
  row("source.year != null", "abc");
  row("source.meta.topic = 'peace'", "a");
  row("source.meta = null", "abcdef");
  row("source.ok = true", "a");
  row("source.huge > 1e20", "a");
}

void TestRowFilter::selects() {
  QFETCH(QString, names);
  const Filter filter = Filter::parse(QTest::currentDataTag());
  std::string found;
  for (const std::size_t index : select_rows(rows_, "talks", filter))
    found += rows_[index].document.name;
  QCOMPARE(QString::fromStdString(found), names);
}

void TestRowFilter::sorts_data() {
  QTest::addColumn<QString>("column");
  QTest::addColumn<bool>("descending");
  QTest::addColumn<QString>("names");
  QTest::newRow("up, nulls last, ties in source order") << "lds" << false << "aebcdf";
  QTest::newRow("down, nulls last, ties in source order") << "LDS" << true << "baecdf";
  QTest::newRow("text") << "id" << true << "fedcba";
  QTest::newRow("numbers before texts") << "source.year" << false << "cabdef";
  QTest::newRow("the other way round") << "source.year" << true << "bacdef";
  QTest::newRow("all alike") << "dataset" << true << "abcdef";
}

void TestRowFilter::sorts() {
  QFETCH(QString, column);
  QFETCH(bool, descending);
  QFETCH(QString, names);
  const std::vector<std::size_t> indices{5, 3, 1, 0, 2, 4}; // their order does not matter
  std::string found;
  for (const std::size_t index : sorted_rows(rows_, indices, column.toStdString(), descending))
    found += rows_[index].document.name;
  QCOMPARE(QString::fromStdString(found), names);
  QVERIFY((sorted_rows(rows_, std::vector<std::size_t>{4, 1}, "id", false) == std::vector<std::size_t>{1, 4}));
}

void TestRowFilter::unknown_sort_column_is_told() {
  COMPARE_ERROR(sorted_rows(rows_, {}, "token", false), ErrorCode::usage, "near: tokens");
}

void TestRowFilter::knows_what_completion_needs() {
  std::vector<TableRow> rows(60);
  for (int k = 0; k < 60; ++k)
    rows[static_cast<std::size_t>(k)].document.fields =
        fmt::format(R"({{"name":"n{}","kind":"{}","year":{},"n":{},"list":[1],"ok":{}}})", k, k % 3 ? "book" : "talk",
                    1900 + k % 2, k, k > 50);
  TableCells cells;
  cells.rows = std::make_shared<const SharedRows>(shared_rows(rows));
  cells.dataset = "talks";
  cells.marks = std::make_shared<const DocumentMarks>(
      DocumentMarks{{DocumentId{1}, {{"keep", "odd"}, ""}}, {DocumentId{2}, {{"keep"}, ""}}});
  const CompletionSource source = completion_source(cells);
  QVERIFY((source.fields == std::vector<std::string>{"kind", "n", "name", "ok", "year"})); // a list is no scalar
  QVERIFY((source.labels == std::vector<std::string>{"keep", "odd"}));
  QVERIFY((source.datasets == std::vector<std::string>{"talks"}));
  QVERIFY((source.values.at("source.kind") == std::vector<FilterValue>{std::string("book"), std::string("talk")}));
  QVERIFY((source.values.at("source.year") == std::vector<FilterValue>{1900.0, 1901.0}));
  QVERIFY((source.values.at("source.ok") == std::vector<FilterValue>{std::string("false"), std::string("true")}));
  QCOMPARE(source.values.count("source.name"), 0u); // each but once
  QCOMPARE(source.values.count("source.n"), 0u);    // any number may be wanted
  QVERIFY(source.lacks("source.yeer") && !source.lacks("source.year") && !source.lacks("tokens"));
  QVERIFY(!completion_source(cells, 20).lacks("source.yeer")); // a document in between may have it
}

void TestRowFilter::a_field_that_nobody_has_is_told() {
  using Sentences = std::vector<std::string>;
  const auto of = [&](const std::string& filter) { return unknown_fields(rows_, Filter::parse(filter), "filter"); };
  QVERIFY(of("source.year > 1 and source.ok = true and tokens > 1").empty());
  QCOMPARE(of("title = 'äö' and source.yeer > 1 or lds > p50(SOURCE.zzzzz)"),
           (Sentences{"filter, character 18: no document has a number or text in a field yeer; near: year",
                      "filter, character 47: no document has a number or text in a field zzzzz"}));
  QCOMPARE(unknown_fields(rows_, "source.yeer", "--sort"),
           Sentences{"--sort: no document has a number or text in a field yeer; near: year"});
  QVERIFY(unknown_fields(rows_, "source.year", "--sort").empty() && unknown_fields(rows_, "lds", "--sort").empty());
  QVERIFY(unknown_fields({}, Filter::parse("source.yeer > 1"), "filter").empty()); // of nothing there is nothing to say
}

void TestRowFilter::every_filter_column_has_a_getter() {
  TableRow row = rows_[0];
  row.result.lds_error = row.result.strength = row.result.distance = row.result.specificity = 1;
  row.result.corrected_strength = row.result.corrected_lds = row.result.corrected_lds_mean = 1;
  row.result.corrected_lds_error = row.result.repetition = row.result.copied = 1;
  TableCells cells;
  cells.rows = std::make_shared<const SharedRows>(shared_rows({row}));
  cells.marks = std::make_shared<const DocumentMarks>(DocumentMarks{{row.document.id, row.marks}});
  cells.dataset = "talks";
  for (const FilterColumn& column : filter_columns()) {
    const FilterValue value = filter_row(row, "talks")(column.name);
    const bool has_value = !std::holds_alternative<std::monostate>(value);
    QVERIFY2(has_value, std::string(column.name).c_str());
    QVERIFY(std::holds_alternative<double>(value) == column.numeric);
    QVERIFY2(cells.value(column.name, 0) == value, std::string(column.name).c_str()); // packed, it is the same
  }
}

LONGVIEW_TEST_MAIN(TestRowFilter)
#include "tst_row_filter.moc"
