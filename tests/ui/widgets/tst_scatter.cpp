#include <cmath>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <qcustomplot.h>

#include "filter/filter.h"
#include "ui/support/widget_test.h"
#include "widgets/scatter_view.h"

using namespace longview;

namespace {

std::shared_ptr<ScatterColumns> columns(std::vector<double> x, std::vector<double> y) {
  auto made = std::make_shared<ScatterColumns>();
  made->x_name = "repetition";
  made->y_name = "lds_mean";
  for (std::size_t k = 0; k < x.size(); ++k)
    made->names.push_back("d" + std::to_string(k));
  made->x = std::move(x);
  made->y = std::move(y);
  return made;
}

} // namespace

class TestScatter : public QObject {
  Q_OBJECT

 private slots:
  void axes_cover_what_can_stand_on_them_data() {
    QTest::addColumn<QList<double>>("values");
    QTest::addColumn<bool>("logarithmic");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("linear") << QList<double>{0, 10, NAN} << false << -0.2 << 10.2;
    QTest::newRow("one value") << QList<double>{4} << false << 2.0 << 6.0;
    QTest::newRow("zero alone") << QList<double>{0} << false << -0.5 << 0.5;
    QTest::newRow("logarithmic") << QList<double>{-1, 0, 1, 100} << true << std::pow(100, -0.02) << std::pow(100, 1.02);
  }
  void axes_cover_what_can_stand_on_them() {
    QFETCH(QList<double>, values);
    QFETCH(bool, logarithmic);
    QFETCH(double, low);
    QFETCH(double, high);
    const auto axis = scatter_axis({values.begin(), values.end()}, logarithmic);
    QVERIFY(axis);
    QVERIFY(std::abs(axis->low - low) < 1e-12 && std::abs(axis->high - high) < 1e-9);
    QVERIFY(!scatter_axis({NAN, -1}, true));
  }

  void every_document_is_counted_in_one_cell() {
    const auto data = columns({0, 1, 1, 2, NAN, 3}, {0, 1, 1, NAN, 1, 9});
    const ScatterGrid grid = scatter_grid(*data, {0, 2, false}, {0, 2, false}, 4, 2);
    QCOMPARE(grid.inside, std::uint64_t{3}); // not those without a number, nor (3, 9)
    QCOMPARE(grid.at(0, 0), 1u);
    QCOMPARE(grid.at(2, 1), 2u);
    QCOMPARE(grid.most, 2u);
  }

  void a_rectangle_keeps_all_that_was_in_it() {
    QCOMPARE(range_filter("lds", 0.123449, 12.3451), std::string("lds in 0.1234..12.35"));
    QCOMPARE(range_filter("x", -0.123449, 0), std::string("x in -0.1235..0"));
    QCOMPARE(range_filter("tokens", 12345, 99999.5), std::string("tokens in 12340..100000"));
    QCOMPARE(range_filter("source.x", -1e-7, 1e12), std::string("source.x in -0.0000001..1000000000000"));
    Filter::parse(range_filter("source.x", -1e-7, 1e12)); // can be read back
  }

  void a_million_documents_are_drawn_at_once() {
    std::vector<double> x(1'000'000), y(1'000'000);
    for (std::size_t k = 0; k < x.size(); ++k) {
      x[k] = std::sin(static_cast<double>(k));
      y[k] = std::cos(static_cast<double>(k) * 1.7);
    }
    auto data = columns({}, {});
    data->x = std::move(x);
    data->y = std::move(y);
    const auto picture = scatter_picture(data, false, false);
    QVERIFY(picture->as_density);
    QCOMPARE(picture->grid.inside, std::uint64_t{1'000'000});
    ScatterView view;
    view.resize(500, 400);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QElapsedTimer clock;
    clock.start();
    view.show_picture(picture);
    view.plot().replot(QCustomPlot::rpImmediateRefresh);
    QVERIFY2(clock.elapsed() < 500,
             qPrintable(QString::number(clock.elapsed()))); // a few ms; a pass over all would be more
    QTest::mouseMove(&view.plot(), view.plot().rect().center());
    QTRY_VERIFY(view.reading().contains(QStringLiteral("documents about")));
  }

  void dragging_a_rectangle_makes_a_filter() {
    ScatterView view;
    view.resize(500, 400);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.show_picture(scatter_picture(columns({0, 1, 2, 3}, {0, 1, 2, 3}), false, false));
    view.plot().replot(QCustomPlot::rpImmediateRefresh);
    const auto at = [&view](double x, double y) {
      return QPoint(static_cast<int>(view.plot().xAxis->coordToPixel(x)),
                    static_cast<int>(view.plot().yAxis->coordToPixel(y)));
    };
    QSignalSpy clicked(&view, &ScatterView::point_clicked);
    QTest::mouseClick(&view.plot(), Qt::LeftButton, {}, at(2, 2));
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(clicked.first().first().value<std::size_t>(), std::size_t{2});
    QSignalSpy brushed(&view, &ScatterView::brushed);
    QTest::mousePress(&view.plot(), Qt::LeftButton, {}, at(0.5, 0.5));
    QTest::mouseMove(&view.plot(), at(1.5, 1.5));
    QTest::mouseMove(&view.plot(), at(2.5, 2.5));
    QTest::mouseRelease(&view.plot(), Qt::LeftButton, {}, at(2.5, 2.5));
    QCOMPARE(brushed.count(), 1);
    const Filter filter = Filter::parse(brushed.first().first().toString().toStdString());
    for (const auto& [value, inside] :
         {std::pair(0.0, false), std::pair(1.0, true), std::pair(2.0, true), std::pair(3.0, false)})
      QCOMPARE(filter.matches([value = value](std::string_view) { return FilterValue(value); }), inside);
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestScatter)
#include "tst_scatter.moc"
