#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace longview {

/// Where one document's bytes lie. For JSONL that is the whole line without its line end; for a text file the whole
/// file. In .gz and .zst files offset and length count decompressed bytes.
struct DocumentPlace {
  std::uint32_t source = 0; ///< index into the corpus's files
  std::uint64_t offset = 0; ///< bytes from the start of the (decompressed) file
  std::uint64_t length = 0; ///< bytes
  std::uint64_t line = 0;   ///< 1-based line number; 1 for a text file
};

/// One document as read. `text` is valid UTF-8.
struct Document {
  DocumentPlace place;
  std::string text;
  Hash128 text_hash;  ///< XXH3-128 of the UTF-8 bytes of `text`, seed 0
  std::string id;     ///< the id field (a string, or a number's raw text); "FILE:LINE" without one
  std::string title;  ///< the field "title" where it is a string; the file name for a text file; else empty
  std::string fields; ///< JSON object of the line's scalar fields, nested ones under dotted keys; the text is not in it
};

/// A line or file that is there but cannot be scored. Kept with its reason, never dropped.
struct BadDocument {
  DocumentPlace place;
  std::string id;     ///< as in Document
  std::string reason; ///< one sentence: what is wrong and what to do
};

} // namespace longview
