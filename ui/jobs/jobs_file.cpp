#include "jobs/jobs_file.h"

#include <algorithm>
#include <functional>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"

namespace longview {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// Thrown by a reader of one key: what the value should have been.
struct Unfit {
  std::string wanted;
};

std::string text(const json& value) {
  if (!value.is_string())
    throw Unfit{"a text"};
  return value.get<std::string>();
}

template <typename Integer>
Integer number(const json& value) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<Integer>::max())
    throw Unfit{fmt::format("a whole number from 0 to {}", std::numeric_limits<Integer>::max())};
  return value.get<Integer>();
}

template <typename Parse>
auto word(const json& value, const Parse& parse, const char* words) {
  const auto parsed = parse(text(value));
  if (!parsed)
    throw Unfit{fmt::format("one of {}", words)};
  return *parsed;
}

std::vector<fs::path> inputs(const json& value) {
  if (!value.is_array() || value.empty())
    throw Unfit{"an array of at least one path"};
  std::vector<fs::path> paths;
  for (const json& path : value)
    paths.emplace_back(text(path));
  return paths;
}

std::uint64_t pairs(const json& value) {
  if (value == "all")
    return 0;
  const auto count = number<std::uint64_t>(value);
  if (count == 0)
    throw Unfit{"\"all\" or a whole number from 1 on"};
  return count;
}

SpecialTokens special_tokens(const json& value) {
  const std::string name = text(value);
  if (name != "plain" && name != "recognised")
    throw Unfit{"one of plain, recognised"};
  return name == "plain" ? SpecialTokens::plain : SpecialTokens::recognised;
}

struct Key {
  const char* name;
  std::function<void(RunRequest&, const json&)> read;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"inputs", [](RunRequest& r, const json& v) { r.inputs = inputs(v); }},
      {"dataset", [](RunRequest& r, const json& v) { r.dataset = text(v); }},
      {"model", [](RunRequest& r, const json& v) { r.model = text(v); }},
      // The preset is read before all others: it decides their defaults.
      {"preset", [](RunRequest&, const json&) {}},
      {"segment_length",
       [](RunRequest& r, const json& v) { r.settings.sampling.segment_length = number<std::uint32_t>(v); }},
      {"window", [](RunRequest& r, const json& v) { r.settings.sampling.window = number<std::uint32_t>(v); }},
      {"pairs", [](RunRequest& r, const json& v) { r.settings.sampling.pairs_per_document = pairs(v); }},
      {"controls", [](RunRequest& r, const json& v) { r.settings.controls = number<std::uint32_t>(v); }},
      {"seed", [](RunRequest& r, const json& v) { r.settings.sampling.seed = number<std::uint64_t>(v); }},
      {"dtype",
       [](RunRequest& r, const json& v) {
         r.settings.dtype = word(v, parse_dtype, "auto, float32, bfloat16, float16, int8");
       }},
      {"device", [](RunRequest& r, const json& v) { r.device = text(v); }},
      {"threads", [](RunRequest& r, const json& v) { r.threads = number<int>(v); }},
      {"memory", [](RunRequest& r, const json& v) { r.memory = number<std::uint64_t>(v); }},
      {"special_tokens", [](RunRequest& r, const json& v) { r.settings.special_tokens = special_tokens(v); }},
      {"text_field", [](RunRequest& r, const json& v) { r.settings.text_field = text(v); }},
      {"id_field", [](RunRequest& r, const json& v) { r.settings.id_field = text(v); }},
      {"limit", [](RunRequest& r, const json& v) { r.limit = number<std::uint64_t>(v); }},
      {"embed",
       [](RunRequest& r, const json& v) {
         if (!v.is_boolean())
           throw Unfit{"true or false"};
         r.embed = v.get<bool>();
       }},
  };
  return all;
}

/// Reads one key; what is wrong with it is told with its name.
template <typename Read>
void read_key(const std::string& key, const std::string& where, const Read& read) {
  try {
    read();
  } catch (const Unfit& unfit) {
    throw Error(ErrorCode::input, fmt::format("\"{}\" must be {}", key, unfit.wanted), where);
  }
}

RunRequest read_job(const json& object, const std::string& where) {
  if (!object.is_object())
    throw Error(ErrorCode::input, "a job must be a JSON object with \"inputs\"", where);
  RunRequest request;
  if (const auto preset = object.find("preset"); preset != object.end())
    read_key("preset", where,
             [&] { request.settings.sampling.preset = word(*preset, parse_preset, "longview, published"); });
  request.settings.parameters = default_parameters(request.settings.sampling.preset);
  for (const auto& item : object.items()) {
    const std::string& name = item.key();
    const json& value = item.value();
    const auto key = std::find_if(keys().begin(), keys().end(), [&](const Key& known) { return name == known.name; });
    if (key == keys().end())
      throw Error(ErrorCode::input, fmt::format("\"{}\" is no key of a job; it has those of longview-cli score", name),
                  where);
    read_key(name, where, [&] { key->read(request, value); });
  }
  if (request.inputs.empty())
    throw Error(ErrorCode::input, "the job names no \"inputs\"", where);
  check(request.settings.sampling);
  return request;
}

} // namespace

std::vector<RunRequest> read_jobs(const fs::path& file, const fs::path& project) {
  const json jobs = json::parse(read_file(file), nullptr, false);
  if (!jobs.is_array())
    throw Error(ErrorCode::input, "must be a JSON array of jobs, like [{\"inputs\": [\"documents.jsonl\"]}]",
                file.string());
  const fs::path folder = fs::absolute(file).parent_path();
  std::vector<RunRequest> requests;
  for (std::size_t k = 0; k < jobs.size(); ++k) {
    RunRequest request = read_job(jobs[k], fmt::format("{}, job {}", file.string(), k + 1));
    for (fs::path& path : request.inputs)
      path = (folder / path).lexically_normal();
    if (!request.model.empty())
      request.model = (folder / request.model).lexically_normal().string();
    request.project = project;
    requests.push_back(std::move(request));
  }
  return requests;
}

} // namespace longview
