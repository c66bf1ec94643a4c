#include <algorithm>
#include <set>

#include "support/log_guard.h"
#include "ui/support/sample_document.h"
#include "widgets/heatmap_cells.h"

using namespace longview;
using namespace longview::test;

namespace {

struct Sampled {
  std::uint32_t i, j;
  double strength;
};

/// A document of ten segments, each of perplexity 10, with these pairs.
std::shared_ptr<DocumentData> with_pairs(const std::vector<Sampled>& pairs) {
  auto made = std::make_shared<DocumentData>();
  made->parameters = default_parameters(Preset::longview);
  made->data.pairs.perplexity_alone.assign(10, 10.0);
  for (const Sampled& pair : pairs)
    made->data.pairs.pairs.push_back({pair.i, pair.j, 10 * (1 - pair.strength)});
  made->scores = derive(made->data.pairs, made->sampling, made->parameters);
  made->index_pairs();
  return made;
}

/// Rows 3, 4 and 7 have pairs.
std::shared_ptr<DocumentData> few_pairs() {
  return with_pairs({{7, 6, 0.1}, {3, 0, 0.5}, {7, 1, -0.2}, {4, 2, 0.3}, {3, 2, 0.3}});
}

std::vector<Cell> places(const HeatmapCells& cells) {
  std::vector<Cell> found;
  for (const HeatmapCell& cell : cells.all())
    found.push_back({cell.i, cell.j});
  return found;
}

} // namespace

class TestHeatmapCells : public QObject {
  Q_OBJECT

 private slots:
  void sorts_by_row_and_column() {
    const HeatmapCells cells(*few_pairs(), HeatmapValue::strength);
    QCOMPARE(places(cells), (std::vector<Cell>{{3, 0}, {3, 2}, {4, 2}, {7, 1}, {7, 6}}));
    QCOMPARE(cells.row(7).size(), 2U);
    QCOMPARE(cells.row(7)[1].j, 6U);
    QVERIFY(cells.row(5).empty());
    QVERIFY(cells.row(99).empty());
    QVERIFY(cells.find({4, 2}));
    QVERIFY(!cells.find({4, 1}));
    QVERIFY(!cells.find({40, 1}));
  }

  void values_are_those_of_the_scores_data() {
    QTest::addColumn<int>("value");
    QTest::addColumn<double>("expected"); // of pair 3, 0: 10 to 5
    QTest::addColumn<bool>("diverging");
    QTest::newRow("strength") << static_cast<int>(HeatmapValue::strength) << 0.5 << true;
    QTest::newRow("gain") << static_cast<int>(HeatmapValue::gain) << 5.0 << true;
    QTest::newRow("perplexity") << static_cast<int>(HeatmapValue::perplexity_after) << 5.0 << false;
    // three of nine segments back, both weights 1
    QTest::newRow("weight") << static_cast<int>(HeatmapValue::weight) << 0.5 + 3.0 / 9 << true;
    const double contribution = few_pairs()->scores.parts[1].contribution;
    QVERIFY(contribution > 0);
    QTest::newRow("contribution") << static_cast<int>(HeatmapValue::contribution) << contribution << false;
  }
  void values_are_those_of_the_scores() {
    QFETCH(int, value);
    QFETCH(double, expected);
    QFETCH(bool, diverging);
    const HeatmapCells cells(*few_pairs(), static_cast<HeatmapValue>(value));
    QCOMPARE(cells.find({3, 0})->value, expected);
    QCOMPARE(cells.find({3, 0})->strength, 0.5);
    QCOMPARE(cells.scale().diverging, diverging);
    QVERIFY(!value_title(static_cast<HeatmapValue>(value)).isEmpty());
  }

