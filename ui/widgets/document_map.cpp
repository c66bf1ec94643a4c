#include "widgets/document_map.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "models/format.h"
#include "scoring/breakdown.h"
#include "widgets/reading_line.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr double space = 8;
constexpr double strip_width = 22;
constexpr double hit_width = 5; // of the strip, on its left
constexpr double arcs_width = 64;
constexpr double near = 4; // pixels within which the mouse is on an arc
constexpr int rows_a_wheel_step = 24;

} // namespace

DocumentMap::DocumentMap(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
  setAttribute(Qt::WA_OpaquePaintEvent);
}

QSize DocumentMap::sizeHint() const {
  return {static_cast<int>(2 * space + strip_width + arcs_width), 400};
}

QSize DocumentMap::minimumSizeHint() const {
  return {sizeHint().width(), 80};
}

void DocumentMap::set_document(DocumentPointer document) {
  document_ = document && document->text ? std::move(document) : nullptr;
  values_ = document_ ? measured(*document_, measure_) : std::vector<double>();
  scale_ = measure_scale(measure_, values_);
  if (pair_ && (!document_ || pair_->i >= document_->segments()))
    pair_.reset();
  find_strongest();
}

void DocumentMap::set_measure(SegmentMeasure measure) {
  measure_ = measure;
  set_document(document_);
}

void DocumentMap::set_links(int links) {
  wanted_links_ = std::clamp(links, 0, most_links);
  find_strongest();
}

void DocumentMap::set_pair(std::optional<Cell> pair) {
  pair_ = pair;
  choose_links();
}

void DocumentMap::set_in_sight(ByteRange range) {
  in_sight_ = range;
  update();
}

void DocumentMap::set_hits(ByteRanges hits) {
  hits_ = std::move(hits);
  lay_out_hits();
}

double DocumentMap::strength(Cell cell) const {
  const auto pair = document_ ? document_->pair_at(cell) : std::nullopt;
  return pair ? document_->scores.parts[*pair].strength : no_value;
}

void DocumentMap::find_strongest() {
  strongest_.clear();
  if (document_)
    for (const std::uint32_t k : heaviest_pairs(document_->scores, static_cast<std::size_t>(wanted_links_)))
      strongest_.push_back({document_->data.pairs.pairs[k].i, document_->data.pairs.pairs[k].j});
  choose_links();
}

void DocumentMap::choose_links() {
  links_ = strongest_;
  if (document_ && pair_ && document_->pair_at(*pair_) &&
      std::find(links_.begin(), links_.end(), *pair_) == links_.end())
    links_.push_back(*pair_);
  lay_out();
}

void DocumentMap::lay_out() {
  geometry_.strip = QRectF(space, 1, strip_width, std::max(1, height() - 2));
  geometry_.arcs = QRectF(geometry_.strip.right(), 1, arcs_width, geometry_.strip.height());
  geometry_.bytes = document_ ? document_->text->size() : 0;
  hovered_ = -1;
  arcs_.clear();
  std::vector<Cell> drawn;
  for (const Cell& cell : links_) {
    const auto target = segment_bytes(*document_, cell.i);
    const auto prefix = segment_bytes(*document_, cell.j);
    if (!target || !prefix)
      continue;
    drawn.push_back(cell);
    arcs_.push_back(geometry_.arc(*target, *prefix));
  }
  links_ = std::move(drawn);
  lay_out_hits();
}

void DocumentMap::lay_out_hits() {
  hit_rows_.assign(static_cast<std::size_t>(geometry_.strip.height()), false);
  if (hits_ && document_)
    for (const ByteRange& hit : *hits_) {
      const auto row = static_cast<std::size_t>(geometry_.y_of(hit.begin) - geometry_.strip.top());
      if (!hit_rows_.empty())
        hit_rows_[std::min(row, hit_rows_.size() - 1)] = true;
    }
  update();
}

int DocumentMap::arc_under(const QPointF& place) const {
  return place.x() > geometry_.strip.right() ? arc_at(arcs_, place, near) : -1;
}

std::optional<std::uint32_t> DocumentMap::segment_under(const QPointF& place) const {
  if (!document_ || place.x() > geometry_.strip.right())
    return std::nullopt;
  const auto found = place_at(*document_, geometry_.byte_at(place.y()));
  return found ? segment_at_place(*document_, *found) : std::nullopt;
}

