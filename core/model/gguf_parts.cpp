#include "model/gguf_parts.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace longview {
namespace fs = std::filesystem;
namespace {

/// "NAME-00002-of-00003.gguf"
struct PartName {
  std::string stem;
  std::uint64_t number = 0; ///< from 1
  std::uint64_t count = 0;
};

std::optional<std::uint64_t> five_digits(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return text.size() == 5 && error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                                      : std::nullopt;
}

std::optional<PartName> part_name(std::string_view name) {
  constexpr std::string_view pattern = "-00000-of-00000.gguf";
  if (name.size() <= pattern.size())
    return std::nullopt;
  const std::string_view tail = name.substr(name.size() - pattern.size());
  const auto number = five_digits(tail.substr(1, 5)), count = five_digits(tail.substr(10, 5));
  if (tail[0] != '-' || tail.substr(6, 4) != "-of-" || tail.substr(15) != ".gguf" || !number || !count)
    return std::nullopt;
  return PartName{std::string(name.substr(0, name.size() - pattern.size())), *number, *count};
}

[[noreturn]] void refuse(const GgufFile& file, std::string why) {
  throw Error(ErrorCode::input, std::move(why), file.path().string());
}

void check_part(const GgufFile& part, std::uint64_t number, std::uint64_t count) {
  const auto its_number = part.integer("split.no"), its_count = part.integer("split.count");
  if (its_count != count || its_number != number)
    refuse(part,
           fmt::format("should be part {} of {}, but says that it is part {} of {}; the parts are not of one model or "
                       "have been renamed",
                       number + 1, count, its_number.value_or(0) + 1, its_count.value_or(1)));
}

void check_tensor_count(const std::vector<std::shared_ptr<const GgufFile>>& parts) {
  const auto expected = parts.front()->integer("split.tensors.count");
  std::uint64_t found = 0;
  for (const auto& part : parts)
    found += part->tensors().all().size();
  if (expected && *expected != found)
    refuse(*parts.front(),
           fmt::format("its {} parts hold {} tensors, but split.tensors.count is {}; the parts are not of one model",
                       parts.size(), found, *expected));
}

} // namespace

std::vector<std::shared_ptr<const GgufFile>> open_gguf_parts(const fs::path& path) {
  auto named = std::make_shared<const GgufFile>(path);
  const std::uint64_t count = named->integer("split.count").value_or(1);
  const auto name = part_name(path.filename().string());
  if (count <= 1) {
    if (name && name->count > 1)
      refuse(*named,
             fmt::format("is named as part {} of {}, but its metadata does not say so (split.count); name a file made "
                         "by gguf-split, or the whole file",
                         name->number, name->count));
    return {named};
  }
  const std::uint64_t number = named->integer("split.no").value_or(0);
  if (!name || name->count != count || name->number == 0 || name->number - 1 != number)
    refuse(*named,
           fmt::format("is part {} of {} of a split GGUF, so its name must end in -{:05}-of-{:05}.gguf; give the parts "
                       "their names back",
                       number + 1, count, number + 1, count));
  std::vector<std::shared_ptr<const GgufFile>> parts;
  for (std::uint64_t k = 0; k < count; ++k) {
    const fs::path part = path.parent_path() / fmt::format("{}-{:05}-of-{:05}.gguf", name->stem, k + 1, count);
    std::error_code ignored;
    if (k != number && !fs::exists(part, ignored))
      throw Error(ErrorCode::not_found, fmt::format("part {} of {} of this split GGUF is not there", k + 1, count),
                  part.string());
    parts.push_back(k == number ? named : std::make_shared<const GgufFile>(part));
    check_part(*parts.back(), k, count);
  }
  check_tensor_count(parts);
  return parts;
}

} // namespace longview
