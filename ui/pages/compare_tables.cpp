#include "pages/compare_tables.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QShortcut>
#include <QTableWidget>

#include "compare/words.h"
#include "models/format.h"
#include "pages/notice.h"
#include "widgets/compare_plots.h"

namespace longview {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("longview::CompareTables", text);
}

constexpr int all_role = Qt::UserRole + 1;

struct TextCell {
  QString text;
  QString all; ///< all digits and characters, where the text has less of them
  bool number = true;
};

TextCell words(const QString& text) {
  return {text.simplified(), text, false};
}
TextCell words(const std::string& text) {
  return words(QString::fromStdString(text));
}
TextCell number(double value) {
  return {three_digits(value), all_digits(value), true};
}
TextCell count(std::uint64_t value) {
  return {grouped(value), {}, true};
}
template <typename Test>
TextCell p_value(const Test& test) {
  return {QString::fromStdString(p_words(test.p, test.method)), all_digits(test.p), true};
}
TextCell interval(double low, double high) {
  if (!std::isfinite(low))
    return {QStringLiteral("–"), {}, true};
  return {tr("%1 to %2").arg(three_digits(low), three_digits(high)),
          tr("%1 to %2").arg(all_digits(low), all_digits(high)), true};
}
TextCell interval(const Interval& between) {
  return interval(between.low, between.high);
}

void copy_rows(const QTableWidget& table) {
  QStringList lines;
  const auto line = [&](const auto& cell) {
    QStringList cells;
    for (int column = 0; column < table.columnCount(); ++column)
      cells << QString(cell(column)).replace(u'\t', u' ').replace(u'\n', u' ');
    lines << cells.join(u'\t');
  };
  line([&](int column) { return table.horizontalHeaderItem(column)->text(); });
  for (int row = 0; row < table.rowCount(); ++row)
    if (table.item(row, 0) && table.item(row, 0)->isSelected())
      line([&](int column) {
        const QTableWidgetItem* item = table.item(row, column);
        const QString all = item->data(all_role).toString();
        return all.isEmpty() ? item->text() : all;
      });
  QApplication::clipboard()->setText(lines.join(u'\n') + u'\n');
}

void start(QTableWidget& table, const QStringList& titles) {
  table.clear();
  table.setRowCount(0);
  table.setColumnCount(static_cast<int>(titles.size()));
  table.setHorizontalHeaderLabels(titles);
}

