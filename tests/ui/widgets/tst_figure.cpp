#include <filesystem>

#include <QDir>
#include <QFile>
#include <QPainter>
#include <QSvgRenderer>
#include <QXmlStreamReader>

#include "base/error.h"
#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"
#include "widgets/figure.h"

using namespace longview;
using namespace longview::test;

namespace {

std::filesystem::path path_of(const QString& path) {
  return std::filesystem::path(path.toStdString());
}

QByteArray bytes_of(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// All words of an SVG, one after the other, read back as XML.
QStringList words_of(const QByteArray& svg) {
  QXmlStreamReader reader(svg);
  QStringList found;
  while (!reader.atEnd()) {
    reader.readNext();
    if (reader.isStartElement() && reader.name() == QLatin1String("text"))
      found << reader.readElementText(QXmlStreamReader::IncludeChildElements).simplified();
  }
  return reader.hasError() ? QStringList() : found;
}

DocumentPointer whole_document(std::uint32_t segments) {
  SampleOptions options;
  options.segments = segments;
  options.pairs = 0;
  return sample_document(options);
}

} // namespace

Q_DECLARE_METATYPE(FigureKind)

class TestFigure : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  QString file(const QString& name) const { return folder_.filePath(name); }

  static void kinds() {
    QTest::addColumn<FigureKind>("kind");
    QTest::newRow("heatmap") << FigureKind::heatmap;
    QTest::newRow("profile") << FigureKind::profile;
    QTest::newRow("specificity") << FigureKind::specificity;
  }

 private slots:
  void names_of_kinds() {
    QCOMPARE(parse_figure_kind("heatmap"), std::optional(FigureKind::heatmap));
    QCOMPARE(parse_figure_kind("profile"), std::optional(FigureKind::profile));
    QCOMPARE(parse_figure_kind("specificity"), std::optional(FigureKind::specificity));
    QCOMPARE(parse_figure_kind("Heatmap"), std::optional<FigureKind>());
    QCOMPARE(parse_figure_kind(""), std::optional<FigureKind>());
  }

  void png_has_twice_the_pixels_data() { kinds(); }
  void png_has_twice_the_pixels() {
    QFETCH(FigureKind, kind);
    FigureOptions options;
    options.size = QSize(500, 400);
    save_figure(kind, *sample_document(), path_of(file(QStringLiteral("a.PNG"))), options);
    const QImage image(file(QStringLiteral("a.PNG")));
    QCOMPARE(image.size(), QSize(1000, 800));
    QCOMPARE(QColor(image.pixel(3, 3)), options.theme.background);
    const QImage copied = figure_image(kind, *sample_document(), options);
    QCOMPARE(copied.size(), QSize(1000, 800));
    QCOMPARE(copied.devicePixelRatio(), 2.0);
  }

  void dark_figures_are_dark() {
    FigureOptions options;
    options.theme = Theme::dark_theme();
    const QImage image = figure_image(FigureKind::heatmap, *sample_document(), options);
    QCOMPARE(QColor(image.pixel(3, 3)), Theme::dark_theme().background);
  }

  void svg_has_its_words_as_text_data() { kinds(); }
  void svg_has_its_words_as_text() {
    QFETCH(FigureKind, kind);
    const QString path = file(QStringLiteral("b.svg"));
    save_figure(kind, *sample_document(), path_of(path), {});
    const QByteArray svg = bytes_of(path);
    QSvgRenderer renderer(svg);
    QVERIFY(renderer.isValid());
    QCOMPARE(renderer.viewBox(), QRect(0, 0, 900, 700));
    const QStringList words = words_of(svg);
    QVERIFY(words.contains(QStringLiteral("Perl sample (perlsample.pod)")));
    QVERIFY(words.filter(QStringLiteral("seed 11")).size() == 1);
    QVERIFY(words.filter(QStringLiteral("threshold 0.1")).size() >= 1);
    QVERIFY(words.filter(QStringLiteral("mean LDS")).size() == 1);
    QImage drawn(900, 700, QImage::Format_RGB32);
    drawn.fill(Qt::red);
    QPainter painter(&drawn);
    renderer.render(&painter);
    QCOMPARE(QColor(drawn.pixel(2, 2)), QColor(Qt::white));
  }

