#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace longview {

/// Small JSON objects in the user's cache folder. One that is missing or damaged reads as empty, and one that cannot be
/// written is forgotten: a cache costs time, never an error.
nlohmann::json read_user_cache(const std::string& name);
void write_user_cache(const std::string& name, const nlohmann::json& object);

} // namespace longview
