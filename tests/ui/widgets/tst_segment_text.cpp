#include "widgets/segment_text.h"

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
