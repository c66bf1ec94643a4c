#pragma once

#include <QPainter>
#include <QRectF>

#include "widgets/document_data.h"
#include "widgets/profile_figure.h"
#include "widgets/theme.h"

namespace longview {

/// The distance profile and the specificity of a document drawn into `rect` (logical units of the painter): the same
/// plots as ProfileWidget and SpecificityWidget. Vector output stays vector. Where there is nothing to draw the figure
/// says so in one sentence. GUI thread only.
void paint_profile(QPainter& painter, const QRectF& rect, const DocumentData& document, const ProfileFigure& figure,
                   const Theme& theme);
void paint_specificity(QPainter& painter, const QRectF& rect, const DocumentData& document, const Theme& theme);

} // namespace longview
