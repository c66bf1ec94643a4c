#include <cmath>
#include <limits>

#include <QTextDocument>

#include "support/log_guard.h"
#include "ui/support/sample_document.h"
#include "widgets/reading_line.h"

using namespace longview;
using namespace longview::test;

namespace {

/// 48 segments; row 31 after 7 and 5, row 12 after 11, and a pair that is sampled but not scored yet.
std::shared_ptr<DocumentData> document() {
  auto made = std::make_shared<DocumentData>();
  made->parameters = default_parameters(Preset::longview);
  made->data.pairs.perplexity_alone.assign(48, no_value);
  made->data.pairs.perplexity_alone[31] = 18.4;
  made->data.pairs.perplexity_alone[12] = 1240;
  made->data.pairs.pairs = {{31, 7, 14.1}, {31, 5, 19.2}, {12, 11, 1100}, {31, 2, no_value}};
  return made;
}

DocumentPointer derived(std::shared_ptr<DocumentData> made) {
  made->scores = derive(made->data.pairs, made->sampling, made->parameters);
  made->index_pairs();
  return made;
}

QStringList lines(const DocumentPointer& document, Cell cell) {
  return formula_text(*document, cell).split(u'\n');
}

} // namespace

class TestReadingLine : public QObject {
  Q_OBJECT

 private slots:
  void reads_a_cell_data() {
    QTest::addColumn<Cell>("cell");
    QTest::addColumn<QString>("line");
    QTest::newRow("a link") << Cell{31, 7}
                            << QStringLiteral("c_31 after c_7 (24 segments, 3,072 tokens back): perplexity 18.4 to "
                                              "14.1, strength 0.234 = (18.4 − 14.1) / 18.4");
    QTest::newRow("negative") << Cell{31, 5}
                              << QStringLiteral("c_31 after c_5 (26 segments, 3,328 tokens back): perplexity 18.4 to "
                                                "19.2, strength −0.0435 = (18.4 − 19.2) / 18.4");
    QTest::newRow("neighbours, large")
        << Cell{12, 11}
        << QStringLiteral("c_12 after c_11 (1 segment, 128 tokens back): perplexity 1,240 to 1,100, "
                          "strength 0.113 = (1,240 − 1,100) / 1,240");
    QTest::newRow("not sampled") << Cell{31, 8}
                                 << QStringLiteral("c_31 after c_8 (23 segments, 2,944 tokens back): not sampled");
    QTest::newRow("not yet") << Cell{31, 2}
                             << QStringLiteral(
                                    "c_31 after c_2 (29 segments, 3,712 tokens back): sampled, not scored yet");
    QTest::newRow("the diagonal") << Cell{7, 7} << QString();
    QTest::newRow("above it") << Cell{7, 31} << QString();
    QTest::newRow("outside") << Cell{48, 7} << QString();
  }
  void reads_a_cell() {
    QFETCH(Cell, cell);
    QFETCH(QString, line);
    QCOMPARE(reading_line(*derived(document()), cell), line);
  }

  void nothing_without_a_cell() { QCOMPARE(reading_line(*derived(document()), std::nullopt), QString()); }

  void a_thinned_document_tells_real_places() {
    auto made = document();
    for (std::uint32_t k = 0; k < 48; ++k)
      made->data.pairs.kept.push_back(3 * k + 1);
    made->sampling.preset = Preset::published;
    made->parameters = default_parameters(Preset::published);
    const DocumentPointer thinned = derived(made);
    const QString place =
        QStringLiteral("c_31 after c_7 (segments 94 and 22 of the document, 72 segments, 9,216 tokens back)");
    QVERIFY2(reading_line(*thinned, Cell{31, 7}).startsWith(place), qPrintable(reading_line(*thinned, Cell{31, 7})));
    QCOMPARE(lines(thinned, {31, 7})[0], place);
    // the score counts kept segments, over a window of 256
    QCOMPARE(lines(thinned, {31, 7})[3],
             QStringLiteral("distance = (31 − 7) / 255 of the window = 0.0941, counting kept segments"));
  }

