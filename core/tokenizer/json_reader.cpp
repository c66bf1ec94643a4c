#include "tokenizer/json_reader.h"

#include "base/error.h"
#include "base/file.h"

namespace longview {
namespace {

using nlohmann::json;

constexpr std::size_t deepest = 64;

[[noreturn]] void refuse(std::string why) {
  throw Error(ErrorCode::input, std::move(why));
}

/// Builds a tree of everything but the lists. `vocabulary` and `merges` are their places: keys from the root on.
class Reader final : public nlohmann::json_sax<json> {
 public:
  using Path = std::vector<std::string>;

  Reader(VocabularyLists& lists, const Path* vocabulary, const Path* merges)
      : lists_(lists), vocabulary_(vocabulary), merges_(merges) {}

  json take() { return std::move(root_); }

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return value(v); }
  bool number_float(number_float_t v, const string_t&) override { return value(v); }
  bool number_unsigned(number_unsigned_t v) override {
    if (list_ != List::vocabulary)
      return value(v);
    if (depth_in_list_ == 1) {
      if (v > 0xffffffffu)
        refuse("has a token whose id is out of range");
      lists_.add(key_, static_cast<std::uint32_t>(v));
    }
    return true;
  }
  bool string(string_t& v) override {
    if (list_ != List::merges)
      return value(std::move(v));
    if (depth_in_list_ == 1)
      lists_.add_merge(v);
    else if (merge_.size() < 3)
      merge_.push_back(std::move(v));
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& v) override {
    key_ = std::move(v);
    return true;
  }
  bool start_object(std::size_t) override {
    if (list_ != List::none)
      return descend_in_list(false);
    if (vocabulary_ && at(*vocabulary_))
      return enter(List::vocabulary);
    return push(json::object());
  }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override {
    if (list_ != List::none)
      return descend_in_list(true);
    if (merges_ && at(*merges_))
      return enter(List::merges);
    return push(json::array());
  }
  bool end_array() override {
    if (list_ == List::merges && depth_in_list_ == 2) {
      if (merge_.size() != 2)
        refuse(fmt::format("merge {} is not two tokens", lists_.merge_count()));
      lists_.add_merge(merge_[0], merge_[1]);
      merge_.clear();
    }
    return end();
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    refuse(fmt::format("is not valid JSON: byte {} is not what is expected there", position));
  }

 private:
  enum class List { none, vocabulary, merges };

  /// Whether the value that begins now is at a place.
  bool at(const Path& place) const {
    if (keys_.size() + (stack_.empty() ? 0 : 1) != place.size())
      return false;
    for (std::size_t k = 0; k < keys_.size(); ++k)
      if (keys_[k] != place[k])
        return false;
    return stack_.empty() || (stack_.back()->is_object() && key_ == place.back());
  }
  bool enter(List list) {
    list_ = list;
    depth_in_list_ = 1;
    return true;
  }
  bool descend_in_list(bool array) {
    if (list_ != List::merges || !array || depth_in_list_ != 1)
      refuse(list_ == List::merges ? fmt::format("merge {} is not two tokens", lists_.merge_count())
                                   : fmt::format("its token {} has no id that is a number", lists_.size()));
    ++depth_in_list_;
    return true;
  }
  template <typename T>
  bool value(T&& v) {
    if (list_ == List::none) {
      place(json(std::forward<T>(v)));
      return true;
    }
    refuse(list_ == List::merges ? fmt::format("merge {} is not two tokens", lists_.merge_count())
                                 : fmt::format("its token {} has no id that is a number", lists_.size()));
  }
  json* place(json v) {
    if (stack_.empty())
      return &(root_ = std::move(v));
    json& parent = *stack_.back();
    if (parent.is_object())
      return &(parent[key_] = std::move(v));
    parent.push_back(std::move(v));
    return &parent.back();
  }
  bool push(json v) {
    if (stack_.size() == deepest)
      refuse("is nested too deeply");
    if (!stack_.empty())
      keys_.push_back(stack_.back()->is_object() ? key_ : std::string());
    stack_.push_back(place(std::move(v)));
    return true;
  }
  bool end() {
    if (list_ != List::none) {
      if (--depth_in_list_ == 0)
        list_ = List::none;
      return true;
    }
    stack_.pop_back();
    if (!keys_.empty())
      keys_.pop_back();
    return true;
  }

  VocabularyLists& lists_;
  const Path* vocabulary_;
  const Path* merges_;
  json root_;
  std::vector<json*> stack_;
  Path keys_; ///< of the stack, without the root
  std::string key_;
  List list_ = List::none;
  int depth_in_list_ = 0;
  std::vector<std::string> merge_;
};

json parse(std::string_view text, VocabularyLists& lists, const Reader::Path* vocabulary, const Reader::Path* merges) {
  Reader reader(lists, vocabulary, merges);
  if (!json::sax_parse(text.begin(), text.end(), &reader))
    refuse("is not valid JSON");
  return reader.take();
}

} // namespace

std::vector<VocabularyLists::Entry> VocabularyLists::entries() const {
  std::vector<Entry> out;
  out.reserve(ids.size());
  std::size_t at = 0;
  for (std::size_t k = 0; k < ids.size(); at += lengths[k++])
    out.push_back({std::string_view(bytes).substr(at, lengths[k]), ids[k]});
  return out;
}

std::vector<std::pair<std::string_view, std::string_view>> VocabularyLists::merges() const {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  out.reserve(merge_lengths.size());
  std::size_t at = 0;
  const auto take = [&](std::size_t length) {
    at += length;
    return std::string_view(merge_bytes).substr(at - length, length);
  };
  for (const auto& [left, right] : merge_lengths) {
    const std::string_view first = take(left);
    out.emplace_back(first, take(right));
  }
  return out;
}

void VocabularyLists::add(std::string_view text, std::uint32_t id) {
  bytes += text;
  lengths.push_back(static_cast<std::uint32_t>(text.size()));
  ids.push_back(id);
}

void VocabularyLists::add_merge(std::string_view left, std::string_view right) {
  merge_bytes += left;
  merge_bytes += right;
  merge_lengths.emplace_back(static_cast<std::uint32_t>(left.size()), static_cast<std::uint32_t>(right.size()));
}

void VocabularyLists::add_merge(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == line.npos || line.find(' ', space + 1) != line.npos)
    refuse(fmt::format("merge {} is not two tokens with a space between them", merge_count()));
  add_merge(line.substr(0, space), line.substr(space + 1));
}

json parse_small_json(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  try {
    VocabularyLists none;
    return parse(text, none, nullptr, nullptr);
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), file.string());
  }
}

json parse_tokenizer_json(std::string_view text, VocabularyLists& lists) {
  static const Reader::Path vocabulary = {"model", "vocab"}, merges = {"model", "merges"};
  return parse(text, lists, &vocabulary, &merges);
}

void parse_vocabulary_json(std::string_view text, VocabularyLists& lists) {
  static const Reader::Path root;
  if (!parse(text, lists, &root, nullptr).is_null())
    refuse("is not a JSON object of tokens and their ids");
}

} // namespace longview
