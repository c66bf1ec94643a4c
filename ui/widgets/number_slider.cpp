#include "widgets/number_slider.h"

#include <cmath>

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

namespace longview {
namespace {

constexpr int decimals = 3;
constexpr int slider_steps = 200;

} // namespace

NumberSlider::NumberSlider(const QString& title, double low, double high, double least, double most, QWidget* parent)
    : QWidget(parent), low_(low), high_(high), title_(new QLabel(title, this)),
      slider_(new QSlider(Qt::Horizontal, this)), field_(new QDoubleSpinBox(this)) {
  slider_->setRange(0, slider_steps);
  slider_->setPageStep(slider_steps / 20);
  field_->setRange(least, most);
  field_->setDecimals(decimals);
  field_->setSingleStep((high - low) / slider_steps * 2);
  field_->setAlignment(Qt::AlignRight);
  field_->setFixedWidth(field_->fontMetrics().horizontalAdvance(QStringLiteral("-000.000")) + 32);
  field_->setKeyboardTracking(false); // a number that is half typed is none
  title_->setBuddy(slider_);
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setHorizontalSpacing(8);
  layout->setVerticalSpacing(0);
  layout->addWidget(title_, 0, 0);
  layout->addWidget(field_, 0, 1);
  layout->addWidget(slider_, 1, 0, 1, 2);
  setFocusProxy(slider_);
  connect(slider_, &QSlider::valueChanged, this, [this](int step) {
    value_ = std::round((low_ + (high_ - low_) * step / slider_steps) * 1000) / 1000;
    show_value();
    emit value_changed();
  });
  connect(slider_, &QSlider::sliderReleased, this, &NumberSlider::settled);
  connect(field_, &QDoubleSpinBox::valueChanged, this, [this](double value) {
    value_ = value;
    show_value();
    emit value_changed();
  });
  set_value(low);
}

void NumberSlider::set_value(double value) {
  value_ = value;
  show_value();
}

void NumberSlider::set_name(const QString& name) {
  slider_->setAccessibleName(name);
  field_->setAccessibleName(tr("%1, exactly").arg(name));
}

bool NumberSlider::moving() const {
  return slider_->isSliderDown();
}

void NumberSlider::show_value() {
  const QSignalBlocker quiet_slider(slider_);
  const QSignalBlocker quiet_field(field_);
  if (!slider_->isSliderDown())
    slider_->setValue(static_cast<int>(std::lround((value_ - low_) / (high_ - low_) * slider_steps)));
  field_->setValue(value_);
}

} // namespace longview
