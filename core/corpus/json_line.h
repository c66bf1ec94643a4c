#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hash.h"
#include "corpus/json_tree.h"

namespace longview {

/// What one line of JSONL says about its document.
struct LineDocument {
  std::string text;
  std::string id;     ///< the id field where it is a string or a number (its raw text); else empty
  std::string title;  ///< the key "title" where it is a string and not the text; else empty
  std::string fields; ///< see Document::fields
};

/// A line without a text to score. `reason` completes the sentence "line 3 of x.jsonl …".
struct LineFault {
  std::string id; ///< as in LineDocument where the line could be read so far; else empty
  std::string reason;
};

/// A key of the line's own object, with the bytes it and its value take. Positions count from the start of the line.
struct LineKey {
  std::string key;           ///< unescaped
  std::size_t key_begin = 0; ///< the opening quote
  std::size_t value_begin = 0;
  std::size_t value_end = 0; ///< one past the value's last byte
};

/// Where something can be put into a line without touching its other bytes.
struct LineShape {
  std::size_t close_brace = 0; ///< position of the brace that closes the line's object
  bool empty = false;          ///< the object has no keys: no comma before a new one
  std::vector<LineKey> keys;   ///< in order; a key that occurs twice is listed twice
};

/// Finds text, id and fields in lines of JSONL. A field is named by its key or, in an object below, by its dotted path
/// (meta.body); a key that itself holds dots wins, and of a key that occurs twice the last. One thread.
class JsonLineParser {
 public:
  JsonLineParser(std::string text_field, std::string id_field);

  std::variant<LineDocument, LineFault> parse(std::string_view line);
  /// The same without a copy of the line, for one that is followed by json_padding readable bytes.
  std::variant<LineDocument, LineFault> parse_in_place(std::string_view line);
  /// The text alone. `line` as in parse().
  std::variant<std::string, LineFault> text(std::string_view line);
  /// The hash of the text alone (see Document::text_hash) and the shape of the line, in place as parse_in_place().
  std::variant<Hash128, LineFault> text_hash_in_place(std::string_view line, LineShape& shape);
  /// The shape of a line that was read without a fault before, in place as parse_in_place(); nothing where it shows
  /// that it is another.
  std::optional<LineShape> known_shape_in_place(std::string_view line);

 private:
  std::string_view padded(std::string_view line);

  std::string text_field_;
  std::string id_field_;
  JsonTree tree_;
  std::string padded_;
  std::string unescaped_;
};

/// Reads and checks the whole line. Throws Error(input) when it is not one valid JSON object.
LineShape json_line_shape(std::string_view line);

} // namespace longview
