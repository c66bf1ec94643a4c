#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <vector>

#include <dlfcn.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/waiting.h"
#include "scoring/scorer.h"

namespace longview {
namespace {

namespace fs = std::filesystem;

constexpr const char* library = "liblongview-engine.so";
std::atomic<Engine*> replaced{nullptr};

/// Beside the program (build tree: bin/../lib, installed: bin/../lib/longview), or where LONGVIEW_ENGINE says.
std::vector<fs::path> candidates() {
  if (const char* named = std::getenv("LONGVIEW_ENGINE"))
    return {named};
  std::error_code ignored;
  const fs::path bin = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  return {bin / ".." / "lib" / library, bin / ".." / "lib" / "longview" / library, bin / library};
}

Engine* load() {
  std::string tried;
  for (const fs::path& path : candidates()) {
    if (!fs::exists(path)) {
      tried += (tried.empty() ? "" : ", ") + path.lexically_normal().string();
      continue;
    }
    void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
      throw Error(ErrorCode::unsupported,
                  fmt::format("the scoring engine does not load ({}); run packaging/run.sh once to repair libtorch",
                              ::dlerror()),
                  path.lexically_normal().string());
    using Factory = Engine* (*)();
    const auto make = reinterpret_cast<Factory>(::dlsym(handle, "longview_engine_v1"));
    if (!make)
      throw Error(ErrorCode::unsupported,
                  "the scoring engine is of another version than this program; build both again",
                  path.lexically_normal().string());
    return make();
  }
  throw Error(ErrorCode::unsupported,
              fmt::format("the scoring engine is missing; build the target longview-engine (looked for {})", tried));
}

} // namespace

Engine& engine() {
  may_wait("the scoring engine");
  if (Engine* fake = replaced.load())
    return *fake;
  static std::mutex mutex;
  static Engine* loaded = nullptr; // stays until the process ends: libtorch cannot be unloaded
  const std::scoped_lock lock(mutex);
  if (!loaded)
    loaded = load();
  return *loaded;
}

void set_engine(Engine* fake) {
  replaced.store(fake);
}

} // namespace longview
