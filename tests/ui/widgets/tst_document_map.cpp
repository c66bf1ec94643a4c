#include "widgets/document_map.h"

#include <cmath>

#include <QSignalSpy>

#include "ui/support/sample_document.h"
#include "ui/support/widget_test.h"

using namespace longview;
using namespace longview::test;

namespace {

/// Three segments of 10 bytes and a tail; pairs (1, 0), (2, 0), (2, 1) that take away 50, 10 and 20 percent.
std::shared_ptr<DocumentData> three_segments() {
  auto document = std::make_shared<DocumentData>();
  document->text = std::make_shared<const std::string>(std::string(40, 'x'));
  document->data.bounds = {0, 10, 20, 30};
  document->data.pairs.perplexity_alone = {no_value, 20, 10};
  document->data.pairs.pairs = {{1, 0, 10}, {2, 0, 9}, {2, 1, 8}};
  document->sampling.preset = Preset::longview;
  document->parameters = default_parameters(Preset::longview);
  document->scores = derive(document->data.pairs, document->sampling, document->parameters);
  document->index_pairs();
  return document;
}

} // namespace

class TestDocumentMap : public QObject {
  Q_OBJECT

 private slots:
  void measures_segments_data() {
    QTest::addColumn<int>("measure");
    QTest::addColumn<QList<double>>("values"); // -1: none
    QTest::newRow("received") << int(SegmentMeasure::received) << QList<double>{-1, 0.5, 0.15};
    QTest::newRow("leaned on") << int(SegmentMeasure::leaned_on) << QList<double>{0.3, 0.2, -1};
    QTest::newRow("perplexity") << int(SegmentMeasure::perplexity_alone) << QList<double>{-1, 20, 10};
  }
  void measures_segments() {
    QFETCH(int, measure);
    QFETCH(QList<double>, values);
    const std::vector<double> found = measured(*three_segments(), static_cast<SegmentMeasure>(measure));
    QCOMPARE(found.size(), std::size_t{3});
    for (qsizetype k = 0; k < 3; ++k) {
      if (values[k] < 0)
        QVERIFY(std::isnan(found[static_cast<std::size_t>(k)]));
      else
        QVERIFY(std::abs(found[static_cast<std::size_t>(k)] - values[k]) < 1e-6);
    }
  }

  void contributions_add_up_to_lds() {
    const auto document = sample_document();
    double sum = 0;
    for (const double value : measured(*document, SegmentMeasure::contribution))
      sum += std::isnan(value) ? 0 : value;
    QVERIFY(std::abs(sum - document->scores.lds) < 1e-9);
    QVERIFY(measured(*document, SegmentMeasure::specificity)[20] == document->scores.specificity[20] ||
            std::isnan(document->scores.specificity[20]));
  }

  void finds_the_strongest_prefix() {
    const auto document = three_segments();
    QVERIFY(strongest_prefix(*document, 2) == (Cell{2, 1}));
    QVERIFY(strongest_prefix(*document, 1) == (Cell{1, 0}));
    QVERIFY(!strongest_prefix(*document, 0));
    QVERIFY(!strongest_prefix(*document, 99));
  }

