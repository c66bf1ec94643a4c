#include "filter/completion.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "filter/columns.h"
#include "filter/lexer.h"
#include "filter/parser.h"

namespace longview {
namespace {

/// What the grammar wants next.
enum class Wanted {
  condition,
  test,
  after_not,
  after_is,
  value,
  set,
  text,
  connective,
  percentile_open,
  percentile_column,
  percentile_close,
  fault
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

/// Follows the grammar token by token, without building anything.
class Follower {
 public:
  void take(const Token& token) {
    switch (wanted) {
    case Wanted::condition:
      return condition(token);
    case Wanted::test:
      return test(token);
    case Wanted::after_not:
      return is_keyword(token, "in")         ? want(Wanted::set)
             : is_keyword(token, "contains") ? want(Wanted::text)
                                             : want(Wanted::fault);
    case Wanted::after_is:
      if (!is_keyword(token, "not"))
        want(is_keyword(token, "null") ? Wanted::connective : Wanted::fault);
      return;
    case Wanted::set:
      in_list = token.kind == Token::Kind::open;
      if (in_list)
        return want(Wanted::value);
      range_open = true;
      return value(token);
    case Wanted::value:
      return value(token);
    case Wanted::text:
      return want(token.kind == Token::Kind::text ? Wanted::connective : Wanted::fault);
    case Wanted::connective:
      return connective(token);
    case Wanted::percentile_open:
      return want(token.kind == Token::Kind::open ? Wanted::percentile_column : Wanted::fault);
    case Wanted::percentile_column:
      return want(token.kind == Token::Kind::word ? Wanted::percentile_close : Wanted::fault);
    case Wanted::percentile_close:
      return want(token.kind == Token::Kind::close ? Wanted::connective : Wanted::fault);
    case Wanted::fault:
      return;
    }
  }

  Wanted wanted = Wanted::condition;
  std::optional<Column> column; ///< the one being tested
  bool in_list = false;         ///< inside the parentheses of an in
  bool range_open = false;      ///< the first end of a range was begun, .. has not come
  int open = 0;                 ///< parentheses around conditions

 private:
  void want(Wanted next) { wanted = next; }

  void condition(const Token& token) {
    if (token.kind == Token::Kind::open) {
      ++open;
      return;
    }
    if (is_keyword(token, "not"))
      return;
    column = token.kind == Token::Kind::word && !is_reserved(token) ? find_column(token.text) : std::nullopt;
    want(column ? Wanted::test : Wanted::fault);
  }

  void test(const Token& token) {
    in_list = range_open = false;
    if (token.kind == Token::Kind::comparison)
      want(Wanted::value);
    else if (token.kind == Token::Kind::pattern || token.kind == Token::Kind::not_pattern ||
             is_keyword(token, "contains"))
      want(Wanted::text);
    else
      want(is_keyword(token, "in")    ? Wanted::set
           : is_keyword(token, "not") ? Wanted::after_not
           : is_keyword(token, "is")  ? Wanted::after_is
                                      : Wanted::fault);
  }

  void value(const Token& token) {
    const bool word = token.kind == Token::Kind::word;
    if (word && percentile_word(token.text))
      return want(Wanted::percentile_open);
    const bool literal = token.kind == Token::Kind::number || token.kind == Token::Kind::text ||
                         is_keyword(token, "null") || is_keyword(token, "true") || is_keyword(token, "false");
    want(literal ? Wanted::connective : Wanted::fault);
  }

  void connective(const Token& token) {
    if (range_open) {
      range_open = false;
      return want(token.kind == Token::Kind::range ? Wanted::value : Wanted::fault);
    }
    if (in_list) {
      in_list = token.kind == Token::Kind::comma;
      return want(in_list ? Wanted::value : token.kind == Token::Kind::close ? Wanted::connective : Wanted::fault);
    }
    if (token.kind == Token::Kind::close && open > 0) {
      --open;
      return;
    }
    want(is_keyword(token, "and") || is_keyword(token, "or") ? Wanted::condition : Wanted::fault);
  }
};

class Offers {
 public:
  Offers(const Follower& at, const CompletionSource& source) : at_(at), source_(source) {}

  std::vector<Completion> all() {
    switch (at_.wanted) {
    case Wanted::condition:
      columns(false);
      words({"not", "("});
      break;
    case Wanted::test:
      tests();
      break;
    case Wanted::after_not:
      words({"in", "contains"});
      break;
    case Wanted::after_is:
      words({"null", "not null"});
      break;
    case Wanted::set:
      words({"("});
      percentiles();
      break;
    case Wanted::value:
      values();
      break;
    case Wanted::connective:
      connectives();
      break;
    case Wanted::percentile_open:
      words({"("});
      break;
    case Wanted::percentile_column:
      columns(true);
      break;
    case Wanted::percentile_close:
      words({")"});
      break;
    case Wanted::text:
    case Wanted::fault:
      break;
    }
    return std::move(offers_);
  }

 private:
  void add(Completion::Kind kind, std::string text, std::string_view help = {}) {
    offers_.push_back({std::move(text), std::string(help), kind});
  }
  void add_value(const FilterValue& value) {
    if (const auto* text = std::get_if<std::string>(&value))
      add(Completion::Kind::value, quoted_in_filter(*text), "value of the source");
    else if (const auto* number = std::get_if<double>(&value))
      add(Completion::Kind::value, fmt::format("{}", *number), "value of the source");
  }
  void words(std::initializer_list<const char*> list) {
    for (const char* const word : list)
      add(Completion::Kind::keyword, word);
  }

