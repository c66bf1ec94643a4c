#include "widgets/elided_label.h"

#include <QHBoxLayout>

#include "ui/support/widget_test.h"

using namespace longview;

class TestElidedLabel : public QObject {
  Q_OBJECT

 private slots:
  void shows_what_fits_and_keeps_all() {
    const QString words = QStringLiteral("Tutorial on threads in Perl & <b>more</b>");
    ElidedLabel label;
    label.setText(words);
    const int width = label.fontMetrics().horizontalAdvance(words);
    label.resize(width + 20, 30);
    QCOMPARE(label.shown_text(), words);
    label.resize(width / 2, 30);
    QVERIFY(label.shown_text().endsWith(QChar(0x2026)));
    QVERIFY(label.fontMetrics().horizontalAdvance(label.shown_text()) <= width / 2);
    QCOMPARE(label.text(), words);
  }

  void leaves_the_width_of_a_window_alone() {
    QWidget window;
    auto* layout = new QHBoxLayout(&window);
    auto* label = new ElidedLabel(&window);
    label->setText(QString(500, u'x'));
    layout->addWidget(label);
    QVERIFY(window.minimumSizeHint().width() < 100);
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestElidedLabel)
#include "tst_elided_label.moc"
