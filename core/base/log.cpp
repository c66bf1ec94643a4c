#include "base/log.h"

#include <cstdlib>
#include <memory>
#include <mutex>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace longview::log {
namespace {

spdlog::level::level_enum spd_level(Level level) {
  switch (level) {
  case Level::debug:
    return spdlog::level::debug;
  case Level::info:
    return spdlog::level::info;
  case Level::warning:
    return spdlog::level::warn;
  case Level::error:
    break;
  }
  return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger() {
  auto made = std::make_shared<spdlog::logger>("longview", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  made->set_pattern("longview: %^%l%$: %v");
  const char* wanted = std::getenv("LONGVIEW_LOG");
  made->set_level(wanted ? spdlog::level::from_str(wanted) : spdlog::level::warn);
  return made;
}

struct Target {
  std::mutex mutex;
  Sink sink;
  std::shared_ptr<spdlog::logger> logger = make_logger();
};

Target& target() {
  static Target instance;
  return instance;
}

} // namespace

void set_sink(Sink sink) {
  const std::scoped_lock lock(target().mutex);
  target().sink = std::move(sink);
}

void write(Level level, std::string_view message) {
  const std::scoped_lock lock(target().mutex);
  if (target().sink)
    target().sink(level, message);
  else
    target().logger->log(spd_level(level), "{}", message);
}

} // namespace longview::log
