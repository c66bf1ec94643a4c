#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace longview::log {

enum class Level { debug, info, warning, error };

/// Where messages go. The default writes warnings and errors to stderr (LONGVIEW_LOG=debug|info|warning|error sets the
/// least level shown). Tests set their own, to fail on an unexpected warning. Callable from any thread.
using Sink = std::function<void(Level, std::string_view)>;
/// Replaces the sink and returns nothing; an empty sink brings the default back.
void set_sink(Sink sink);

void write(Level level, std::string_view message);

/// `text` is a format string of ours; text from documents is only ever an argument.
template <typename... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::debug, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::info, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::warning, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::error, fmt::format(text, std::forward<Args>(args)...));
}

} // namespace longview::log
