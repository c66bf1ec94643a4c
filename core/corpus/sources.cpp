#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/error.h"
#include "corpus/corpus.h"

namespace longview {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, 3> jsonl_extensions{".jsonl", ".ndjson", ".json"};
constexpr std::array<std::string_view, 12> text_extensions{".txt", ".text", ".md",  ".markdown", ".rst", ".adoc",
                                                           ".asc", ".org",  ".tex", ".pod",      ".htm", ".html"};

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

struct NameParts {
  Compression compression = Compression::none;
  std::string extension; ///< in lower case, without the one of the compression
};

NameParts parts_of(const fs::path& path) {
  NameParts parts;
  fs::path name = path.filename();
  const std::string last = lower_case(name.extension().string());
  if (last == ".gz" || last == ".zst") {
    parts.compression = last == ".gz" ? Compression::gzip : Compression::zstd;
    name = name.stem();
  }
  parts.extension = lower_case(name.extension().string());
  return parts;
}

class SourceFinder {
 public:
  void add_named(const fs::path& named) {
    const fs::path path = fs::absolute(named).lexically_normal();
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (status.type() == fs::file_type::not_found)
      throw Error(ErrorCode::not_found, "there is no such file or folder; check the name", named.string());
    if (failed)
      throw Error(ErrorCode::io, "cannot be opened: " + failed.message(), named.string());
    if (fs::is_directory(status)) {
      const std::size_t before = found_;
      walk(path);
      if (found_ == before)
        throw Error(ErrorCode::input,
                    "no file here is JSONL or text by its name (.jsonl, .ndjson, .json, .txt, .md and the like, also "
                    "with .gz or .zst); name the files themselves",
                    named.string());
      return;
    }
    if (!fs::is_regular_file(status))
      throw Error(ErrorCode::input, "is not a regular file; write its contents to one first", named.string());
    add(path);
  }

  std::vector<SourceFile> take() { return std::move(sources_); }

 private:
  void walk(const fs::path& folder) {
    std::vector<fs::directory_entry> entries;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed))
      if (!it->path().filename().string().starts_with('.'))
        entries.push_back(*it);
    if (failed)
      throw Error(ErrorCode::io, "cannot be listed: " + failed.message(), folder.string());
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& entry : entries) {
      std::error_code ignored; // a dangling link is no file of ours
      // A link to a folder could lead back here.
      if (entry.is_directory(ignored) && !entry.is_symlink(ignored))
        walk(entry.path());
      else if (entry.is_regular_file(ignored) && is_readable_by_name(entry.path()))
        add(entry.path());
    }
  }

  static bool is_readable_by_name(const fs::path& path) {
    const std::string extension = parts_of(path).extension;
    return is_one_of(jsonl_extensions, extension) || is_one_of(text_extensions, extension);
  }

  void add(const fs::path& path) {
    ++found_;
    if (!seen_.insert(path).second)
      return;
    const NameParts parts = parts_of(path);
    const SourceKind kind = is_one_of(jsonl_extensions, parts.extension) ? SourceKind::jsonl : SourceKind::text;
    sources_.push_back({path, kind, parts.compression, file_stamp(path)});
  }

  std::vector<SourceFile> sources_;
  std::set<fs::path> seen_;
  std::size_t found_ = 0;
};

} // namespace

std::vector<SourceFile> find_sources(const std::vector<fs::path>& paths) {
  SourceFinder finder;
  for (const fs::path& path : paths)
    finder.add_named(path);
  return finder.take();
}

} // namespace longview
