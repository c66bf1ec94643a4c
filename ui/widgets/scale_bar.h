#pragma once

#include <QWidget>

#include "widgets/colour_map.h"

namespace longview {

/// A small legend on one line: the colours of a scale between the values of its ends.
class ScaleBar : public QWidget {
  Q_OBJECT

 public:
  explicit ScaleBar(QWidget* parent = nullptr);
  void set_scale(const ColourScale& scale);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString low_text() const;
  QString high_text() const;

  ColourScale scale_;
};

} // namespace longview
