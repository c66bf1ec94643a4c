#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "filter/columns.h"
#include "filter/condition.h"

namespace longview {

/// Reads a filter. Recursive descent, one function for each line of the grammar:
///   disjunction = conjunction { or conjunction }
///   conjunction = condition { and condition }
///   condition   = not condition | ( disjunction ) | column test
///   test        = sign value | [not] in set | [not] contains text | ~ text | !~ text | is [not] null
///   set         = ( value { , value } ) | value .. value
///   value       = number | text | true | false | null | pNN ( column )
class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : tokens_(tokens_of(text)) {}

  /// Throws as Filter::parse.
  Filter::Node parse();
  std::vector<std::string> take_columns() { return std::move(columns_); }
  std::vector<Percentile> take_percentiles() { return std::move(percentiles_); }

 private:
  using Node = Filter::Node;

  const Token& here() const { return tokens_[next_]; }
  const Token& take() { return tokens_[next_++]; }
  bool take_keyword(std::string_view keyword);

  Node disjunction();
  Node conjunction();
  template <typename Part>
  Node joined(Node::Kind kind, std::string_view keyword, const Part& part);
  Node condition();
  Node negation();
  Node parenthesis();

  Node test();
  Column column();
  Node comparison(const Column& column);
  Node null_test(const Column& column);
  Node set(const Column& column);
  Node list(const Column& column);
  Node range(const Column& column, const Token& in);
  Node contains(const Column& column);
  Node pattern(const Column& column, bool wanted);

  /// `after` is how the message names what stands before the value.
  Operand value(const Column& column, const std::string& after);
  Percentile percentile();
  std::string text_for(const Column& column, const Token& sign);
  void reads(const std::string& column);

  const std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  std::vector<std::string> columns_;
  std::vector<Percentile> percentiles_;
};

/// Whether a word is the name of a percentile (p50, P99.9), and which.
std::optional<double> percentile_word(std::string_view word);

} // namespace longview
