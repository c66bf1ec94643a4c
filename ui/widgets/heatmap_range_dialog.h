#pragma once

#include <optional>

#include <QDialog>

#include "widgets/heatmap_view.h"

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QRadioButton;

namespace longview {

class HeatmapWidget;

/// The range of the colours of what a heatmap shows: fitted to the document, or with ends that are typed; one button
/// makes those of all values fitted again. The heatmap follows at once; Cancel gives it back what it had.
class HeatmapRangeDialog : public QDialog {
  Q_OBJECT

 public:
  explicit HeatmapRangeDialog(HeatmapWidget* heatmap);

  void reject() override;

 private:
  void build();
  std::optional<ColourRange> typed() const; ///< nothing where it is no range
  void apply();
  void reset();

  HeatmapWidget* heatmap_;
  const HeatmapView before_;
  const std::map<HeatmapValue, ColourRange> ranges_before_;
  QRadioButton *fitted_, *fixed_;
  QLineEdit *low_, *high_;
  QLabel* problem_;
  QDialogButtonBox* buttons_;
};

} // namespace longview
