#include "widgets/text_view_painter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>

#include "widgets/small_font.h"
#include "widgets/theme.h"

namespace longview {
namespace {

constexpr double readable = 4.5; // WCAG 2.1, text
constexpr int bar_width = 4;     // beside the lines of the pair's segments
constexpr double target_share = 0.22;
constexpr double prefix_share = 0.10;

QString label_of(const DocumentData& document, std::uint32_t place, const std::optional<Cell>& pair) {
  const auto segment = segment_at_place(document, place);
  if (!segment)
    return QStringLiteral("–"); // thinned out
  if (pair && pair->i == *segment)
    return QStringLiteral("c_i %1").arg(*segment);
  if (pair && pair->j == *segment)
    return QStringLiteral("c_j %1").arg(*segment);
  return QString::number(*segment);
}

QFont bold(QFont font) {
  font.setBold(true);
  return font;
}

class Painter {
 public:
  Painter(QPainter& painter, const TextScene& scene)
      : painter_(painter), scene_(scene), theme_(Theme::of(scene.palette)), small_(small_font(scene.font)) {}

  void all() {
    for (const PieceFlow::Shown& piece : scene_.flow->shown()) {
      segment(piece, pair() ? std::optional(pair()->j) : std::nullopt, prefix_share);
      segment(piece, pair() ? std::optional(pair()->i) : std::nullopt, target_share);
      hits(piece);
      text(piece);
    }
    for (const PieceFlow::Shown& piece : scene_.flow->shown())
      borders(piece);
    first_label();
  }

 private:
  const std::optional<Cell>& pair() const { return scene_.marks->pair; }
  QPointF origin(const PieceFlow::Shown& piece) const { return QPointF(scene_.column, piece.y); }

  struct Units {
    int from = 0, to = 0;
  };
  /// The part of a piece that lies in a range.
  static Units units(const PieceFlow::Shown& piece, ByteRange range) {
    const std::uint64_t begin = std::max(range.begin, piece.begin) - piece.begin;
    const std::uint64_t end = std::max(range.end, piece.begin) - piece.begin;
    return {piece.layout->whole(piece.layout->text().unit_of(begin)),
            piece.layout->whole(piece.layout->text().unit_of(end))};
  }

  std::vector<QRectF> rectangles(const PieceFlow::Shown& piece, ByteRange range) const {
    const Units part = units(piece, range);
    if (part.from >= part.to)
      return {};
    auto found = piece.layout->rectangles(part.from, part.to, -piece.y, scene_.view.height() - piece.y);
    for (QRectF& one : found)
      one.translate(origin(piece));
    return found;
  }

  /// A segment of the pair: a tint behind its text, and a bar beside its lines.
  void segment(const PieceFlow::Shown& piece, std::optional<std::uint32_t> k, double share) {
    const auto range = k ? segment_bytes(*scene_.document, *k) : std::nullopt;
    if (!range)
      return;
    const QColor highlight = scene_.palette.color(QPalette::Highlight);
    const QColor ground = tint(scene_.palette, highlight, share);
    for (const QRectF& one : rectangles(piece, *range)) {
      painter_.fillRect(one, ground);
      painter_.fillRect(QRectF(scene_.column - 2.0 * bar_width, one.top(), bar_width, one.height()),
                        share == target_share ? theme_.accent : tint(scene_.palette, theme_.accent, 0.5));
    }
  }

  void hits(const PieceFlow::Shown& piece) {
    if (!scene_.marks->hits)
      return;
    const auto& all = *scene_.marks->hits;
    const std::uint64_t end = piece.begin + piece.layout->text().bytes.back();
    auto hit = std::lower_bound(all.begin(), all.end(), piece.begin,
                                [](const ByteRange& one, std::uint64_t begin) { return one.end <= begin; });
    const QColor other = tint(scene_.palette, Theme::categories()[4], 0.55);
    for (; hit != all.end() && hit->begin < end; ++hit) {
      const bool current = scene_.marks->current_hit == static_cast<std::size_t>(hit - all.begin());
      for (const QRectF& one : rectangles(piece, *hit)) {
        painter_.fillRect(one, other);
        if (current) {
          painter_.setPen(QPen(theme_.text, 2));
          painter_.drawRect(one.adjusted(0, 1, 0, -1));
        }
      }
    }
  }