  void a_click_on_an_arc_selects_its_pair() {
    DocumentMap map;
    map.resize(map.sizeHint().width(), 500);
    map.show();
    map.set_document(sample_document());
    map.set_links(12);
    QCOMPARE(map.arcs().size(), std::size_t{12});
    QCOMPARE(map.links().size(), map.arcs().size());
    QSignalSpy pairs(&map, &DocumentMap::pair_chosen);
    QSignalSpy told(&map, &DocumentMap::told);
    // the strongest one, at a point where it is alone
    for (const double share : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2}) {
      const QPointF point = map.arcs()[0].at(share);
      if (arc_at(map.arcs(), point.toPoint(), 4) != 0)
        continue;
      QTest::mouseMove(&map, point.toPoint());
      QTest::mouseClick(&map, Qt::LeftButton, {}, point.toPoint());
      break;
    }
    QCOMPARE(pairs.count(), 1);
    const Cell cell = pairs.first().first().value<Cell>();
    QVERIFY(cell == map.links()[0]);
    QVERIFY2(told.last().first().toString().startsWith(
                 QStringLiteral("c_%1 after c_%2: strength 0.").arg(cell.i).arg(cell.j)),
             qPrintable(told.last().first().toString()));
  }

  void the_selected_pair_always_has_an_arc() {
    DocumentMap map;
    map.resize(map.sizeHint().width(), 500);
    const auto document = sample_document();
    map.set_document(document);
    map.set_links(0);
    QVERIFY(map.arcs().empty());
    const Pair& pair = document->data.pairs.pairs.back();
    map.set_pair(Cell{pair.i, pair.j});
    QCOMPARE(map.arcs().size(), std::size_t{1});
    map.set_pair(Cell{1, 1}); // was not scored
    QVERIFY(map.arcs().empty());
  }

  void clicks_drags_and_keys_go_to_a_place() {
    DocumentMap map;
    map.resize(map.sizeHint().width(), 402);
    map.show();
    const auto document = sample_document();
    map.set_document(document);
    map.set_in_sight({0, 1'000});
    QSignalSpy places(&map, &DocumentMap::place_chosen);
    const auto share = [&] { return places.last().first().toDouble() / double(document->text->size()); };
    QTest::mousePress(&map, Qt::LeftButton, {}, QPoint(20, 101));
    QVERIFY(std::abs(share() - 0.25) < 0.005);
    QTest::mouseMove(&map, QPoint(20, 201));
    QVERIFY(std::abs(share() - 0.5) < 0.005);
    QTest::mouseRelease(&map, Qt::LeftButton, {}, QPoint(20, 301));
    QTest::keyClick(&map, Qt::Key_End);
    QCOMPARE(share(), 1.0);
    QTest::keyClick(&map, Qt::Key_Down); // the second segment into the middle
    QCOMPARE(places.last().first().toULongLong(), quint64{document->data.bounds[1] + 500});
    QSignalSpy segments(&map, &DocumentMap::segment_chosen);
    QTest::keyClick(&map, Qt::Key_Return);
    QCOMPARE(segments.last().first().toUInt(), *place_at(*document, 500));
  }

  void tells_what_a_place_is() {
    DocumentMap map;
    map.resize(map.sizeHint().width(), 402);
    map.set_document(three_segments());
    QCOMPARE(map.words_at(QPointF(20, 150)), QStringLiteral("c_1: strength received 0.500"));
    QVERIFY(map.words_at(QPointF(20, 50)).startsWith(QStringLiteral("c_0: strength received not known")));
    QCOMPARE(map.words_at(QPointF(20, 390)), QString()); // the tail
  }

  void hits_stand_on_the_map() {
    DocumentMap map;
    map.resize(map.sizeHint().width(), 402);
    map.set_document(three_segments());
    const auto left = [&](int y) { return map.grab().toImage().pixelColor(10, y); };
    const QColor before = left(201);
    map.set_hits(std::make_shared<const std::vector<ByteRange>>(std::vector<ByteRange>{{20, 22}}));
    QVERIFY(left(201) != before);
    QCOMPARE(left(100), before);
  }

  void shows_nothing_without_a_text() {
    DocumentMap map;
    map.resize(map.sizeHint().width(), 402);
    SampleOptions options;
    options.with_text = false;
    map.set_document(sample_document(options));
    QSignalSpy places(&map, &DocumentMap::place_chosen);
    QTest::mouseClick(&map, Qt::LeftButton, {}, QPoint(20, 101));
    QTest::keyClick(&map, Qt::Key_End);
    QVERIFY(places.isEmpty() && map.arcs().empty() && map.words_at(QPointF(20, 100)).isEmpty());
    QVERIFY(!map.grab().isNull());
  }
};

LONGVIEW_WIDGET_TEST_MAIN(TestDocumentMap)
#include "tst_document_map.moc"
