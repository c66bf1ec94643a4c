#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace longview {

/// A number with a slider for the usual range and a field for an exact value, which may lie beyond it.
class NumberSlider : public QWidget {
  Q_OBJECT

 public:
  /// `title` stands above the slider, with its mnemonic. The slider goes from `low` to `high`; the field from `least`
  /// to `most`, with three decimals.
  NumberSlider(const QString& title, double low, double high, double least, double most, QWidget* parent = nullptr);

  double value() const { return value_; }
  /// Does not emit.
  void set_value(double value);
  void set_name(const QString& name);
  /// Held with the mouse: more changes follow.
  bool moving() const;

  QSlider* slider() const { return slider_; }
  QDoubleSpinBox* field() const { return field_; }

 signals:
  void value_changed();
  /// The slider was let go of.
  void settled();

 private:
  void show_value();

  double low_, high_;
  double value_ = 0;
  QLabel* title_;
  QSlider* slider_;
  QDoubleSpinBox* field_;
};

} // namespace longview
