#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace longview {

/// Bytes that must be readable behind a line that is parsed in place; their values do not matter.
inline constexpr std::size_t json_padding = 64;

enum class JsonKind : std::uint8_t { object, array, string, number, boolean, null };
/// "a string", "an object"
std::string_view describe(JsonKind kind);

/// Why a line is not JSON as it should be. `what` completes the sentence "line 3 of x.jsonl …".
struct JsonFault {
  std::size_t byte = 0; ///< from the start of the line
  std::string what;
};

/// A key with its value, in the line's object or in an object below it. Objects inside arrays are checked, not listed.
struct JsonMember {
  std::ptrdiff_t parent = -1; ///< index of the member whose value this one lies in; -1: the line's own object
  std::string_view key;       ///< unescaped
  JsonKind kind = JsonKind::null;
  std::size_t key_begin = 0; ///< the key's opening quote; positions count from the start of the line
  std::size_t value_begin = 0;
  std::size_t value_end = 0; ///< one past the value's last byte
};

/// Reads one JSON object, checking every byte of it, numbers of any size included. Reused from line to line: what
/// parse() returns lives until the next call. One thread.
class JsonTree {
 public:
  JsonTree();
  ~JsonTree();
  JsonTree(JsonTree&&) noexcept;
  JsonTree& operator=(JsonTree&&) noexcept;

  /// The members in the order of the line, keys that occur twice included. `line` is followed by json_padding readable
  /// bytes. Throws JsonFault.
  const std::vector<JsonMember>& parse(std::string_view line);
  /// The members of the line's own object alone, for a line that parse() has taken before: what their values hold is
  /// not looked at. `line` as in parse(). Throws JsonFault.
  const std::vector<JsonMember>& skim(std::string_view line);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace longview
