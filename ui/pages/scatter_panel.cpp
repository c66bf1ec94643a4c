#include "pages/scatter_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "base/cancel.h"
#include "filter/columns.h"
#include "pages/column_box.h"
#include "pages/notice.h"
#include "store/row_filter.h"

namespace longview {
namespace {

struct Drawn {
  std::shared_ptr<const ScatterPicture> picture;
  std::vector<DocumentId> documents;
};

/// The two columns of the rows that are shown, in their order.
Drawn draw(const TableSnapshot& snapshot, const std::string& x, const std::string& y, bool log_x, bool log_y,
           const std::stop_token& stop) {
  auto columns = std::make_shared<ScatterColumns>();
  columns->x_name = x;
  columns->y_name = y;
  columns->x = shown_numbers(snapshot, x);
  throw_if_cancelled(stop);
  columns->y = shown_numbers(snapshot, y);
  throw_if_cancelled(stop);
  Drawn drawn;
  const bool points = snapshot.order.size() <= most_points; // names are only read where there are points
  for (const std::uint32_t place : snapshot.order) {
    drawn.documents.push_back(snapshot.cells.rows->id(place));
    if (points)
      columns->names.emplace_back(snapshot.cells.rows->name(place));
  }
  drawn.picture = scatter_picture(std::move(columns), log_x, log_y);
  return drawn;
}

/// Throws Error(usage) for a column that there is not, or one of texts.
std::string checked_column(const QString& text) {
  const std::string name = text.trimmed().toStdString();
  const std::optional<Column> column = find_column(name);
  if (!column)
    throw Error(ErrorCode::usage, unknown_column(name));
  if (column->kind == Column::Kind::text)
    throw Error(ErrorCode::usage, fmt::format("{} is a text; a scatter takes columns of numbers", column->name));
  return column->name;
}

QComboBox* number_box(const QString& name, const QString& column, QWidget* parent) {
  QComboBox* box = column_box(name, {}, parent);
  offer_numbers(*box);
  box->setCurrentText(column);
  box->setToolTip(QObject::tr("A column of numbers, also source.FIELD"));
  return box;
}

} // namespace

ScatterPanel::ScatterPanel(QWidget* parent)
    : QWidget(parent), x_(number_box(tr("Column across"), QStringLiteral("repetition"), this)),
      y_(number_box(tr("Column upwards"), QStringLiteral("lds_mean"), this)), log_x_(new QCheckBox(tr("log"), this)),
      log_y_(new QCheckBox(tr("log"), this)), problem_(new Notice(this)), view_(new ScatterView(this)) {
  auto* choice = new QGridLayout;
  choice->addWidget(new QLabel(tr("x"), this), 0, 0);
  choice->addWidget(x_, 0, 1);
  choice->addWidget(log_x_, 0, 2);
  choice->addWidget(new QLabel(tr("y"), this), 1, 0);
  choice->addWidget(y_, 1, 1);
  choice->addWidget(log_y_, 1, 2);
  choice->setColumnStretch(1, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(8, 8, 0, 8);
  layout->setSpacing(8);
  layout->addLayout(choice);
  layout->addWidget(problem_);
  layout->addWidget(view_, 1);
  for (QComboBox* box : {x_, y_})
    connect(box, &QComboBox::currentTextChanged, this, &ScatterPanel::draw_again);
  for (QCheckBox* box : {log_x_, log_y_})
    connect(box, &QCheckBox::toggled, this, &ScatterPanel::draw_again);
  connect(view_, &ScatterView::brushed, this, &ScatterPanel::brushed);
  connect(view_, &ScatterView::point_clicked, this, [this](std::size_t place) {
    if (place < documents_.size())
      emit document_clicked(static_cast<qlonglong>(documents_[place]));
  });
}

ScatterPanel::~ScatterPanel() = default;

void ScatterPanel::set_snapshot(const TableSnapshot& snapshot) {
  if (snapshot.completion != snapshot_.completion)
    for (QComboBox* box : {x_, y_})
      offer_fields(*box, snapshot.completion->fields);
  snapshot_ = snapshot;
  draw_again();
}

void ScatterPanel::clear() {
  background_.cancel(0);
  snapshot_ = {};
  documents_.clear();
  view_->show_picture(nullptr);
}

void ScatterPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  draw_again();
}

/// Nothing is read for a panel that nobody sees.
void ScatterPanel::draw_again() {
  if (!isVisible())
    return;
  problem_->clear_notice();
  std::string x, y;
  try {
    x = checked_column(x_->currentText());
    y = checked_column(y_->currentText());
  } catch (const Error& error) {
    problem_->fail(error);
    return;
  }
  background_.request(
      0,
      [snapshot = snapshot_, x, y, log_x = log_x_->isChecked(), log_y = log_y_->isChecked()](std::stop_token stop) {
        return draw(snapshot, x, y, log_x, log_y, stop);
      },
      [this](const Drawn& drawn) {
        documents_ = drawn.documents;
        view_->show_picture(drawn.picture);
      },
      [this](const Error& error) { problem_->fail(error); });
}

} // namespace longview
