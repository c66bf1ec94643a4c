#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokenizer/source_view.h"
#include "tokenizer/split_pattern.h"

namespace longview {

/// The steps that cut a text into the pieces which are merged one by one: those of tokenizer.json.
/// Immutable; shared by threads.
class PreTokenizer {
 public:
  /// What becomes of a match: gone, a piece of its own, or part of its neighbour.
  enum class Behaviour { removed, isolated, merged_with_previous, merged_with_next, contiguous };

  struct Split {
    std::shared_ptr<const SplitPattern> pattern;
    Behaviour behaviour = Behaviour::isolated;
    bool invert = false; ///< what does not match is what counts as a match
  };
  struct SplitAt {
    std::string text; ///< not empty; every place where it stands
    Behaviour behaviour = Behaviour::isolated;
    bool invert = false;
  };
  struct SplitCharacters {
    enum class Class { numeric, punctuation } of;
    Behaviour behaviour = Behaviour::isolated;
  };
  struct Prefix {
    enum class When { always, first } when; ///< first: only at the start of the document
    std::string text;                       ///< put before a piece that does not begin with it
  };
  struct Replace {
    std::string text; ///< not empty
    std::string by;
  };
  using Step = std::variant<Split, SplitAt, SplitCharacters, Prefix, Replace>;

  /// One call's walk over texts, with the memory it needs. One thread's.
  class Walk {
   public:
    explicit Walk(const PreTokenizer& steps);
    ~Walk();
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;
    /// Calls `piece` for every piece of `text`, in order. Pieces are valid during the call only.
    void run(SourceView text, const std::function<void(SourceView)>& piece);

   private:
    struct State;
    void step(std::size_t k, SourceView text, const std::function<void(SourceView)>& piece);
    const PreTokenizer& steps_;
    std::vector<std::unique_ptr<State>> states_; ///< one for each step
  };

  PreTokenizer() = default;
  explicit PreTokenizer(std::vector<Step> steps);

  /// Everything that decides what it does, for fingerprints.
  std::string signature() const;

 private:
  std::vector<Step> steps_;
};

/// The steps of most byte-level models: a space before the text if it has none and `prefix`, then one pattern.
PreTokenizer byte_level_steps(std::string_view name, std::string_view expression, bool prefix);

} // namespace longview
