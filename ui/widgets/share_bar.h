#pragma once

#include <vector>

#include <QColor>
#include <QWidget>

namespace longview {

/// One bar in as many colours as it has parts, each as long as its share.
class ShareBar : public QWidget {
  Q_OBJECT

 public:
  struct Part {
    double share = 0; ///< of all, 0 … 1; negative ones are left out
    QColor colour;
  };
  using QWidget::QWidget;

  void set_parts(std::vector<Part> parts);
  QSize sizeHint() const override { return {120, 10}; }
  QSize minimumSizeHint() const override { return {40, 10}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<Part> parts_;
};

} // namespace longview
