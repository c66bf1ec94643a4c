#include "model/weights_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "model/json_events.h"
#include "model/tensor_set.h"

namespace longview {
namespace {

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find_first_of(std::string_view("/\\\0", 3)) == name.npos;
}

/// Reads {"metadata": {…}, "weight_map": {TENSOR: FILE, …}}.
class IndexReader final : public JsonEvents {
 public:
  using JsonEvents::JsonEvents;
  std::vector<std::pair<std::string, std::string>> places;
  bool seen_map = false;

 private:
  void on_open(bool object) override {
    if (depth() == 1 && !object)
      fail("is no JSON object");
    if (in_map_ && (depth() > 2 || !object))
      fail_map();
  }
  void on_key(std::string& name) override {
    if (depth() == 1) {
      in_map_ = name == "weight_map";
      if (in_map_ && std::exchange(seen_map, true))
        fail("has weight_map twice");
    } else if (in_map_) {
      tensor_ = std::move(name);
    }
  }
  void on_string(std::string& value) override {
    if (!in_map_)
      return;
    if (depth() != 2)
      fail_map();
    if (!is_plain_name(value))
      fail(fmt::format("names the file \"{}\"; only plain names of files beside it are read", printable_name(value)));
    places.emplace_back(std::move(tensor_), std::move(value));
  }
  void on_number(std::uint64_t) override { on_other(); }
  void on_other() override {
    if (depth() == 0)
      fail("is no JSON object");
    if (in_map_)
      fail_map();
  }
  [[noreturn]] void fail_map() const { fail("its weight_map is no list of tensor names with file names"); }

  bool in_map_ = false;
  std::string tensor_;
};

} // namespace

WeightsIndex read_weights_index(const std::filesystem::path& path) {
  IndexReader reader(path.string());
  reader.walk(read_file(path));
  if (reader.places.empty())
    throw Error(ErrorCode::input, "has no weight_map, or an empty one", path.string());
  WeightsIndex index;
  index.places = std::move(reader.places);
  std::sort(index.places.begin(), index.places.end());
  const auto twice = std::adjacent_find(index.places.begin(), index.places.end(),
                                        [](const auto& a, const auto& b) { return a.first == b.first; });
  if (twice != index.places.end())
    throw Error(ErrorCode::input, fmt::format("names the tensor {} twice", printable_name(twice->first)),
                path.string());
  for (const auto& [tensor, file] : index.places)
    index.files.push_back(file);
  std::sort(index.files.begin(), index.files.end());
  index.files.erase(std::unique(index.files.begin(), index.files.end()), index.files.end());
  return index;
}

} // namespace longview
