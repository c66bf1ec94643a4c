#include "filter/filter.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <utility>

#include "base/error.h"
#include "filter/columns.h"
#include "filter/lexer.h"

namespace longview {

/// A condition on a column, or other conditions put together.
struct Filter::Node {
  enum class Kind { all, any, negation, comparison };
  Kind kind = Kind::all;
  std::vector<Node> children;
  std::string column;
  Comparison comparison = Comparison::equal;
  FilterValue literal;

  bool matches(const FilterRow& row) const;
};

namespace {

/// Parentheses and nots inside each other: more than anybody writes, less than the stack holds.
constexpr int most_depth = 100;

bool is_null(const FilterValue& value) {
  const double* const number = std::get_if<double>(&value);
  return std::holds_alternative<std::monostate>(value) || (number && std::isnan(*number));
}

bool holds(std::partial_ordering order, Comparison comparison) {
  switch (comparison) {
  case Comparison::equal:
    return order == 0;
  case Comparison::not_equal:
    return order != 0;
  case Comparison::less:
    return order < 0;
  case Comparison::less_equal:
    return order <= 0;
  case Comparison::greater:
    return order > 0;
  case Comparison::greater_equal:
    return order >= 0;
  }
  return false;
}

bool compare(const FilterValue& value, Comparison comparison, const FilterValue& literal) {
  if (is_null(literal))
    return is_null(value) == (comparison == Comparison::equal);
  if (is_null(value))
    return false;
  if (const double* const number = std::get_if<double>(&value); number && std::holds_alternative<double>(literal))
    return holds(*number <=> std::get<double>(literal), comparison);
  if (const auto* const text = std::get_if<std::string>(&value); text && std::holds_alternative<std::string>(literal))
    return holds(*text <=> std::get<std::string>(literal), comparison);
  return comparison == Comparison::not_equal;
}

bool is_keyword(const Token& token, std::string_view keyword) {
  if (token.kind != Token::Kind::word || token.text.size() != keyword.size())
    return false;
  return std::equal(keyword.begin(), keyword.end(), token.text.begin(),
                    [](char known, char c) { return known == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
}

[[noreturn]] void fail(const Token& at, std::string message) {
  throw Error(ErrorCode::usage, std::move(message), fmt::format("filter, character {}", at.position));
}

[[noreturn]] void fail_expected(const Token& at, std::string_view expected) {
  if (at.kind == Token::Kind::invalid)
    fail(at, at.text);
  if (at.kind == Token::Kind::end)
    fail(at, fmt::format("expected {}, but the filter ends", expected));
  fail(at, fmt::format("expected {}, found {}", expected, at.source));
}

} // namespace

bool Filter::Node::matches(const FilterRow& row) const {
  const auto child_matches = [&](const Node& child) { return child.matches(row); };
  switch (kind) {
  case Kind::all:
    return std::all_of(children.begin(), children.end(), child_matches);
  case Kind::any:
    return std::any_of(children.begin(), children.end(), child_matches);
  case Kind::negation:
    return !children.front().matches(row);
  case Kind::comparison:
    return compare(row(column), comparison, literal);
  }
  return false;
}

/// Recursive descent, one function for each line of the grammar:
///   disjunction = conjunction { or conjunction }
///   conjunction = condition { and condition }
///   condition   = not condition | ( disjunction ) | column sign literal
class Filter::Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(tokens_of(text)) {}

  Node parse() {
    if (here().kind == Token::Kind::end)
      return {}; // all of no conditions: everything matches
    Node root = disjunction();
    if (here().kind == Token::Kind::close)
      fail(here(), "there is no open parenthesis that this one closes");
    if (here().kind != Token::Kind::end)
      fail_expected(here(), "and, or, or the end of the filter");
    return root;
  }

  std::vector<std::string> take_columns() { return std::move(columns_); }

 private:
  const Token& here() const { return tokens_[next_]; }
  const Token& take() { return tokens_[next_++]; }

  Node disjunction() {
    return joined(Node::Kind::any, "or", [this] { return conjunction(); });
  }
  Node conjunction() {
    return joined(Node::Kind::all, "and", [this] { return condition(); });
  }

  template <typename Part>
  Node joined(Node::Kind kind, std::string_view keyword, const Part& part) {
    Node first = part();
    if (!is_keyword(here(), keyword))
      return first;
    Node node;
    node.kind = kind;
    node.children.push_back(std::move(first));
    while (is_keyword(here(), keyword)) {
      take();
      node.children.push_back(part());
    }
    return node;
  }

  Node condition() {
    if (depth_ == most_depth)
      fail(here(), fmt::format("parentheses and nots are nested more than {} deep", most_depth));
    ++depth_;
    Node node = is_keyword(here(), "not")          ? negation()
                : here().kind == Token::Kind::open ? parenthesis()
                                                   : comparison();
    --depth_;
    return node;
  }

  Node negation() {
    take();
    Node node;
    node.kind = Node::Kind::negation;
    node.children.push_back(condition());
    return node;
  }

  Node parenthesis() {
    const Token& open = take();
    Node node = disjunction();
    if (here().kind != Token::Kind::close)
      fail_expected(here(), fmt::format("and, or, or the ) for the ( at character {}", open.position));
    take();
    return node;
  }

  Node comparison() {
    const Token& name = here();
    const bool is_name = name.kind == Token::Kind::word && !is_reserved(name);
    if (!is_name)
      fail_expected(name, "a column, not, or (");
    const std::optional<Column> column = find_column(name.text);
    if (!column)
      fail(name, unknown_column(name.text));
    take();
    if (here().kind != Token::Kind::comparison)
      fail_expected(here(), fmt::format("=, !=, <, <=, > or >= after {}", name.source));
    const Token& sign = take();

    Node node;
    node.kind = Node::Kind::comparison;
    node.column = column->name;
    node.comparison = sign.comparison;
    node.literal = literal(*column, sign);
    if (std::find(columns_.begin(), columns_.end(), node.column) == columns_.end())
      columns_.push_back(node.column);
    return node;
  }

  static bool is_reserved(const Token& token) {
    constexpr std::string_view words[] = {"and", "or", "not", "null", "true", "false"};
    return std::any_of(std::begin(words), std::end(words),
                       [&](std::string_view word) { return is_keyword(token, word); });
  }

  FilterValue literal(const Column& column, const Token& sign) {
    const Token& token = here();
    FilterValue value;
    if (token.kind == Token::Kind::number)
      value = token.number;
    else if (token.kind == Token::Kind::text)
      value = token.text;
    else if (is_keyword(token, "true") || is_keyword(token, "false"))
      value = std::string(is_keyword(token, "true") ? "true" : "false");
    else if (!is_keyword(token, "null"))
      fail_literal(token, sign);
    check_kind(column, token, sign, value);
    take();
    return value;
  }

  [[noreturn]] static void fail_literal(const Token& token, const Token& sign) {
    if (token.kind == Token::Kind::word && !is_reserved(token))
      fail(token, fmt::format("expected a number, a \"text\" or null after {}; if {} is a text, write \"{}\"",
                              sign.source, token.source, token.source));
    fail_expected(token, fmt::format("a number, a \"text\" or null after {}", sign.source));
  }

  /// What could never be true, or always, is a mistake that is better told.
  static void check_kind(const Column& column, const Token& token, const Token& sign, const FilterValue& value) {
    const bool equality = sign.comparison == Comparison::equal || sign.comparison == Comparison::not_equal;
    if (std::holds_alternative<std::monostate>(value) && !equality)
      fail(sign, fmt::format("null has no order; write {0} = null or {0} != null", column.name));
    if (column.kind == Column::Kind::number && std::holds_alternative<std::string>(value))
      fail(token, fmt::format("{} is a number and {} is a text; compare it with a number such as 4k", column.name,
                              token.source));
    if (column.kind == Column::Kind::text && std::holds_alternative<double>(value))
      fail(token,
           fmt::format("{} is a text and {} is a number; write \"{}\"", column.name, token.source, token.source));
  }

  const std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  std::vector<std::string> columns_;
};

Filter Filter::parse(std::string_view text) {
  Filter filter;
  filter.text_ = text;
  Parser parser(filter.text_);
  filter.root_ = std::make_shared<const Node>(parser.parse());
  filter.columns_ = parser.take_columns();
  return filter;
}

bool Filter::matches(const FilterRow& row) const {
  return !root_ || root_->matches(row);
}

} // namespace longview
