#pragma once

#include <cmath>
#include <vector>

#include <nlohmann/json.hpp>

namespace longview {

/// JSON has no number for what is not finite: that becomes null.
inline nlohmann::ordered_json json_value(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

inline nlohmann::ordered_json json_values(const std::vector<double>& values) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const double value : values)
    list.push_back(json_value(value));
  return list;
}

} // namespace longview
