#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace longview {

/// The fields of a config.json, or of an object in it, each read with a checked range. It remembers which were read: in
/// the end every other field must be null, false or known to be harmless, so that nothing which changes the arithmetic
/// is passed over. A field that is null reads as one that is missing. Throws Error with the path: input (missing, of
/// another kind, out of range), unsupported (refuse_rest).
class HubConfig {
 public:
  HubConfig(std::string_view text, std::string path);
  ~HubConfig();
  HubConfig(HubConfig&&) noexcept;

  std::uint32_t count(std::string_view key, std::uint32_t most, std::optional<std::uint32_t> otherwise = {});
  std::optional<std::uint32_t> optional_count(std::string_view key, std::uint32_t most, std::uint32_t least = 1);
  /// Finite and greater than 0.
  double positive(std::string_view key, std::optional<double> otherwise = {});
  std::optional<double> optional_positive(std::string_view key);
  double not_negative(std::string_view key, double otherwise);
  bool flag(std::string_view key, bool otherwise);
  std::optional<std::string> text(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);
  std::optional<std::vector<double>> numbers(std::string_view key);
  std::optional<HubConfig> object(std::string_view key);
  bool empty() const;
  bool is_null(std::string_view key) const; ///< there, as null: "none" where a missing field means a default

  /// Read and thrown away: does not change a number.
  void pass_over(std::initializer_list<std::string_view> keys);
  /// Refuses a field unless it is missing or has this value.
  void must_be(std::string_view key, double value);
  /// Refuses kinds of model that many families have fields for, each with its own sentence: quantized, experts …
  void refuse_foreign();
  /// Throws unsupported for the first field that nobody has read, unless it is null, false or harmless in every family.
  void refuse_rest() const;

  const std::string& path() const { return path_; }
  /// "rope_scaling.factor": for messages.
  std::string full(std::string_view key) const;
  [[noreturn]] void refuse(std::string_view key, std::string_view why) const;

 private:
  HubConfig(std::unique_ptr<nlohmann::json> fields, std::string path, std::string stem);
  const nlohmann::json* find(std::string_view key);

  std::unique_ptr<nlohmann::json> fields_;
  std::string path_;
  std::string stem_; ///< of a nested object, with its dot
  std::set<std::string, std::less<>> read_;
};

} // namespace longview
