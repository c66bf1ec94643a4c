#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tokenizer/source_view.h"
#include "tokenizer/split_pattern.h"

namespace longview {

/// What is done to a text before it is split: the steps that tokenizer.json may name and that keep a map to the source.
/// Immutable; shared by threads.
class Normalizer {
 public:
  enum class Form { nfc, nfd, nfkc, nfkd };
  struct Prepend {
    std::string text; ///< put before every text that is not empty
  };
  struct Replace {
    std::string text; ///< not empty
    std::string by;
  };
  struct ReplacePattern {
    std::shared_ptr<const SplitPattern> pattern;
    std::string by;
  };
  struct Strip {
    bool left;
    bool right;
  };
  using Step = std::variant<Form, Prepend, Replace, ReplacePattern, Strip>;

  Normalizer() = default;
  explicit Normalizer(std::vector<Step> steps);

  bool empty() const { return steps_.empty(); }
  /// The normalized text, either `source` itself or a window on `storage`. Linear time. Throws Error(unsupported) for
  /// texts of 2 GB.
  SourceView apply(SourceView source, MappedText& storage) const;
  /// The same of a text that is in no document.
  std::string apply(std::string_view text) const;
  /// Everything that decides what it does, for fingerprints.
  std::string signature() const;

 private:
  std::vector<Step> steps_;
};

} // namespace longview
