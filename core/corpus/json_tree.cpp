#include "corpus/json_tree.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <deque>

#include <fmt/format.h>
#include <simdjson.h>

#include "corpus/json_string.h"

namespace longview {
namespace {

namespace od = simdjson::ondemand;
static_assert(json_padding >= simdjson::SIMDJSON_PADDING);

constexpr int most_depth = 256;
constexpr std::size_t least_capacity = 64u << 10;
constexpr std::size_t kept_capacity = 64u << 20; // a parser that grew beyond this is let go after its line

std::string_view trim_right(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

/// Position of the first control character inside a string, as JSON forbids it.
std::size_t find_control_character(std::string_view line) {
  bool in_string = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (in_string && line[at] == '\\')
      ++at;
    else if (line[at] == '"')
      in_string = !in_string;
    else if (in_string && static_cast<unsigned char>(line[at]) < 0x20)
      return at;
  }
  return line.size();
}

/// What simdjson's first pass over the whole line objects to.
JsonFault whole_line_fault(simdjson::error_code error, std::string_view line) {
  switch (error) {
  case simdjson::UTF8_ERROR: {
    const std::size_t at = find_invalid_utf8(line).value_or(0);
    return {at,
            fmt::format("is not valid UTF-8 at byte {}; convert the file to UTF-8, for example with iconv", at + 1)};
  }
  case simdjson::UNESCAPED_CHARS: {
    const std::size_t at = find_control_character(line);
    return {at, fmt::format("is not valid JSON: byte {} is a control character inside a string; write it as \\u{:04x}",
                            at + 1, at < line.size() ? static_cast<unsigned char>(line[at]) : 0)};
  }
  case simdjson::UNCLOSED_STRING:
    return {line.size(), "is not valid JSON: it ends inside a string; an object must be whole on its line"};
  case simdjson::EMPTY:
    return {0, "is blank; give it a JSON object or leave it out"};
  case simdjson::CAPACITY:
  case simdjson::MEMALLOC:
    return {0, fmt::format("is too long for the free memory ({} bytes); split the document", line.size())};
  default:
    return {0, fmt::format("is not valid JSON ({}); correct or remove it", simdjson::error_message(error))};
  }
}

} // namespace

std::string_view describe(JsonKind kind) {
  switch (kind) {
  case JsonKind::object:
    return "an object";
  case JsonKind::array:
    return "an array";
  case JsonKind::string:
    return "a string";
  case JsonKind::number:
    return "a number";
  case JsonKind::boolean:
    return "true or false";
  case JsonKind::null:
    break;
  }
  return "null";
}

// simdjson On-Demand leaves unchecked what nobody asks for. So this walks over every value, and checks scalars itself
// from their raw bytes: that keeps numbers of any size, which simdjson's own number parser refuses.
struct JsonTree::Impl {
  od::parser parser;
  std::string_view line;
  std::size_t at = 0;       ///< the token looked at last, for messages
  bool whole_values = true; ///< false: values are passed over
  std::vector<JsonMember> members;
  std::deque<std::string> unescaped_keys;

  const std::vector<JsonMember>& parse(std::string_view text, bool with_values);
  void reserve(std::size_t bytes);
  void walk_line(od::document& document);
  void walk_object(od::object object, std::ptrdiff_t owner, bool listed, int depth);
  JsonKind walk_value(od::value& value, std::ptrdiff_t owner, bool listed, int depth);
  JsonKind pass_value(od::value& value);
  std::size_t value_end(od::value& value, JsonKind kind);
  void check_scalar(std::string_view token, JsonKind kind);
  std::string_view raw_key(const char* first) const;
  std::string_view unescaped_key(std::string_view raw);
  std::size_t position(const char* pointer) const { return static_cast<std::size_t>(pointer - line.data()); }

