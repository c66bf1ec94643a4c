#include "run/fingerprint.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "model/model_files.h"
#include "run/user_cache.h"

namespace longview {

Hash128 fingerprint(const std::filesystem::path& path, std::stop_token stop) {
  constexpr const char* cache_name = "fingerprints.json";
  const std::string key = std::filesystem::weakly_canonical(path).string();
  const FileStamp stamp = file_stamp(path);
  nlohmann::json cache = read_user_cache(cache_name);
  const nlohmann::json known = cache.value(key, nlohmann::json::object());
  const nlohmann::json expected = {{"size", stamp.size}, {"mtime", stamp.mtime_ns}, {"hash", known.value("hash", "")}};
  if (known == expected)
    if (const auto hash = Hash128::from_hex(known.value("hash", "")))
      return *hash;
  const Hash128 hash = hash_file(path, stop);
  cache[key] = {{"size", stamp.size}, {"mtime", stamp.mtime_ns}, {"hash", hash.hex()}};
  write_user_cache(cache_name, cache);
  return hash;
}

Hash128 model_fingerprint(const std::filesystem::path& path, std::stop_token stop) {
  const auto files = open_model_files(path).files;
  if (files.size() == 1)
    return fingerprint(files.front(), stop);
  Hasher128 hasher;
  for (const auto& file : files)
    hasher.update(fingerprint(file, stop).hex());
  return hasher.digest();
}

} // namespace longview
