#include "pages/table_columns.h"

#include <algorithm>

#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSettings>
#include <QTableView>

#include "models/documents_model.h"
#include "models/format.h"
#include "store/project.h"

namespace longview {

TableColumns::TableColumns(QTableView& table, DocumentsModel& model)
    : QObject(&table), table_(table), model_(model), header_(*table.horizontalHeader()) {
  header_.setSectionsMovable(true);
  begin(0, model_.columnCount() - 1);
  connect(&model_, &QAbstractItemModel::columnsInserted, this,
          [this](const QModelIndex&, int first, int last) { begin(first, last); });
  connect(&model_, &QAbstractItemModel::columnsAboutToBeRemoved, this, &TableColumns::remember);
  connect(&header_, &QHeaderView::sectionMoved, this, [this] {
    if (!quiet_)
      emit changed();
  });
}

QString TableColumns::key(int column) const {
  return QString::fromStdString(model_.columns()[static_cast<std::size_t>(column)].key);
}

/// Wide enough for the title with its sort arrow, and for what such a column holds.
int TableColumns::first_width(int column) const {
  const DocumentColumn& shown = model_.columns()[static_cast<std::size_t>(column)];
  const int digit = table_.fontMetrics().horizontalAdvance(u'0');
  if (shown.key == "title")
    return 20 * digit;
  int width = std::max(9 * digit, header_.fontMetrics().horizontalAdvance(shown.title) + 4 * digit);
  if (shown.key == "status")
    for (const auto& [status, word] : status_names)
      width = std::max(width, table_.fontMetrics().horizontalAdvance(cell_text(shown, FilterValue(std::string(word)))) +
                                  2 * digit);
  return shown.key == "label" || shown.key == "note" || shown.key == "id" ? std::max(width, 16 * digit) : width;
}

/// Gives columns that have come their place.
void TableColumns::begin(int first, int last) {
  const QScopedValueRollback quiet(quiet_, true);
  for (int column = first; column <= last; ++column) {
    const auto found = places_.constFind(key(column));
    const bool known = found != places_.constEnd();
    header_.resizeSection(column, known && found->width > 0 ? found->width : first_width(column));
    header_.setSectionHidden(column,
                             !(known ? found->shown : model_.columns()[static_cast<std::size_t>(column)].shown));
  }
  std::vector<std::pair<int, int>> wanted;
  for (int column = 0; column < header_.count(); ++column)
    if (const auto found = places_.constFind(key(column)); found != places_.constEnd() && found->order >= 0)
      wanted.emplace_back(found->order, column);
  std::sort(wanted.begin(), wanted.end());
  for (std::size_t k = 0; k < wanted.size(); ++k)
    header_.moveSection(header_.visualIndex(wanted[k].second), static_cast<int>(k));
  emit changed();
}

void TableColumns::remember() {
  for (int column = 0; column < header_.count() && column < model_.columnCount(); ++column) {
    Place& place = places_[key(column)];
    place.shown = !header_.isSectionHidden(column);
    if (place.shown) // a hidden one has no width
      place.width = header_.sectionSize(column);
    place.order = header_.visualIndex(column);
  }
}

std::vector<std::string> TableColumns::shown() const {
  std::vector<std::string> keys;
  for (int place = 0; place < header_.count(); ++place)
    if (const int column = header_.logicalIndex(place); !header_.isSectionHidden(column))
      keys.push_back(model_.columns()[static_cast<std::size_t>(column)].key);
  return keys;
}

void TableColumns::show_only(const std::vector<std::string>& keys) {
  {
    const QScopedValueRollback quiet(quiet_, true);
    for (int column = 1; column < header_.count(); ++column)
      header_.setSectionHidden(column, true);
    int place = 0;
    for (const std::string& wanted : keys)
      if (const int column = model_.column(wanted); column >= 0) {
        header_.setSectionHidden(column, false);
        header_.moveSection(header_.visualIndex(column), place++);
      }
  }
  emit changed();
}

void TableColumns::set_shown(const QString& wanted, bool shown) {
  const int column = model_.column(wanted.toStdString());
  if (column < 0 || header_.isSectionHidden(column) != shown)
    return;
  header_.setSectionHidden(column, !shown);
  if (shown && header_.sectionSize(column) < header_.minimumSectionSize())
    header_.resizeSection(column, first_width(column));
  emit changed();
}

void TableColumns::fill(QMenu& menu) {
  QMenu* fields = nullptr;
  for (int column = 1; column < model_.columnCount(); ++column) { // the name of a document always stays
    const DocumentColumn& shown = model_.columns()[static_cast<std::size_t>(column)];
    if (shown.type == ColumnType::field && !fields)
      fields = menu.addMenu(tr("Fields of the source"));
    QAction* action = (fields ? fields : &menu)->addAction(QString(shown.title).replace(u'&', QStringLiteral("&&")));
    action->setToolTip(tooltip(shown.help));
    action->setCheckable(true);
    action->setChecked(!header_.isSectionHidden(column));
    connect(action, &QAction::toggled, this, [this, name = key(column)](bool on) { set_shown(name, on); });
  }
}

void TableColumns::save(QSettings& settings) {
  remember();
  settings.beginWriteArray(QStringLiteral("documents/columns"), static_cast<int>(places_.size()));
  int entry = 0;
  for (auto place = places_.constBegin(); place != places_.constEnd(); ++place) {
    settings.setArrayIndex(entry++);
    settings.setValue(QStringLiteral("key"), place.key());
    settings.setValue(QStringLiteral("shown"), place->shown);
    settings.setValue(QStringLiteral("width"), place->width);
    settings.setValue(QStringLiteral("order"), place->order);
  }
  settings.endArray();
}

void TableColumns::restore(QSettings& settings) {
  const int count = settings.beginReadArray(QStringLiteral("documents/columns"));
  for (int entry = 0; entry < count; ++entry) {
    settings.setArrayIndex(entry);
    const QString name = settings.value(QStringLiteral("key")).toString();
    const int width = settings.value(QStringLiteral("width")).toInt();
    if (!name.isEmpty())
      places_[name] = {settings.value(QStringLiteral("shown")).toBool(), std::clamp(width, 0, 2000),
                       settings.value(QStringLiteral("order"), -1).toInt()};
  }
  settings.endArray();
  begin(0, model_.columnCount() - 1);
}

} // namespace longview
