#include "export/source_reader.h"

#include "base/error.h"
#include "base/file.h"
#include "export/json_text.h"

namespace longview {
namespace {

constexpr std::string_view unix_end = "\n", windows_end = "\r\n";

/// `bytes` are the line's own and the one behind it.
SourceReader::Line split_end(std::string bytes) {
  const bool windows = bytes.back() == windows_end.front();
  bytes.pop_back();
  return {std::move(bytes), windows ? windows_end : unix_end};
}

} // namespace

SourceReader::SourceReader(StoredDataset dataset, std::string text_field, std::string id_field)
    : dataset_(std::move(dataset)), text_field_(text_field), parser_(text_field, std::move(id_field)) {}

void SourceReader::check(std::uint32_t source, std::stop_token stop) {
  if (source >= dataset_.sources.size())
    throw Error(ErrorCode::input,
                "a document names a source file that its dataset does not have; the project is damaged", dataset_.name);
  StoredSource& stored = dataset_.sources[source];
  const std::string path = stored.file.path.string();
  if (!std::filesystem::exists(stored.file.path))
    throw Error(ErrorCode::not_found, "this source file of the dataset is gone; put it back to export its lines", path);
  const FileStamp now = file_stamp(stored.file.path);
  if (now == stored.file.stamp)
    return;
  if (now.size != stored.file.stamp.size || hash_file(stored.file.path, stop) != stored.hash)
    throw Error(ErrorCode::conflict,
                "this source file has changed since it was scored; put the old one back, or score it again", path);
  stored.file.stamp = now; // only its time is another
}

SourceText& SourceReader::open(std::uint32_t source) {
  if (!open_ || open_source_ != source) {
    open_ = std::make_unique<SourceText>(dataset_.sources.at(source).file);
    open_source_ = source;
  }
  return *open_;
}

SourceReader::Line SourceReader::line(const StoredDocument& document, Status status) {
  const SourceFile& file = dataset_.sources.at(document.place.source).file;
  if (file.kind == SourceKind::jsonl)
    return json_line(document, status);
  const std::string text = open(document.place.source).text(document.place, text_field_, document.text_hash);
  return {fmt::format("{{\"id\":{},\"text\":{}}}", json_string(document.name), json_string(text)), unix_end};
}

SourceReader::Line SourceReader::json_line(const StoredDocument& document, Status status) {
  SourceText& source = open(document.place.source);
  Line line;
  DocumentPlace with_end = document.place;
  with_end.length += 1; // not two: the next line may begin behind it, and compressed files are read forward
  try {
    line = split_end(source.raw(with_end));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::input)
      throw;
    line = {source.raw(document.place), unix_end}; // the file ends right behind it
  }
  if (status != Status::bad_input) // that has no text to check
    check_text(document, line.bytes);
  return line;
}

void SourceReader::check_text(const StoredDocument& document, const std::string& line) {
  const auto text = parser_.text(line);
  if (const auto* found = std::get_if<std::string>(&text); found && hash128(*found) == document.text_hash)
    return;
  throw Error(ErrorCode::conflict, "this line is not the one that was scored; put the old file back, or score it again",
              where(document));
}

std::string SourceReader::where(const StoredDocument& document) const {
  return fmt::format("{}:{}", dataset_.sources.at(document.place.source).file.path.string(), document.place.line);
}

} // namespace longview
