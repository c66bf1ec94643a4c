#include "widgets/elided_label.h"

#include <QHBoxLayout>
#include <QHelpEvent>
#include <QTextDocument>
#include <QToolTip>

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

  void tells_in_the_tooltip_what_is_cut() {
    const QString words = QStringLiteral("Tutorial on <b>threads</b> & more");
    ElidedLabel label;
    label.setText(words);
    label.resize(label.fontMetrics().horizontalAdvance(words) / 2, 30);
    label.show();
    const QPoint at(1, 1);
    QHelpEvent help(QEvent::ToolTip, at, label.mapToGlobal(at));
    QApplication::sendEvent(&label, &help);
    QTextDocument shown;
    shown.setHtml(QToolTip::text());
    QCOMPARE(shown.toPlainText(), words);
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