QString DocumentMap::words_at(const QPointF& place) const {
  if (const int arc = arc_under(place); arc >= 0) {
    const Cell cell = links_[static_cast<std::size_t>(arc)];
    return tr("c_%1 after c_%2: strength %3").arg(cell.i).arg(cell.j).arg(figure_number(strength(cell)));
  }
  const auto segment = segment_under(place);
  if (!segment)
    return {};
  const auto& measures = segment_measures();
  const auto named = std::find_if(measures.begin(), measures.end(),
                                  [this](const NamedMeasure& one) { return one.measure == measure_; });
  const double value = values_[*segment];
  return tr("c_%1: %2 %3")
      .arg(QString::number(*segment), tr(named->title).toLower().replace(QStringLiteral("lds"), QStringLiteral("LDS")),
           std::isnan(value) ? tr("not known, no such pair was scored") : figure_number(value));
}

// Events

void DocumentMap::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  lay_out();
}

void DocumentMap::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  update();
}

void DocumentMap::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !document_)
    return;
  if (const int arc = arc_under(event->position()); arc >= 0) {
    emit pair_chosen(links_[static_cast<std::size_t>(arc)]);
    return;
  }
  if (event->position().x() > geometry_.strip.right() + near)
    return;
  dragging_ = true;
  emit place_chosen(geometry_.byte_at(event->position().y()));
}

void DocumentMap::mouseMoveEvent(QMouseEvent* event) {
  if (dragging_)
    emit place_chosen(geometry_.byte_at(event->position().y()));
  else
    hover(event->position());
}

void DocumentMap::mouseReleaseEvent(QMouseEvent* /*event*/) {
  dragging_ = false;
}

void DocumentMap::wheelEvent(QWheelEvent* event) {
  const double share = -static_cast<double>(event->angleDelta().y()) / 120 * rows_a_wheel_step;
  if (document_)
    emit place_chosen(geometry_.byte_at(geometry_.y_of((in_sight_.begin + in_sight_.end) / 2) +
                                        share * geometry_.strip.height() / 600));
  event->accept();
}

void DocumentMap::hover(const QPointF& place) {
  const int arc = arc_under(place);
  if (arc != hovered_) {
    hovered_ = arc;
    update();
  }
  setCursor(arc >= 0 || (document_ && place.x() <= geometry_.strip.right()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
  emit told(words_at(place));
}

void DocumentMap::leaveEvent(QEvent* event) {
  QWidget::leaveEvent(event);
  hovered_ = -1;
  update();
  emit told({});
}

void DocumentMap::step_segment(int by) {
  const auto& bounds = document_->data.bounds;
  const auto behind = std::upper_bound(bounds.begin(), bounds.end(), in_sight_.begin);
  const std::ptrdiff_t now = behind - bounds.begin() - 1;
  const std::ptrdiff_t wanted = std::clamp<std::ptrdiff_t>(now + by, 0, std::ssize(bounds) - 1);
  if (!bounds.empty())
    emit place_chosen(bounds[static_cast<std::size_t>(wanted)] + (in_sight_.end - in_sight_.begin) / 2);
}

void DocumentMap::keyPressEvent(QKeyEvent* event) {
  if (!document_)
    return QWidget::keyPressEvent(event);
  switch (event->key()) {
  case Qt::Key_Up:
    return step_segment(-1);
  case Qt::Key_Down:
    return step_segment(1);
  case Qt::Key_Home:
    emit place_chosen(0);
    return;
  case Qt::Key_End:
    emit place_chosen(geometry_.bytes);
    return;
  case Qt::Key_Return:
  case Qt::Key_Enter:
    if (const auto found = place_at(*document_, (in_sight_.begin + in_sight_.end) / 2))
      if (const auto segment = segment_at_place(*document_, *found))
        emit segment_chosen(*segment);
    return;
  default:
    QWidget::keyPressEvent(event);
  }
}

bool DocumentMap::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), words_at(help->pos()), this);
    return true;
  }
  return QWidget::event(event);
}

// Painting

void DocumentMap::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(QPalette::Window));
  if (!document_)
    return;
  paint_strip(painter);
  painter.setRenderHint(QPainter::Antialiasing);
  paint_arcs(painter);
  paint_marks(painter);
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

