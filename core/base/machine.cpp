#include "base/machine.h"

#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

#include <dlfcn.h>
#include <unistd.h>

#include <fmt/format.h>

namespace longview {
namespace {

/// The text behind "key   :" in a file of the /proc kind.
std::optional<std::string> proc_value(const char* path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) != 0)
      continue;
    const auto colon = line.find(':');
    const auto first = colon == std::string::npos ? colon : line.find_first_not_of(" \t", colon + 1);
    return first == std::string::npos ? std::string() : line.substr(first);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> proc_kilobytes(const char* path, std::string_view key) {
  const auto text = proc_value(path, key);
  if (!text || text->empty() || (*text)[0] < '0' || (*text)[0] > '9')
    return std::nullopt;
  return std::stoull(*text);
}

} // namespace

std::string machine_name() {
  return fmt::format("{}, {} cores", proc_value("/proc/cpuinfo", "model name").value_or("unknown processor"),
                     std::thread::hardware_concurrency());
}

std::uint64_t available_memory() {
  return proc_kilobytes("/proc/meminfo", "MemAvailable").value_or(1u << 20) * 1024;
}

std::uint64_t peak_memory() {
  return proc_kilobytes("/proc/self/status", "VmHWM").value_or(0) * 1024;
}

std::uint64_t resident_memory() {
  return proc_kilobytes("/proc/self/status", "VmRSS").value_or(0) * 1024;
}

void restart_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5"; // proc(5)
}

void let_threads_sleep(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT"))
    return;
  ::setenv("GOMP_SPINCOUNT", "1000", 1); // as long as most gaps between two loops of a layer
  if (::dlopen("libgomp.so.1", RTLD_LAZY | RTLD_NOLOAD))
    ::execv("/proc/self/exe", argv); // where that fails the program goes on as it is
}

std::string program_version() {
  return LONGVIEW_VERSION;
}
std::string program_commit() {
  return LONGVIEW_COMMIT;
}

} // namespace longview
