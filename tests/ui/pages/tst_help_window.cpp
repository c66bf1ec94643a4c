#include "pages/help_window.h"

#include <QListWidget>
#include <QTextBrowser>

#include "ui/support/widget_test.h"

using namespace longview;

class TestHelpWindow : public QObject {
  Q_OBJECT

  static QString marked(const HelpWindow& help) {
    const auto* list = help.findChild<QListWidget*>();
    return list->currentItem() ? list->currentItem()->data(Qt::UserRole).toString() : QString();
  }

 private slots:
  void the_list_follows_a_link() {
    HelpWindow help;
    help.show_page(QStringLiteral("window"));
    QCOMPARE(marked(help), QStringLiteral("window"));
    auto* page = help.findChild<QTextBrowser*>();
    page->setSource(QUrl(QStringLiteral("commands.md"))); // what a click on the link does
    QVERIFY2(page->toPlainText().contains(QStringLiteral("longview-cli")), qPrintable(page->toPlainText().left(200)));
    QCOMPARE(marked(help), QStringLiteral("commands"));
    page->backward();
    QCOMPARE(marked(help), QStringLiteral("window"));
    QVERIFY(page->toPlainText().contains(QStringLiteral("heatmap")));
  }

  void a_choice_in_the_list_opens_the_page() {
    HelpWindow help;
    auto* list = help.findChild<QListWidget*>();
    for (int row = 0; row < list->count(); ++row)
      if (list->item(row)->data(Qt::UserRole) == QStringLiteral("method"))
        list->setCurrentRow(row);
    QVERIFY(help.findChild<QTextBrowser*>()->source().path().endsWith(QStringLiteral("method.md")));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestHelpWindow)
#include "tst_help_window.moc"
