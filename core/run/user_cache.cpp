#include "run/user_cache.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/log.h"

namespace longview {

nlohmann::json read_user_cache(const std::string& name) {
  try {
    nlohmann::json cache = nlohmann::json::parse(read_file(cache_directory() / name));
    return cache.is_object() ? cache : nlohmann::json::object();
  } catch (const std::exception&) {
    return nlohmann::json::object();
  }
}

void write_user_cache(const std::string& name, const nlohmann::json& object) {
  try {
    std::filesystem::create_directories(cache_directory());
    AtomicFile file(cache_directory() / name);
    file.write(object.dump(1));
    file.commit();
  } catch (const std::exception& error) {
    log::debug("{} is not remembered: {}", name, error.what());
  }
}

} // namespace longview
