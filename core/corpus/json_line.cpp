#include "corpus/json_line.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "corpus/json_string.h"

namespace longview {
namespace {

constexpr std::size_t longest_field = 1'000;  // bytes of a string that is still a field to filter by
constexpr std::size_t longest_path = 1'000;   // bytes of a dotted path; what lies deeper has no name
constexpr std::size_t most_names_told = 8;    // keys listed in a message
constexpr std::size_t longest_name_told = 40; // bytes of each

std::string in_quotes(std::string_view text) {
  return nlohmann::json(text).dump();
}

/// 1e999 is good JSON, but most readers of what we write refuse it.
bool fits_double(std::string_view number) {
  double value = 0;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
}

/// Of a key that occurs twice in an object the last counts.
std::vector<bool> find_last_of_each_key(const std::vector<JsonMember>& members) {
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto same_key = [&](std::size_t a, std::size_t b) {
    return members[a].parent == members[b].parent && members[a].key == members[b].key;
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (members[a].parent != members[b].parent)
      return members[a].parent < members[b].parent;
    const int compared = members[a].key.compare(members[b].key);
    return compared != 0 ? compared < 0 : a < b;
  });
  std::vector<bool> live(members.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    live[order[k]] = k + 1 == order.size() || !same_key(order[k], order[k + 1]);
  return live;
}

/// The members of a line under their dotted paths.
class Fields {
 public:
  Fields(std::string_view line, const std::vector<JsonMember>& members) : line_(line), members_(members) {
    std::vector<bool> live = find_last_of_each_key(members);
    paths_.resize(members.size());
    std::vector<std::size_t> depths(members.size(), 0);
    for (std::size_t k = 0; k < members.size(); ++k) {
      const auto parent = members[k].parent;
      live[k] = live[k] && (parent < 0 || live[static_cast<std::size_t>(parent)]) && name(k);
      if (!live[k])
        continue;
      if (parent >= 0)
        depths[k] = depths[static_cast<std::size_t>(parent)] + 1;
      // The fewer levels a path has, the more of its dots are part of a key: that one wins.
      const auto [entry, is_new] = by_path_.try_emplace(paths_[k], k);
      if (!is_new && depths[k] < depths[entry->second])
        entry->second = k;
    }
  }

  /// Nothing where no such member counts.
  const JsonMember* find(std::string_view path) const {
    const auto entry = by_path_.find(path);
    return entry == by_path_.end() ? nullptr : &members_[entry->second];
  }

  /// Raw bytes of a value; without the quotes for a string.
  std::string_view raw(const JsonMember& member) const {
    const std::string_view token = line_.substr(member.value_begin, member.value_end - member.value_begin);
    return member.kind == JsonKind::string ? token.substr(1, token.size() - 2) : token;
  }

  std::string string(const JsonMember& member) const {
    std::string out;
    unescape_json(raw(member), out);
    return out;
  }

  /// See Document::fields.
  std::string scalars_as_json(std::string_view without) const {
    std::string out = "{";
    for (std::size_t k = 0; k < members_.size(); ++k) {
      const auto entry = by_path_.find(paths_[k]);
      if (entry == by_path_.end() || entry->second != k || paths_[k] == without)
        continue;
      const std::string value = scalar_as_json(members_[k]);
      if (value.empty())
        continue;
      if (out.size() > 1)
        out += ',';
      out += in_quotes(paths_[k]) + ':' + value;
    }
    return out + '}';
  }

  /// "id, kind, body" for a message.
  std::string names() const {
    std::string out;
    std::size_t told = 0;
    for (std::size_t k = 0; k < members_.size(); ++k) {
      const auto entry = by_path_.find(paths_[k]);
      if (entry == by_path_.end() || entry->second != k || members_[k].kind == JsonKind::object)
        continue;
      if (told == most_names_told)
        return out + ", …";
      out += (told++ ? ", " : "") + in_quotes(shortened(paths_[k]));
    }
    return out;
  }

 private:
  /// Sets the path of a member; false where it has none.
  bool name(std::size_t k) {
    const JsonMember& member = members_[k];
    const std::string* above = member.parent >= 0 ? &paths_[static_cast<std::size_t>(member.parent)] : nullptr;
    if ((above ? above->size() + 1 : 0) + member.key.size() > longest_path)
      return false;
    if (above)
      paths_[k] = *above + '.';
    paths_[k] += member.key;
    return true;
  }

  static std::string shortened(std::string_view name) {
    if (name.size() <= longest_name_told)
      return std::string(name);
    std::size_t end = longest_name_told;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80)
      --end;
    return std::string(name.substr(0, end)) + "…";
  }

  std::string scalar_as_json(const JsonMember& member) const {
    if (member.kind == JsonKind::object || member.kind == JsonKind::array)
      return {};
    if (member.kind == JsonKind::number && !fits_double(raw(member)))
      return {};
    if (member.kind != JsonKind::string)
      return std::string(raw(member));
    // An escape takes at most six bytes for one.
    if (raw(member).size() > 6 * longest_field)
      return {};
    const std::string value = string(member);
    return value.size() > longest_field ? std::string() : in_quotes(value);
  }

