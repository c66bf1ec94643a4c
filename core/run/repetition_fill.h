#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "run/run_view.h"

namespace longview {

/// What fill_repetition() did.
struct RepetitionFill {
  std::uint64_t measured = 0;     ///< results that now have a repetition
  std::uint64_t already = 0;      ///< had one before
  std::uint64_t without_text = 0; ///< the text could not be read back; the first reason is in `problem`
  bool overlaps = true;           ///< false: the run's model is not there, so `copied` stays without a number
  std::string problem;
};

/// Measures repetition and copied of results that lack them: runs of versions that did not. The model is not run; its
/// file is read for the tokenizer. A text that has changed or is gone leaves its result as it is. Throws Error (busy,
/// io, cancelled); what was measured before is kept.
RepetitionFill fill_repetition(Project& project, const RunView& view, const RowObserver& observer,
                               std::stop_token stop);

} // namespace longview
