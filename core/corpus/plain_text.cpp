#include "corpus/plain_text.h"

#include <fmt/format.h>

#include "base/cancel.h"
#include "corpus/json_string.h"

namespace longview {
namespace {

constexpr std::size_t read_size = 1u << 20;

} // namespace

bool read_to_end(ByteStream& stream, std::string& bytes, std::uint64_t most, const std::stop_token& stop) {
  const std::unique_ptr<char[]> buffer(new char[read_size]);
  while (true) {
    throw_if_cancelled(stop);
    const std::size_t n = stream.read(buffer.get(), read_size);
    if (n == 0)
      return true;
    bytes.append(buffer.get(), n);
    if (bytes.size() > most)
      return false;
  }
}

std::variant<std::string, TextFault> plain_text(std::string bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    return TextFault{"is UTF-16; convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8"};
  if (const auto at = find_invalid_utf8(bytes))
    return TextFault{
        fmt::format("is not valid UTF-8 at byte {}; convert the file to UTF-8, for example with iconv", *at + 1)};
  if (bytes.starts_with("\xEF\xBB\xBF"))
    bytes.erase(0, 3);
  return bytes;
}

} // namespace longview
