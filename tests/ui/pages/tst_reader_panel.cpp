#include "pages/reader_panel.h"

#include <QComboBox>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>

#include "pages/find_bar.h"
#include "pages/notice.h"
#include "ui/support/find_widget.h"
#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;

namespace {

QToolButton* button(const QWidget& parent, const char* name) {
  return named<QToolButton>(parent, name);
}

} // namespace

class TestReaderPanel : public QObject {
  Q_OBJECT

  std::unique_ptr<ReaderPanel> panel_;

  void show(const DocumentPointer& document) {
    panel_->set_document(document);
    panel_->resize(760, 520);
    panel_->show();
    panel_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(panel_.get()));
    QTRY_VERIFY_WITH_TIMEOUT(panel_->text()->in_sight().end > 0, patience);
  }
  void look_for(const QString& words) {
    FindBar* bar = panel_->find_bar();
    bar->field()->clear();
    QTest::keyClicks(bar->field(), words);
    QTRY_VERIFY_WITH_TIMEOUT(!bar->is_busy(), patience);
  }

 private slots:
  void init() { panel_ = std::make_unique<ReaderPanel>(); }
  void cleanup() { panel_.reset(); }

  void finds_words_and_goes_from_hit_to_hit() {
    show(sample_document());
    FindBar* bar = panel_->find_bar();
    QVERIFY(!bar->isVisible());
    panel_->find();
    QVERIFY(bar->isVisible() && bar->field()->hasFocus());
    look_for(QStringLiteral("SEGMENT 4")); // 4 and 40 to 47
    QCOMPARE(bar->count_text(), QStringLiteral("1 of 9 hits"));
    const auto document = sample_document();
    QCOMPARE(panel_->text()->caret(), document->data.bounds[4]);
    QTest::keyClick(bar->field(), Qt::Key_Return);
    QCOMPARE(panel_->text()->caret(), document->data.bounds[40]);
    QVERIFY(panel_->text()->in_sight().begin <= document->data.bounds[40] &&
            panel_->text()->in_sight().end > document->data.bounds[40]);
    QTest::keyClick(bar->field(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClick(bar->field(), Qt::Key_Return, Qt::ShiftModifier); // round to the last one
    QCOMPARE(bar->count_text(), QStringLiteral("9 of 9 hits"));
    panel_->text()->setFocus();
    QTest::keyClick(panel_->text(), Qt::Key_F3);
    QCOMPARE(bar->count_text(), QStringLiteral("1 of 9 hits"));
    QTest::keyClick(panel_->text(), Qt::Key_F3, Qt::ShiftModifier);
    QCOMPARE(bar->count_text(), QStringLiteral("9 of 9 hits"));
    bar->field()->setFocus();
    QTest::keyClick(bar->field(), Qt::Key_Escape);
    QVERIFY(!bar->isVisible() && panel_->text()->hasFocus());
  }

  /// The text is shown in pieces, and looked through as a whole.
  void finds_what_lies_over_the_border_of_pieces() {
    auto document = sample_document_mutable();
    std::string text = std::string(10'000, 'x');
    document->text = std::make_shared<const std::string>(text);
    const TextPieces pieces(text);
    QVERIFY(pieces.size() > 1);
    const std::uint64_t border = pieces.bytes(0).end;
    text.replace(border - 2, 4, "Over");
    document->text = std::make_shared<const std::string>(text);
    QVERIFY(TextPieces(text).bytes(0).end == border);
    show(document);
    panel_->find();
    look_for(QStringLiteral("over"));
    QCOMPARE(panel_->find_bar()->count_text(), QStringLiteral("1 of 1 hit"));
    QCOMPARE(panel_->text()->caret(), border - 2);
  }

  void options_change_what_is_found() {
    show(sample_document());
    panel_->find();
    look_for(QStringLiteral("segment \\d7 begins"));
    QCOMPARE(panel_->find_bar()->count_text(), QStringLiteral("No hits"));
    QVERIFY(!button(*panel_, "Next hit")->isEnabled());
    QTest::mouseClick(button(*panel_, "Regular expression"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(panel_->find_bar()->count_text(), QStringLiteral("1 of 4 hits"), patience);
    QTest::mouseClick(button(*panel_, "Match case"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(panel_->find_bar()->count_text(), QStringLiteral("No hits"), patience);
    look_for(QStringLiteral("(Segment"));
    QVERIFY2(panel_->find_bar()->count_text().contains(QStringLiteral("missing closing parenthesis")),
             qPrintable(panel_->find_bar()->count_text()));
  }

  void a_segment_is_read_after_its_strongest_prefix() {
    const auto document = sample_document();
    show(document);
    QSignalSpy pairs(panel_.get(), &ReaderPanel::pair_chosen);
    std::uint32_t i = 0;
    while (!strongest_prefix(*document, i))
      ++i;
    panel_->text()->centre(document->data.bounds[i] + 200);
    const QRect line = panel_->text()->rect_of(document->data.bounds[i] + 200);
    QTest::mouseClick(panel_->text()->viewport(), Qt::LeftButton, {}, QPoint(8, line.center().y()));
    QCOMPARE(pairs.count(), 1);
    QVERIFY(pairs.first().first().value<Cell>() == *strongest_prefix(*document, i));

    while (strongest_prefix(*document, i))
      ++i;
    emit panel_->text()->segment_chosen(i);
    QCOMPARE(pairs.count(), 1);
    QVERIFY(panel_->reading().contains(QStringLiteral("no pair with this target")));
  }

  void goes_to_the_pair_that_is_selected() {
    const auto document = sample_document();
    show(document);
    const Cell far{document->data.pairs.pairs.back().i, document->data.pairs.pairs.back().j};
    panel_->set_pair(Cell{47, 46});
    panel_->set_pair(far);
    const ByteRange sight = panel_->text()->in_sight();
    QVERIFY(sight.begin < document->data.bounds[far.i + 1] && sight.end > document->data.bounds[far.i]);
    QVERIFY(panel_->reading().startsWith(QStringLiteral("c_%1 after c_%2").arg(far.i).arg(far.j)));
    const ByteRange before = panel_->text()->in_sight();
    panel_->set_pair(std::nullopt);
    QCOMPARE(panel_->text()->in_sight(), before); // nothing moves
  }

  void new_numbers_move_nothing() {
    auto document = sample_document_mutable();
    show(document);
    panel_->text()->centre(document->data.bounds[30]);
    const ByteRange before = panel_->text()->in_sight();
    LiveParameters other = document->parameters;
    other.threshold = 0.3;
    panel_->set_document(std::make_shared<const DocumentData>(document->with(other)));
    QCOMPARE(panel_->text()->in_sight(), before);
  }

  void a_changed_source_is_told() {
    SampleOptions options;
    options.with_text = false;
    panel_->set_document(sample_document(options));
    panel_->resize(760, 520);
    panel_->show();
    const auto* notice = panel_->findChild<Notice*>();
    QTRY_VERIFY_WITH_TIMEOUT(notice->is_error() && notice->isVisible(), patience);
    QVERIFY(notice->text().contains(QStringLiteral("the file changed since it was scored")));
    panel_->find(); // harmless
    look_for(QStringLiteral("word"));
    QCOMPARE(panel_->find_bar()->count_text(), QString());
  }

  void does_nothing_while_it_is_hidden() {
    panel_->set_document(sample_document());
    QCOMPARE(panel_->text()->laid_out(), std::size_t{0});
    show(sample_document());
    QVERIFY(panel_->text()->laid_out() > 0);
  }

  void remembers_what_the_map_shows() {
    QTemporaryDir folder;
    {
      QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
      panel_->findChild<QComboBox*>()->setCurrentIndex(3);
      panel_->findChild<QSpinBox*>()->setValue(77);
      panel_->save_layout(settings);
    }
    const QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    ReaderPanel other;
    other.restore_layout(settings);
    QVERIFY(other.map()->measure() == SegmentMeasure::contribution);
    QCOMPARE(other.findChild<QSpinBox*>()->value(), 77);
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestReaderPanel)
#include "tst_reader_panel.moc"
