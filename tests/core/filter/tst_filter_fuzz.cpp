// Filters that nobody wrote: thousands made by the grammar, judged by an interpreter of their own, and thousands with
// wrong bytes. LONGVIEW_FUZZ_CASES and LONGVIEW_FUZZ_SEED make it longer, and run one seed again.
#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "base/error.h"
#include "filter/completion.h"
#include "filter/filter.h"
#include "support/log_guard.h"

using namespace longview;

namespace {

/// As the language describes itself (filter.h), in the plainest form.
struct Condition {
  enum class Kind { all, any, negation, compare, is_null, list, range, contains, starts };
  Kind kind = Kind::all;
  std::vector<Condition> parts;
  std::string column;
  std::string sign;                  ///< compare
  std::vector<FilterValue> literals; ///< compare: one; range: two
  bool negative = false;             ///< is not null, not in, not contains, !~
};

using Row = std::map<std::string, FilterValue, std::less<>>;
enum class ColumnKind { number, text, any };
struct ColumnName {
  const char* written; ///< in a filter
  const char* name;    ///< as rows have it
  ColumnKind kind;
};
constexpr ColumnName columns[] = {
    {"tokens", "tokens", ColumnKind::number},
    {"LDS_mean", "lds_mean", ColumnKind::number},
    {"title", "title", ColumnKind::text},
    {"label", "label", ColumnKind::text},
    {"source.year", "source.year", ColumnKind::any},
    {"source.\"my field\"", "source.my field", ColumnKind::any},
    {"Source.größe", "source.größe", ColumnKind::any},
};
const std::vector<std::string> texts{"", "a", "ab", "b", "A", "true", "it's", "a \"b\"", "\\", "größe", "日本", "a\tb"};

/// The numbers of a column, of which percentiles are taken.
std::vector<double> numbers_of(std::string_view column) {
  return column == "tokens" ? std::vector<double>{5, 1, 2} : std::vector<double>{0.25, 1500, -3.5};
}
/// Numbers that a filter may write as one of these.
constexpr std::pair<double, const char*> percentiles[] = {
    {1, "p0(tokens)"},      {1.5, "p25( tokens )"},  {2, "P50(Tokens)"},       {5, "p100(tokens)"},
    {-3.5, "p0(lds_mean)"}, {0.25, "p50(LDS_mean)"}, {1500, "p100(lds_mean)"},
};

bool same_type(const FilterValue& a, const FilterValue& b) {
  return a.index() == b.index();
}

/// What one value that is not null says to a comparison.
bool compares(const FilterValue& cell, const std::string& sign, const FilterValue& literal) {
  if (!same_type(cell, literal))
    return sign == "!=";
  const bool less = cell < literal, equal = cell == literal;
  return sign == "="    ? equal
         : sign == "!=" ? !equal
         : sign == "<"  ? less
         : sign == "<=" ? less || equal
         : sign == ">"  ? !less && !equal
                        : !less;
}

bool holds_of_one(const Condition& condition, const FilterValue& cell) {
  const auto* const text = std::get_if<std::string>(&cell);
  const auto literal_text = [&] { return std::get<std::string>(condition.literals[0]); };
  switch (condition.kind) {
  case Condition::Kind::compare:
    return compares(cell, condition.sign, condition.literals[0]);
  case Condition::Kind::list:
    for (const FilterValue& one : condition.literals)
      if (one.index() != 0 && same_type(cell, one) && cell == one)
        return true;
    return false;
  case Condition::Kind::contains:
    return text && text->find(literal_text()) != std::string::npos;
  case Condition::Kind::starts:
    return text && text->starts_with(literal_text());
  default:
    return false;
  }
}

/// The plain interpreter.
bool holds(const Condition& condition, const Row& row) {
  using Kind = Condition::Kind;
  switch (condition.kind) {
  case Kind::all:
    for (const Condition& part : condition.parts)
      if (!holds(part, row))
        return false;
    return true;
  case Kind::any:
    for (const Condition& part : condition.parts)
      if (holds(part, row))
        return true;
    return false;
  case Kind::negation:
    return !holds(condition.parts[0], row);
  default:
    break;
  }
  const FilterValue& cell = row.at(condition.column);
  const auto* const several = std::get_if<FilterTexts>(&cell);
  const bool null = cell.index() == 0 || (several && several->empty());
  const std::vector<std::string> of_list = several ? *several : FilterTexts();
  const std::vector<FilterValue> ones =
      several ? std::vector<FilterValue>(of_list.begin(), of_list.end()) : std::vector<FilterValue>{cell};
  const auto some = [&](const Condition& what) {
    for (const FilterValue& one : ones)
      if (holds_of_one(what, one))
        return true;
    return false;
  };
  bool result = false;
  if (condition.kind == Kind::is_null) {
    result = null;
  } else if (null) {
    for (const FilterValue& one : condition.literals)
      result = result || (condition.kind == Kind::list && one.index() == 0);
  } else if (condition.kind == Kind::range) { // two conditions: another label may meet each
    const auto end = [&](const char* sign, std::size_t which) {
      return some({Kind::compare, {}, {}, sign, {condition.literals[which]}, false});
    };
    result = end(">=", 0) && end("<=", 1);
  } else if (condition.kind == Kind::compare && condition.sign == "!=") {
    result = true; // all of several texts are others
    for (const FilterValue& one : ones)
      result = result && holds_of_one(condition, one);
  } else {
    result = some(condition);
  }
  return result != condition.negative;
}

/// Draws everything from one seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <typename T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

