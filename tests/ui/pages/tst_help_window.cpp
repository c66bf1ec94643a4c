#include "pages/help_window.h"

#include <cmath>

#include <QDir>
#include <QFile>
#include <QImage>
#include <QListWidget>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextImageFormat>

#include "ui/support/widget_test.h"

using namespace longview;

namespace {

struct Named {
  QString page, words, file;
};

/// The pictures that the pages name: ![words](file).
std::vector<Named> named_pictures() {
  static const QRegularExpression form(QStringLiteral(R"(!\[([^\]]*)\]\(([^)]*)\))"));
  std::vector<Named> found;
  for (const QString& page : QDir(QStringLiteral(":/help")).entryList({QStringLiteral("*.md")})) {
    QFile file(QStringLiteral(":/help/") + page);
    if (!file.open(QIODevice::ReadOnly))
      continue;
    QRegularExpressionMatchIterator hits = form.globalMatch(QString::fromUtf8(file.readAll()));
    while (hits.hasNext()) {
      const QRegularExpressionMatch hit = hits.next();
      found.push_back({page, hit.captured(1), hit.captured(2)});
    }
  }
  return found;
}

/// Of the pictures on a page as it is shown.
std::vector<QTextImageFormat> shown_pictures(const QTextBrowser& page) {
  std::vector<QTextImageFormat> found;
  for (QTextBlock block = page.document()->begin(); block.isValid(); block = block.next())
    for (auto part = block.begin(); !part.atEnd(); ++part)
      if (const QTextImageFormat format = part.fragment().charFormat().toImageFormat(); format.isValid())
        found.push_back(format);
  return found;
}

} // namespace

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

  void the_pages_and_the_pictures_belong_together() {
    QSet<QString> used;
    for (const Named& one : named_pictures()) {
      const QString where = one.page + u' ' + one.file;
      QVERIFY2(!QImage(QStringLiteral(":/help/") + one.file).isNull(), qPrintable(where));
      QVERIFY2(one.words.size() > 20, qPrintable(where + QStringLiteral(" needs words for who does not see it")));
      used << one.file;
    }
    QVERIFY(!used.isEmpty());
    for (const QString& file : QDir(QStringLiteral(":/help")).entryList({QStringLiteral("*.png")}))
      QVERIFY2(used.contains(file), qPrintable(file + QStringLiteral(" is on no page")));
  }

  void links_between_pages_lead_somewhere() {
    static const QRegularExpression form(QStringLiteral(R"(\]\(([^)#:]*\.md|)(#[^)]*)?\))"));
    int links = 0;
    for (const QString& name : QDir(QStringLiteral(":/help")).entryList({QStringLiteral("*.md")})) {
      QFile file(QStringLiteral(":/help/") + name);
      QVERIFY(file.open(QIODevice::ReadOnly));
      QRegularExpressionMatchIterator hits = form.globalMatch(QString::fromUtf8(file.readAll()));
      while (hits.hasNext()) {
        const QRegularExpressionMatch hit = hits.next();
        QVERIFY2(QFile::exists(QStringLiteral(":/help/") + hit.captured(1)), qPrintable(name + u' ' + hit.captured()));
        QVERIFY2(!hit.hasCaptured(2), qPrintable(name + u' ' + hit.captured())); // Qt gives headings no anchors
        ++links;
      }
    }
    QVERIFY(links > 20);
  }

  void a_picture_is_as_wide_as_the_page() {
    HelpWindow help;
    help.show();
    help.show_page(QStringLiteral("window"));
    const auto* page = help.findChild<QTextBrowser*>();
    for (const int width : {1600, 700, 1200}) {
      const int before = page->viewport()->width();
      help.resize(width, 600);
      QTRY_VERIFY(std::abs(page->viewport()->width() - before) > 50);
      const int room = page->viewport()->width();
      QVERIFY(!shown_pictures(*page).empty());
      for (const QTextImageFormat& picture : shown_pictures(*page)) {
        const QSize whole = QImage(QStringLiteral(":/help/") + picture.name()).size();
        QVERIFY2(picture.width() <= room && (picture.width() >= room - 48 || picture.width() == whole.width()),
                 qPrintable(QStringLiteral("%1 of %2").arg(picture.width()).arg(room)));
        QVERIFY(std::abs(picture.height() - whole.height() * picture.width() / whole.width()) <= 1);
        const QVariant drawn =
            page->document()->resource(QTextDocument::ImageResource, QUrl(picture.name())); // not scaled when painted
        QCOMPARE(drawn.value<QImage>().width(), static_cast<int>(picture.width()));
        QVERIFY(!picture.property(QTextFormat::ImageAltText).toString().isEmpty());
      }
    }
  }

  void a_picture_in_a_list_is_narrower() {
    HelpWindow help;
    help.show();
    help.show_page(QStringLiteral("tour"));
    const auto* page = help.findChild<QTextBrowser*>();
    for (const int width : {1200, 900}) {
      const int before = page->viewport()->width();
      help.resize(width, 600);
      QTRY_VERIFY(std::abs(page->viewport()->width() - before) > 50);
      QVERIFY(!shown_pictures(*page).empty());
      for (const QTextImageFormat& picture : shown_pictures(*page))
        QVERIFY2(picture.width() <= page->viewport()->width() - 64 &&
                     (picture.width() >= page->viewport()->width() - 160 ||
                      picture.width() == QImage(QStringLiteral(":/help/") + picture.name()).width()),
                 qPrintable(QStringLiteral("%1: %2 of %3")
                                .arg(picture.name())
                                .arg(picture.width())
                                .arg(page->viewport()->width())));
      QTRY_COMPARE(page->horizontalScrollBar()->maximum(), 0);
    }
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
