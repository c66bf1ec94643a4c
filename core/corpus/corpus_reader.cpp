#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "corpus/byte_stream.h"
#include "corpus/corpus.h"
#include "corpus/json_line.h"
#include "corpus/line_reader.h"
#include "corpus/plain_text.h"

namespace longview {
namespace {

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// A file being read.
struct OpenSource {
  OpenSource(const SourceFile& source) : file(source.path), stream(open_stream(file, source.compression)) {}

  InputFile file;
  std::unique_ptr<ByteStream> stream;
  LineReader lines{*stream};
  bool finished = false; ///< its text was given, or its damage reported
};

} // namespace

struct CorpusReader::Impl {
  Impl(std::vector<SourceFile> all, ReaderOptions wanted)
      : sources(std::move(all)), options(std::move(wanted)), parser(options.text_field, options.id_field) {}

  std::optional<ReadItem> next(const std::stop_token& stop);
  std::optional<ReadItem> next_of_source(const std::stop_token& stop);
  std::optional<ReadItem> next_line(const std::stop_token& stop);
  ReadItem item_of(const Line& line);
  std::optional<ReadItem> whole_text(const std::stop_token& stop);
  BadDocument bad(DocumentPlace place, std::string reason) const;
  std::string name() const { return sources[current].path.filename().string(); }
  std::string place_name(const DocumentPlace& place) const { return fmt::format("{}:{}", name(), place.line); }
  void close();

  std::vector<SourceFile> sources;
  ReaderOptions options;
  JsonLineParser parser;
  std::size_t current = 0;
  std::unique_ptr<OpenSource> open;
  std::uint64_t given = 0;
  std::uint64_t bytes_before = 0; ///< sizes of the sources behind us
};

BadDocument CorpusReader::Impl::bad(DocumentPlace place, std::string reason) const {
  return {place, place_name(place), std::move(reason)};
}

void CorpusReader::Impl::close() {
  open.reset();
  bytes_before += sources[current].stamp.size;
  ++current;
}

std::optional<ReadItem> CorpusReader::Impl::next(const std::stop_token& stop) {
  if (options.limit > 0 && given >= options.limit)
    return std::nullopt;
  while (current < sources.size()) {
    try {
      if (!open)
        open = std::make_unique<OpenSource>(sources[current]);
      if (auto item = next_of_source(stop)) {
        ++given;
        return item;
      }
    } catch (const Error& error) {
      // After a stop the same file goes on; after anything else the next call begins with the next file.
      if (error.code() != ErrorCode::cancelled)
        close();
      throw;
    }
    close();
  }
  return std::nullopt;
}

std::optional<ReadItem> CorpusReader::Impl::next_of_source(const std::stop_token& stop) {
  return sources[current].kind == SourceKind::text ? whole_text(stop) : next_line(stop);
}

std::optional<ReadItem> CorpusReader::Impl::next_line(const std::stop_token& stop) {
  if (open->finished)
    return std::nullopt;
  try {
    while (auto line = open->lines.next(stop))
      if (line->too_long || !is_blank(line->bytes))
        return item_of(*line);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::input)
      throw;
    open->finished = true;
    const DocumentPlace place{static_cast<std::uint32_t>(current), open->lines.offset(), 0, open->lines.line_number()};
    return bad(place, fmt::format("{} {}", name(), error.message()));
  }
  return std::nullopt;
}

ReadItem CorpusReader::Impl::item_of(const Line& line) {
  const DocumentPlace place{static_cast<std::uint32_t>(current), line.offset, line.length, line.number};
  const auto sentence = [&](std::string_view predicate) {
    return fmt::format("line {} of {} {}", line.number, name(), predicate);
  };
  if (line.too_long)
    return bad(place, sentence(fmt::format("is longer than {} bytes; split the document", longest_document)));
  auto parsed = parser.parse_in_place(line.bytes);
  if (auto* fault = std::get_if<LineFault>(&parsed))
    return BadDocument{place, fault->id.empty() ? place_name(place) : std::move(fault->id), sentence(fault->reason)};
  auto& found = std::get<LineDocument>(parsed);
  Document document;
  document.place = place;
  document.text_hash = hash128(found.text);
  document.text = std::move(found.text);
  document.id = found.id.empty() ? place_name(place) : std::move(found.id);
  document.title = std::move(found.title);
  document.fields = std::move(found.fields);
  return document;
}

std::optional<ReadItem> CorpusReader::Impl::whole_text(const std::stop_token& stop) {
  if (open->finished)
    return std::nullopt;
  DocumentPlace place{static_cast<std::uint32_t>(current), 0, 0, 1};
  std::string bytes;
  try {
    if (!read_to_end(*open->stream, bytes, longest_document, stop)) {
      open->finished = true;
      return bad(place, fmt::format("{} is longer than {} bytes; split the document", name(), longest_document));
    }
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled)
      open.reset(); // a text is read as a whole or not at all
    if (error.code() != ErrorCode::input)
      throw;
    open->finished = true;
    place.offset = bytes.size();
    return bad(place, fmt::format("{} {}", name(), error.message()));
  }
  open->finished = true;
  place.length = bytes.size();
  auto text = plain_text(std::move(bytes));
  if (auto* fault = std::get_if<TextFault>(&text))
    return bad(place, fmt::format("{} {}", name(), fault->reason));
  Document document;
  document.place = place;
  document.text = std::move(std::get<std::string>(text));
  document.text_hash = hash128(document.text);
  document.id = place_name(place);
  document.title = name();
  document.fields = "{}";
  return document;
}

CorpusReader::CorpusReader(std::vector<SourceFile> sources, ReaderOptions options)
    : impl_(std::make_unique<Impl>(std::move(sources), std::move(options))) {}
CorpusReader::~CorpusReader() = default;

std::optional<ReadItem> CorpusReader::next(std::stop_token stop) {
  return impl_->next(stop);
}

std::uint64_t CorpusReader::bytes_read() const {
  return impl_->bytes_before + (impl_->open ? impl_->open->stream->file_bytes() : 0);
}

std::uint64_t CorpusReader::bytes_total() const {
  return std::accumulate(impl_->sources.begin(), impl_->sources.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const SourceFile& source) { return sum + source.stamp.size; });
}

} // namespace longview