  void pairs_without_a_number_are_left_out() {
    auto document = few_pairs();
    document->data.pairs.pairs[1].perplexity_after = no_value;
    document->data.pairs.perplexity_alone[4] = no_value;
    document->scores = derive(document->data.pairs, document->sampling, document->parameters);
    QCOMPARE(places(HeatmapCells(*document, HeatmapValue::perplexity_after)),
             (std::vector<Cell>{{3, 2}, {7, 1}, {7, 6}}));
  }

  void both_sides_of_the_threshold_have_a_colour() {
    auto document = with_pairs({{3, 0, 0.01}, {3, 1, -0.02}});
    document->parameters.threshold = 0.1;
    QCOMPARE(HeatmapCells(*document, HeatmapValue::strength).scale().high, 0.2);
  }

  void complete_means_every_pair() {
    SampleOptions options;
    options.segments = 12;
    options.pairs = 0;
    QVERIFY(HeatmapCells(*sample_document(options), HeatmapValue::gain).complete());
    options.pairs = 24;
    QVERIFY(!HeatmapCells(*sample_document(options), HeatmapValue::gain).complete());
  }

  void moves_to_the_next_scored_cell_data() {
    QTest::addColumn<Cell>("from");
    QTest::addColumn<int>("direction");
    QTest::addColumn<std::optional<Cell>>("to");
    const auto row = [](const char* name, Cell from, Direction direction, std::optional<Cell> to) {
      QTest::newRow(name) << from << static_cast<int>(direction) << to;
    };
    row("right over a gap", {7, 1}, Direction::right, Cell{7, 6});
    row("left over a gap", {7, 6}, Direction::left, Cell{7, 1});
    row("no more right", {7, 6}, Direction::right, {});
    row("no more left", {7, 1}, Direction::left, {});
    row("from a cell that is not scored", {7, 4}, Direction::left, Cell{7, 1});
    row("right from such a cell", {7, 4}, Direction::right, Cell{7, 6});
    row("down over empty rows", {4, 2}, Direction::down, Cell{7, 1});
    row("down to the nearer column", {4, 3}, Direction::down, Cell{7, 1});
    row("the other one is nearer", {5, 4}, Direction::down, Cell{7, 6});
    row("up", {7, 6}, Direction::up, Cell{4, 2});
    row("up to the nearer column", {4, 1}, Direction::up, Cell{3, 2});
    row("no more up", {3, 0}, Direction::up, {});
    row("no more down", {7, 1}, Direction::down, {});
    row("in an empty row", {5, 1}, Direction::right, {});
    row("outside", {50, 1}, Direction::up, {});
  }
  void moves_to_the_next_scored_cell() {
    QFETCH(Cell, from);
    QFETCH(int, direction);
    QFETCH(std::optional<Cell>, to);
    QCOMPARE(HeatmapCells(*few_pairs(), HeatmapValue::gain).next(from, static_cast<Direction>(direction)), to);
  }

  void knows_the_strongest() {
    const HeatmapCells cells(*few_pairs(), HeatmapValue::perplexity_after); // by strength whatever is shown
    QCOMPARE(cells.strongest(), std::optional(Cell{3, 0}));
    QVERIFY(!HeatmapCells().strongest());
  }

  void finds_what_is_near() {
    const HeatmapCells cells(*few_pairs(), HeatmapValue::strength);
    QCOMPARE(cells.near(0.5, 3.5, 0.1), std::optional(Cell{3, 0}));
    QCOMPARE(cells.near(2.6, 4.1, 1), std::optional(Cell{4, 2})); // 0.41 away; 3, 2 is 0.61 away
    QCOMPARE(cells.near(4.4, 7.5, 3.1), std::optional(Cell{7, 6}));
    QCOMPARE(cells.near(4.4, 7.5, 2.0), std::optional<Cell>());
    QCOMPARE(cells.near(-5, -5, 1), std::optional<Cell>());
    QVERIFY(!HeatmapCells().near(0, 0, 5));
  }
};

LONGVIEW_TEST_MAIN(TestHeatmapCells)
#include "tst_heatmap_cells.moc"
