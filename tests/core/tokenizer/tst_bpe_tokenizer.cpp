#include <algorithm>

#include "base/error.h"
#include "support/log_guard.h"
#include "tokenizer/bpe_tokenizer.h"
#include "tokenizer/split_rules.h"

using namespace longview;

namespace {

/// Ids: 0 special, 1 added, 2 … single bytes, then merges. The byte '#' has no token.
BpeVocabulary small_vocabulary(const char* pattern = "gpt-2") {
  BpeVocabulary out;
  out.tokens = {"<end>", "[x]"};
  out.mergeable = {0, 0};
  out.added.resize(2);
  for (TokenId id : {0, 1}) {
    out.added[static_cast<std::size_t>(id)].content = out.tokens[static_cast<std::size_t>(id)];
    out.added[static_cast<std::size_t>(id)].id = id;
  }
  out.added[0].special = true;
  out.pre_tokenizer = byte_level_steps(pattern, split_rule(pattern).expression, false);
  out.detail = std::string("pattern ") + pattern;
  const auto add = [&](const std::string& bytes) {
    out.tokens.push_back(bytes);
    out.mergeable.push_back(1);
    return static_cast<TokenId>(out.tokens.size() - 1);
  };
  for (const char c : std::string(" abdenx<>[]!\xc3\xa9"))
    out.byte_tokens[static_cast<unsigned char>(c)] = add(std::string(1, c));
  const auto merge = [&](TokenId left, TokenId right) {
    const std::string bytes = out.tokens[static_cast<std::size_t>(left)] + out.tokens[static_cast<std::size_t>(right)];
    out.merges.push_back({left, right, add(bytes)});
    return out.merges.back().merged;
  };
  const TokenId ab = merge(out.byte_tokens['a'], out.byte_tokens['b']);
  merge(out.byte_tokens[' '], ab);
  merge(out.byte_tokens['!'], out.byte_tokens['!']);
  return out;
}

} // namespace

class TestBpeTokenizer : public QObject {
  Q_OBJECT

  /// The bytes each token covers, with | between them: what its span says, not what its id says.
  static QString covered(const std::string& text, const Tokens& tokens) {
    QStringList out;
    std::uint64_t begin = 0;
    for (const std::uint64_t end : tokens.ends) {
      out << QString::fromLatin1(text.data() + begin, static_cast<qsizetype>(end - begin));
      begin = end;
    }
    return out.join('|');
  }

 private slots:
  void spans_tile_the_text_data() {
    QTest::addColumn<QString>("text"); // in Latin-1: one character a byte
    QTest::addColumn<QString>("spans");
    QTest::addColumn<QString>("bytes"); // those the tokens stand for
    const auto row = [](const char* text, const char* spans, const char* bytes) {
      QTest::newRow(*text ? text : "empty")
          << QString::fromLatin1(text) << QString::fromLatin1(spans) << QString::fromLatin1(bytes);
    };
    row("", "", "");
    row("ab ab", "ab| ab", "ab| ab");
    row("\xc3\xa9 a", "\xc3|\xa9| |a", "\xc3|\xa9| |a"); // a character over two tokens
    row("a#b", "a|#b", "a|b");                           // falls to the next
    row("!#!", "!#!", "!!");                             // its neighbours become neighbours
    row("###ab", "###ab", "ab");
    row("ab##", "ab##", "ab"); // there is no next
    row("ab #", "ab| #", "ab| ");
    row("a#[x]#b", "a|#[x]|#b", "a|[x]|b");
    row("##", "", "");
  }
  void spans_tile_the_text() {
    QFETCH(QString, text);
    QFETCH(QString, spans);
    QFETCH(QString, bytes);
    const BpeTokenizer tokenizer(small_vocabulary());
    const std::string raw = text.toLatin1().toStdString();
    const Tokens tokens = tokenizer.encode(raw, SpecialTokens::plain, {});
    QCOMPARE(tokens.ids.size(), tokens.ends.size());
    QCOMPARE(covered(raw, tokens), spans);
    QStringList said;
    for (const TokenId id : tokens.ids)
      said << QString::fromLatin1(QByteArray::fromStdString(tokenizer.token_bytes(id)));
    QCOMPARE(said.join('|'), bytes);
  }

