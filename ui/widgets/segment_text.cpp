#include "widgets/segment_text.h"

#include <QStringDecoder>

namespace longview {
namespace {

/// A byte in the middle of a UTF-8 character.
bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

} // namespace

std::optional<QString> segment_text(const DocumentData& document, std::uint32_t k) {
  if (!document.text || k >= document.segments())
    return std::nullopt;
  const std::string& text = *document.text;
  const std::uint32_t place = document.place(k);
  const std::vector<std::uint64_t>& bounds = document.data.bounds;
  if (std::uint64_t{place} + 1 >= bounds.size())
    return std::nullopt;
  std::uint64_t from = bounds[place];
  std::uint64_t to = bounds[place + 1];
  if (from > to || to > text.size())
    return std::nullopt;
  while (from > 0 && from < text.size() && continues(text[from]))
    --from;
  while (to < text.size() && continues(text[to]))
    ++to;
  // A byte order mark is a character of the text like any other here.
  QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::ConvertInitialBom);
  return QString(decoder(QByteArrayView(text.data() + from, static_cast<qsizetype>(to - from))));
}

} // namespace longview
