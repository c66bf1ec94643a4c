#include "models/links_model.h"

#include <cmath>
#include <set>

#include <QAbstractItemModelTester>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;

class TestLinksModel : public QObject {
  Q_OBJECT

  static double value(const LinksModel& model, int row, LinksModel::Column column) {
    return model.index(row, column).data(LinksModel::ValueRole).toDouble();
  }

 private slots:
  void every_scored_pair_is_a_row_and_the_heaviest_is_the_first() {
    LinksModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const DocumentPointer document = sample_document();
    model.set_document(document);
    QCOMPARE(model.rowCount(), static_cast<int>(document->data.pairs.pairs.size()));
    double sum = 0;
    double shares = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
      if (row > 0)
        QVERIFY(value(model, row, LinksModel::contribution) <= value(model, row - 1, LinksModel::contribution));
      sum += value(model, row, LinksModel::contribution);
      shares += value(model, row, LinksModel::share);
    }
    QVERIFY(std::abs(sum - document->scores.lds) < 1e-9);
    QVERIFY(std::abs(shares - 100) < 1e-9);
    model.set_document(nullptr);
    QCOMPARE(model.rowCount(), 0);
  }

  void sorts_by_every_column_data() {
    QTest::addColumn<int>("column");
    for (int column = 0; column < LinksModel::column_count; ++column)
      QTest::addRow("%d", column) << column;
  }
  void sorts_by_every_column() {
    QFETCH(int, column);
    LinksModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.set_document(sample_document());
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
      model.sort(column, order);
      for (int row = 1; row < model.rowCount(); ++row) {
        const double before = value(model, row - 1, static_cast<LinksModel::Column>(column));
        const double after = value(model, row, static_cast<LinksModel::Column>(column));
        if (std::isnan(after))
          continue; // what has no value comes last
        QVERIFY(order == Qt::AscendingOrder ? before <= after : before >= after);
      }
    }
  }

  void finds_the_row_of_a_cell() {
    LinksModel model;
    model.set_document(sample_document());
    for (const int row : {0, 7, model.rowCount() - 1})
      QCOMPARE(model.row_of(*model.cell(row)), row);
    QCOMPARE(model.row_of({1, 0}), -1); // no row of two segments is drawn
    QVERIFY(!model.cell(-1) && !model.cell(model.rowCount()));
  }

  void a_large_document_shows_the_best_rows() {
    LinksModel model;
    const DocumentPointer document = sample_document({.segments = 150, .pairs = 0, .with_text = false});
    model.set_document(document);
    QCOMPARE(model.total(), std::size_t{150 * 149 / 2});
    QCOMPARE(model.rowCount(), static_cast<int>(LinksModel::most_rows));
    model.sort(LinksModel::strength, Qt::AscendingOrder);
    double weakest = 1;
    for (const PairParts& parts : document->scores.parts)
      weakest = std::min(weakest, parts.strength);
    QCOMPARE(value(model, 0, LinksModel::strength), weakest);
  }

  void tells_the_real_distance_of_a_thinned_document() {
    const auto document = sample_document_mutable({.segments = 12, .pairs = 0});
    for (std::uint32_t k = 0; k < 12; ++k)
      document->data.pairs.kept.push_back(10 * k);
    LinksModel model;
    model.set_document(document);
    QCOMPARE(value(model, model.row_of({5, 2}), LinksModel::back), 30.0);
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestLinksModel)
#include "tst_links_model.moc"