  void fills_its_page_data() { kinds(); }
  void fills_its_page() {
    QFETCH(FigureKind, kind);
    const QString path = file(QStringLiteral("page.svg"));
    save_figure(kind, *sample_document(), path_of(path), {});
    QImage drawn(900, 700, QImage::Format_RGB32);
    drawn.fill(Qt::white);
    QPainter painter(&drawn);
    QSvgRenderer(bytes_of(path)).render(&painter);
    const auto inked = [&](const QRect& where) {
      for (int y = where.top(); y <= where.bottom(); ++y)
        for (int x = where.left(); x <= where.right(); ++x)
          if (drawn.pixelColor(x, y).lightness() < 230)
            return true;
      return false;
    };
    QVERIFY(inked(QRect(760, 120, 130, 560))); // on the right, below the head
    QVERIFY(inked(QRect(20, 600, 860, 90)));   // at the bottom
  }

  void heatmap_says_on_paper_what_it_says_on_the_screen() {
    const QString path = file(QStringLiteral("c.svg"));
    save_figure(FigureKind::heatmap, *sample_document(), path_of(path), {});
    const QStringList words = words_of(bytes_of(path));
    for (const char* expected : {"prefix segment c_j (128 tokens each)", "target segment c_i (128 tokens each)",
                                 "specificity", "strength", "not sampled", "strength > 0.1", "0", "8", "40"})
      QVERIFY2(words.contains(QLatin1String(expected)), expected);
    FigureOptions options;
    options.view.value = HeatmapValue::contribution;
    save_figure(FigureKind::heatmap, *sample_document(), path_of(path), options);
    QVERIFY(words_of(bytes_of(path)).contains(QStringLiteral("contribution")));
  }

  void a_selection_is_framed_and_read() {
    FigureOptions options;
    options.range = CellRange{20, 30, 0, 9};
    const QStringList words = words_of(figure_svg(FigureKind::heatmap, *sample_document(), options));
    QVERIFY2(words.filter(QStringLiteral("c_20 … c_30 after c_0 … c_9:")).size() == 1, qPrintable(words.join(u'|')));
    QVERIFY(words_of(figure_svg(FigureKind::heatmap, *sample_document(), {})).filter(QStringLiteral("c_20")).isEmpty());
  }

  void axes_count_tokens() {
    FigureOptions options;
    options.view.axes = AxisUnit::tokens;
    options.view.range = ColourRange{-0.25, 0.75};
    const QStringList words = words_of(figure_svg(FigureKind::heatmap, *sample_document(), options));
    for (const char* expected : {"prefix segment c_j (tokens)", "1k", "5k", "0.75", "\u22120.25"})
      QVERIFY2(words.filter(QString::fromUtf8(expected)).size() >= 1, expected);
  }

  void a_table_has_every_pair() {
    const DocumentPointer document = sample_document();
    const QString path = file(QStringLiteral("t.tsv"));
    save_figure(FigureKind::heatmap, *document, path_of(path), {});
    const QList<QByteArray> lines = bytes_of(path).trimmed().split('\n');
    QCOMPARE(lines.size(), 161);
    QCOMPARE(lines[0], QByteArray("target\tprefix\ttokens_back\tperplexity_alone\tperplexity_after\tgain\tstrength\t"
                                  "corrected_strength\tdistance\tspecificity\tcontribution"));
    std::pair<int, int> before{0, 0};
    for (const QByteArray& line : lines.mid(1)) {
      const QList<QByteArray> cells = line.split('\t');
      QCOMPARE(cells.size(), 11);
      const std::pair<int, int> place{cells[0].toInt(), cells[1].toInt()};
      QVERIFY(before < place);
      before = place;
      const Cell cell{cells[0].toUInt(), cells[1].toUInt()};
      const auto pair = document->pair_at(cell);
      QVERIFY(pair);
      QCOMPARE(cells[2].toUInt(), (cell.i - cell.j) * 128);
      QCOMPARE(cells[4].toDouble(), document->data.pairs.pairs[*pair].perplexity_after); // all digits
      QCOMPARE(cells[7], QByteArray());                                                  // no controls
      QCOMPARE(cells[10].toDouble(), document->scores.parts[*pair].contribution);
    }
  }