  double number() {
    static const std::vector<double> some{0, 1, -1, 0.25, 1500, 4000, 2e6, -3.5, 1e300, 1.5, 2, 5};
    return of(some);
  }
  FilterValue value(ColumnKind kind) {
    const bool is_number = kind == ColumnKind::number || (kind == ColumnKind::any && one_in(2));
    return is_number ? FilterValue(number()) : FilterValue(of(texts));
  }

  Row row() {
    Row row;
    for (const ColumnName& column : columns) {
      FilterValue& cell = row[column.name];
      if (one_in(4))
        continue; // null
      cell = value(column.kind);
      if (std::string_view(column.name) == "label") {
        FilterTexts labels;
        for (std::size_t k = below(4); k > 0; --k)
          labels.push_back(of(texts));
        cell = labels;
      }
    }
    return row;
  }

  Condition condition(int depth) {
    using Kind = Condition::Kind;
    Condition made;
    if (depth > 0 && !one_in(3)) {
      made.kind = static_cast<Kind>(below(3));
      const std::size_t count = made.kind == Kind::negation ? 1 : 2 + below(2);
      for (std::size_t k = 0; k < count; ++k)
        made.parts.push_back(condition(depth - 1));
      return made;
    }
    const ColumnName& column = columns[below(std::size(columns))];
    made.column = column.name;
    made.kind = static_cast<Kind>(3 + below(column.kind == ColumnKind::number ? 4 : 6));
    made.negative = made.kind != Kind::compare && one_in(3);
    switch (made.kind) {
    case Kind::compare:
      made.sign = of(std::vector<std::string>{"=", "!=", "<", "<=", ">", ">="});
      made.literals = {value(column.kind)};
      break;
    case Kind::list:
      for (std::size_t k = 1 + below(3); k > 0; --k)
        made.literals.push_back(one_in(5) ? FilterValue() : value(column.kind));
      break;
    case Kind::range: {
      const FilterValue one = value(column.kind);
      FilterValue other = value(column.kind);
      while (!same_type(one, other))
        other = value(column.kind);
      made.literals = {std::min(one, other), std::max(one, other)};
      break;
    }
    case Kind::contains:
    case Kind::starts:
      made.literals = {of(std::vector<std::string>{"", "a", "b", "größe", "日", "true"})};
      break;
    default:
      break;
    }
    return made;
  }

  /// In any of the spellings that mean the same.
  std::string print(const Condition& condition, bool in_parentheses = false) {
    using Kind = Condition::Kind;
    const bool joined = condition.kind == Kind::all || condition.kind == Kind::any;
    std::string text;
    for (std::size_t k = 0; joined && k < condition.parts.size(); ++k) {
      const Condition& part = condition.parts[k];
      const bool weaker = part.kind == Kind::any || part.kind == condition.kind;
      text += (k ? space() + word(condition.kind == Kind::all ? "and" : "or") + space() : "") + print(part, weaker);
    }
    if (condition.kind == Kind::negation) {
      const Kind inner = condition.parts[0].kind;
      text = word("not") + space() + print(condition.parts[0], inner == Kind::all || inner == Kind::any);
    } else if (!joined) {
      text = test(condition);
    }
    return in_parentheses || one_in(8) ? "(" + text + ")" : text;
  }

