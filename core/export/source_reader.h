#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <stop_token>
#include <string>

#include "corpus/corpus.h"
#include "corpus/json_line.h"
#include "export/whole_file.h"
#include "store/project.h"

namespace longview {

/// Reads the documents of one dataset back from its files, and makes sure that they are still the ones that were
/// scored: each line by the hash of its text, or, where most of a file is read, the file by its own hash, which costs a
/// tenth and tells of every byte.
class SourceReader {
 public:
  SourceReader(StoredDataset dataset, std::string text_field, std::string id_field, std::stop_token stop);

  /// Makes sure of one file: its size and time are as stored, or else its hash. Throws Error(not_found, conflict).
  /// `wanted`: bytes of it that lines will be asked of, in the order of the file.
  void check(std::uint32_t source, std::uint64_t wanted);

  struct Line {
    std::string_view bytes;
    std::string_view end; ///< "\n" or "\r\n"
    LineShape shape;
  };
  /// A document as a line of JSON: the original bytes, or {"id","text"} for a text file.
  /// Only after check() of its source; lives until the next call. Throws Error(conflict) when the text is another.
  Line line(const StoredDocument& document, Status status);
  /// After the last line. Throws Error(conflict) when a file was another one than it seemed: what line() gave is void.
  void finish();

  /// FILE:LINE, for messages.
  std::string where(const StoredDocument& document) const;

 private:
  void open(std::uint32_t source);
  Line json_line(const StoredDocument& document, Status status);
  [[noreturn]] void fail_changed(std::uint32_t source) const;

  StoredDataset dataset_;
  std::string text_field_;
  JsonLineParser parser_;
  std::stop_token stop_;
  std::set<std::uint32_t> read_whole_; ///< sources of which most is wanted
  std::string made_;                   ///< the line of a text file
  // One file at a time: rows come in source order.
  std::uint32_t open_source_ = 0;
  std::unique_ptr<SourceText> open_;
  std::unique_ptr<WholeFile> whole_; ///< of the open one, where it is in read_whole_
  std::uint64_t lines_of_whole_ = 0; ///< asked of it
};

} // namespace longview