  void text(const PieceFlow::Shown& piece) {
    const Units selected = units(piece, scene_.selection);
    piece.layout->draw(painter_, origin(piece), selected.from, selected.to, scene_.palette, scene_.view);
  }

  /// Where segments begin: a stair of hairlines through the line, and the number beside it.
  void borders(const PieceFlow::Shown& piece) {
    const std::vector<std::uint64_t>& bounds = scene_.document->data.bounds;
    const std::uint64_t end = piece.begin + piece.layout->text().bytes.back();
    for (auto bound = std::lower_bound(bounds.begin(), bounds.end(), piece.begin);
         bound != bounds.end() && *bound < end; ++bound)
      border(piece, *bound, static_cast<std::uint32_t>(bound - bounds.begin()));
  }

  void border(const PieceFlow::Shown& piece, std::uint64_t byte, std::uint32_t place) {
    const int unit = units(piece, {byte, byte}).from;
    const QTextLine line = piece.layout->line(piece.layout->line_of(unit));
    if (!line.isValid())
      return;
    const double top = std::round(piece.y + line.y()) - 1.5;
    const double bottom = top + std::ceil(line.height()) + 2;
    if (bottom < 0 || top > scene_.view.height())
      return;
    const double x = std::round(scene_.column + line.cursorToX(unit)) + 0.5;
    double left = scene_.column, right = scene_.column + line.width();
    if (piece.layout->right_to_left()) // what follows is on the left
      std::swap(left, right);
    painter_.setPen(QPen(theme_.diagonal, 1));
    if (byte > 0)
      painter_.drawPolyline(QPolygonF{{right, top}, {x, top}, {x, bottom}, {left, bottom}});
    if (place + 1 < scene_.document->data.bounds.size())
      label(place, top, bottom);
  }

  /// Several that begin in one line share the label of the first.
  void label(std::uint32_t place, double top, double bottom) {
    if (top < labelled_until_)
      return;
    labelled_from_ = std::min(labelled_from_, top);
    labelled_until_ = bottom - 1;
    write(place, top, bottom);
  }

  void write(std::uint32_t place, double top, double bottom) {
    const auto segment = segment_at_place(*scene_.document, place);
    const bool chosen = segment && pair() && (pair()->i == *segment || pair()->j == *segment);
    painter_.setFont(chosen ? bold(small_) : small_);
    painter_.setPen(chosen ? theme_.text : theme_.muted_text);
    const QRectF box(0, top, scene_.margin - 2.0 * bar_width - 4, bottom - top);
    painter_.drawText(box, Qt::AlignRight | Qt::AlignVCenter, label_of(*scene_.document, place, pair()));
  }

  /// The segment that the first line belongs to, whose begin is out of sight.
  void first_label() {
    const auto place = place_at(*scene_.document, scene_.flow->first_byte());
    const int row = QFontMetrics(scene_.font).lineSpacing();
    if (place && labelled_from_ > 1.5 * row)
      write(*place, 0, row);
  }

  QPainter& painter_;
  const TextScene& scene_;
  Theme theme_;
  QFont small_;
  double labelled_from_ = std::numeric_limits<double>::max();
  double labelled_until_ = std::numeric_limits<double>::lowest();
};

} // namespace

int margin_width(const DocumentData* document, const QFont& font) {
  const std::size_t longest =
      document ? QString::number(std::max<std::size_t>(1, document->data.bounds.size()) - 1).size() : 1;
  const QFontMetrics metrics(bold(small_font(font)));
  return metrics.horizontalAdvance(QStringLiteral("c_i ") + QString(static_cast<qsizetype>(longest), u'8')) +
         2 * bar_width + 12;
}

QColor tint(const QPalette& palette, const QColor& colour, double share) {
  const QColor base = palette.color(QPalette::Base);
  const QColor text = palette.color(QPalette::Text);
  const auto mixed = [&](double part) {
    const auto channel = [part](int top, int ground) {
      return static_cast<int>(std::lround(part * top + (1 - part) * ground));
    };
    return QColor(channel(colour.red(), base.red()), channel(colour.green(), base.green()),
                  channel(colour.blue(), base.blue()));
  };
  while (share > 0.03 && contrast(mixed(share), text) < readable)
    share *= 0.85;
  return mixed(share);
}

void paint_text(QPainter& painter, const TextScene& scene) {
  Painter(painter, scene).all();
}

} // namespace longview