/// A row of pixels shows the segment in it that stands out most.
void DocumentMap::paint_strip(QPainter& painter) const {
  const Theme theme = Theme::of(palette());
  const QRectF& strip = geometry_.strip;
  painter.fillRect(strip, theme.background);
  painter.fillRect(strip, QBrush(theme.hatch, Qt::BDiagPattern));
  std::vector<double> rows(static_cast<std::size_t>(strip.height()), no_value);
  const auto stands_out = [&](double value) { return scale_.diverging ? std::abs(value) : value; };
  for (std::uint32_t k = 0; k < values_.size(); ++k) {
    const auto range = segment_bytes(*document_, k);
    if (!range || std::isnan(values_[k]))
      continue;
    const auto from = static_cast<std::size_t>(geometry_.y_of(range->begin) - strip.top());
    const auto to = std::max(from + 1, static_cast<std::size_t>(geometry_.y_of(range->end) - strip.top()));
    for (std::size_t row = from; row < std::min(to, rows.size()); ++row)
      if (std::isnan(rows[row]) || stands_out(values_[k]) > stands_out(rows[row]))
        rows[row] = values_[k];
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const double y = strip.top() + static_cast<double>(row);
    if (!std::isnan(rows[row]))
      painter.fillRect(QRectF(strip.left() + hit_width, y, strip.width() - hit_width, 1),
                       QColor(scale_.colour(rows[row], theme.dark)));
  }
  painter.fillRect(QRectF(strip.left(), strip.top(), hit_width, strip.height()), theme.background);
  for (std::size_t row = 0; row < hit_rows_.size(); ++row)
    if (hit_rows_[row])
      painter.fillRect(QRectF(strip.left(), strip.top() + static_cast<double>(row) - 0.5, hit_width, 2), theme.warning);
}

void DocumentMap::paint_arcs(QPainter& painter) const {
  const Theme theme = Theme::of(palette());
  double most = 0;
  for (const Cell& cell : links_)
    most = std::max(most, strength(cell));
  const auto draw = [&](std::size_t k, const QColor& colour, double width) {
    painter.setPen(QPen(colour, width));
    painter.drawPath(arcs_[k].path());
  };
  std::optional<std::size_t> selected;
  for (std::size_t k = links_.size(); k-- > 0;) { // the strongest on top
    if (links_[k] == pair_) {
      selected = k;
      continue;
    }
    QColor colour = theme.muted_text;
    const double share = most > 0 ? std::clamp(strength(links_[k]) / most, 0.0, 1.0) : 0;
    colour.setAlphaF(static_cast<float>(0.3 + 0.5 * share));
    draw(k, colour, 1 + share);
  }
  if (hovered_ >= 0)
    draw(static_cast<std::size_t>(hovered_), theme.text, 2);
  if (selected)
    draw(*selected, theme.accent, 3);
}

/// What is in sight, and where the pair's segments are.
void DocumentMap::paint_marks(QPainter& painter) const {
  const Theme theme = Theme::of(palette());
  const QRectF& strip = geometry_.strip;
  painter.setBrush(Qt::NoBrush);
  const double top = geometry_.y_of(in_sight_.begin);
  const double bottom = std::max(geometry_.y_of(in_sight_.end), top + 4);
  const QRectF sight(strip.left() - 3, top, strip.width() + 6, bottom - top);
  painter.setPen(QPen(theme.background, 4));
  painter.drawRoundedRect(sight, 2, 2);
  painter.setPen(QPen(theme.text, 2));
  painter.drawRoundedRect(sight, 2, 2);
  if (!pair_)
    return;
  for (const std::uint32_t k : {pair_->j, pair_->i}) {
    const auto range = segment_bytes(*document_, k);
    if (!range)
      continue;
    const double y = (geometry_.y_of(range->begin) + geometry_.y_of(range->end)) / 2;
    const QPolygonF arrow{{0, y - 5}, {strip.left(), y}, {0, y + 5}};
    painter.setPen(QPen(theme.accent, 1.5));
    painter.setBrush(k == pair_->i ? QBrush(theme.accent) : QBrush(theme.background));
    painter.drawPolygon(arrow);
  }
}

} // namespace longview
