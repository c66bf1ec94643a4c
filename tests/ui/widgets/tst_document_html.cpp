#include "widgets/document_html.h"

#include <QRegularExpression>
#include <QSvgRenderer>

#include "models/format.h"
#include "scoring/breakdown.h"
#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/reading_line.h"

using namespace longview;
using namespace longview::test;

namespace {

QString page_of(const DocumentData& document, const DocumentHtmlFacts& facts = {"set", "1", "model.gguf", {}}) {
  return QString::fromUtf8(document_html(document, draw_figures(document, {}), facts));
}

/// The words between the marks, with references turned back.
QString words_of(QString page) {
  page.remove(QRegularExpression(QStringLiteral("<style>.*</style>"), QRegularExpression::DotMatchesEverythingOption));
  page.remove(QRegularExpression(QStringLiteral("<[^>]*>")));
  for (const auto& [reference, character] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    page.replace(QLatin1String(reference), QLatin1String(character));
  return page;
}

} // namespace

class TestDocumentHtml : public QObject {
  Q_OBJECT

 private slots:
  void has_the_score_the_figures_and_the_links() {
    const DocumentPointer document = sample_document();
    const QString page = page_of(*document);
    const QString words = words_of(page);
    QVERIFY(words.contains(QStringLiteral("Perl sample")));
    QVERIFY(words.contains(
        QStringLiteral("mean LDS %1 (LDS %2)")
            .arg(with_error(document->row.lds_mean, document->row.lds_error), three_digits(document->row.lds))));
    const auto links = heaviest_pairs(document->scores, 20);
    QCOMPARE(page.count(QStringLiteral("<tr><td>%1</td><td>%2</td>")
                            .arg(document->data.pairs.pairs[links[0]].i)
                            .arg(document->data.pairs.pairs[links[0]].j)),
             1);
    for (std::size_t k = 0; k < links_with_text; ++k) {
      const Pair& pair = document->data.pairs.pairs[links[k]];
      QVERIFY(words.contains(reading_line(*document, Cell{pair.i, pair.j})));
    }
    const QRegularExpression image(QStringLiteral("src=\"data:image/svg\\+xml;base64,([^\"]*)\""));
    int figures = 0;
    for (auto found = image.globalMatch(page); found.hasNext(); ++figures)
      QVERIFY(QSvgRenderer(QByteArray::fromBase64(found.next().captured(1).toLatin1())).isValid());
    QCOMPARE(figures, 3);
  }

  void needs_nothing_from_elsewhere() {
    const QString page = page_of(*sample_document());
    QVERIFY(!page.contains(QRegularExpression(QStringLiteral("(src|href)=\"(?!data:)"))));
    QVERIFY(!page.contains(QStringLiteral("<script")));
    QVERIFY(page.contains(QStringLiteral("default-src 'none'")));
  }

  void text_is_never_markup() {
    const auto document = sample_document_mutable();
    document->document.title = "<script>alert(1)</script> & \"quotes\" \x01";
    document->document.name = "<img src=x onerror=alert(2)>";
    const QString page = page_of(*document, {"<b>set</b>", "1", "</title><p>", {}});
    QVERIFY(!page.contains(QStringLiteral("<script")));
    QVERIFY(!page.contains(QStringLiteral("<img src=x")));
    QVERIFY(!page.contains(QStringLiteral("<b>")));
    QVERIFY(!page.contains(QChar(1)));
    QVERIFY(words_of(page).contains(QStringLiteral("with <b>no markup</b> & an ampersand")));
  }

  void colours_known_gains() {
    const DocumentPointer document = sample_document();
    const Pair& pair = document->data.pairs.pairs[heaviest_pairs(document->scores, 1)[0]];
    const std::uint32_t length = static_cast<std::uint32_t>(document->data.bounds[1]) - 1;
    TokenGain gain;
    gain.ends = {10, 20, 30, length};
    gain.alone = {3, 2, 1};
    gain.after = {1, 2, 2};
    const QString page = page_of(*document, {"set", "1", "m", {{{pair.i, pair.j}, gain}}});
    QCOMPARE(page.count(QStringLiteral("<span ")), 2); // no gain, no colour
    QVERIFY(page.contains(QStringLiteral("title=\"gain 2.00 nats\">")));
    QVERIFY(page.contains(QStringLiteral("title=\"gain %1 nats\">").arg(figure_number(-1))));
  }

  void says_why_there_is_no_text_or_no_pair() {
    const auto document = sample_document_mutable({.with_text = false});
    QVERIFY(words_of(page_of(*document)).contains(QStringLiteral("the file changed since it was scored")));
    DocumentData unscored;
    unscored.document.name = "short";
    unscored.row.status = Status::too_short;
    unscored.row.reason = "it has 2 segments, and it takes 3";
    QVERIFY(words_of(QString::fromUtf8(document_html(unscored, {}, {})))
                .contains(QStringLiteral("it has 2 segments, and it takes 3")));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestDocumentHtml)
#include "tst_document_html.moc"