  [[noreturn]] void fail(std::size_t byte, std::string_view why) const {
    throw JsonFault{byte, fmt::format("is not valid JSON at byte {}: {}; correct or remove it", byte + 1, why)};
  }
  [[noreturn]] void fail(simdjson::error_code) const {
    const std::string_view near = line.substr(std::min(at, line.size()), 1);
    fail(at, near.empty() ? "it is not closed" : "a key, value, comma or closing bracket is missing after it");
  }
  template <typename T, typename Result>
  T take(Result&& result) const {
    T value;
    if (const auto error = std::forward<Result>(result).get(value); error)
      fail(error);
    return value;
  }
};

void JsonTree::Impl::reserve(std::size_t bytes) {
  if (parser.capacity() > kept_capacity && bytes <= kept_capacity)
    parser = od::parser();
  if (parser.capacity() >= bytes && parser.capacity() > 0)
    return;
  // Growing to the next power of two keeps slowly longer lines from allocating every time.
  const std::size_t wanted = std::min(std::bit_ceil(std::max(bytes, least_capacity)), simdjson::SIMDJSON_MAXSIZE_BYTES);
  if (const auto error = parser.allocate(std::max(wanted, bytes)); error)
    throw whole_line_fault(error, line);
}

const std::vector<JsonMember>& JsonTree::Impl::parse(std::string_view text, bool with_values) {
  line = text;
  at = 0;
  whole_values = with_values;
  members.clear();
  unescaped_keys.clear();
  reserve(line.size());
  od::document document;
  if (const auto error = parser.iterate(line.data(), line.size(), line.size() + json_padding).get(document); error)
    throw whole_line_fault(error, line);
  walk_line(document);
  return members;
}

void JsonTree::Impl::walk_line(od::document& document) {
  at = line.find_first_not_of(" \t\r\n");
  if (line[at] == '[')
    throw JsonFault{at, "is an array, not an object; write one object a line, for example with jq -c '.[]'"};
  if (line[at] != '{')
    throw JsonFault{at, "is not a JSON object; a line must be one object, such as {\"text\": \"…\"}"};
  od::object object;
  if (document.get_object().get(object))
    throw JsonFault{line.size(),
                    "is not valid JSON: its object is not closed; an object must be whole on its line, which "
                    "jq -c . makes of indented JSON"};
  walk_object(object, -1, true, 1);
  const char* behind = nullptr;
  if (!document.current_location().get(behind))
    fail(position(behind), "something follows the object");
}

void JsonTree::Impl::walk_object(od::object object, std::ptrdiff_t owner, bool listed, int depth) {
  if (depth > most_depth)
    throw JsonFault{at, fmt::format("nests deeper than {} levels; flatten it or remove it", most_depth)};
  for (auto entry : object) {
    auto field = take<od::field>(std::move(entry));
    const std::size_t key_begin = position(field.key().raw()) - 1;
    at = key_begin;
    if (at >= line.size())
      fail(line.size(), "it is not closed");
    const std::string_view raw = raw_key(field.key().raw());
    if (const auto found = check_json_escapes(raw); found.bad_escape)
      fail(position(raw.data()) + *found.bad_escape, "a backslash begins no escape");
    std::ptrdiff_t self = -1;
    if (listed) {
      self = static_cast<std::ptrdiff_t>(members.size());
      members.push_back({owner, unescaped_key(raw), JsonKind::null, key_begin, 0, 0});
    }
    const std::size_t begin = position(field.value().raw_json_token().data());
    if (begin >= line.size())
      fail(line.size(), "it is not closed");
    const JsonKind kind = whole_values ? walk_value(field.value(), self, listed, depth) : pass_value(field.value());
    if (listed) {
      JsonMember& member = members[static_cast<std::size_t>(self)];
      member.kind = kind;
      member.value_begin = begin;
      member.value_end = value_end(field.value(), kind);
    }
  }
}

JsonKind JsonTree::Impl::walk_value(od::value& value, std::ptrdiff_t owner, bool listed, int depth) {
  const std::string_view untrimmed = value.raw_json_token();
  at = position(untrimmed.data());
  // Behind the last token simdjson goes on into the padding, where a token has no length to speak of.
  if (at >= line.size())
    fail(line.size(), "it is not closed");
  const std::string_view token = trim_right(untrimmed);
  switch (take<od::json_type>(value.type())) {
  case od::json_type::object:
    walk_object(take<od::object>(value.get_object()), owner, listed, depth + 1);
    return JsonKind::object;
  case od::json_type::array:
    if (depth >= most_depth)
      throw JsonFault{at, fmt::format("nests deeper than {} levels; flatten it or remove it", most_depth)};
    for (auto entry : take<od::array>(value.get_array())) {
      auto element = take<od::value>(std::move(entry));
      walk_value(element, -1, false, depth + 1);
    }
    return JsonKind::array;
  case od::json_type::string:
    check_scalar(token, JsonKind::string);
    // Left to its iterator, a string before a colon would be skipped as if it were a key.
    take<od::raw_json_string>(value.get_raw_json_string());
    return JsonKind::string;
  case od::json_type::number:
    check_scalar(token, JsonKind::number);
    return JsonKind::number;
  case od::json_type::boolean:
    check_scalar(token, JsonKind::boolean);
    return JsonKind::boolean;
  case od::json_type::null:
    break;
  }
  check_scalar(token, JsonKind::null);
  return JsonKind::null;
}

/// Goes on to what stands behind the value; simdjson counts brackets for that.
JsonKind JsonTree::Impl::pass_value(od::value& value) {
  switch (take<od::json_type>(value.type())) {
  case od::json_type::object:
    take<std::string_view>(take<od::object>(value.get_object()).raw_json());
    return JsonKind::object;
  case od::json_type::array:
    take<std::string_view>(take<od::array>(value.get_array()).raw_json());
    return JsonKind::array;
  case od::json_type::string:
    take<od::raw_json_string>(value.get_raw_json_string()); // as in walk_value()
    return JsonKind::string;
  case od::json_type::number:
    return JsonKind::number;
  case od::json_type::boolean:
    return JsonKind::boolean;
  case od::json_type::null:
    break;
  }
  return JsonKind::null;
}

void JsonTree::Impl::check_scalar(std::string_view token, JsonKind kind) {
  const std::size_t begin = position(token.data());
  switch (kind) {
  case JsonKind::string:
    if (token.size() < 2 || token.back() != '"')
      fail(begin, "a string is not closed");
    if (const auto found = check_json_escapes(token.substr(1, token.size() - 2)); found.bad_escape)
      fail(begin + 1 + *found.bad_escape, "a backslash begins no escape");
    return;
  case JsonKind::number:
    if (!is_json_number(token))
      fail(begin, "this is no number");
    return;
  case JsonKind::boolean:
    if (token != "true" && token != "false")
      fail(begin, "this is no value");
    return;
  default:
    if (token != "null")
      fail(begin, "this is no value");
  }
}

std::size_t JsonTree::Impl::value_end(od::value& value, JsonKind kind) {
  if (kind != JsonKind::object && kind != JsonKind::array) {
    const std::string_view token = trim_right(value.raw_json_token());
    return position(token.data()) + token.size();
  }
  // The iterator stands on the token behind the value.
  const char* behind = nullptr;
  const std::size_t end = value.current_location().get(behind) ? line.size() : position(behind);
  return trim_right(line.substr(0, end)).size();
}

std::string_view JsonTree::Impl::raw_key(const char* first) const {
  // The first pass has made sure that every string is closed.
  const char* last = first;
  while (*last != '"')
    last += *last == '\\' ? 2 : 1;
  return {first, static_cast<std::size_t>(last - first)};
}

std::string_view JsonTree::Impl::unescaped_key(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos)
    return raw;
  unescape_json(raw, unescaped_keys.emplace_back());
  return unescaped_keys.back();
}

JsonTree::JsonTree() : impl_(std::make_unique<Impl>()) {}
JsonTree::~JsonTree() = default;
JsonTree::JsonTree(JsonTree&&) noexcept = default;
JsonTree& JsonTree::operator=(JsonTree&&) noexcept = default;

const std::vector<JsonMember>& JsonTree::parse(std::string_view line) {
  return impl_->parse(line, true);
}
const std::vector<JsonMember>& JsonTree::skim(std::string_view line) {
  return impl_->parse(line, false);
}

} // namespace longview
