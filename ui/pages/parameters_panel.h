#pragma once

#include <QWidget>

#include "jobs/parameter_sets.h"
#include "scoring/settings.h"

class QComboBox;
class QPushButton;
class QToolButton;

namespace longview {

class Notice;
class NumberSlider;

/// The live parameters: everything that is derived follows them at once, and the model is not run again. Begins with
/// those of the run; what a person changed stays while other runs are looked at, until it is reset.
class ParametersPanel : public QWidget {
  Q_OBJECT

 public:
  explicit ParametersPanel(ParameterSets& sets, QWidget* parent = nullptr);

  const LiveParameters& parameters() const { return parameters_; }
  /// Those of the run that is shown. Without changes they are the parameters now; no signal.
  void set_own(const LiveParameters& own);
  /// A slider is held: more changes follow.
  bool moving() const;
  void reset();
  /// As if a person had set these.
  void set_parameters(const LiveParameters& parameters);

 signals:
  void parameters_changed();

 private:
  QWidget* build_numbers();
  QWidget* build_sets();
  void take(const LiveParameters& parameters);
  void fields_changed();
  void show_parameters();
  void show_sets();
  void choose_set(int index);
  void ask_name();

  ParameterSets& sets_;
  LiveParameters own_;
  LiveParameters parameters_;
  bool changed_ = false;

  NumberSlider* threshold_;
  NumberSlider* alpha_;
  NumberSlider* beta_;
  QComboBox* distance_;
  QComboBox* specificity_;
  QComboBox* score_;
  QComboBox* set_;
  QToolButton* keep_;
  QToolButton* remove_;
  QPushButton* reset_;
  Notice* state_;
  Notice* problem_;
};

} // namespace longview
