#pragma once

#include <cstdint>
#include <string>

#include "store/project.h"

namespace longview {

/// The token gains of one pair with the text they are of.
struct PairTokens {
  std::string document; ///< name
  std::uint32_t i = 0, j = 0;
  const std::string& text; ///< of the document
  std::uint64_t begin = 0; ///< byte where the target begins
  const TokenGain& gain;

  std::size_t count() const { return gain.ends.size(); }
  /// Bytes of token t of the target; empty where the text is shorter than that.
  std::string_view token(std::size_t t) const;
};

/// Tokens of a target by how much the prefix changes them, the most helped first: places in the segment, from 1 on (the
/// first token is never scored).
std::vector<std::size_t> tokens_by_gain(const TokenGain& gain);

/// {"id", "i", "j", "tokens": [[text, NLL alone, NLL after], …]}: the first token's numbers are null.
std::string tokens_json(const PairTokens& tokens);
/// For a terminal: the target with its mean, and the tokens that gain and lose most.
std::string tokens_text(const PairTokens& tokens);

} // namespace longview
