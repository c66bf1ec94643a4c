#include "base/waiting.h"

#include "base/log.h"

namespace longview {
namespace {

thread_local int depth = 0;

} // namespace

NoWaiting::NoWaiting() {
  ++depth;
}

NoWaiting::~NoWaiting() {
  --depth;
}

void may_wait(std::string_view what) {
  if (depth > 0)
    log::warning("a thread that must not wait uses {}", what);
}

} // namespace longview
