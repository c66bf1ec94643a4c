#include "widgets/document_html.h"

#include <algorithm>
#include <cmath>

#include <QStringList>

#include "base/file.h"
#include "base/machine.h"
#include "models/format.h"
#include "run/run_view.h"
#include "scoring/breakdown.h"
#include "widgets/colour_map.h"
#include "widgets/reading_line.h"
#include "widgets/segment_text.h"

namespace longview {
namespace {

constexpr std::size_t listed_links = 20;
constexpr double least_range = 1;    // nats: small changes stay pale
constexpr double least_shown = 0.05; // of the range
constexpr double strongest_alpha = 0.7;

constexpr const char* style = R"css(
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 1100px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.4em; margin-bottom: 0; overflow-wrap: anywhere; } h2 { font-size: 1.1em; margin-top: 2em; }
.score { font-size: 1.25em; } .quiet { opacity: .7; }
table { border-collapse: collapse; } .wide { overflow-x: auto; }
th, td { padding: .2em .8em; text-align: right; border-bottom: 1px solid #8884; vertical-align: top; }
th { font-weight: 600; } .words th, .words td { text-align: left; }
img { display: block; width: 100%; max-width: 900px; height: auto; border: 1px solid #8884; margin: 1em 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5em; margin: .5em 0 2em; }
.pair div { white-space: pre-wrap; overflow-wrap: anywhere; border-top: 1px solid #8884; padding-top: .5em; unicode-bidi: plaintext; }
@media (max-width: 700px) { .pair { grid-template-columns: 1fr; } }
)css";

QString escaped(const QString& text) {
  QString out = text.toHtmlEscaped();
  // Control characters have no place in HTML; a sign for each keeps them visible.
  for (QChar& c : out)
    if (c.unicode() < 0x20 && c != u'\n' && c != u'\t')
      c = QChar(0x2400 + c.unicode());
  return out;
}

QString element(const char* tag, const QString& text, const char* kind = "") {
  return *kind
             ? QStringLiteral("<%1 class=\"%2\">%3</%1>\n").arg(QLatin1String(tag), QLatin1String(kind), escaped(text))
             : QStringLiteral("<%1>%2</%1>\n").arg(QLatin1String(tag), escaped(text));
}

QString row(const QStringList& cells, const char* tag = "td") {
  QString out = QStringLiteral("<tr>");
  for (const QString& cell : cells)
    out += QStringLiteral("<%1>%2</%1>").arg(QLatin1String(tag), escaped(cell));
  return out + QStringLiteral("</tr>\n");
}

QString figure(const QByteArray& svg, const QString& words) {
  return QStringLiteral("<img alt=\"%1\" src=\"data:image/svg+xml;base64,%2\">\n")
      .arg(escaped(words), QString::fromLatin1(svg.toBase64()));
}

QString title_of(const DocumentData& document) {
  return QString::fromStdString(document.document.title.empty() ? document.document.name : document.document.title);
}

QString head(const DocumentData& document, const DocumentHtmlFacts& facts) {
  const ResultRow& result = document.row;
  const SamplingSettings& sampling = document.sampling;
  const LiveParameters& live = document.parameters;
  const bool by_sum = live.score == ScoreKind::sum;
  QString out = element("h1", title_of(document));
  if (document.document.title != document.document.name)
    out += element("p", QString::fromStdString(document.document.name), "quiet");
  const QString mean = QStringLiteral("mean LDS %1").arg(with_error(result.lds_mean, result.lds_error));
  const QString sum = QStringLiteral("LDS %1").arg(three_digits(result.lds));
  out += element("p", by_sum ? QStringLiteral("%1 (%2)").arg(sum, mean) : QStringLiteral("%1 (%2)").arg(mean, sum),
                 "score");
  out += QStringLiteral("<table class=\"words\">\n");
  out += row({QStringLiteral("dataset, run"), QString::fromStdString(facts.dataset + ", " + facts.run)});
  out += row({QStringLiteral("model"), QString::fromStdString(facts.model)});
  out += row(
      {QStringLiteral("length"), QStringLiteral("%1 tokens, %2 of %3 tokens")
                                     .arg(grouped(result.tokens), counted(document.segments(), "segment", "segments"),
                                          grouped(sampling.segment_length))});
  out += row({QStringLiteral("sample"),
              QStringLiteral("%1, preset %2, seed %3")
                  .arg(counted(document.scores.pair_count, "pair", "pairs"), QString::fromUtf8(name(sampling.preset)))
                  .arg(sampling.seed)});
  out += row({QStringLiteral("parameters"),
              QStringLiteral("threshold %1, alpha %2, beta %3, distance over the %4, specificity %5")
                  .arg(all_digits(live.threshold), all_digits(live.alpha), all_digits(live.beta),
                       QString::fromUtf8(name(live.distance)), QString::fromUtf8(name(live.specificity)))});
  return out + QStringLiteral("</table>\n");
}

QString share_words(double share) {
  return std::isnan(share) ? QStringLiteral("none") : QStringLiteral("%1 %").arg(figure_number(100 * share));
}

QString why(const DocumentData& document) {
  const LiveParameters& live = document.parameters;
  const ScoreBreakdown parts = break_down(document.data.pairs, document.scores, document.sampling, live);
  QString out = element("h2", QStringLiteral("Why this score")) + QStringLiteral("<table class=\"words\">\n");
  out +=
      row({QStringLiteral("part"), QStringLiteral("value"), QStringLiteral("share of LDS"), QStringLiteral("formula")},
          "th");
  out += row({QStringLiteral("LDS"), figure_number(document.scores.lds), QString(),
              QStringLiteral("Σ (%1 × strength + %2 × distance) × specificity over the %3 of %4 with strength > %5")
                  .arg(all_digits(live.alpha), all_digits(live.beta), grouped(parts.above),
                       counted(parts.pairs, "pair", "pairs"), all_digits(live.threshold))});
  out += row({QStringLiteral("strength"), figure_number(parts.strength), share_words(parts.strength_share()),
              QStringLiteral("%1 × Σ strength × specificity").arg(all_digits(live.alpha))});
  out += row({QStringLiteral("distance"), figure_number(parts.distance), share_words(parts.distance_share()),
              QStringLiteral("%1 × Σ distance × specificity").arg(all_digits(live.beta))});
  out += row({QStringLiteral("specificity"), figure_number(document.scores.mean_specificity), QString(),
              QStringLiteral("leaves %1 of what the same pairs have without it")
                  .arg(share_words(parts.specificity_factor()))});
  out += row({QStringLiteral("published preset"), figure_number(parts.published.lds), QString(),
              QStringLiteral("LDS of the same pairs by the released program's rules")});
  return out + QStringLiteral("</table>\n");
}

QString links_table(const DocumentData& document, const std::vector<std::uint32_t>& links) {
  QString out = element("h2", QStringLiteral("Strongest links"));
  if (links.empty())
    return out + element("p", QStringLiteral("No pair lies above the threshold."));
  out += QStringLiteral("<div class=\"wide\"><table>\n") +
         row({QStringLiteral("target c_i"), QStringLiteral("prefix c_j"), QStringLiteral("segments back"),
              QStringLiteral("perplexity alone"), QStringLiteral("after c_j"), QStringLiteral("strength"),
              QStringLiteral("distance"), QStringLiteral("specificity"), QStringLiteral("adds to LDS")},
             "th");
  for (const std::uint32_t k : links) {
    const Pair& pair = document.data.pairs.pairs[k];
    const PairParts& parts = document.scores.parts[k];
    out += row({QString::number(pair.i), QString::number(pair.j),
                QString::number(document.place(pair.i) - document.place(pair.j)),
                figure_number(document.data.pairs.perplexity_alone[pair.i]), figure_number(pair.perplexity_after),
                figure_number(parts.strength), figure_number(parts.distance), figure_number(parts.specificity),
                figure_number(parts.contribution)});
  }
  return out + QStringLiteral("</table></div>\n");
}

/// The text of a target with each token on the colour of its gain.
QString coloured(const DocumentData& document, std::uint32_t segment, const QString& text, const TokenGain& gain) {
  const std::vector<int> ends = token_ends_in_text(document, segment, gain.ends, false);
  std::vector<double> gains;
  for (std::size_t t = 0; t < gain.alone.size(); ++t)
    gains.push_back(gain.gain(t));
  if (ends.size() != gains.size() + 1)
    return escaped(text);
  const ColourScale scale = ColourScale::diverging_for(gains, least_range);
  QString out = escaped(text.left(ends[0]));
  for (std::size_t t = 1; t < ends.size(); ++t) {
    const QString token = escaped(text.mid(ends[t - 1], ends[t] - ends[t - 1]));
    const double value = gains[t - 1];
    const double size = std::min(1.0, std::abs(value) / scale.high);
    if (size < least_shown || token.isEmpty()) {
      out += token;
      continue;
    }
    const QColor colour(scale.colour(value < 0 ? scale.low : scale.high, false));
    out += QStringLiteral("<span style=\"background:rgba(%1,%2,%3,%4)\" title=\"gain %5 nats\">%6</span>")
               .arg(colour.red())
               .arg(colour.green())
               .arg(colour.blue())
               .arg(strongest_alpha * size, 0, 'f', 2)
               .arg(figure_number(value), token);
  }
  return out + escaped(text.mid(ends.back()));
}

QString texts(const DocumentData& document, const DocumentHtmlFacts& facts, const std::vector<std::uint32_t>& links) {
  QString out = element("h2", QStringLiteral("Their texts"));
  if (!document.text)
    return out + element("p", QString::fromStdString(document.text_problem.empty() ? "The text was not read."
                                                                                   : document.text_problem));
  bool any_gain = false;
  QString pairs;
  for (std::size_t k = 0; k < std::min(links.size(), links_with_text); ++k) {
    const Pair& pair = document.data.pairs.pairs[links[k]];
    const auto prefix = segment_text(document, pair.j);
    const auto target = segment_text(document, pair.i);
    if (!prefix || !target)
      continue;
    const auto gain = facts.gains.find({pair.i, pair.j});
    any_gain = any_gain || gain != facts.gains.end();
    pairs += element("p", reading_line(document, Cell{pair.i, pair.j})) +
             QStringLiteral("<div class=\"pair\"><div>%1</div><div>%2</div></div>\n")
                 .arg(escaped(*prefix),
                      gain == facts.gains.end() ? escaped(*target) : coloured(document, pair.i, *target, gain->second));
  }
  out +=
      element("p",
              any_gain ? QStringLiteral("The prefix on the left, the target on the right. Orange tokens are easier to "
                                        "predict after the prefix, blue ones harder; point at one for its gain.")
                       : QStringLiteral("The prefix on the left, the target on the right."),
              "quiet");
  return out + pairs;
}

} // namespace

DocumentFigures draw_figures(const DocumentData& document, const FigureOptions& options) {
  const auto svg = [&](FigureKind kind) { return figure_svg(kind, document, options); };
  return {svg(FigureKind::heatmap), svg(FigureKind::profile), svg(FigureKind::specificity)};
}

QByteArray document_html(const DocumentData& document, const DocumentFigures& figures, const DocumentHtmlFacts& facts) {
  const std::vector<std::uint32_t> links = heaviest_pairs(document.scores, listed_links);
  QString page = QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                                "<meta name=\"viewport\" content=\"width=device-width\">"
                                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
                                "data:; style-src 'unsafe-inline'\">\n");
  page += element("title", QStringLiteral("Longview: %1").arg(title_of(document)));
  page += QStringLiteral("<style>%1</style></head><body>\n").arg(QLatin1String(style));
  page += head(document, facts);
  if (document.scores.pair_count > 0) {
    page += why(document);
    page += element("h2", QStringLiteral("Pairs, distances, segments"));
    page += figure(figures.heatmap, QStringLiteral("Heatmap of the pairs"));
    page += figure(figures.profile, QStringLiteral("Strength by distance"));
    page += figure(figures.specificity, QStringLiteral("Specificity by segment"));
    page += links_table(document, links) + texts(document, facts, links);
  } else {
    page +=
        element("p", QString::fromStdString(document.row.reason.empty() ? "No pair is scored." : document.row.reason));
  }
  page += element("p",
                  QStringLiteral("Made by Longview %1. Strength is (perplexity alone − perplexity after the prefix) / "
                                 "perplexity alone; the Long Dependency Score is that of ProLong (arXiv 2405.17915).")
                      .arg(QString::fromStdString(program_version())),
                  "quiet");
  return (page + QStringLiteral("</body></html>\n")).toUtf8();
}

void write_document_html(const Project& project, RunId run, const DocumentData& document,
                         const DocumentFigures& figures, const std::filesystem::path& path) {
  const RunView view = choose_run(project, {}, static_cast<std::int64_t>(run));
  DocumentHtmlFacts facts{view.dataset.name, std::to_string(static_cast<std::int64_t>(run)), view.run.model_name, {}};
  for (const std::uint32_t k : heaviest_pairs(document.scores, links_with_text)) {
    const Pair& pair = document.data.pairs.pairs[k];
    if (auto gain = project.token_gain(run, document.document.id, pair.i, pair.j))
      facts.gains.emplace(std::pair{pair.i, pair.j}, std::move(*gain));
  }
  const QByteArray bytes = document_html(document, figures, facts);
  AtomicFile file(path);
  file.write({bytes.constData(), static_cast<std::size_t>(bytes.size())});
  file.commit();
}

} // namespace longview
