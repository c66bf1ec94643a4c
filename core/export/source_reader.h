#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "corpus/corpus.h"
#include "corpus/json_line.h"
#include "store/project.h"

namespace longview {

/// Reads the documents of one dataset back from its files, and makes sure that they are still the ones that were
/// scored.
class SourceReader {
 public:
  SourceReader(StoredDataset dataset, std::string text_field, std::string id_field);

  /// Makes sure of one file: its size and time are as stored, or else its hash. Throws Error(not_found, conflict).
  void check(std::uint32_t source, std::stop_token stop);

  struct Line {
    std::string_view bytes;
    std::string_view end; ///< "\n" or "\r\n"
    LineShape shape;
  };
  /// A document as a line of JSON: the original bytes, or {"id","text"} for a text file.
  /// Only after check() of its source; lives until the next call. Throws Error(conflict) when the text is another.
  Line line(const StoredDocument& document, Status status);

  /// FILE:LINE, for messages.
  std::string where(const StoredDocument& document) const;

 private:
  SourceText& open(std::uint32_t source);
  Line json_line(const StoredDocument& document, Status status);

  StoredDataset dataset_;
  std::string text_field_;
  JsonLineParser parser_;
  std::string made_; ///< the line of a text file
  std::uint32_t open_source_ = 0;
  std::unique_ptr<SourceText> open_; ///< one file at a time: rows come in source order
};

} // namespace longview
