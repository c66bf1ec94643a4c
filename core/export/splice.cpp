#include "export/splice.h"

#include <algorithm>

#include "base/error.h"
#include "export/json_text.h"

namespace longview {
namespace {

std::string_view between(std::string_view line, std::size_t begin, std::size_t end) {
  return line.substr(begin, end - begin);
}

void append_key(std::string_view line, const LineShape& shape, std::string_view key, std::string_view value,
                std::string& spliced) {
  spliced += line.substr(0, shape.close_brace);
  if (!shape.empty)
    spliced += ',';
  spliced += json_string(key);
  spliced += ':';
  spliced += value;
  spliced += line.substr(shape.close_brace);
}

/// The last key of that name gets the value; earlier ones go, each with all bytes up to the key behind it.
void replace_key(std::string_view line, const LineShape& shape, std::string_view key, std::string_view value,
                 std::string& replaced) {
  std::size_t copied = 0;
  const auto keep_until = [&](std::size_t end) { replaced += between(line, copied, end); };
  const auto last =
      std::find_if(shape.keys.rbegin(), shape.keys.rend(), [&](const LineKey& k) { return k.key == key; });
  const auto last_place = static_cast<std::size_t>(shape.keys.rend() - last) - 1;
  for (std::size_t k = 0; k < last_place; ++k)
    if (shape.keys[k].key == key) {
      keep_until(shape.keys[k].key_begin);
      copied = shape.keys[k + 1].key_begin;
    }
  keep_until(last->value_begin);
  replaced += value;
  copied = last->value_end;
  keep_until(line.size());
}

} // namespace

std::string splice_key(std::string_view line, std::string_view key, std::string_view value, Clash clash) {
  std::string spliced;
  splice_key(line, json_line_shape(line), key, value, clash, spliced);
  return spliced;
}

void splice_key(std::string_view line, const LineShape& shape, std::string_view key, std::string_view value,
                Clash clash, std::string& to) {
  const bool there = std::any_of(shape.keys.begin(), shape.keys.end(), [&](const LineKey& k) { return k.key == key; });
  if (!there)
    return append_key(line, shape, key, value, to);
  if (clash == Clash::refuse)
    throw Error(ErrorCode::conflict,
                fmt::format("the key {} is there already; choose another with --key, or replace it with --force",
                            json_string(key)));
  replace_key(line, shape, key, value, to);
}

std::optional<std::string> raw_field(std::string_view line, std::string_view path) {
  return raw_field(line, json_line_shape(line), path);
}

std::optional<std::string> raw_field(std::string_view line, const LineShape& shape, std::string_view path) {
  const auto value_of = [&](std::string_view key) -> std::optional<std::string_view> {
    for (auto entry = shape.keys.rbegin(); entry != shape.keys.rend(); ++entry)
      if (entry->key == key)
        return between(line, entry->value_begin, entry->value_end);
    return std::nullopt;
  };
  if (const auto value = value_of(path))
    return std::string(*value);
  for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos && dot > 0; dot = path.rfind('.', dot - 1))
    if (const auto object = value_of(path.substr(0, dot)); object && object->starts_with('{'))
      if (auto found = raw_field(*object, path.substr(dot + 1)))
        return found;
  return std::nullopt;
}

std::string pick_fields(std::string_view line, const LineShape& shape, const std::vector<std::string>& paths) {
  std::string object = "{";
  for (const std::string& path : paths)
    if (const auto value = raw_field(line, shape, path)) {
      if (object.size() > 1)
        object += ',';
      object += json_string(path) + ':' + *value;
    }
  return object + '}';
}

} // namespace longview
