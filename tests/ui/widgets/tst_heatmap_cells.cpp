#include <algorithm>
#include <cmath>
#include <map>
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

  void a_coarser_level_keeps_what_stands_out() {
    // tiles of two: (0, 0) holds 1,0; (1, 0) holds 2,0, 2,1, 3,0 and 3,1; (1, 1) holds 3,2
    const HeatmapLevel fine(
        {{1, 0, 0.1, 0.1}, {2, 0, 0.1, 0.1}, {2, 1, -0.7, -0.7}, {3, 0, 0.2, 0.2}, {3, 2, 0.3, 0.3}}, 5);
    const auto size = [](const HeatmapCell& cell) { return std::abs(cell.value); };
    const HeatmapLevel coarse = HeatmapLevel::coarser(fine, size);
    QCOMPARE(coarse.shift(), 1U);
    QCOMPARE(coarse.rows(), 3U); // of five segments
    QCOMPARE(coarse.row(0).size(), std::size_t{1});
    QCOMPARE(coarse.row(1).size(), std::size_t{2});
    QCOMPARE(coarse.row(1)[0].value, -0.7);
    QCOMPARE(coarse.row(1)[1].value, 0.3);
    QVERIFY(coarse.row(2).empty());
    const HeatmapLevel coarsest = HeatmapLevel::coarser(coarse, size);
    QCOMPARE(coarsest.cells().size(), std::size_t{1});
    QCOMPARE(coarsest.cells()[0].value, -0.7);
  }

  void every_level_has_the_most_of_its_tiles() {
    const DocumentPointer document = sample_document({.segments = 700, .pairs = 0, .with_text = false});
    const HeatmapCells cells(*document, HeatmapValue::strength);
    QCOMPARE(cells.level(0.9).shift(), 0U);
    QCOMPARE(cells.level(1.9).shift(), 0U);
    const HeatmapLevel& level = cells.level(5); // tiles of four
    QCOMPARE(level.shift(), 2U);
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> most;
    for (const HeatmapCell& cell : cells.all()) {
      double& found = most[{cell.i / 4, cell.j / 4}];
      found = std::max(found, std::abs(cell.value));
    }
    QCOMPARE(level.cells().size(), most.size());
    for (std::uint32_t tile = 0; tile < level.rows(); ++tile)
      for (const HeatmapCell& cell : level.row(tile)) {
        QCOMPARE(cell.i / 4, tile);
        QCOMPARE(std::abs(cell.value), most.at({tile, cell.j / 4}));
      }
  }

  void few_cells_need_no_levels() {
    const HeatmapCells cells(*few_pairs(), HeatmapValue::strength);
    QCOMPARE(cells.level(1000).shift(), 0U);
  }

  void knows_what_later_segments_owe() {
    const auto document = few_pairs();
    const HeatmapCells cells(*document, HeatmapValue::gain);
    QCOMPARE(cells.columns().size(), std::size_t{10});
    QCOMPARE(cells.columns()[2].pairs, 2U);
    QCOMPARE(cells.columns()[2].mean_strength, 0.3);
    QCOMPARE(cells.columns()[1].mean_strength, -0.2);
    QCOMPARE(cells.columns()[1].contribution, 0.0);
    QVERIFY(std::isnan(cells.columns()[5].mean_strength));
    QVERIFY(qAbs(cells.columns()[0].contribution + cells.columns()[2].contribution + cells.columns()[6].contribution -
                 document->scores.lds) < 1e-12);
  }

  void rectangles_hold_pairs_data() {
    QTest::addColumn<Cell>("corner");
    QTest::addColumn<Cell>("other");
    QTest::addColumn<std::optional<CellRange>>("range");
    QTest::addColumn<int>("pairs");
    const auto row = [](const char* name, Cell corner, Cell other, std::optional<CellRange> range, int pairs) {
      QTest::newRow(name) << corner << other << range << pairs;
    };
    row("below the diagonal", {5, 1}, {8, 3}, CellRange{5, 8, 1, 3}, 12);
    row("from the other corner", {8, 1}, {5, 3}, CellRange{5, 8, 1, 3}, 12);
    row("one", {5, 1}, {5, 1}, CellRange{5, 5, 1, 1}, 1);
    row("over the diagonal", {3, 2}, {6, 8}, CellRange{3, 6, 2, 5}, 10); // 1 + 2 + 3 + 4
    row("all", {0, 0}, {9, 9}, CellRange{1, 9, 0, 8}, 45);
    row("beyond the document", {0, 0}, {50, 50}, CellRange{1, 9, 0, 8}, 45);
    row("above the diagonal", {1, 5}, {4, 8}, {}, 0);
    row("on it", {4, 4}, {4, 4}, {}, 0);
  }
  void rectangles_hold_pairs() {
    QFETCH(Cell, corner);
    QFETCH(Cell, other);
    QFETCH(std::optional<CellRange>, range);
    QFETCH(int, pairs);
    const auto found = CellRange::between(corner, other, 10);
    QCOMPARE(found, range);
    if (!found)
      return;
    QCOMPARE(found->pairs(), static_cast<std::uint64_t>(pairs));
    std::uint64_t contained = 0;
    for (std::uint32_t i = 0; i < 10; ++i)
      for (std::uint32_t j = 0; j < 10; ++j)
        contained += found->contains({i, j}) ? 1 : 0;
    QCOMPARE(contained, found->pairs());
  }

  void sums_up_a_rectangle() {
    const auto document = few_pairs();
    const HeatmapCells cells(*document, HeatmapValue::gain);
    const SelectionSummary some = cells.summary({3, 7, 1, 2});
    QCOMPARE(some.pairs, std::uint64_t{10});
    QCOMPARE(some.scored, std::uint64_t{3});
    QCOMPARE(some.above, std::uint64_t{2});
    QVERIFY(qAbs(some.mean_strength - (0.3 + 0.3 - 0.2) / 3) < 1e-12);
    QCOMPARE(cells.summary({1, 9, 0, 8}).share, 1.0);
    const SelectionSummary nothing = cells.summary({9, 9, 0, 3});
    QCOMPARE(nothing.scored, std::uint64_t{0});
    QVERIFY(std::isnan(nothing.mean_strength));
    QCOMPARE(nothing.share, 0.0);
    QCOMPARE(selection_line(*document, {3, 7, 1, 2}, some),
             QStringLiteral("c_3 … c_7 after c_1 … c_2: 3 of 10 pairs scored, 2 above the threshold 0.1, mean strength "
                            "0.133, %1 % of LDS")
                 .arg(100 * some.contribution / document->scores.lds, 0, 'f', 1));
    QCOMPARE(selection_line(*document, {9, 9, 0, 3}, nothing),
             QStringLiteral("c_9 after c_0 … c_3: 0 of 4 pairs scored"));
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