  void a_table_of_a_selection_has_its_pairs() {
    FigureOptions options;
    options.range = CellRange{20, 30, 0, 9};
    const QString path = file(QStringLiteral("u.tsv"));
    save_figure(FigureKind::heatmap, *whole_document(40), path_of(path), options);
    const QList<QByteArray> lines = bytes_of(path).trimmed().split('\n');
    QCOMPARE(lines.size(), 1 + 11 * 10);
    QVERIFY(lines[1].startsWith("20\t0\t2560\t"));
    QVERIFY(lines.back().startsWith("30\t9\t2688\t"));
  }

  void tables_of_the_plots() {
    const QString path = file(QStringLiteral("v.tsv"));
    FigureOptions options;
    auto dataset = std::make_shared<DatasetProfile>();
    dataset->points.resize(11);
    dataset->points[2].mean = 0.25;
    dataset->points[2].units = 7;
    options.dataset = dataset;
    save_figure(FigureKind::profile, *whole_document(12), path_of(path), options);
    QList<QByteArray> lines = bytes_of(path).trimmed().split('\n');
    QCOMPARE(lines.size(), 12); // eleven distances
    const QList<QByteArray> third = lines[3].split('\t');
    QCOMPARE(third.mid(0, 5), (QList<QByteArray>{"3", "3", "3", "9", "9"})); // one pair in each of rows 3 to 11
    QCOMPARE(third.mid(8, 2), (QList<QByteArray>{"7", "0.25"}));
    save_figure(FigureKind::specificity, *whole_document(12), path_of(path), {});
    lines = bytes_of(path).trimmed().split('\n');
    QCOMPARE(lines.size(), 11); // rows 2 to 11 have two pairs or more
    QVERIFY(lines[1].startsWith("2\t2\t"));
  }

  void few_cells_are_rectangles_and_many_an_image() {
    const QString path = file(QStringLiteral("d.svg"));
    save_figure(FigureKind::heatmap, *whole_document(40), path_of(path), {});
    QVERIFY(!bytes_of(path).contains("<image"));
    save_figure(FigureKind::heatmap, *whole_document(200), path_of(path), {});
    QVERIFY(bytes_of(path).contains("<image"));
    QVERIFY(bytes_of(path).size() < 1 << 20);
  }

  void svg_and_png_show_the_same_cells() {
    const QString path = file(QStringLiteral("e.svg"));
    const DocumentPointer document = whole_document(12);
    save_figure(FigureKind::heatmap, *document, path_of(path), {});
    QSvgRenderer renderer(path);
    const QImage png = figure_image(FigureKind::heatmap, *document, {});
    QImage svg(png.size(), QImage::Format_RGB32);
    svg.fill(Qt::white);
    QPainter painter(&svg);
    renderer.render(&painter, QRectF(QPointF(), QSizeF(png.size())));
    painter.end();
    int coloured = 0, different = 0;
    for (int y = 0; y < png.height(); y += 7)
      for (int x = 0; x < png.width(); x += 7) {
        const QColor one(png.pixel(x, y)), other(svg.pixel(x, y));
        if (one.saturation() < 60)
          continue;
        ++coloured;
        different += qAbs(one.red() - other.red()) + qAbs(one.blue() - other.blue()) > 24 ? 1 : 0;
      }
    QVERIFY(coloured > 1000);
    QVERIFY2(different < coloured / 20, qPrintable(QString::number(different))); // edges and numbers
  }

