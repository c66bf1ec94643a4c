#include "widgets/segment_text.h"

#include <QPlainTextEdit>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;

class TestSegmentText : public QObject {
  Q_OBJECT

 private slots:
  void gives_the_bytes_between_two_bounds() {
    const auto document = sample_document();
    QCOMPARE(*segment_text(*document, 0), QString::fromStdString(sample_segment(0)));
    QCOMPARE(*segment_text(*document, 47), QString::fromStdString(sample_segment(47)));
  }

  void widens_to_whole_characters() {
    const auto document = sample_document_mutable();
    const std::size_t accent = document->text->find("é");
    document->data.bounds[1] = accent + 1; // in the middle of it
    QVERIFY(segment_text(*document, 0)->endsWith(QStringLiteral("é")));
    QVERIFY(segment_text(*document, 1)->startsWith(QStringLiteral("é")));
  }

  void keeps_a_byte_order_mark() {
    const auto document = sample_document_mutable();
    std::string marked = *document->text;
    marked.replace(0, 3, "\xEF\xBB\xBF");
    document->text = std::make_shared<const std::string>(marked);
    QCOMPARE(segment_text(*document, 0)->at(0), QChar(0xFEFF));
  }

  void counts_kept_segments() {
    const auto document = sample_document_mutable();
    document->data.pairs.perplexity_alone.resize(2);
    document->data.pairs.kept = {3, 40};
    QCOMPARE(*segment_text(*document, 1), QString::fromStdString(sample_segment(40)));
    QVERIFY(!segment_text(*document, 2));
  }

  void tells_where_tokens_end_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<std::vector<std::uint32_t>>("ends");
    QTest::addColumn<std::vector<int>>("in_text");
    QTest::addColumn<std::vector<int>>("in_view");
    using Ends = std::vector<std::uint32_t>;
    using Places = std::vector<int>;
    QTest::newRow("plain") << QByteArray("a bc") << Ends{1, 1, 4} << Places{1, 1, 4} << Places{1, 1, 4};
    QTest::newRow("two bytes") << QByteArray("caf\xC3\xA9 x") << Ends{5, 7} << Places{4, 6} << Places{4, 6};
    QTest::newRow("inside a character") << QByteArray("\xC3\xA9z") << Ends{1, 3} << Places{1, 2} << Places{1, 2};
    QTest::newRow("surrogates") << QByteArray("\xF0\x9F\x98\x80!") << Ends{2, 4, 5} << Places{2, 2, 3}
                                << Places{2, 2, 3};
    QTest::newRow("line ends") << QByteArray("a\r\nb\nc") << Ends{1, 3, 4, 6} << Places{1, 3, 4, 6}
                               << Places{1, 2, 3, 5};
    QTest::newRow("beyond the text") << QByteArray("ab") << Ends{1, 99} << Places{1, 2} << Places{1, 2};
  }
  void tells_where_tokens_end() {
    QFETCH(QByteArray, text);
    QFETCH(std::vector<std::uint32_t>, ends);
    QFETCH(std::vector<int>, in_text);
    QFETCH(std::vector<int>, in_view);
    DocumentData document;
    document.text = std::make_shared<const std::string>("before" + text.toStdString());
    document.data.bounds = {0, 6, 6 + static_cast<std::uint64_t>(text.size())};
    document.data.pairs.perplexity_alone = {1, 1};
    QCOMPARE(token_ends_in_text(document, 1, ends, false), in_text);
    QCOMPARE(token_ends_in_text(document, 1, ends, true), in_view);
    QCOMPARE(segment_text(document, 1)->size(), static_cast<qsizetype>(in_text.back()));
    QPlainTextEdit view;
    view.setPlainText(*segment_text(document, 1));
    QCOMPARE(view.document()->characterCount() - 1, in_view.back());
    QVERIFY(token_ends_in_text(document, 5, ends, true).empty());
  }

  void does_not_trust_the_bounds() {
    const auto document = sample_document_mutable();
    document->data.bounds[5] = document->text->size() + 100;
    QVERIFY(!segment_text(*document, 4));
    QVERIFY(!segment_text(*document, 5)); // begins behind its end
    document->data.bounds.resize(3);
    QVERIFY(!segment_text(*document, 2));
    document->text.reset();
    QVERIFY(!segment_text(*document, 0));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestSegmentText)
#include "tst_segment_text.moc"
