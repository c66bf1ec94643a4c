#include "model/json_events.h"

#include <fmt/format.h>

#include "base/error.h"

namespace longview {
namespace {
constexpr int most_depth = 32;
}

void JsonEvents::walk(std::string_view text) {
  depth_ = 0;
  nlohmann::json::sax_parse(text.begin(), text.end(), static_cast<nlohmann::json_sax<nlohmann::json>*>(this));
}

void JsonEvents::fail(const std::string& why) const {
  throw Error(ErrorCode::input, why, where_);
}

bool JsonEvents::open(bool object) {
  if (++depth_ > most_depth)
    fail(fmt::format("its JSON nests deeper than {} levels; the file is damaged", most_depth));
  on_open(object);
  return true;
}

bool JsonEvents::close(bool object) {
  on_close(object);
  --depth_;
  return true;
}

bool JsonEvents::null() {
  on_other();
  return true;
}
bool JsonEvents::boolean(bool) {
  on_other();
  return true;
}
bool JsonEvents::number_integer(number_integer_t) {
  on_other();
  return true;
}
bool JsonEvents::number_unsigned(number_unsigned_t value) {
  on_number(value);
  return true;
}
bool JsonEvents::number_float(number_float_t, const string_t&) {
  on_other();
  return true;
}
bool JsonEvents::string(string_t& value) {
  on_string(value);
  return true;
}
bool JsonEvents::binary(binary_t&) {
  return false; // JSON text has none
}
bool JsonEvents::start_object(std::size_t) {
  return open(true);
}
bool JsonEvents::key(string_t& name) {
  on_key(name);
  return true;
}
bool JsonEvents::end_object() {
  return close(true);
}
bool JsonEvents::start_array(std::size_t) {
  return open(false);
}
bool JsonEvents::end_array() {
  return close(false);
}
bool JsonEvents::parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception&) {
  fail(fmt::format("is no valid JSON at byte {} of its text; the file is damaged", byte));
}

} // namespace longview
