#include "widgets/number_slider.h"

#include <QDoubleSpinBox>
#include <QSignalSpy>
#include <QSlider>

#include "ui/support/widget_test.h"

using namespace longview;

class TestNumberSlider : public QObject {
  Q_OBJECT

 private slots:
  void slider_and_field_follow_each_other() {
    NumberSlider number(QStringLiteral("&Threshold"), 0, 0.5, -10, 1);
    const QSignalSpy changes(&number, &NumberSlider::value_changed);
    number.set_value(0.1);
    QVERIFY(changes.isEmpty());
    QCOMPARE(number.field()->value(), 0.1);
    number.slider()->setValue(number.slider()->maximum());
    QCOMPARE(number.value(), 0.5);
    QCOMPARE(number.field()->value(), 0.5);
    QCOMPARE(changes.size(), 1);
    number.field()->setValue(0.123);
    QCOMPARE(number.value(), 0.123);
    QCOMPARE(changes.size(), 2);
  }

  void an_exact_value_is_not_rounded_by_the_slider() {
    NumberSlider number(QStringLiteral("&Threshold"), 0, 0.5, -10, 1);
    number.set_value(0.12345678);
    QCOMPARE(number.value(), 0.12345678);
    number.field()->setValue(-3); // left of what the slider shows
    QCOMPARE(number.value(), -3.0);
    QCOMPARE(number.slider()->value(), 0);
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestNumberSlider)
#include "tst_number_slider.moc"
