#include "widgets/theme.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>
#include <QToolTip>

#include "widgets/system_colour_scheme.h"

namespace longview {
namespace {

constexpr double readable = 4.5; // WCAG 2.1, text
constexpr double stark = 20;     // black and white are 21

double linear(double channel) {
  return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& colour) {
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

bool is_dark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightnessF() < 0.5F;
}

struct PaletteColours {
  QRgb window, base, alternate_base, button, text, muted, disabled, highlight, link, visited, tool_tip;
  QRgb light, midlight, mid, dark, shadow; ///< edges of frames and buttons
};

constexpr PaletteColours light_colours{0xfff3f4f6, 0xffffffff, 0xfff7f8fa, 0xffeceef1, 0xff1f2328, 0xff57606a,
                                       0xff626972, 0xff0b63ad, 0xff0b63ad, 0xff6f42a8, 0xffffffff, 0xffffffff,
                                       0xfff7f8fa, 0xffbfc4ca, 0xffa0a6ad, 0xff6e747b};
constexpr PaletteColours dark_colours{0xff26282b, 0xff1c1e20, 0xff222427, 0xff33363a, 0xffe4e6e8, 0xffa4abb3,
                                      0xff9aa1a9, 0xff2f6fb0, 0xff6fb7f2, 0xffc3a6f0, 0xff33363a, 0xff484c51,
                                      0xff3d4145, 0xff1f2123, 0xff17181a, 0xff0e0f10};

constexpr PaletteColours high_contrast_colours{0xff000000, 0xff000000, 0xff101010, 0xff000000, 0xffffffff, 0xffd8d8d8,
                                               0xffb4b4b4, 0xffffe14d, 0xff8fd0ff, 0xffe0c4ff, 0xff000000, 0xffffffff,
                                               0xffc8c8c8, 0xff8c8c8c, 0xffa0a0a0, 0xffffffff};

QPalette palette_of(const PaletteColours& colours) {
  QPalette palette;
  const auto set = [&palette](QPalette::ColorRole role, QRgb colour) { palette.setColor(role, QColor(colour)); };
  set(QPalette::Window, colours.window);
  set(QPalette::Base, colours.base);
  set(QPalette::AlternateBase, colours.alternate_base);
  set(QPalette::Button, colours.button);
  set(QPalette::ToolTipBase, colours.tool_tip);
  set(QPalette::Highlight, colours.highlight);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
    set(role, colours.text);
  set(QPalette::BrightText, 0xffffffff);
  palette.setColor(QPalette::HighlightedText, readable_on(QColor(colours.highlight)));
  set(QPalette::PlaceholderText, colours.muted);
  set(QPalette::Link, colours.link);
  set(QPalette::LinkVisited, colours.visited);
  set(QPalette::Light, colours.light);
  set(QPalette::Midlight, colours.midlight);
  set(QPalette::Mid, colours.mid);
  set(QPalette::Dark, colours.dark);
  set(QPalette::Shadow, colours.shadow);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, QColor(colours.disabled));
  palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(colours.mid));
  palette.setColor(QPalette::Disabled, QPalette::HighlightedText, readable_on(QColor(colours.mid)));
  return palette;
}

bool is_stark(const QPalette& palette) {
  return is_dark(palette) && contrast(palette.color(QPalette::Active, QPalette::WindowText),
                                      palette.color(QPalette::Active, QPalette::Window)) >= stark;
}

/// Fusion derives the edges of boxes to tick and of fields from the window's colour, and on a dark one nobody sees
/// those of boxes, on a black one none at all.
class OwnStyle final : public QProxyStyle {
 public:
  OwnStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool box = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
    const bool field = element == PE_FrameLineEdit || element == PE_PanelButtonCommand || element == PE_Frame;
    if ((box && is_dark(option->palette)) || (field && is_stark(option->palette)))
      outline(*option, *painter);
  }

  void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                          const QWidget* widget) const override {
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if ((control == CC_ComboBox || control == CC_SpinBox) && is_stark(option->palette))
      outline(*option, *painter);
  }

 private:
  static void outline(const QStyleOption& option, QPainter& painter) {
    const bool enabled = option.state & State_Enabled;
    const bool focus = option.state & State_HasFocus;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(option.palette.color(enabled ? QPalette::Active : QPalette::Disabled,
                                        focus ? QPalette::Highlight : QPalette::PlaceholderText));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(option.rect.adjusted(0, 0, -1, -1));
    painter.restore();
  }
};

/// Changing the style polishes every widget again, so only when it is another one.
void use_own_style() {
  if (!dynamic_cast<OwnStyle*>(QApplication::style()))
    QApplication::setStyle(new OwnStyle);
}

