#include "models/visited.h"

namespace longview {

void Visited::visit(const Place& place) {
  if (at_ > 0) {
    Place& now = places_[at_ - 1];
    if (now == place || (now.document == place.document && !place.cell))
      return; // taking a selection back is no place to return to
    if (now.document == place.document && !now.cell) {
      now.cell = place.cell;
      return;
    }
  }
  places_.resize(at_);
  places_.push_back(place);
  if (places_.size() > most)
    places_.erase(places_.begin());
  at_ = places_.size();
}

void Visited::clear() {
  places_.clear();
  at_ = 0;
}

std::optional<Visited::Place> Visited::back() {
  if (!can_go_back())
    return std::nullopt;
  return places_[--at_ - 1];
}

std::optional<Visited::Place> Visited::forward() {
  if (!can_go_forward())
    return std::nullopt;
  return places_[at_++];
}

} // namespace longview