  void columns(bool numbers_only) {
    for (const FilterColumn& column : filter_columns())
      if (column.numeric || !numbers_only)
        add(Completion::Kind::column, std::string(column.name), column.help);
    for (const std::string& field : source_.fields)
      add(Completion::Kind::column, column_in_filter(std::string(source_prefix) + field), "field of the source");
  }

  void tests() {
    for (const char* const sign : {"=", "!=", "<", "<=", ">", ">="})
      add(Completion::Kind::sign, sign);
    words({"in", "not in", "is null", "is not null"});
    if (at_.column->kind == Column::Kind::number)
      return;
    words({"contains", "not contains"});
    add(Completion::Kind::sign, "~", "regular expression");
    add(Completion::Kind::sign, "!~", "regular expression");
  }

  void values() {
    const std::string& column = at_.column->name;
    if (column == "status")
      for (const std::string& status : status_words())
        add(Completion::Kind::value, quoted_in_filter(status));
    const std::vector<std::string>* const known = column == "label"     ? &source_.labels
                                                  : column == "dataset" ? &source_.datasets
                                                                        : nullptr;
    if (known)
      for (const std::string& name : *known)
        add(Completion::Kind::value, quoted_in_filter(name));
    if (const auto frequent = source_.values.find(column); frequent != source_.values.end())
      for (const FilterValue& value : frequent->second)
        add_value(value);
    if (at_.column->kind == Column::Kind::any)
      words({"true", "false"});
    if (!at_.range_open)
      words({"null"});
    if (!at_.in_list)
      percentiles();
  }

  void percentiles() {
    if (at_.column->kind == Column::Kind::text)
      return;
    for (const char* const percent : {"p10", "p25", "p50", "p75", "p90", "p95", "p99"})
      add(Completion::Kind::value, fmt::format("{}({})", percent, column_in_filter(at_.column->name)),
          "percentile of all rows");
  }

  void connectives() {
    if (at_.range_open)
      return words({".."});
    if (at_.in_list)
      return words({",", ")"});
    words({"and", "or"});
    if (at_.open > 0)
      words({")"});
  }

  const Follower& at_;
  const CompletionSource& source_;
  std::vector<Completion> offers_;
};

/// What is being typed may still become it.
bool may_become(const Completion& offer, std::string_view typed) {
  const std::string text = lower(offer.text);
  if (text == typed)
    return false;
  if (text.starts_with(typed))
    return true;
  if (offer.kind == Completion::Kind::column && text.starts_with(source_prefix)) {
    const std::string_view field = std::string_view(text).substr(source_prefix.size());
    return field.substr(is_quote(field.front()) ? 1 : 0).starts_with(typed);
  }
  if (offer.kind != Completion::Kind::value || !is_quote(text.front()))
    return false;
  const std::string_view content = typed.substr(!typed.empty() && is_quote(typed.front()) ? 1 : 0);
  return std::string_view(text).substr(1).starts_with(content);
}

/// Where the word or text that begins at `begin` and reaches beyond the cursor ends. A text with a space behind the
/// cursor ends there: its closing quote may be that of the next one.
std::size_t end_of_word(std::string_view filter, std::size_t begin, std::size_t cursor) {
  for (const Token& token : tokens_of(filter)) {
    const std::size_t end = std::max(cursor, begin + token.source.size());
    if (token.begin != begin)
      continue;
    if (token.kind == Token::Kind::word ||
        (token.kind == Token::Kind::text && filter.substr(cursor, end - cursor).find(' ') == std::string_view::npos))
      return end;
  }
  return cursor;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

} // namespace

bool CompletionSource::lacks(std::string_view column) const {
  return column.starts_with(source_prefix) && !sampled && !fields.empty() &&
         std::find(fields.begin(), fields.end(), column.substr(source_prefix.size())) == fields.end();
}

Completions complete(std::string_view filter, std::size_t cursor, const CompletionSource& source) {
  cursor = std::min(cursor, filter.size());
  const std::vector<Token> tokens = tokens_of(filter.substr(0, cursor));
  Completions result{cursor, cursor, {}};
  Follower at;
  for (std::size_t k = 0; k + 1 < tokens.size(); ++k) {
    const Token& token = tokens[k];
    const bool touches_cursor = token.begin + token.source.size() == cursor;
    const bool unfinished = token.kind == Token::Kind::word || token.kind == Token::Kind::comparison ||
                            token.kind == Token::Kind::number || token.kind == Token::Kind::invalid;
    if (touches_cursor && unfinished) { // still being typed
      result.begin = token.begin;
      result.end = end_of_word(filter, token.begin, cursor);
      break;
    }
    if (token.kind == Token::Kind::invalid)
      return result;
    at.take(token);
  }
  const std::string typed = lower(filter.substr(result.begin, cursor - result.begin));
  for (Completion& offer : Offers(at, source).all())
    if (may_become(offer, typed))
      result.candidates.push_back(std::move(offer));
  return result;
}

Completed completed(std::string_view filter, const Completions& at, const Completion& taken) {
  std::string before(filter.substr(0, at.begin));
  std::string_view after = filter.substr(at.end);
  const std::string& text = taken.text;
  if (text == "," || text == ")" || text == "..") {
    while (before.ends_with(' '))
      before.pop_back();
  } else if (is_letter(text.front()) && !before.empty() && before.back() != ' ' && before.back() != '(') {
    before += ' ';
  }
  before += text;
  if (text != "(" && text != "..") {
    before += ' ';
    after.remove_prefix(after.starts_with(' ') ? 1 : 0);
  }
  const std::size_t cursor = before.size();
  return {before += after, cursor};
}

} // namespace longview
