#include "filter/parser.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/ranges.h>

#include "base/error.h"
#include "filter/nearest.h"

namespace longview {
namespace {

/// Parentheses and nots inside each other: more than anybody writes, less than the stack holds.
constexpr int most_depth = 100;

[[noreturn]] void fail(const Token& at, std::string message) {
  const std::size_t length = std::max<std::size_t>(1, at.source.size());
  throw FilterError(std::move(message), fmt::format("filter, character {}", at.position), at.begin, at.begin + length);
}

/// `words`: those that may stand there, of which one may have been meant.
[[noreturn]] void fail_expected(const Token& at, std::string_view expected,
                                const std::vector<std::string>& words = {}) {
  if (at.kind == Token::Kind::invalid)
    fail(at, at.text);
  if (at.kind == Token::Kind::end)
    fail(at, fmt::format("expected {}, but the filter ends", expected));
  const std::vector<std::string> near =
      at.kind == Token::Kind::word ? nearest(at.text, words, 1) : std::vector<std::string>();
  fail(at, fmt::format("expected {}, found {}{}", expected, at.source,
                       near.empty() ? std::string() : fmt::format("; did you mean {}?", near.front())));
}

[[noreturn]] void fail_value(const Token& token, const std::string& after) {
  if (token.kind == Token::Kind::word && !is_reserved(token))
    fail(token, fmt::format("expected a number, a \"text\" or null after {}; if {} is a text, write \"{}\"", after,
                            token.source, token.source));
  fail_expected(token, fmt::format("a number, a \"text\" or null after {}", after));
}

/// What could never be true, or always, is a mistake that is better told.
void check_kind(const Column& column, const Token& token, const FilterValue& value) {
  if (column.kind == Column::Kind::number && std::holds_alternative<std::string>(value))
    fail(token, fmt::format("{} is a number and {} is a text; compare it with a number such as 4k", column.name,
                            token.source));
  if (column.kind == Column::Kind::text && std::holds_alternative<double>(value))
    fail(token, fmt::format("{} is a text and {} is a number; write \"{}\"", column.name, token.source, token.source));
  const auto* const text = std::get_if<std::string>(&value);
  const std::vector<std::string>& known = status_words();
  if (text && column.name == "status" && std::find(known.begin(), known.end(), *text) == known.end()) {
    const std::vector<std::string> near = nearest(*text, known, 1);
    fail(token, fmt::format("there is no status {}; {} {}", token.source, near.empty() ? "there are" : "did you mean",
                            near.empty() ? fmt::format("{}", fmt::join(known, ", ")) : near.front() + "?"));
  }
}

bool is_null(const Operand& operand) {
  return !operand.percentile && std::holds_alternative<std::monostate>(operand.value);
}

Filter::Node compared(const Column& column, Comparison comparison, Operand operand) {
  Filter::Node node;
  node.kind = Filter::Node::Kind::comparison;
  node.column = column.name;
  node.comparison = comparison;
  node.operand = std::move(operand);
  return node;
}

Filter::Node negated(Filter::Node node) {
  Filter::Node negation;
  negation.kind = Filter::Node::Kind::negation;
  negation.children.push_back(std::move(node));
  return negation;
}

} // namespace

std::optional<double> percentile_word(std::string_view word) {
  if (word.size() < 2 || (word[0] != 'p' && word[0] != 'P') || word[1] < '0' || word[1] > '9')
    return std::nullopt;
  double percent = 0;
  const auto [end, failure] =
      std::from_chars(word.data() + 1, word.data() + word.size(), percent, std::chars_format::fixed);
  return failure == std::errc() && end == word.data() + word.size() ? std::optional(percent) : std::nullopt;
}

bool FilterParser::take_keyword(std::string_view keyword) {
  const bool there = is_keyword(here(), keyword);
  next_ += there ? 1 : 0;
  return there;
}

Filter::Node FilterParser::parse() {
  if (here().kind == Token::Kind::end)
    return {}; // all of no conditions: everything matches
  Node root = disjunction();
  if (here().kind == Token::Kind::close)
    fail(here(), "there is no open parenthesis that this one closes");
  if (here().kind != Token::Kind::end)
    fail_expected(here(), "and, or, or the end of the filter", {"and", "or"});
  return root;
}

Filter::Node FilterParser::disjunction() {
  return joined(Node::Kind::any, "or", [this] { return conjunction(); });
}

Filter::Node FilterParser::conjunction() {
  return joined(Node::Kind::all, "and", [this] { return condition(); });
}

template <typename Part>
Filter::Node FilterParser::joined(Node::Kind kind, std::string_view keyword, const Part& part) {
  Node first = part();
  if (!is_keyword(here(), keyword))
    return first;
  Node node;
  node.kind = kind;
  node.children.push_back(std::move(first));
  while (take_keyword(keyword))
    node.children.push_back(part());
  return node;
}

Filter::Node FilterParser::condition() {
  if (depth_ == most_depth)
    fail(here(), fmt::format("parentheses and nots are nested more than {} deep", most_depth));
  ++depth_;
  Node node = is_keyword(here(), "not") ? negation() : here().kind == Token::Kind::open ? parenthesis() : test();
  --depth_;
  return node;
}

Filter::Node FilterParser::negation() {
  take();
  return negated(condition());
}

Filter::Node FilterParser::parenthesis() {
  const Token& open = take();
  Node node = disjunction();
  if (here().kind != Token::Kind::close)
    fail_expected(here(), fmt::format("and, or, or the ) for the ( at character {}", open.position));
  take();
  return node;
}

void FilterParser::reads(const std::string& column) {
  if (std::find(columns_.begin(), columns_.end(), column) == columns_.end())
    columns_.push_back(column);
}

Column FilterParser::column() {
  const Token& name = here();
  if (name.kind != Token::Kind::word || is_reserved(name))
    fail_expected(name, "a column, not, or (");
  const std::optional<Column> found = find_column(name.text);
  if (!found)
    fail(name, unknown_column(name.text));
  reads(found->name);
  take();
  return *found;
}

Filter::Node FilterParser::test() {
  const Token& name = here();
  const Column tested = column();
  const Token& next = here();
  if (next.kind == Token::Kind::comparison)
    return comparison(tested);
  if (next.kind == Token::Kind::pattern || next.kind == Token::Kind::not_pattern)
    return pattern(tested, next.kind == Token::Kind::pattern);
  if (is_keyword(next, "is"))
    return null_test(tested);
  const bool negative = take_keyword("not");
  if (is_keyword(here(), "in"))
    return negative ? negated(set(tested)) : set(tested);
  if (is_keyword(here(), "contains"))
    return negative ? negated(contains(tested)) : contains(tested);
  if (negative)
    fail_expected(here(), "in or contains after not", {"in", "contains"});
  fail_expected(here(), fmt::format("=, !=, <, <=, > or >=, in, contains, ~ or is after {}", name.source),
                {"in", "contains", "not", "is"});
}

Filter::Node FilterParser::comparison(const Column& column) {
  const Token& sign = take();
  Operand operand = value(column, std::string(sign.source));
  const bool equality = sign.comparison == Comparison::equal || sign.comparison == Comparison::not_equal;
  if (is_null(operand) && !equality)
    fail(sign, fmt::format("null has no order; write {0} = null or {0} != null", column.name));
  return compared(column, sign.comparison, std::move(operand));
}

Filter::Node FilterParser::null_test(const Column& column) {
  take();
  const bool negative = take_keyword("not");
  if (!take_keyword("null"))
    fail_expected(here(), negative ? "null after is not" : "null or not null after is");
  return compared(column, negative ? Comparison::not_equal : Comparison::equal, {});
}

Filter::Node FilterParser::set(const Column& column) {
  const Token& in = take();
  return here().kind == Token::Kind::open ? list(column) : range(column, in);
}

Filter::Node FilterParser::list(const Column& column) {
  const Token& open = take();
  auto members = std::make_shared<Members>();
  std::string after = "(";
  do {
    const Token& token = here();
    const Operand one = value(column, after);
    if (one.percentile)
      fail(token, "a list holds numbers and texts; compare with a percentile by =, <, > and their like");
    if (const auto* text = std::get_if<std::string>(&one.value))
      members->texts.insert(*text);
    else if (const auto* number = std::get_if<double>(&one.value))
      members->numbers.push_back(*number);
    else
      members->null = true;
    after = ",";
  } while (here().kind == Token::Kind::comma && (take(), true));
  if (here().kind != Token::Kind::close)
    fail_expected(here(), fmt::format("a comma, or the ) for the ( at character {}", open.position));
  take();
  std::sort(members->numbers.begin(), members->numbers.end());
  Node node;
  node.kind = Node::Kind::member;
  node.column = column.name;
  node.members = std::move(members);
  return node;
}

Filter::Node FilterParser::range(const Column& column, const Token& in) {
  const auto end = [&](const std::string& after) {
    const Token& token = here();
    Operand operand = value(column, after);
    if (is_null(operand))
      fail(token, "null has no order, so it ends no range");
    return operand;
  };
  const Token& first = here();
  Operand low = end(std::string(in.source));
  if (here().kind != Token::Kind::range)
    fail_expected(here(), ".. and the end of the range, as in 4k..16k; a list stands in parentheses");
  take();
  Operand high = end("..");
  if (!low.percentile && !high.percentile) {
    if (low.value.index() != high.value.index())
      fail(first, "a range goes from a number to a number, or from a text to a text");
    if (high.value < low.value)
      fail(first, "the range ends before it begins; write the smaller end first");
  }
  Node node;
  node.kind = Node::Kind::all;
  node.children.push_back(compared(column, Comparison::greater_equal, std::move(low)));
  node.children.push_back(compared(column, Comparison::less_equal, std::move(high)));
  return node;
}

std::string FilterParser::text_for(const Column& column, const Token& sign) {
  if (column.kind == Column::Kind::number)
    fail(sign, fmt::format("{} is a number, and {} looks into texts", column.name, sign.source));
  if (here().kind != Token::Kind::text)
    fail_expected(here(), fmt::format("a \"text\" after {}", sign.source));
  return take().text;
}

Filter::Node FilterParser::contains(const Column& column) {
  const Token& sign = take();
  Node node;
  node.kind = Node::Kind::contains;
  node.column = column.name;
  node.operand.value = text_for(column, sign);
  return node;
}

Filter::Node FilterParser::pattern(const Column& column, bool wanted) {
  const Token& sign = take();
  const Token& token = here();
  const std::string expression = text_for(column, sign);
  Node node;
  node.kind = Node::Kind::pattern;
  node.column = column.name;
  try {
    node.pattern = std::make_shared<const TextPattern>(expression);
  } catch (const PatternFault& fault) {
    fail(token, fmt::format("this is no regular expression: {}, at its byte {}", fault.what, fault.offset + 1));
  }
  return wanted ? node : negated(std::move(node));
}

Operand FilterParser::value(const Column& column, const std::string& after) {
  const Token& token = here();
  Operand operand;
  if (token.kind == Token::Kind::number)
    operand.value = token.number;
  else if (token.kind == Token::Kind::text)
    operand.value = token.text;
  else if (is_keyword(token, "true") || is_keyword(token, "false"))
    operand.value = std::string(is_keyword(token, "true") ? "true" : "false");
  else if (token.kind == Token::Kind::word && percentile_word(token.text) &&
           tokens_[next_ + 1].kind == Token::Kind::open) {
    operand.percentile = percentile();
    check_kind(column, token, 0.0);
    return operand;
  } else if (!is_keyword(token, "null"))
    fail_value(token, after);
  check_kind(column, token, operand.value);
  take();
  return operand;
}

Percentile FilterParser::percentile() {
  const Token& word = take();
  Percentile percentile;
  percentile.percent = *percentile_word(word.text);
  if (percentile.percent > 100)
    fail(word, fmt::format("{} is no percentile; they go from p0 to p100", word.source));
  take(); // (
  const Token& name = here();
  const Column of = column();
  if (of.kind == Column::Kind::text)
    fail(name, fmt::format("{} is a text, and percentiles are of numbers", of.name));
  percentile.column = of.name;
  if (here().kind != Token::Kind::close)
    fail_expected(here(), fmt::format(") after {}", name.source));
  take();
  if (std::find(percentiles_.begin(), percentiles_.end(), percentile) == percentiles_.end())
    percentiles_.push_back(percentile);
  return percentile;
}

} // namespace longview
