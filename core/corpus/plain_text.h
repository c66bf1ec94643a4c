#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "corpus/byte_stream.h"

namespace longview {

/// Why a text file is no document. `reason` completes the sentence "x.txt …".
struct TextFault {
  std::string reason;
};

/// Everything a stream still has; nothing once that is more than `most` bytes. Errors of the stream pass through, with
/// what came before in `bytes`. Throws Error(cancelled).
bool read_to_end(ByteStream& stream, std::string& bytes, std::uint64_t most, const std::stop_token& stop);

/// The text of a plain text file: its bytes without a byte order mark, checked to be UTF-8.
std::variant<std::string, TextFault> plain_text(std::string bytes);

} // namespace longview
