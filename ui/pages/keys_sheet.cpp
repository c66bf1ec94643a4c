#include "pages/keys_sheet.h"

#include <algorithm>

#include <QDialogButtonBox>
#include <QFile>
#include <QGridLayout>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace longview {
namespace {

constexpr int column_gap = 32;
constexpr int keys_letters = 26; // widths of the two parts of a column
constexpr int what_letters = 38;
constexpr int margins = 120; // pixels beside the columns: edges, gaps, a scroll bar

std::size_t lines(const KeyGroup& group) {
  return group.rows.size() + 2; // its title, and the room above the next
}

QLabel* plain_label(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setTextFormat(Qt::PlainText);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

/// The groups one below the other.
QWidget* column_of(const std::vector<KeyGroup>& groups, std::size_t first, std::size_t last, QWidget* parent) {
  auto* column = new QWidget(parent);
  auto* grid = new QGridLayout(column);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(4);
  grid->setColumnStretch(1, 1);
  int row = 0;
  for (std::size_t k = first; k < last; ++k) {
    QLabel* title = plain_label(groups[k].title, column);
    QFont font = title->font();
    font.setBold(true);
    title->setFont(font);
    if (row > 0)
      grid->setRowMinimumHeight(row++, 8);
    grid->addWidget(title, row++, 0, 1, 2);
    for (const KeyGroup::Row& entry : groups[k].rows) {
      const int letter = title->fontMetrics().averageCharWidth();
      QLabel* keys = plain_label(entry.keys, column);
      keys->setWordWrap(true);
      keys->setFixedWidth(keys_letters * letter);
      grid->addWidget(keys, row, 0, Qt::AlignTop);
      QLabel* what = plain_label(entry.what, column);
      what->setWordWrap(true);
      what->setMinimumWidth(what_letters * letter);
      grid->addWidget(what, row++, 1, Qt::AlignTop);
    }
  }
  grid->setRowStretch(row, 1);
  return column;
}

QString window_page() {
  QFile file(QStringLiteral(":/help/window.md"));
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

std::vector<KeyGroup> read_key_groups(const QString& markdown) {
  std::vector<KeyGroup> groups;
  bool inside = false;
  int table_line = 0; // 1: the titles, 2: the rule below them
  for (const QString& line : markdown.split(u'\n')) {
    if (line.startsWith(QStringLiteral("## "))) {
      inside = line.mid(3).trimmed() == QStringLiteral("Keys");
    } else if (inside && line.startsWith(QStringLiteral("### "))) {
      groups.push_back({line.mid(4).trimmed(), {}});
    } else if (inside && line.startsWith(u'|') && !groups.empty()) {
      if (++table_line <= 2)
        continue;
      const QStringList cells = line.split(u'|');
      if (cells.size() >= 4)
        groups.back().rows.push_back({cells[1].trimmed(), cells[2].trimmed()});
      continue;
    }
    table_line = 0;
  }
  std::erase_if(groups, [](const KeyGroup& group) { return group.rows.empty(); });
  return groups;
}

KeysSheet::KeysSheet(QWidget* parent) : QDialog(parent) {
  setWindowTitle(tr("Keys"));
  const std::vector<KeyGroup> groups = read_key_groups(window_page());
  std::size_t all = 0;
  for (const KeyGroup& group : groups)
    all += lines(group);
  std::size_t middle = 0; // the first group of the right column
  for (std::size_t above = 0; middle < groups.size() && 2 * above < all; ++middle)
    above += lines(groups[middle]);

  const QSize room = screen()->availableSize() * 9 / 10;
  const int letter = fontMetrics().averageCharWidth();
  const int two_columns = 2 * (keys_letters + what_letters) * letter + column_gap + margins;
  if (two_columns > room.width())
    middle = groups.size(); // one below the other
  auto* sheet = new QWidget(this);
  auto* columns = new QHBoxLayout(sheet);
  columns->setContentsMargins(16, 16, 16, 16);
  columns->setSpacing(column_gap);
  columns->addWidget(column_of(groups, 0, middle, sheet), 1);
  if (middle < groups.size())
    columns->addWidget(column_of(groups, middle, groups.size(), sheet), 1);
  auto* area = new QScrollArea(this);
  area->setFrameShape(QFrame::NoFrame);
  area->setWidget(sheet);
  area->setWidgetResizable(true);
  area->setAccessibleName(tr("All keys"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(area, 1);
  layout->addWidget(buttons);
  buttons->setContentsMargins(8, 0, 8, 8);

  const QSize wanted = sheet->sizeHint() + QSize(32, buttons->sizeHint().height() + 32);
  resize(wanted.boundedTo(room));
}

} // namespace longview
