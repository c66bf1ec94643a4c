#include "models/visited.h"

#include "support/log_guard.h"

using namespace longview;

namespace {

/// "3" is document 3, "3.7" its cell in row 7; nothing for no place.
Visited::Place place(const QString& word) {
  const QStringList parts = word.split(u'.');
  Visited::Place made{DocumentId{parts[0].toInt()}, {}};
  if (parts.size() > 1)
    made.cell = Cell{parts[1].toUInt(), 0};
  return made;
}

QString word(const std::optional<Visited::Place>& place) {
  if (!place)
    return QStringLiteral("-");
  const QString document = QString::number(static_cast<qlonglong>(place->document));
  return place->cell ? QStringLiteral("%1.%2").arg(document).arg(place->cell->i) : document;
}

} // namespace

class TestVisited : public QObject {
  Q_OBJECT

 private slots:
  void goes_back_and_forward_data() {
    QTest::addColumn<QString>("steps"); // places to visit, < back, > forward, x forget all
    QTest::addColumn<QString>("shown"); // what each < and > gave
    QTest::newRow("nothing") << "< >"
                             << "- -";
    QTest::newRow("one place") << "1 < >"
                               << "- -";
    QTest::newRow("there and back") << "1 2 3 < < < > > >"
                                    << "2 1 - 2 3 -";
    QTest::newRow("a new way forgets the old one") << "1 2 3 < < 4 > <"
                                                   << "2 1 - 1";
    QTest::newRow("the same place once") << "1 1 2 2 < <"
                                         << "1 -";
    QTest::newRow("the first cell of a document is its place") << "1 1.5 2 <"
                                                               << "1.5";
    QTest::newRow("each cell") << "1.5 1.6 1.7 < < > >"
                               << "1.6 1.5 1.6 1.7";
    QTest::newRow("no cell any more") << "1 1.5 1 2 < <"
                                      << "1.5 -";
    QTest::newRow("what comes back is no visit") << "1 2 < 1 >"
                                                 << "1 2";
    QTest::newRow("all forgotten") << "1 2 x < > 3 <"
                                   << "- - -";
  }
  void goes_back_and_forward() {
    QFETCH(QString, steps);
    QFETCH(QString, shown);
    Visited visited;
    QStringList seen;
    for (const QString& step : steps.split(u' ')) {
      if (step == QStringLiteral("<"))
        seen << word(visited.back());
      else if (step == QStringLiteral(">"))
        seen << word(visited.forward());
      else if (step == QStringLiteral("x"))
        visited.clear();
      else
        visited.visit(place(step));
    }
    QCOMPARE(seen.join(u' '), shown);
  }

  void forgets_the_oldest() {
    Visited visited;
    for (int k = 0; k < 1000; ++k)
      visited.visit({DocumentId{k}, {}});
    QString oldest;
    std::size_t steps = 0;
    while (const auto back = visited.back()) {
      oldest = word(back);
      ++steps;
    }
    QCOMPARE(steps + 1, Visited::most);
    QCOMPARE(oldest, QStringLiteral("800"));
  }
};

LONGVIEW_TEST_MAIN(TestVisited)
#include "tst_visited.moc"
