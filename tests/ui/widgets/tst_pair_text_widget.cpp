#include "widgets/pair_text_widget.h"

#include <algorithm>

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/reading_line.h"
#include "widgets/segment_pane.h"
#include "widgets/tokens_model.h"

using namespace longview;
using namespace longview::test;

namespace {

/// The first tokens of a sample segment: "Segm", "ent ", "0 be", "gins".
std::shared_ptr<const TokenGain> some_gain() {
  return std::make_shared<const TokenGain>(TokenGain{{4, 8, 12, 16}, {3, 1, 2}, {2.5F, 1.5F, 0.25F}});
}

} // namespace

class TestPairTextWidget : public QObject {
  Q_OBJECT

 private slots:
  void lists_tokens_by_gain() {
    TokensModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.set_gain(*sample_document(), 0, some_gain());
    const auto shown = [&] {
      QStringList rows;
      for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < TokensModel::column_count; ++column)
          cells << model.index(row, column).data().toString();
        rows << cells.join(u' ');
      }
      return rows;
    };
    QCOMPARE(shown(), (QStringList{"gins 1.75 2.00 0.250", "ent· 0.500 3.00 2.50", "0·be −0.500 1.00 1.50"}));
    model.sort(TokensModel::token, Qt::AscendingOrder);
    QCOMPARE(model.token_at(0), std::size_t{1});
    QCOMPARE(model.token_at(2), std::size_t{3});
    model.sort(TokensModel::after, Qt::AscendingOrder);
    QCOMPARE(model.token_at(0), std::size_t{3});
    model.clear();
    QCOMPARE(model.rowCount(), 0);
  }

  void a_token_of_the_list_is_found_in_the_text() {
    PairTextWidget widget;
    widget.resize(600, 500);
    widget.show();
    widget.set_document(sample_document());
    widget.set_pair(Cell{0, 0});
    auto* table = widget.findChild<QTableView*>();
    auto* target = widget.findChild<SegmentPane*>(QStringLiteral("target"));
    QVERIFY(!table->isVisible());
    widget.set_gains_wanted(true);
    widget.set_gain(Cell{0, 0}, some_gain());
    QVERIFY(table->isVisible());
    QCOMPARE(table->model()->rowCount(), 3);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 1)).center());
    QCOMPARE(target->text()->textCursor().selectedText(), QStringLiteral("gins"));
    QTest::keyClick(table, Qt::Key_Down);
    QCOMPARE(target->text()->textCursor().selectedText(), QStringLiteral("ent "));
    // helped is orange, hindered blue
    QVERIFY(target->colour_at(13).red() > target->colour_at(13).blue());
    QVERIFY(target->colour_at(9).blue() > target->colour_at(9).red());
    QVERIFY(target->words_at(9).startsWith(QStringLiteral("token 2: gain −0.500 nats")));
    widget.set_pair(Cell{1, 0}); // another pair has none yet
    QVERIFY(!table->isVisible());
    QCOMPARE(table->model()->rowCount(), 0);
  }

  void a_click_on_a_title_sorts_the_tokens() {
    PairTextWidget widget;
    widget.resize(600, 500);
    widget.show();
    widget.set_document(sample_document());
    widget.set_pair(Cell{0, 0});
    widget.set_gains_wanted(true);
    widget.set_gain(Cell{0, 0}, some_gain());
    auto* table = widget.findChild<QTableView*>();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
    const auto column = [table](int which) {
      QStringList cells;
      for (int row = 0; row < table->model()->rowCount(); ++row)
        cells << table->model()->index(row, which).data().toString();
      return cells;
    };
    const auto click = [table](int which) {
      const QHeaderView* header = table->horizontalHeader();
      QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                        QPoint(header->sectionViewportPosition(which) + 12, header->height() / 2));
    };
    QCOMPARE(column(TokensModel::gain), (QStringList{"1.75", "0.500", "−0.500"})); // the most helped first
    click(TokensModel::alone);
    const QStringList by_alone = column(TokensModel::alone);
    click(TokensModel::alone);
    QStringList turned = column(TokensModel::alone);
    std::reverse(turned.begin(), turned.end());
    QCOMPARE(turned, by_alone);
    QVERIFY(by_alone == (QStringList{"1.00", "2.00", "3.00"}) || by_alone == (QStringList{"3.00", "2.00", "1.00"}));
    click(TokensModel::token);
    QCOMPARE(column(TokensModel::token).size(), 3);
    widget.set_gain(Cell{0, 0}, std::make_shared<const TokenGain>(*some_gain())); // another answer keeps the order
    QCOMPARE(table->horizontalHeader()->sortIndicatorSection(), static_cast<int>(TokensModel::token));
  }

  void tells_the_means() {
    PairTextWidget widget;
    widget.set_document(sample_document());
    widget.set_pair(Cell{0, 0});
    widget.set_gains_wanted(true);
    widget.set_gain(Cell{0, 0}, some_gain());
    for (const auto* label : widget.findChildren<QLabel*>())
      if (label->accessibleName() == QStringLiteral("Strongest tokens")) // (3 + 1 + 2) / 3, (2.5 + 1.5 + 0.25) / 3
        QCOMPARE(label->text(), QStringLiteral("mean gain 0.583 nats a token: mean NLL 2.00 alone, 1.42 after, so "
                                               "perplexity 7.39 to 4.12"));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestPairTextWidget)
#include "tst_pair_text_widget.moc"
