#include "export/source_reader.h"

#include "base/error.h"
#include "base/file.h"
#include "export/json_text.h"

namespace longview {
namespace {

constexpr std::string_view unix_end = "\n", windows_end = "\r\n";
// Of a file that is checked as a whole, the first line and every so many behind it are checked by their text too: that
// the project's places belong to the bytes that its hash of the file belongs to.
constexpr std::uint64_t one_checked_of = 64;

} // namespace

SourceReader::SourceReader(StoredDataset dataset, std::string text_field, std::string id_field, std::stop_token stop)
    : dataset_(std::move(dataset)), text_field_(text_field), parser_(text_field, std::move(id_field)),
      stop_(std::move(stop)) {}

void SourceReader::check(std::uint32_t source, std::uint64_t wanted) {
  if (source >= dataset_.sources.size())
    throw Error(ErrorCode::input,
                "a document names a source file that its dataset does not have; the project is damaged", dataset_.name);
  StoredSource& stored = dataset_.sources[source];
  const std::string path = stored.file.path.string();
  if (!std::filesystem::exists(stored.file.path))
    throw Error(ErrorCode::not_found, "this source file of the dataset is gone; put it back to export its lines", path);
  const FileStamp now = file_stamp(stored.file.path);
  if (now != stored.file.stamp) {
    if (now.size != stored.file.stamp.size || hash_file(stored.file.path, stop_) != stored.hash)
      fail_changed(source);
    stored.file.stamp = now; // only its time is another
  }
  if (stored.file.kind == SourceKind::jsonl && stored.file.compression == Compression::none && wanted > now.size / 2)
    read_whole_.insert(source);
}

void SourceReader::open(std::uint32_t source) {
  if (open_ && open_source_ == source)
    return;
  finish();
  const SourceFile& file = dataset_.sources.at(source).file;
  open_source_ = source;
  open_ = std::make_unique<SourceText>(file);
  if (read_whole_.contains(source))
    whole_ = std::make_unique<WholeFile>(file.path, stop_);
}

void SourceReader::finish() {
  if (const SourceFile& file = dataset_.sources.at(open_source_).file;
      whole_ && whole_->hash() != dataset_.sources[open_source_].hash)
    throw Error(ErrorCode::conflict,
                "this source file has other bytes than when it was scored, though its size and time are the same; put "
                "the old one back, or give it another time (touch) and score it again",
                file.path.string());
  whole_.reset();
  open_.reset();
  lines_of_whole_ = 0;
}

SourceReader::Line SourceReader::line(const StoredDocument& document, Status status) {
  open(document.place.source);
  if (dataset_.sources[document.place.source].file.kind == SourceKind::jsonl)
    return json_line(document, status);
  const std::string text = open_->text(document.place, text_field_, document.text_hash);
  made_ = fmt::format("{{\"id\":{},\"text\":{}}}", json_string(document.name), json_string(text));
  return {made_, unix_end, json_line_shape(made_)};
}

SourceReader::Line SourceReader::json_line(const StoredDocument& document, Status status) {
  const auto in_whole = whole_ ? whole_->line(document.place) : std::nullopt;
  // One byte more, where there is one, tells how the line ends. Not two: the next line may begin behind it, and
  // compressed files are read forward.
  const std::string_view bytes = in_whole ? *in_whole : open_->view(document.place, 1);
  Line line;
  line.bytes = bytes.substr(0, document.place.length);
  line.end = bytes.size() > line.bytes.size() && bytes.back() == windows_end.front() ? windows_end : unix_end;
  if (status == Status::bad_input) { // that has no text to check
    line.shape = json_line_shape(line.bytes);
    return line;
  }
  if (in_whole && lines_of_whole_++ % one_checked_of != 0)
    if (auto shape = parser_.known_shape_in_place(line.bytes)) {
      line.shape = std::move(*shape);
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

void SourceReader::fail_changed(std::uint32_t source) const {
  throw Error(ErrorCode::conflict,
              "this source file has changed since it was scored; put the old one back, or score it again",
              dataset_.sources[source].file.path.string());
}

} // namespace longview
