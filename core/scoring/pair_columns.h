#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scoring/dependency.h"
#include "scoring/settings.h"

namespace longview {

/// The pairs of many documents, column by column, so that live parameters can change for all of them in one quick pass
/// over memory: six bytes a pair (one more with overlap) and 24 a row of pairs. Which pairs are over the threshold is
/// decided exactly as in derive_numbers(), whose numbers are the same to a relative 1e-11, in documents with rows of
/// more than k pairs to 1e-6.
///
/// What depends on parameters no slider moves is computed when a document is added: specificity of each row in each
/// mode; for a row of more than k pairs, how much each pair weighs in the mean over the row's fixed subsets (the value
/// of such a row is linear in its pairs, so a weight a pair and mode is all it takes); and the plain means.
class PairColumns {
 public:
  explicit PairColumns(const SamplingSettings& sampling);

  /// Appends a document. False, and nothing is appended, where its indices do not fit (more than 65,536 segments).
  bool add(const DocumentPairs& document);
  /// Gives back what growing took too much; when all are added.
  void shrink();

  std::size_t documents() const { return documents_.size(); }
  std::size_t bytes() const { return bytes_; } ///< after shrink()

  /// Numbers of document `place`, in the order they were added. Any thread, while nobody adds.
  DocumentNumbers numbers(std::size_t place, const LiveParameters& parameters) const;

 private:
  struct Document {
    std::uint64_t first_row = 0, first_pair = 0, first_weight = 0, first_shift = 0;
    std::uint32_t rows = 0, pairs = 0, segments = 0;
    bool controlled = false, overlapped = false;
    double strength = no_value, corrected_strength = no_value;       ///< means over pairs
    double distance = no_value, distance_in_window = no_value;       ///< the same
    std::array<double, 3> specificity{no_value, no_value, no_value}; ///< mean over rows, by SpecificityMode
  };
  struct Scratch;
  struct Pass;

  bool in_subsets(std::uint32_t pairs) const;
  template <typename Use>
  void each_column(const Use& use);
  void add_row(Document& document, Scratch& scratch, std::uint32_t i, double alone);
  void add_weights(Scratch& scratch, std::uint32_t i);
  double row_specificity(std::size_t row, SpecificityMode mode) const;

  SamplingSettings sampling_;
  std::vector<Document> documents_;
  std::size_t bytes_ = 0;
  // A row of pairs has:
  std::vector<std::uint32_t> counts_; ///< pairs
  std::vector<float> alone_;          ///< perplexity of the target alone
  /// Raw and relative; NaN for none. (Off is one wherever these are numbers.)
  std::array<std::vector<double>, 2> specificity_;
  std::vector<double> shifts_; ///< control strength of a row, NaN for none; of documents with controls
  // A pair has:
  std::vector<float> after_; ///< perplexity of the target after the prefix
  std::vector<std::uint16_t> back_;
  std::vector<std::uint8_t> overlap_;         ///< as many as pairs, or none at all
  std::array<std::vector<float>, 3> weights_; ///< by SpecificityMode: of pairs in rows of more than k
};

} // namespace longview