  std::string space() { return of(std::vector<std::string>{" ", "  ", "\t", "\n "}); }
  std::string word(std::string text) {
    for (char& c : text)
      if (one_in(4))
        c = static_cast<char>(c - 'a' + 'A');
    return text;
  }

 private:
  std::string test(const Condition& condition) {
    using Kind = Condition::Kind;
    const ColumnName& column = *std::find_if(std::begin(columns), std::end(columns),
                                             [&](const ColumnName& one) { return one.name == condition.column; });
    std::string text = column.written;
    const std::string no = condition.negative ? word("not") + space() : std::string();
    switch (condition.kind) {
    case Kind::compare:
      return text + (one_in(2) ? " " : "") + condition.sign + (one_in(2) ? " " : "") +
             operand(column, condition.literals[0]);
    case Kind::is_null:
      return one_in(2) ? text + (condition.negative ? "!=" : " = ") + word("null")
                       : text + " " + word("is") + " " + no + word("null");
    case Kind::list: {
      text += " " + no + word("in") + " (";
      for (std::size_t k = 0; k < condition.literals.size(); ++k)
        text += (k ? "," : "") + literal(condition.literals[k]);
      return text + ")";
    }
    case Kind::range:
      return text + " " + no + word("in") + " " + operand(column, condition.literals[0]) + ".." +
             operand(column, condition.literals[1]);
    case Kind::contains:
      return text + " " + no + word("contains") + " " + quoted(std::get<std::string>(condition.literals[0]));
    default:
      return text + (condition.negative ? " !~ " : " ~ ") + quoted("^" + std::get<std::string>(condition.literals[0]));
    }
  }

  /// Where a percentile may stand too: not in a list.
  std::string operand(const ColumnName& column, const FilterValue& value) {
    if (column.kind == ColumnKind::number && one_in(2))
      for (const auto& [number, percentile] : percentiles)
        if (value == FilterValue(number))
          return percentile;
    return literal(value);
  }

  std::string literal(const FilterValue& value) {
    if (value.index() == 0)
      return word("null");
    if (const auto* const number = std::get_if<double>(&value)) {
      if (*number == 4000 && one_in(2))
        return one_in(2) ? "4k" : "+4e3";
      if (*number == 2e6 && one_in(2))
        return "2M";
      return fmt::format("{}", *number);
    }
    const std::string& text = std::get<std::string>(value);
    return text == "true" && one_in(2) ? word("true") : quoted(text);
  }

  std::string quoted(const std::string& text) {
    const char quote = one_in(2) ? '"' : '\'';
    std::string result(1, quote);
    for (const char c : text) {
      if (c == quote || c == '\\')
        result += '\\';
      result += c;
    }
    return result + quote;
  }

  std::mt19937_64 engine_;
};

/// One byte or some of them other than they were.
void mutate(std::string& text, Dice& dice) {
  static const std::vector<std::string> pieces{
      "(",    ")",    "\"",      "'",     "..",  ",",    "~",    "!",
      "\\",   "and ", "not ",    "p",     "k",   "p50(", "null", std::string(1, '\0'),
      "\xff", "\xc3", "source.", "1e999", "in ", "[("};
  for (std::size_t k = 1 + dice.below(4); k > 0; --k) {
    const std::size_t at = dice.below(text.size() + 1);
    switch (dice.below(4)) {
    case 0:
      text.erase(at, 1 + dice.below(6));
      break;
    case 1:
      text.insert(at, dice.of(pieces));
      break;
    case 2:
      text.insert(at, 1, static_cast<char>(dice.below(256)));
      break;
    default:
      text.insert(at, text.substr(dice.below(text.size() + 1), 1 + dice.below(20)));
    }
  }
}

std::size_t characters(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text)
    count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

FilterRow reading(const Row& row) {
  return [&row](std::string_view column) {
    const auto found = row.find(column);
    return found == row.end() ? FilterValue() : found->second;
  };
}

quint64 setting(const char* name, quint64 otherwise) {
  bool good = false;
  const quint64 value = qEnvironmentVariable(name).toULongLong(&good);
  return good ? value : otherwise;
}

} // namespace

class TestFilterFuzz : public QObject {
  Q_OBJECT

  const quint64 first_ = setting("LONGVIEW_FUZZ_SEED", 1);
  const quint64 cases_ = setting("LONGVIEW_FUZZ_CASES", 4000);

