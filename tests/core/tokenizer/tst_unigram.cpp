#include "tokenizer/unigram.h"

#include "support/log_guard.h"
#include "tokenizer/sentencepiece_model.h"

using namespace longview;

/// The best way to write a text in pieces, as sentencepiece 0.2.3 finds it.
class TestUnigram : public QObject {
  Q_OBJECT

  static Unigram model() {
    using Type = SentencePieceModel::Type;
    SentencePieceModel made;
    made.pieces = {{"<unk>", 0, Type::unknown},      {"▁", -3.321171F, Type::normal}, {"▁▁", 0, Type::user_defined},
                   {"▁a", -4.511643F, Type::normal}, {"b", -0.25F, Type::normal},     {"c", -0.25F, Type::normal},
                   {"bc", 0, Type::user_defined},    {"ccc", -0.5F, Type::normal}};
    return Unigram(made);
  }

 private slots:
  void takes_the_best_way_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("ids");
    // both ways cost the same but for the rounding; the ids are those of the library with these scores
    QTest::newRow("a tie with a user-defined piece") << "▁a▁▁▁"
                                                     << "3 1 2";
    QTest::newRow("a user-defined piece beats cheap ones") << "bc"
                                                           << "6";
    QTest::newRow("also in the middle") << "bbcc"
                                        << "4 6 5";
    QTest::newRow("a long piece beats short ones") << "ccc"
                                                   << "7";
    QTest::newRow("unknown characters are one token") << "éé"
                                                      << "0";
    QTest::newRow("nothing") << ""
                             << "";
  }
  void takes_the_best_way() {
    QFETCH(QString, text);
    QFETCH(QString, ids);
    const std::string bytes = text.toStdString();
    Tokens tokens;
    model().append(SourceView::of_document(bytes, 0, bytes.size()), tokens, {});
    QStringList found;
    for (const TokenId id : tokens.ids)
      found << QString::number(id);
    QCOMPARE(found.join(u' '), ids);
    QCOMPARE(tokens.ends.size(), tokens.ids.size());
    if (!tokens.ends.empty())
      QCOMPARE(tokens.ends.back(), bytes.size());
  }
};

LONGVIEW_TEST_MAIN(TestUnigram)
#include "tst_unigram.moc"
