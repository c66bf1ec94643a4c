#include "export/source_reader.h"

#include "base/error.h"
#include "base/file.h"
#include "export/json_text.h"

namespace longview {
namespace {

constexpr std::string_view unix_end = "\n", windows_end = "\r\n";

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
  made_ = fmt::format("{{\"id\":{},\"text\":{}}}", json_string(document.name), json_string(text));
  return {made_, unix_end, json_line_shape(made_)};
}

SourceReader::Line SourceReader::json_line(const StoredDocument& document, Status status) {
  // One byte more, where there is one, tells how the line ends. Not two: the next line may begin behind it, and
  // compressed files are read forward.
  const std::string_view bytes = open(document.place.source).view(document.place, 1);
  Line line;
  line.bytes = bytes.substr(0, document.place.length);
  line.end = bytes.size() > line.bytes.size() && bytes.back() == windows_end.front() ? windows_end : unix_end;
  if (status == Status::bad_input) { // that has no text to check
    line.shape = json_line_shape(line.bytes);
    return line;
  }
  const auto hash = parser_.text_hash_in_place(line.bytes, line.shape);
  if (const auto* found = std::get_if<Hash128>(&hash); !found || *found != document.text_hash)
    throw Error(ErrorCode::conflict,
                "this line is not the one that was scored; put the old file back, or score it again", where(document));
  return line;
}

std::string SourceReader::where(const StoredDocument& document) const {
  return fmt::format("{}:{}", dataset_.sources.at(document.place.source).file.path.string(), document.place.line);
}

} // namespace longview
