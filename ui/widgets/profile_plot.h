#pragma once

#include <vector>

#include <QPointF>
#include <QString>

#include "analysis/distance_profile.h"
#include "widgets/document_data.h"
#include "widgets/plot_style.h"

class QCustomPlot;

namespace longview {

/// The numbers of a distance profile. Short documents have bins of equal width and a linear axis; in longer ones bins
/// widen by the same factor and the axis is logarithmic, because strength falls most over the first segments.
struct ProfileValues {
  std::vector<ProfilePoint> points; ///< one a bin, empty bins too
  bool logarithmic = false;
  bool thinned = false; ///< distances count kept segments, so they are no number of tokens

  std::uint32_t longest() const { return points.empty() ? 0 : points.back().furthest; }
};

/// Linear in the number of pairs. No points without a scored pair. Null: no document.
ProfileValues profile_values(const DocumentData* document);

/// Why there is nothing to plot; empty where there is something.
QString nothing_to_plot(const DocumentData* document, const ProfileValues& values);

/// Fills the plot: what there is no room for in look.size is left out. `values` has points.
void build_profile(QCustomPlot& plot, const DocumentData& document, const ProfileValues& values, const PlotLook& look);

/// The bin under a pixel of a plot that build_profile() filled; null elsewhere.
const ProfilePoint* profile_point_at(const QCustomPlot& plot, const ProfileValues& values, QPointF pixel);
/// A bin in words: "distance 9–12 segments (1,152–1,536 tokens): mean strength 0.12 ±0.02 over 34 pairs", then the
/// formula.
QString profile_tip(const DocumentData& document, const ProfileValues& values, const ProfilePoint& point);
/// The whole plot in a sentence, for who cannot see it.
QString profile_summary(const DocumentData& document, const ProfileValues& values);

} // namespace longview
