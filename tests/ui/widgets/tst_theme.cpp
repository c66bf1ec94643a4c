#include <algorithm>

#include <QApplication>
#include <QCheckBox>
#include <QImage>
#include <QSignalSpy>
#include <QStyle>
#include <QToolTip>
#include <QWidget>

#include "ui/support/widget_test.h"
#include "widgets/theme.h"

using namespace longview;

class TestTheme : public QObject {
  Q_OBJECT

 private slots:
  void cleanup() { apply_theme(ThemeChoice::system); }

  void contrast_is_that_of_the_standard() {
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrast(Qt::white, Qt::white), 1.0);
    QVERIFY(qAbs(contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.005); // the well-known grey just below 4.5
    QCOMPARE(contrast(QColor(0x0b, 0x63, 0xad), Qt::white), contrast(Qt::white, QColor(0x0b, 0x63, 0xad)));
  }

  void words_are_readable_on_every_colour() {
    for (int grey = 0; grey < 256; ++grey)
      QVERIFY(contrast(readable_on(QColor(grey, grey, grey)), QColor(grey, grey, grey)) >= 4.3);
    QCOMPARE(readable_on(QColor(0x0b, 0x63, 0xad)), QColor(Qt::white));
  }

  void words_of_figures_are_readable_data() {
    QTest::addColumn<int>("choice");
    QTest::newRow("light") << static_cast<int>(ThemeChoice::light);
    QTest::newRow("dark") << static_cast<int>(ThemeChoice::dark);
    QTest::newRow("high contrast") << static_cast<int>(ThemeChoice::high_contrast);
  }
  void words_of_figures_are_readable() {
    QFETCH(int, choice);
    apply_theme(static_cast<ThemeChoice>(choice));
    const Theme theme = Theme::of(QApplication::palette());
    QCOMPARE(theme.dark, static_cast<ThemeChoice>(choice) != ThemeChoice::light);
    for (const QColor& words : {theme.text, theme.muted_text, theme.accent, theme.warning})
      QVERIFY2(contrast(words, theme.background) >= 4.5, qPrintable(words.name()));
    QVERIFY(contrast(theme.threshold, theme.background) >= 3);
    QVERIFY(contrast(theme.grid, theme.background) < contrast(theme.diagonal, theme.background));
    QVERIFY(contrast(theme.hatch, theme.background) > 1.3); // seen, and no more
  }

  void palettes_are_readable_data() {
    QTest::addColumn<int>("choice");
    QTest::newRow("light") << static_cast<int>(ThemeChoice::light);
    QTest::newRow("dark") << static_cast<int>(ThemeChoice::dark);
    QTest::newRow("high contrast") << static_cast<int>(ThemeChoice::high_contrast);
  }
  void palettes_are_readable() {
    QFETCH(int, choice);
    apply_theme(static_cast<ThemeChoice>(choice));
    const QPalette palette = QApplication::palette();
    const auto readable = [&palette](QPalette::ColorGroup group, QPalette::ColorRole words,
                                     QPalette::ColorRole ground) {
      return contrast(palette.color(group, words), palette.color(group, ground)) >= 4.5;
    };
    for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
      QVERIFY(readable(group, QPalette::WindowText, QPalette::Window));
      QVERIFY(readable(group, QPalette::Text, QPalette::Base));
      QVERIFY(readable(group, QPalette::Text, QPalette::AlternateBase));
      QVERIFY(readable(group, QPalette::ButtonText, QPalette::Button));
      QVERIFY(readable(group, QPalette::HighlightedText, QPalette::Highlight));
      QVERIFY(readable(group, QPalette::ToolTipText, QPalette::ToolTipBase));
      QVERIFY(readable(group, QPalette::PlaceholderText, QPalette::Base));
      QVERIFY(readable(group, QPalette::Link, QPalette::Base));
      QVERIFY(readable(group, QPalette::LinkVisited, QPalette::Base));
    }
    QCOMPARE(Theme::of(palette).dark, static_cast<ThemeChoice>(choice) != ThemeChoice::light);
    QCOMPARE(QToolTip::palette().color(QPalette::ToolTipBase), palette.color(QPalette::ToolTipBase));
  }

  void a_box_to_tick_is_seen_data() { palettes_are_readable_data(); }
  void a_box_to_tick_is_seen() {
    QFETCH(int, choice);
    apply_theme(static_cast<ThemeChoice>(choice));
    QCheckBox box;
    box.setAttribute(Qt::WA_DontShowOnScreen);
    box.show();
    const QImage picture = box.grab().toImage();
    const QColor ground = picture.pixelColor(picture.width() - 1, 0);
    double strongest = 0;
    for (int x = 0; x < picture.width(); ++x)
      strongest = std::max(strongest, contrast(picture.pixelColor(x, picture.height() / 2), ground));
    QVERIFY2(strongest >= (static_cast<ThemeChoice>(choice) == ThemeChoice::light ? 1.5 : 3.0),
             qPrintable(QString::number(strongest)));
  }

  void system_gives_the_palette_back() {
    const QPalette before = QApplication::palette();
    const QPalette tool_tips = QToolTip::palette();
    apply_theme(ThemeChoice::dark);
    QVERIFY(QApplication::palette().color(QPalette::Window) != before.color(QPalette::Window));
    apply_theme(ThemeChoice::system);
    QCOMPARE(QApplication::palette().color(QPalette::Window), before.color(QPalette::Window));
    QCOMPARE(QApplication::palette().color(QPalette::Highlight), before.color(QPalette::Highlight));
    QCOMPARE(QToolTip::palette().color(QPalette::ToolTipText), tool_tips.color(QPalette::ToolTipText));
  }

  void follows_what_a_palette_says() {
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(0x30, 0x30, 0x30));
    palette.setColor(QPalette::Base, QColor(0x10, 0x18, 0x10));
    palette.setColor(QPalette::Highlight, QColor(0xff, 0xd0, 0x00));
    const Theme theme = Theme::of(palette);
    QVERIFY(theme.dark);
    QCOMPARE(theme.background, QColor(0x10, 0x18, 0x10));
    QCOMPARE(theme.accent, QColor(0xff, 0xd0, 0x00));
    palette.setColor(QPalette::Base, QColor(0x70, 0x70, 0x70));      // nothing is readable on it
    palette.setColor(QPalette::Highlight, QColor(0x20, 0x20, 0x20)); // nor would this be seen
    QCOMPARE(Theme::of(palette).background, Theme::dark_theme().background);
    QCOMPARE(Theme::of(palette).accent, Theme::dark_theme().accent);
  }

  void blue_comes_first_and_vermilion_second() {
    QCOMPARE(Theme::categories()[0], QColor(0x00, 0x72, 0xb2));
    QCOMPARE(Theme::categories()[1], QColor(0xd5, 0x5e, 0x00));
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestTheme)
#include "tst_theme.moc"
