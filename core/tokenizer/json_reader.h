#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace longview {

/// The two long lists of a BPE model, kept flat: a tree of a million small JSON values would cost ten times the file.
struct VocabularyLists {
  struct Entry {
    std::string_view text;
    std::uint32_t id;
  };

  std::size_t size() const { return ids.size(); }
  std::size_t merge_count() const { return merge_lengths.size(); }
  /// In the file's order. Views live as long as this object stays unchanged.
  std::vector<Entry> entries() const;
  std::vector<std::pair<std::string_view, std::string_view>> merges() const;
  void add(std::string_view text, std::uint32_t id);
  void add_merge(std::string_view left, std::string_view right);
  /// "left right". Throws Error(input).
  void add_merge(std::string_view line);

  std::string bytes;
  std::vector<std::uint32_t> lengths;
  std::vector<std::uint32_t> ids;
  std::string merge_bytes;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> merge_lengths;
};

/// A JSON file of settings, at most 64 MB. Throws Error with the path: input where it is not JSON or nested without
/// end.
nlohmann::json parse_small_json(const std::filesystem::path& file);

/// tokenizer.json, with model.vocab and model.merges taken out into `lists`; as far as these are what BPE has.
nlohmann::json parse_tokenizer_json(std::string_view text, VocabularyLists& lists);
/// vocab.json, an object of spellings and ids. Both throw Error(input) without a context.
void parse_vocabulary_json(std::string_view text, VocabularyLists& lists);

} // namespace longview
