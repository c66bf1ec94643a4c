#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/heatmap_range_dialog.h"
#include "widgets/heatmap_widget.h"

using namespace longview;
using namespace longview::test;

/// Ranges of the colours, and what of the view is kept from one start to the next.
class TestHeatmapSettings : public QObject {
  Q_OBJECT

 private slots:
  void a_range_is_typed() {
    HeatmapWidget heatmap;
    heatmap.set_document(sample_document());
    HeatmapRangeDialog dialog(&heatmap);
    dialog.show();
    QLineEdit *low = nullptr, *high = nullptr;
    for (auto* field : dialog.findChildren<QLineEdit*>())
      (field->accessibleName() == QLatin1String("Lower end") ? low : high) = field;
    QPushButton* ok = dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
    const auto type = [](QLineEdit* field, const char* text) {
      field->selectAll();
      QTest::keyClicks(field, QLatin1String(text));
    };
    type(low, "-0.05");
    type(high, "0.35");
    QCOMPARE(heatmap.view().range, std::optional(ColourRange{-0.05, 0.35})); // at once
    QVERIFY(ok->isEnabled());
    for (const char* wrong : {"-0.05", "-1", "nan", "inf", "many", "1,5"}) {
      type(high, wrong);
      QVERIFY2(!ok->isEnabled(), wrong);
    }
    QCOMPARE(heatmap.scale().high, 1.0); // what was right last, on the way to 1,5
    dialog.reject();
    QVERIFY(!heatmap.view().range);
  }

  void a_chosen_range_is_kept_for_its_value() {
    HeatmapWidget heatmap;
    heatmap.set_document(sample_document());
    HeatmapView view = heatmap.view();
    view.range = ColourRange{-0.2, 0.9};
    heatmap.set_view(view);
    heatmap.set_value(HeatmapValue::gain);
    QVERIFY(!heatmap.view().range);
    heatmap.set_value(HeatmapValue::strength);
    QCOMPARE(heatmap.view().range, std::optional(ColourRange{-0.2, 0.9}));
  }

  void all_ranges_are_fitted_again() {
    HeatmapWidget heatmap;
    heatmap.set_document(sample_document());
    const std::map<HeatmapValue, ColourRange> chosen{{HeatmapValue::strength, {-0.2, 0.4}},
                                                     {HeatmapValue::gain, {-3, 9}}};
    heatmap.set_ranges(chosen);
    QCOMPARE(heatmap.scale().high, 0.4);
    HeatmapRangeDialog dialog(&heatmap);
    dialog.show();
    QTest::mouseClick(dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Reset), Qt::LeftButton);
    QVERIFY(heatmap.ranges().empty() && !heatmap.view().range);
    dialog.reject();
    QVERIFY(heatmap.ranges() == chosen);
    QCOMPARE(heatmap.scale().high, 0.4);
  }

  void the_view_is_remembered() {
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    HeatmapWidget one, other;
    one.set_view({HeatmapValue::gain, AxisUnit::tokens, ColumnStrip::contribution, true, {}});
    one.save_view(settings);
    other.restore_view(settings);
    QCOMPARE(other.view(), one.view());
    settings.setValue(QStringLiteral("heatmap/value"), QStringLiteral("no such value"));
    HeatmapWidget third;
    third.restore_view(settings);
    QCOMPARE(third.value(), HeatmapValue::strength);
  }

  void chosen_ranges_are_remembered_for_each_value() {
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    const std::map<HeatmapValue, ColourRange> chosen{{HeatmapValue::gain, {-1.0 / 3, 1e-17}},
                                                     {HeatmapValue::perplexity_after, {1, 1e6}}};
    HeatmapWidget one, other;
    one.set_value(HeatmapValue::gain);
    one.set_ranges(chosen);
    one.save_view(settings);
    other.restore_view(settings);
    QVERIFY(other.ranges() == chosen); // to the last digit
    QCOMPARE(other.view(), one.view());
    QCOMPARE(other.view().range, std::optional(ColourRange{-1.0 / 3, 1e-17}));
    other.set_value(HeatmapValue::strength);
    QVERIFY(!other.view().range);
    one.set_ranges({}); // fitted again, and that is remembered too
    one.save_view(settings);
    other.restore_view(settings);
    QVERIFY(other.ranges().empty());
    for (const char* wrong : {"", "1", "2 1", "1 1", "nan 1", "0 inf", "0 1 2", "a b"}) {
      settings.setValue(QStringLiteral("heatmap/ranges/gain"), QString::fromLatin1(wrong));
      other.restore_view(settings);
      QVERIFY2(other.ranges().empty(), wrong);
    }
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestHeatmapSettings)
#include "tst_heatmap_settings.moc"
