#include "base/progress.h"

#include <cmath>

namespace longview {

bool Throttle::due(Clock::time_point now) {
  if (last_ && now - *last_ < interval_)
    return false;
  last_ = now;
  return true;
}

void TimeLeft::update(double done, double total, Clock::time_point now) {
  left_ = total - done;
  if (!last_) {
    last_ = now;
    last_done_ = done;
    return;
  }
  const double elapsed = std::chrono::duration<double>(now - *last_).count();
  if (elapsed < 1.0)
    return;
  const double current = (done - last_done_) / elapsed;
  const double weight = 1.0 - std::exp(-elapsed / 20.0);
  rate_ = rate_ ? *rate_ + weight * (current - *rate_) : current;
  last_ = now;
  last_done_ = done;
}

std::optional<double> TimeLeft::seconds() const {
  if (!rate_ || *rate_ <= 0)
    return std::nullopt;
  return left_ / *rate_;
}

} // namespace longview
