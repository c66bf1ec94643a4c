#pragma once

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/safetensors_builder.h"

namespace longview::test {

/// A Hugging Face directory in memory: tests change it into what other programs, or older ones, would have written.
class Checkpoint {
 public:
  struct Tensor {
    std::string type; ///< as safetensors spells it: "F32"
    std::vector<std::uint64_t> shape;
    std::string bytes;
  };

  nlohmann::json config;
  std::map<std::string, Tensor> tensors;

  explicit Checkpoint(const std::filesystem::path& directory)
      : config(nlohmann::json::parse(file_bytes(directory / "config.json"))) {
    const std::string bytes = file_bytes(directory / "model.safetensors");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    const auto header = nlohmann::json::parse(bytes.substr(sizeof length, length));
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__")
        continue;
      const std::uint64_t first = entry["data_offsets"][0], last = entry["data_offsets"][1];
      tensors[name] = {entry["dtype"], entry["shape"], bytes.substr(sizeof length + length + first, last - first)};
    }
  }

  /// Gives every name that begins with `from` the beginning `to`.
  void rename(std::string_view from, std::string_view to) {
    std::map<std::string, Tensor> renamed;
    for (auto& [name, tensor] : tensors)
      renamed[name.starts_with(from) ? std::string(to) + name.substr(from.size()) : name] = std::move(tensor);
    tensors = std::move(renamed);
  }

  /// Adds float32 values that nothing should read.
  void add(const std::string& name, const std::vector<std::uint64_t>& shape) {
    std::uint64_t count = 1;
    for (const std::uint64_t extent : shape)
      count *= extent;
    std::string bytes;
    const float value = 1e30f;
    for (std::uint64_t k = 0; k < count; ++k)
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    tensors[name] = {"F32", shape, bytes};
  }

  /// Cuts float32 values off so that they fit `type` ("BF16", "F16") exactly.
  void cut_values(std::string_view type) {
    for (auto& [name, tensor] : tensors)
      for_each_value(tensor, [&](float value) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        bits &= type == "BF16" ? 0xFFFF0000u : 0xFFFFE000u; // the mantissa keeps 7 or 10 bits
        std::memcpy(&value, &bits, sizeof bits);
        return type == "F16" && std::abs(value) < half_least ? 0.0f : value;
      });
  }

  /// Stores float32 values as `type`: "F64", or "BF16" and "F16" after cut_values() of the same.
  void store_as(const std::string& type) {
    for (auto& [name, tensor] : tensors) {
      std::string bytes;
      for_each_value(tensor, [&](float value) {
        bytes += stored(value, type);
        return value;
      });
      tensor = {type, tensor.shape, bytes};
    }
  }

  void write(const std::filesystem::path& directory) const {
    std::filesystem::create_directories(directory);
    write_bytes(directory / "config.json", config.dump());
    write_bytes(directory / "model.safetensors", safetensors_of(tensors));
  }

  /// The tensors spread over several files, with the index that names them.
  void write_sharded(const std::filesystem::path& directory, std::size_t files) const {
    std::filesystem::create_directories(directory);
    write_bytes(directory / "config.json", config.dump());
    std::vector<std::map<std::string, Tensor>> parts(files);
    nlohmann::json index = {{"metadata", {{"total_size", 0}}}, {"weight_map", nlohmann::json::object()}};
    const auto name_of = [&](std::size_t part) {
      return "model-0000" + std::to_string(part + 1) + "-of-0000" + std::to_string(files) + ".safetensors";
    };
    std::size_t k = 0;
    for (const auto& [name, tensor] : tensors) {
      index["weight_map"][name] = name_of(k % files);
      parts[k++ % files][name] = tensor;
    }
    for (std::size_t part = 0; part < files; ++part)
      write_bytes(directory / name_of(part), safetensors_of(parts[part]));
    write_bytes(directory / "model.safetensors.index.json", index.dump());
  }

 private:
  static constexpr float half_least = 0x1p-14f; ///< below it float16 has fewer bits

  static std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static std::string safetensors_of(const std::map<std::string, Tensor>& tensors) {
    nlohmann::json header = nlohmann::json::object();
    std::string values;
    for (const auto& [name, tensor] : tensors) {
      const std::size_t first = values.size();
      values += tensor.bytes;
      header[name] = {{"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {first, values.size()}}};
    }
    return safetensors(header.dump(), values);
  }

  template <typename F>
  static void for_each_value(Tensor& tensor, F&& change) {
    if (tensor.type != "F32")
      throw std::logic_error("not float32");
    for (std::size_t at = 0; at < tensor.bytes.size(); at += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, tensor.bytes.data() + at, sizeof value);
      value = change(value);
      std::memcpy(tensor.bytes.data() + at, &value, sizeof value);
    }
  }

  static std::string stored(float value, std::string_view type) {
    if (type == "F64") {
      const double wide = value;
      return {reinterpret_cast<const char*>(&wide), sizeof wide};
    }
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    auto half = static_cast<std::uint16_t>(bits >> 16);
    if (type == "F16") { // sign, five bits of exponent (15 stands for 1) and ten of mantissa; zero stays zero
      const std::uint32_t sign = bits >> 16 & 0x8000u, exponent = bits >> 23 & 0xFFu, mantissa = bits >> 13 & 0x3FFu;
      half = static_cast<std::uint16_t>(exponent ? sign | (exponent - 127 + 15) << 10 | mantissa : sign);
    }
    return {reinterpret_cast<const char*>(&half), sizeof half};
  }
};

} // namespace longview::test
