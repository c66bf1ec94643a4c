#include "export/whole_file.h"

#include <algorithm>
#include <cstring>

#include "base/cancel.h"
#include "corpus/json_tree.h"
#include "corpus/line_reader.h"

namespace longview {
namespace {

constexpr std::size_t block = 512u << 10; // bytes read at once; they stay in the processor's cache until they are used

} // namespace

WholeFile::WholeFile(const std::filesystem::path& path, std::stop_token stop)
    : file_(path), size_(file_.stamp().size), stop_(std::move(stop)) {}

std::optional<std::string_view> WholeFile::line(const DocumentPlace& place) {
  if (place.length > longest_document || place.offset > size_ || place.length > size_ - place.offset)
    return std::nullopt;
  const std::uint64_t before = place.offset - (place.offset > 0);
  const std::uint64_t end = std::min(place.offset + place.length + 1, size_);
  if (before < offset_ || !reach(end, before))
    return std::nullopt;
  const std::string_view found = std::string_view(buffer_).substr(before - offset_, end - before);
  const std::string_view bytes = found.substr(place.offset - before);
  const bool begins = place.offset == 0 || found.front() == '\n';
  const bool ends = bytes.size() == place.length || bytes.back() == '\n' || bytes.back() == '\r';
  if (!begins || !ends)
    return std::nullopt;
  return bytes;
}

Hash128 WholeFile::hash() {
  filled_ = 0; // nothing is needed any more
  while (read_block() > 0)
    filled_ = 0;
  return hasher_.digest();
}

/// Reads on until the buffer holds the bytes from `kept` to `end`. False where the file ends first.
bool WholeFile::reach(std::uint64_t end, std::uint64_t kept) {
  while (offset_ + filled_ < end) {
    const std::uint64_t here = offset_ + filled_;
    const std::size_t rest = kept < here ? static_cast<std::size_t>(here - kept) : 0;
    if (rest < filled_)
      std::memmove(buffer_.data(), buffer_.data() + filled_ - rest, rest);
    offset_ = here - rest;
    filled_ = rest;
    if (read_block() == 0)
      return false;
  }
  return true;
}

/// Appends the next block to the buffer.
std::size_t WholeFile::read_block() {
  throw_if_cancelled(stop_);
  if (buffer_.size() < filled_ + block + json_padding)
    buffer_.resize(filled_ + block + json_padding);
  const std::size_t n = file_.read(buffer_.data() + filled_, block);
  hasher_.update(std::string_view(buffer_).substr(filled_, n));
  filled_ += n;
  return n;
}

} // namespace longview