  template <typename Case>
  void each(const Case& one) const {
    for (quint64 seed = first_; seed < first_ + cases_ && !QTest::currentTestFailed(); ++seed)
      one(seed);
  }
  static QString told(quint64 seed, const std::string& filter) {
    return QStringLiteral("LONGVIEW_FUZZ_SEED=%1: %2").arg(seed).arg(QString::fromStdString(filter));
  }

 private slots:
  void means_what_it_says();
  void obeys_the_laws_of_logic();
  void takes_any_bytes();
};

void TestFilterFuzz::means_what_it_says() {
  std::size_t kept = 0, dropped = 0, with_percentiles = 0;
  each([&](quint64 seed) {
    Dice dice(seed);
    const Condition condition = dice.condition(4);
    const std::string text = dice.print(condition);
    try {
      const Filter unbound = Filter::parse(text);
      const Filter filter = unbound.bound(numbers_of);
      with_percentiles += !unbound.percentiles().empty();
      for (int k = 0; k < 8; ++k) {
        const Row row = dice.row();
        const bool expected = holds(condition, row);
        QVERIFY2(filter.matches(reading(row)) == expected, qPrintable(told(seed, text)));
        ++(expected ? kept : dropped);
      }
    } catch (const Error& error) {
      QFAIL(qPrintable(told(seed, text) + QStringLiteral("\n") + QString::fromUtf8(error.what())));
    }
  });
  QVERIFY(cases_ < 1000 || (kept > cases_ && dropped > cases_)); // of eight times as many: both were tried
  QVERIFY(cases_ < 1000 || with_percentiles > cases_ / 10);
}

void TestFilterFuzz::obeys_the_laws_of_logic() {
  each([&](quint64 seed) {
    Dice dice(seed);
    const std::string a = dice.print(dice.condition(2), true), b = dice.print(dice.condition(2), true);
    const std::pair<std::string, std::string> laws[] = {
        {a, "not not " + a},
        {"not (" + a + " and " + b + ")", "not " + a + " or not " + b},
        {"not (" + a + " or " + b + ")", "not " + a + " and not " + b},
        {a + " and " + b, b + " and " + a},
        {a + " or " + a + " and " + b, a}, // and binds stronger, so this is absorption
    };
    for (const auto& [one, other] : laws) {
      const Filter left = Filter::parse(one).bound(numbers_of), right = Filter::parse(other).bound(numbers_of);
      for (int k = 0; k < 3; ++k) {
        const Row row = dice.row();
        QVERIFY2(left.matches(reading(row)) == right.matches(reading(row)), qPrintable(told(seed, one)));
      }
    }
  });
}

/// Whatever is typed: a filter, or an error that says where, within the text.
void TestFilterFuzz::takes_any_bytes() {
  std::size_t refused = 0;
  const CompletionSource known{
      {"year", "my field"}, {"good"}, {"bench"}, {{"source.year", {1999.0}}, {"source.my field", {"a \"b\""}}}, false};
  each([&](quint64 seed) {
    Dice dice(seed);
    std::string text = dice.print(dice.condition(3));
    mutate(text, dice);
    const Row row = dice.row();
    try {
      const Filter filter = Filter::parse(text).bound(numbers_of);
      QVERIFY2(filter.text() == text, qPrintable(told(seed, text)));
      try {
        const Filter again = Filter::parse(filter.text()).bound(numbers_of);
        QVERIFY2(filter.matches(reading(row)) == again.matches(reading(row)), qPrintable(told(seed, text)));
      } catch (const Error& error) { // an expression that takes too long
        QVERIFY2(error.code() == ErrorCode::usage, qPrintable(told(seed, text)));
      }
    } catch (const Error& error) {
      ++refused;
      const QString context = QString::fromStdString(error.context());
      bool good = context.startsWith(QStringLiteral("filter, character "));
      const quint64 place = good ? context.mid(18).toULongLong(&good) : 0;
      QVERIFY2(good && place >= 1 && place <= characters(text) + 1 && !error.message().empty(),
               qPrintable(told(seed, text) + QStringLiteral(": ") + context));
    }
    const std::size_t cursor = dice.below(text.size() + 1);
    const Completions completions = complete(text, cursor, known);
    QVERIFY2(completions.begin <= completions.end && completions.end <= text.size(), qPrintable(told(seed, text)));
  });
  QVERIFY(cases_ < 1000 || (refused > cases_ / 4 && refused < cases_));
}

LONGVIEW_TEST_MAIN(TestFilterFuzz)
#include "tst_filter_fuzz.moc"
