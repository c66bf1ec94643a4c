#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "store/project.h"
#include "widgets/document_data.h"

namespace longview {

/// What was looked at, in order, with a place in it: back and forward as in a browser. Going somewhere new forgets what
/// lay ahead.
class Visited {
 public:
  struct Place {
    DocumentId document{};
    std::optional<Cell> cell;
    bool operator==(const Place&) const = default;
  };
  static constexpr std::size_t most = 200; ///< places; the oldest are forgotten

  /// Somebody looks at this. A document whose cell is chosen for the first time stays one place.
  void visit(const Place& place);
  void clear();

  bool can_go_back() const { return at_ > 1; }
  bool can_go_forward() const { return at_ < places_.size(); }
  /// The place that is looked at now. Nothing where there is none.
  std::optional<Place> back();
  std::optional<Place> forward();

 private:
  std::vector<Place> places_;
  std::size_t at_ = 0; ///< places_[at_ - 1] is looked at; 0: nothing is
};

} // namespace longview