  std::string_view line_;
  const std::vector<JsonMember>& members_;
  std::vector<std::string> paths_; ///< empty for members that do not count
  std::unordered_map<std::string_view, std::size_t> by_path_;
};

std::string id_of(const Fields& fields, std::string_view id_field) {
  const JsonMember* member = fields.find(id_field);
  if (!member)
    return {};
  if (member->kind == JsonKind::string)
    return fields.string(*member);
  return member->kind == JsonKind::number ? std::string(fields.raw(*member)) : std::string();
}

std::string missing_text_reason(const Fields& fields, std::string_view text_field) {
  const std::string names = fields.names();
  if (names.empty())
    return fmt::format("has no field {} and no other; name the one that holds the text with --text-field",
                       in_quotes(text_field));
  return fmt::format("has no field {} but {}; name the one that holds the text with --text-field",
                     in_quotes(text_field), names);
}

/// Puts the text into `text`, or says why there is none.
std::optional<LineFault> take_text(const Fields& fields, std::string_view text_field, std::string& text) {
  const JsonMember* member = fields.find(text_field);
  if (!member)
    return LineFault{{}, missing_text_reason(fields, text_field)};
  if (member->kind != JsonKind::string)
    return LineFault{{},
                     fmt::format("has {} as its field {}, not a string; name the one that holds the text with "
                                 "--text-field",
                                 describe(member->kind), in_quotes(text_field))};
  text.clear();
  const auto found = unescape_json(fields.raw(*member), text);
  // U+FFFD in its place would score a text that nobody wrote.
  if (found.lone_surrogate)
    return LineFault{{},
                     fmt::format("has half a surrogate pair in its text at byte {}, which stands for no character; "
                                 "write the file again with whole characters",
                                 member->value_begin + 1 + *found.lone_surrogate + 1)};
  return std::nullopt;
}

/// The text, or why there is none.
std::variant<std::string, LineFault> text_of(const Fields& fields, std::string_view text_field) {
  std::string text;
  if (auto fault = take_text(fields, text_field, text))
    return std::move(*fault);
  return text;
}

LineShape shape_of(std::string_view line, const std::vector<JsonMember>& members) {
  LineShape shape;
  for (const JsonMember& member : members)
    if (member.parent == -1)
      shape.keys.push_back({std::string(member.key), member.key_begin, member.value_begin, member.value_end});
  shape.empty = shape.keys.empty();
  // The object was read to its end and nothing but white space follows it.
  shape.close_brace = line.find_last_of('}');
  return shape;
}

} // namespace

JsonLineParser::JsonLineParser(std::string text_field, std::string id_field)
    : text_field_(std::move(text_field)), id_field_(std::move(id_field)) {}

std::string_view JsonLineParser::padded(std::string_view line) {
  padded_.assign(line);
  padded_.append(json_padding, '\0');
  return std::string_view(padded_).substr(0, line.size());
}

std::variant<LineDocument, LineFault> JsonLineParser::parse(std::string_view line) {
  return parse_in_place(padded(line));
}

std::variant<LineDocument, LineFault> JsonLineParser::parse_in_place(std::string_view line) {
  try {
    const Fields fields(line, tree_.parse(line));
    std::string id = id_of(fields, id_field_);
    auto text = text_of(fields, text_field_);
    if (auto* fault = std::get_if<LineFault>(&text))
      return LineFault{std::move(id), std::move(fault->reason)};
    const JsonMember* title = fields.find("title");
    const bool has_title = title && title->kind == JsonKind::string && text_field_ != "title";
    return LineDocument{std::move(std::get<std::string>(text)), std::move(id),
                        has_title ? fields.string(*title) : std::string(), fields.scalars_as_json(text_field_)};
  } catch (JsonFault& fault) {
    return LineFault{{}, std::move(fault.what)};
  }
}

std::variant<std::string, LineFault> JsonLineParser::text(std::string_view line) {
  const std::string_view in_place = padded(line);
  try {
    return text_of(Fields(in_place, tree_.parse(in_place)), text_field_);
  } catch (JsonFault& fault) {
    return LineFault{{}, std::move(fault.what)};
  }
}

std::variant<Hash128, LineFault> JsonLineParser::text_hash_in_place(std::string_view line, LineShape& shape) {
  try {
    const std::vector<JsonMember>& members = tree_.parse(line);
    shape = shape_of(line, members);
    const Fields fields(line, members);
    const JsonMember* const member = fields.find(text_field_);
    if (member && member->kind == JsonKind::string && fields.raw(*member).find('\\') == std::string::npos)
      return hash128(fields.raw(*member));
    if (auto fault = take_text(fields, text_field_, unescaped_))
      return std::move(*fault);
    return hash128(unescaped_);
  } catch (JsonFault& fault) {
    return LineFault{{}, std::move(fault.what)};
  }
}

std::optional<LineShape> JsonLineParser::known_shape_in_place(std::string_view line) {
  try {
    return shape_of(line, tree_.skim(line));
  } catch (const JsonFault&) {
    return std::nullopt;
  }
}

LineShape json_line_shape(std::string_view line) {
  std::string padded(line);
  padded.append(json_padding, '\0');
  JsonTree tree;
  try {
    return shape_of(line, tree.parse(std::string_view(padded).substr(0, line.size())));
  } catch (const JsonFault& fault) {
    throw Error(ErrorCode::input, "the line " + fault.what);
  }
}

} // namespace longview
