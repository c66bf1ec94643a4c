#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/file.h"
#include "corpus/document.h"

namespace longview {

enum class SourceKind { jsonl, text };
enum class Compression { none, gzip, zstd };

/// One input file. Compression and kind follow from the name (.jsonl, .ndjson, .json are JSONL; .gz, .zst in addition),
/// everything else is plain text: one document a file.
struct SourceFile {
  std::filesystem::path path; ///< absolute
  SourceKind kind = SourceKind::jsonl;
  Compression compression = Compression::none;
  FileStamp stamp;
};

/// Files as named, folders walked in name order (hidden files and files that are neither JSONL nor text by name
/// skipped). Throws Error (not_found, io, input) with the path; a folder without any such file is an error.
std::vector<SourceFile> find_sources(const std::vector<std::filesystem::path>& paths);

struct ReaderOptions {
  std::string text_field = "text"; ///< dotted path into the object (meta.body); a literal key with dots wins
  std::string id_field = "id";     ///< likewise
  std::uint64_t limit = 0;         ///< stop after so many documents (bad ones count); 0: all
};

using ReadItem = std::variant<Document, BadDocument>;

/// Reads the documents of some files one after another, in order, forward only. One thread.
/// Bad lines come out as BadDocument and reading goes on; only a file that cannot be opened or decompressed throws,
/// after everything before the damage was delivered (a truncated .gz ends with one BadDocument for the place of the
/// damage).
class CorpusReader {
 public:
  CorpusReader(std::vector<SourceFile> sources, ReaderOptions options);
  ~CorpusReader();

  /// The next document, or nothing at the end.
  std::optional<ReadItem> next(std::stop_token stop = {});

  /// Bytes read from disk so far (compressed bytes), of the sum of the files' sizes: for progress.
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads stored places back from their source files: the raw line (or file) and the text in it. Keeps restart points of
/// compressed files (every 8 MB) so that the last document opens at once. One thread.
class SourceText {
 public:
  explicit SourceText(SourceFile source);
  ~SourceText();

  /// The raw bytes at a place. Throws Error(conflict) when the file no longer has the size and mtime of `source.stamp`
  /// and the bytes cannot be trusted, Error(input) when the place lies outside the file.
  std::string raw(const DocumentPlace& place);
  /// The same without a copy, with up to `behind` more bytes where the file has them, and json_padding readable ones
  /// behind those. Lives until the next call. Places that come in the order of the file are read in large pieces, so
  /// that a change of the file may be seen some documents later.
  std::string_view view(const DocumentPlace& place, std::size_t behind);
  /// The document's text, checked against `expected`: a changed file is reported as Error(conflict), never misread.
  std::string text(const DocumentPlace& place, const std::string& text_field, Hash128 expected);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace longview