  void a_pair_left_out_says_why() {
    auto made = document();
    made->data.pairs.pairs[0].perplexity_after = std::numeric_limits<double>::infinity();
    const QString line = reading_line(*derived(made), Cell{31, 7});
    QVERIFY2(
        line.endsWith(QStringLiteral("left out of the score, because a perplexity is not a finite positive number")),
        qPrintable(line));
    QCOMPARE(formula_text(*made, {31, 7}), line);
  }

  void formulas_have_their_values() {
    // softmax of 4.3 and -0.8: 0.9939 and 0.0061, H = 0.0370, ln 2 = 0.693
    QCOMPARE(lines(derived(document()), {31, 7}),
             (QStringList{
                 QStringLiteral("c_31 after c_7 (24 segments, 3,072 tokens back)"),
                 QStringLiteral("gain = PPL(c_31) − PPL(c_31|c_7) = 18.40 − 14.10 = 4.30"),
                 QStringLiteral("strength = gain / PPL(c_31) = 4.30 / 18.40 = 0.234, above the threshold 0.1"),
                 QStringLiteral("distance = (31 − 7) / 47 of the document = 0.511"),
                 QStringLiteral("specificity of c_31 = (ln 2 − H) / ln 2 = (0.693 − 0.0370) / 0.693 = 0.947, H: "
                                "entropy of softmax of gain over 2 pairs"),
                 QStringLiteral("contribution = (1 × 0.234 + 1 × 0.511) × 0.947 = 0.705"),
             }));
  }

  void formulas_follow_the_parameters() {
    auto made = document();
    made->parameters.threshold = 0.25;
    made->parameters.distance = DistanceScale::window;
    made->parameters.specificity = SpecificityMode::relative;
    const QStringList shown = lines(derived(made), {31, 7});
    QVERIFY(shown[2].endsWith(QStringLiteral("0.234, not above the threshold 0.25")));
    QCOMPARE(shown[3], QStringLiteral("distance = (31 − 7) / 255 of the window = 0.0941"));
    QVERIFY2(shown[4].endsWith(QStringLiteral("entropy of softmax of 32 × strength over 2 pairs")),
             qPrintable(shown[4]));
    QCOMPARE(shown[5], QStringLiteral("contribution = 0, because the strength is not above the threshold"));
    made->parameters.specificity = SpecificityMode::off;
    made->parameters.threshold = 0.1;
    made->parameters.alpha = 2;
    made->parameters.beta = 0.5;
    const QStringList off = lines(derived(made), {31, 7});
    QCOMPARE(off[4], QStringLiteral("specificity of c_31 = 1, switched off"));
    QCOMPARE(off[5], QStringLiteral("contribution = (2 × 0.234 + 0.5 × 0.0941) × 1.00 = 0.514"));
  }

  void a_row_of_one_pair_has_no_specificity() {
    const QStringList shown = lines(derived(document()), {12, 11});
    QCOMPARE(shown[4], QStringLiteral("specificity of c_12: none, because the row has only 1 pair"));
    QCOMPARE(shown[5], QStringLiteral("contribution = 0, because the row has no specificity"));
    auto made = document();
    made->sampling.preset = Preset::published;
    made->parameters = default_parameters(Preset::published);
    const QStringList published = lines(derived(made), {12, 11});
    QCOMPARE(published[4], QStringLiteral("specificity of c_12 = 1.00, a row of one pair"));
    QVERIFY(published[5].startsWith(QStringLiteral("contribution = (1 × 0.113 + 1 × 0.00392) × 1.00 = 0.117")));
  }

  void is_never_taken_for_markup() {
    const DocumentPointer shown = derived(document());
    for (const Cell cell : {Cell{31, 7}, Cell{31, 5}, Cell{31, 8}, Cell{12, 11}})
      QVERIFY(!Qt::mightBeRichText(formula_text(*shown, cell)));
  }

  void numbers_have_three_digits_and_a_minus_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("negative") << -0.04348 << QStringLiteral("−0.0435");
    QTest::newRow("tiny") << -1.5e-7 << QStringLiteral("−1.5e−07");
    QTest::newRow("none") << no_value << QStringLiteral("–");
  }
  void numbers_have_three_digits_and_a_minus() {
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(figure_number(value), text);
  }
};

LONGVIEW_TEST_MAIN(TestReadingLine)
#include "tst_reading_line.moc"