int add_row(QTableWidget& table, const std::vector<TextCell>& cells) {
  const int row = table.rowCount();
  table.insertRow(row);
  for (std::size_t column = 0; column < cells.size(); ++column) {
    auto* item = new QTableWidgetItem(cells[column].text);
    item->setToolTip(tooltip(cells[column].all));
    item->setData(all_role, cells[column].all);
    item->setTextAlignment((cells[column].number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    table.setItem(row, static_cast<int>(column), item);
  }
  return row;
}

void finish(QTableWidget& table) {
  for (int column = 0; column < table.columnCount(); ++column) {
    const bool text = table.rowCount() > 0 && (table.item(0, column)->textAlignment() & Qt::AlignLeft);
    table.horizontalHeaderItem(column)->setTextAlignment((text ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  table.resizeColumnsToContents();
}

QIcon chip(std::size_t side) {
  QPixmap square(12, 12);
  square.fill(side_colour_of(side));
  return QIcon(square);
}

} // namespace

QTableWidget* read_only_table(const QString& accessible_name, QWidget* parent) {
  auto* table = new QTableWidget(parent);
  table->setAccessibleName(accessible_name);
  table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table->setSelectionBehavior(QAbstractItemView::SelectRows);
  table->setShowGrid(false);
  table->setTabKeyNavigation(false);
  table->setWordWrap(false);
  table->verticalHeader()->hide();
  table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
  table->horizontalHeader()->setHighlightSections(false);
  table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  auto* copy = new QShortcut(QKeySequence::Copy, table, nullptr, nullptr, Qt::WidgetShortcut);
  QObject::connect(copy, &QShortcut::activated, table, [table] { copy_rows(*table); });
  return table;
}

void fill_sides(QTableWidget& table, const Comparison& comparison) {
  start(table, {tr("Side"), tr("Documents"), tr("Compared"), tr("Mean"), tr("95 % interval"), tr("Median"),
                tr("95 % interval"), tr("Quartiles"), tr("Specificity")});
  for (std::size_t k = 0; k < comparison.sides.size(); ++k) {
    const Side& side = comparison.sides[k];
    const SampleSummary& sample = side.summary;
    const int row =
        add_row(table, {words(side.label), count(side.documents), count(sample.count), number(sample.mean),
                        interval(sample.mean_interval), number(sample.median), interval(sample.median_interval),
                        interval(sample.lower_quartile, sample.upper_quartile), number(side.specificity_summary.mean)});
    table.item(row, 0)->setIcon(chip(k));
  }
  finish(table);
}

void fill_tests(QTableWidget& table, const Comparison& comparison) {
  start(table, {tr("a and b"), tr("Documents"), tr("Pairs"), tr("Mean b − a"), tr("95 % interval"), tr("Chance a > b"),
                tr("Rank-biserial"), tr("Mann-Whitney p"), tr("KS distance"), tr("KS p")});
  for (const PairwiseComparison& pair : comparison.pairs) {
    const std::string names = comparison.sides[pair.a].label + ", " + comparison.sides[pair.b].label;
    const auto add = [&](const QString& which, const TextCell& pairs, double mean, const Interval& of,
                         const MannWhitney& ranks, const KolmogorovSmirnov& steps) {
      add_row(table, {words(names), words(which), pairs, number(mean), interval(of), number(ranks.auc),
                      number(ranks.rank_biserial), p_value(ranks), number(steps.d), p_value(steps)});
    };
    add(tr("all"), {QStringLiteral("–"), {}, true}, pair.difference.mean, pair.difference.mean_interval,
        pair.mann_whitney, pair.kolmogorov_smirnov);
    add(tr("matched by length"), count(pair.matched.count), pair.matched.difference.mean,
        pair.matched.difference.mean_interval, pair.matched.mann_whitney, pair.matched.kolmogorov_smirnov);
  }
  finish(table);
}

void fill_groups(QTableWidget& table, const Comparison& comparison) {
  start(table, {QString::fromStdString(comparison.group), tr("Side"), tr("Documents"), tr("Median"), tr("Quartiles"),
                tr("5 % to 95 %"), tr("Mean")});
  for (std::size_t g = 0; g < comparison.group_names.size(); ++g)
    for (std::size_t k = 0; k < comparison.sides.size(); ++k) {
      const ValueGroup& group = comparison.sides[k].groups[g];
      const SampleSummary& sample = group.summary;
      const int row =
          add_row(table, {words(comparison.group_names[g]), words(comparison.sides[k].label), count(sample.count),
                          number(sample.median), interval(sample.lower_quartile, sample.upper_quartile),
                          interval(group.low, group.high), number(sample.mean)});
      table.item(row, 1)->setIcon(chip(k));
    }
  finish(table);
}

void fill_settings(QTableWidget& table, const Comparison& comparison) {
  QStringList titles{tr("Setting")};
  for (const Side& side : comparison.sides)
    titles << QString::fromStdString(side.label).simplified();
  titles << tr("What a difference means");
  start(table, titles);
  const QColor red = error_colour(table.palette());
  for (const ComparedSetting& setting : comparison.settings) {
    std::vector<TextCell> cells{words(setting.name)};
    for (const std::string& value : setting.values)
      cells.push_back(words(value));
    const bool grave = setting.effect == ComparedSetting::Effect::incomparable;
    cells.push_back(words(grave ? tr("incomparable: %1").arg(QString::fromStdString(setting.why))
                                : QString::fromStdString(setting.why)));
    const int row = add_row(table, cells);
    for (int column = 0; grave && column < table.columnCount(); ++column)
      table.item(row, column)->setForeground(red);
  }
  finish(table);
  const int widest = table.fontMetrics().averageCharWidth() * 34;
  for (int column = 1; column + 1 < table.columnCount(); ++column)
    table.setColumnWidth(column, std::min(widest, table.columnWidth(column)));
}

void fill_moved(QTableWidget& table, const Comparison& comparison, const PairwiseComparison& pair, bool enters) {
  start(table,
        {enters ? tr("Enters (in the top of b alone)") : tr("Leaves (in the top of a alone)"), tr("a"), tr("b")});
  const std::vector<std::size_t>& places = enters ? pair.same->top.enters : pair.same->top.leaves;
  for (const std::size_t place : places) {
    const auto [a, b] = pair.same->places[place];
    const int row =
        add_row(table, {words(comparison.sides[pair.a].names[a]), number(comparison.sides[pair.a].values[a]),
                        number(comparison.sides[pair.b].values[b])});
    table.item(row, 0)->setData(Qt::UserRole, QVariant::fromValue(static_cast<qulonglong>(place)));
  }
  finish(table);
}

void fill_labelled(QTableWidget& table, const std::vector<LabelledRun>& runs) {
  start(table, {tr("Run"), tr("Score"), tr("AUC"), tr("95 % interval"), tr("Documents"), tr("Preset"), tr("T"),
                tr("Type"), tr("Controls"), tr("Model"), tr("Dataset")});
  for (const LabelledRun& run : runs)
    for (const LabelledScore& score : run.scores) {
      const RunSettings& settings = run.view.settings;
      const std::uint64_t pairs = settings.sampling.pairs_per_document;
      add_row(table, {count(static_cast<std::uint64_t>(run.view.run.id)), words(score.column), number(score.auc),
                      interval(score.low, score.high),
                      words(tr("%1 against %2").arg(grouped(score.positive), grouped(score.negative))),
                      words(std::string(name(settings.sampling.preset))), pairs ? count(pairs) : words(tr("all")),
                      words(std::string(name(settings.dtype))), count(run.controls), words(run.view.run.model_name),
                      words(run.view.dataset.name)});
    }
  finish(table);
}

} // namespace longview