void use_system_style(const QString& name) {
  if (dynamic_cast<OwnStyle*>(QApplication::style()) ||
      QApplication::style()->name().compare(name, Qt::CaseInsensitive) != 0)
    QApplication::setStyle(name);
}

void use_own_colours(const PaletteColours& colours) {
  use_own_style();
  const QPalette palette = palette_of(colours);
  QApplication::setPalette(palette);
  QToolTip::setPalette(palette); // keeps colours of its own otherwise
}

void use_system_colours(const QString& style, const QPalette& tool_tips) {
  use_system_style(style);
  QApplication::setPalette(QPalette());
  QToolTip::setPalette(tool_tips);
  if (!is_dark(QApplication::palette()) && SystemColourScheme::instance().wants_dark())
    use_own_colours(dark_colours);
}

} // namespace

double contrast(const QColor& one, const QColor& other) {
  const double a = luminance(one);
  const double b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor readable_on(const QColor& background) {
  const QColor black(0xff101214);
  const QColor white(Qt::white);
  return contrast(black, background) >= contrast(white, background) ? black : white;
}

Theme Theme::light() {
  Theme theme;
  theme.dark = false;
  theme.background = QColor(0xffffffff);
  theme.text = QColor(0xff1f2328);
  theme.muted_text = QColor(0xff57606a);
  theme.grid = QColor(0xffe4e7ea);
  theme.hatch = QColor(0xffd3d8dd);
  theme.diagonal = QColor(0xff8a929b);
  theme.accent = QColor(0xff0b63ad);
  theme.threshold = QColor(0xff363c43);
  theme.warning = QColor(0xff9a3c00);
  return theme;
}

Theme Theme::dark_theme() {
  Theme theme;
  theme.dark = true;
  theme.background = QColor(0xff1c1e20);
  theme.text = QColor(0xffe4e6e8);
  theme.muted_text = QColor(0xffa4abb3);
  theme.grid = QColor(0xff303336);
  theme.hatch = QColor(0xff36393d);
  theme.diagonal = QColor(0xff757b82);
  theme.accent = QColor(0xff6fb7f2);
  theme.threshold = QColor(0xffc9ced3);
  theme.warning = QColor(0xffffa06b);
  return theme;
}

Theme Theme::high_contrast() {
  Theme theme = dark_theme();
  theme.background = QColor(0xff000000);
  theme.text = QColor(0xffffffff);
  theme.muted_text = QColor(0xffd8d8d8);
  theme.grid = QColor(0xff404040);
  theme.hatch = QColor(0xff606060);
  theme.diagonal = QColor(0xffc0c0c0);
  theme.accent = QColor(0xffffe14d);
  theme.threshold = QColor(0xffffffff);
  theme.warning = QColor(0xffffb080);
  return theme;
}

Theme Theme::of(const QPalette& palette) {
  if (is_stark(palette))
    return high_contrast();
  Theme theme = is_dark(palette) ? dark_theme() : light();
  const QColor base = palette.color(QPalette::Active, QPalette::Base);
  if (contrast(theme.muted_text, base) >= readable && contrast(theme.warning, base) >= readable)
    theme.background = base;
  const QColor highlight = palette.color(QPalette::Active, QPalette::Highlight);
  if (contrast(highlight, theme.background) >= readable)
    theme.accent = highlight;
  return theme;
}

const std::array<QColor, 8>& Theme::categories() {
  // Okabe and Ito, Color Universal Design (2008): blue, vermilion, bluish green, reddish purple, orange, sky blue,
  // yellow, black.
  static const std::array<QColor, 8> colours{QColor(0xff0072b2), QColor(0xffd55e00), QColor(0xff009e73),
                                             QColor(0xffcc79a7), QColor(0xffe69f00), QColor(0xff56b4e9),
                                             QColor(0xfff0e442), QColor(0xff000000)};
  return colours;
}

void apply_theme(ThemeChoice choice) {
  static const QString system_style = QApplication::style()->name();
  static const QPalette system_tool_tips = QToolTip::palette();
  static ThemeChoice chosen = ThemeChoice::system;
  static const bool following = [] {
    SystemColourScheme::instance().on_change([] {
      if (chosen == ThemeChoice::system)
        use_system_colours(system_style, system_tool_tips);
    });
    return true;
  }();
  Q_UNUSED(following);
  chosen = choice;
  switch (choice) {
  case ThemeChoice::system:
    use_system_colours(system_style, system_tool_tips);
    break;
  case ThemeChoice::light:
    use_own_colours(light_colours);
    break;
  case ThemeChoice::dark:
    use_own_colours(dark_colours);
    break;
  case ThemeChoice::high_contrast:
    use_own_colours(high_contrast_colours);
    break;
  }
}

} // namespace longview
