#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace longview {

/// The one list of an enumeration's words, read in both directions.
template <typename Enum, std::size_t Count>
using NameTable = std::array<std::pair<Enum, std::string_view>, Count>;

template <typename Enum, std::size_t Count>
constexpr std::string_view name_of(const NameTable<Enum, Count>& table, Enum value) {
  for (const auto& [entry, word] : table)
    if (entry == value)
      return word;
  return {};
}

template <typename Enum, std::size_t Count>
constexpr std::optional<Enum> named(const NameTable<Enum, Count>& table, std::string_view word) {
  for (const auto& [entry, text] : table)
    if (text == word)
      return entry;
  return std::nullopt;
}

} // namespace longview