  void special_tokens() {
    const BpeTokenizer tokenizer(small_vocabulary());
    const std::string text = "ab<end>[x]ab";
    const Tokens plain = tokenizer.encode(text, SpecialTokens::plain, {});
    QCOMPARE(covered(text, plain), QString("ab|<|e|n|d|>|[x]|ab"));
    QVERIFY(std::find(plain.ids.begin(), plain.ids.end(), 0) == plain.ids.end());
    QVERIFY(std::find(plain.ids.begin(), plain.ids.end(), 1) != plain.ids.end());
    const Tokens recognised = tokenizer.encode(text, SpecialTokens::recognised, {});
    QCOMPARE(covered(text, recognised), QString("ab|<end>|[x]|ab"));
    QCOMPARE(recognised.ids[1], 0);
  }

  /// What stands beside a recognised token is a text of its own: the space before it is the last of its text.
  void tokens_split_the_text() {
    const BpeTokenizer tokenizer(small_vocabulary());
    const std::string text = "a  [x] ab";
    QCOMPARE(covered(text, tokenizer.encode(text, SpecialTokens::plain, {})), QString("a| | |[x]| ab"));
  }

  void bytes_of_tokens() {
    const BpeTokenizer tokenizer(small_vocabulary());
    QCOMPARE(tokenizer.vocabulary_size(), 19u);
    QCOMPARE(tokenizer.token_bytes(0), std::string("<end>"));
    QCOMPARE(tokenizer.token_bytes(18), std::string("!!"));
    for (const TokenId id : {-1, 19}) {
      try {
        (void)tokenizer.token_bytes(id);
        QFAIL("there is no such token");
      } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::usage);
      }
    }
    QCOMPARE(tokenizer.description(), std::string("byte-level BPE, 19 tokens, pattern gpt-2"));
  }

  void invalid_text() {
    const BpeTokenizer tokenizer(small_vocabulary());
    try {
      (void)tokenizer.encode("ab\xc3", SpecialTokens::plain, {});
      QFAIL("it was tokenized");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::input);
      QVERIFY(QString(error.what()).contains("byte 2"));
    }
  }

  void stops() {
    const BpeTokenizer tokenizer(small_vocabulary());
    std::stop_source stop;
    stop.request_stop();
    try {
      (void)tokenizer.encode("ab", SpecialTokens::plain, stop.get_token());
      QFAIL("it went on");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::cancelled);
    }
  }

  void fingerprint_covers_everything() {
    const auto changed = [](auto&& change) {
      BpeVocabulary vocabulary = small_vocabulary();
      change(vocabulary);
      return BpeTokenizer(std::move(vocabulary)).fingerprint();
    };
    const Hash128 same = changed([](auto&) {});
    QVERIFY(BpeTokenizer(small_vocabulary()).fingerprint() == same);
    QVERIFY(BpeTokenizer(small_vocabulary("smollm")).fingerprint() != same);
    QVERIFY(changed([](auto& v) { v.tokens[0] = "<End>"; }) != same);
    QVERIFY(changed([](auto& v) { v.mergeable[2] = 0; }) != same);
    QVERIFY(changed([](auto& v) { v.added[0].special = false; }) != same);
    QVERIFY(changed([](auto& v) { v.added[0].rstrip = true; }) != same);
    QVERIFY(changed([](auto& v) { v.normalizer = Normalizer({Normalizer::Form::nfc}); }) != same);
    QVERIFY(changed([](auto& v) { v.ignore_merges = true; }) != same);
    QVERIFY(changed([](auto& v) { v.unknown = 0; }) != same);
    QVERIFY(changed([](auto& v) { v.byte_tokens['#'] = 2; }) != same);
    QVERIFY(changed([](auto& v) { v.merges.pop_back(); }) != same);
    QVERIFY(changed([](auto& v) { std::swap(v.merges[0], v.merges[1]); }) != same);
    // The same bytes, cut differently.
    QVERIFY(changed([](auto& v) {
              v.tokens[0] = "<end>[";
              v.tokens[1] = "x]";
            }) != same);
  }
};

LONGVIEW_TEST_MAIN(TestBpeTokenizer)
#include "tst_bpe_tokenizer.moc"