  void pdf_begins_and_ends_as_one_data() { kinds(); }
  void pdf_begins_and_ends_as_one() {
    QFETCH(FigureKind, kind);
    const QString path = file(QStringLiteral("f.pdf"));
    save_figure(kind, *sample_document(), path_of(path), {});
    const QByteArray pdf = bytes_of(path);
    QVERIFY(pdf.startsWith("%PDF"));
    QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    QVERIFY(pdf.contains("/MediaBox [0 0 900"));
    QCOMPARE(pdf.count("/Type /Page\n"), 1);
  }

  void a_document_without_pairs_says_so() {
    DocumentData empty;
    empty.document.name = "empty";
    empty.row.status = Status::too_short;
    empty.row.reason = "2 segments, 3 are needed";
    const QString path = file(QStringLiteral("g.svg"));
    save_figure(FigureKind::heatmap, empty, path_of(path), {});
    QVERIFY(!words_of(bytes_of(path)).filter(QStringLiteral("2 segments, 3 are needed")).isEmpty());
  }

  void text_of_the_document_stays_text() {
    auto document = sample_document_mutable();
    document->document.title = "<b>5 < 6 & 7</b>\nsecond line";
    const QString path = file(QStringLiteral("h.svg"));
    save_figure(FigureKind::heatmap, *document, path_of(path), {});
    QVERIFY(words_of(bytes_of(path)).contains(QStringLiteral("<b>5 < 6 & 7</b> second line (perlsample.pod)")));
    document->document.title = "bell \a and \x01, not UTF-8 \xff";
    save_figure(FigureKind::heatmap, *document, path_of(path), {});
    QCOMPARE(words_of(bytes_of(path)).filter(QStringLiteral("bell")),
             QStringList{QStringLiteral("bell \uFFFD and \uFFFD, not UTF-8 \uFFFD (perlsample.pod)")});
  }

  void another_suffix_is_refused_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"a.jpg", "a", "a.svg.gz", ".png"})
      QTest::newRow(name) << QString::fromLatin1(name);
  }
  void another_suffix_is_refused() {
    QFETCH(QString, name);
    try {
      save_figure(FigureKind::heatmap, *sample_document(), path_of(file(name)), {});
      QFAIL("no error");
    } catch (const Error& error) {
      QCOMPARE(static_cast<int>(error.code()), static_cast<int>(ErrorCode::usage));
      for (const char* suffix : {".png", ".svg", ".pdf", ".tsv"})
        QVERIFY(error.message().find(suffix) != std::string::npos);
    }
    QVERIFY(!QFile::exists(file(name)));
  }

  void a_place_that_cannot_be_written_data() {
    QTest::addColumn<QString>("path");
    QTest::newRow("no such folder") << file(QStringLiteral("no/such/folder/a.png"));
    QTest::newRow("a file as folder") << QStringLiteral("/dev/null/a.svg");
    QTest::newRow("read-only") << QStringLiteral("/proc/a.pdf");
  }
  void a_place_that_cannot_be_written() {
    QFETCH(QString, path);
    try {
      save_figure(FigureKind::heatmap, *sample_document(), path_of(path), {});
      QFAIL("no error");
    } catch (const Error& error) {
      QCOMPARE(static_cast<int>(error.code()), static_cast<int>(ErrorCode::io));
      QVERIFY(QString::fromStdString(error.context()).contains(path));
    }
  }

  void leaves_nothing_beside_the_figure() {
    QTemporaryDir folder;
    save_figure(FigureKind::heatmap, *sample_document(), path_of(folder.filePath(QStringLiteral("a.png"))), {});
    save_figure(FigureKind::heatmap, *sample_document(), path_of(folder.filePath(QStringLiteral("a.png"))), {});
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("a.png")});
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestFigure)
#include "tst_figure.moc"
