#include "model/model_files.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <system_error>
#include <unordered_map>

#include <fmt/format.h>

#include "base/error.h"
#include "model/gguf_parts.h"
#include "model/safetensors.h"
#include "model/torch_file.h"
#include "model/weights_index.h"

namespace longview {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t longest_config = 16u << 20;

/// A kind of weights that a directory can hold, in the order in which they count.
struct Kind {
  std::string_view file;
  std::string_view format;
  bool index; ///< lists the files that hold the tensors
  void (*add)(const fs::path& path, TensorSet& set);
};
constexpr std::array kinds = {
    Kind{"model.safetensors", "safetensors", false, add_safetensors},
    Kind{"model.safetensors.index.json", "safetensors", true, add_safetensors},
    Kind{"pytorch_model.bin", "PyTorch", false, add_torch_file},
    Kind{"pytorch_model.bin.index.json", "PyTorch", true, add_torch_file},
};

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// The same error, with a place where it has none.
template <typename F>
void with_context(const fs::path& path, F&& call) {
  try {
    call();
  } catch (const Error& error) {
    if (!error.context().empty())
      throw;
    throw Error(error.code(), error.message(), path.string());
  }
}

/// What other programs leave in such a directory, to say what it is that cannot be read.
std::string_view foreign_weights(const fs::path& directory) {
  constexpr std::pair<std::string_view, std::string_view> foreign[] = {
      {"adapter_model.safetensors", "a LoRA adapter; merge it into its base model and save that"},
      {"adapter_model.bin", "a LoRA adapter; merge it into its base model and save that"},
      {"tf_model.h5", "TensorFlow weights; save the model as safetensors"},
      {"flax_model.msgpack", "Flax weights; save the model as safetensors"},
      {"consolidated.safetensors", "weights in Mistral's own layout; take the Hugging Face one (model.safetensors)"},
      {"consolidated.00.pth", "weights in Meta's own layout; take the Hugging Face one (model.safetensors)"},
  };
  for (const auto& [name, what] : foreign)
    if (is_there(directory / name))
      return what;
  return {};
}

[[noreturn]] void refuse_directory(const fs::path& directory) {
  if (const auto what = foreign_weights(directory); !what.empty())
    throw Error(ErrorCode::unsupported, fmt::format("holds {}", what), directory.string());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored))
    if (entry.path().extension() == ".gguf")
      throw Error(ErrorCode::not_found,
                  fmt::format("is a directory with GGUF files; name the file itself, such as {}",
                              printable_name(entry.path().filename().string())),
                  directory.string());
  throw Error(ErrorCode::not_found,
              "holds no weights: there is none of model.safetensors, model.safetensors.index.json, pytorch_model.bin, "
              "pytorch_model.bin.index.json",
              directory.string());
}

/// Reads the files that an index names, and holds what they contain against it.
void add_indexed(const fs::path& index_path, const Kind& kind, ModelFiles& model, TensorSet& set) {
  const WeightsIndex index = read_weights_index(index_path);
  const fs::path directory = index_path.parent_path();
  std::unordered_map<std::string_view, std::string_view> place; // tensor -> file, as found
  std::vector<std::size_t> ends;                                // of each file's tensors in the set
  for (const std::string& file : index.files) {
    if (!is_there(directory / file))
      throw Error(ErrorCode::not_found, fmt::format("names the file {}, which is not there", printable_name(file)),
                  index_path.string());
    kind.add(directory / file, set);
    model.files.push_back(directory / file);
    ends.push_back(set.all().size());
  }
  std::size_t k = 0; // only now: views into the set stay valid
  for (std::size_t file = 0; file < ends.size(); ++file)
    for (; k < ends[file]; ++k)
      place.emplace(set.all()[k].name, index.files[file]);
  for (const auto& [tensor, file] : index.places) {
    const auto found = place.find(tensor);
    if (found == place.end() || found->second != file)
      throw Error(ErrorCode::input,
                  fmt::format("says that the tensor {} is in {}, but it is {}{}", printable_name(tensor),
                              printable_name(file), found == place.end() ? "not there" : "in ",
                              found == place.end() ? "" : printable_name(found->second)),
                  index_path.string());
  }
}

std::string format_name(std::string_view format, std::size_t files) {
  return files == 1 ? std::string(format) : fmt::format("{} in {} files", format, files);
}

/// The weights at `path`, an index or a file with tensors, and the config.json beside it.
void open_weights(const fs::path& path, const Kind& kind, ModelFiles& model) {
  const fs::path config = path.parent_path() / "config.json";
  if (!is_there(config))
    throw Error(ErrorCode::not_found, "there is no config.json beside the weights, which says what they are",
                config.string());
  model.config = read_file(config, longest_config);
  model.files.push_back(config);
  auto set = std::make_shared<TensorSet>();
  if (kind.index) {
    add_indexed(path, kind, model, *set);
  } else {
    kind.add(path, *set);
    model.files.push_back(path);
  }
  with_context(path, [&] { set->index(); });
  model.format = format_name(kind.format, model.files.size() - 1);
  model.tensors = std::move(set);
}

void open_gguf(const fs::path& path, ModelFiles& model) {
  const auto parts = open_gguf_parts(path);
  model.gguf = parts.front();
  model.format = format_name(fmt::format("GGUF v{}", model.gguf->version()), parts.size());
  for (const auto& part : parts)
    model.files.push_back(part->path());
  if (parts.size() == 1) {
    model.tensors = std::shared_ptr<const TensorSet>(model.gguf, &model.gguf->tensors());
    return;
  }
  auto set = std::make_shared<TensorSet>();
  for (const auto& part : parts) {
    set->keep(part->file());
    for (const StoredTensor& tensor : part->tensors().all())
      set->add(tensor);
  }
  with_context(path, [&] { set->index(); });
  model.tensors = std::move(set);
}

std::string first_bytes(const fs::path& path) {
  const MappedFile file(path); // also says why, where it cannot be opened
  const auto bytes = file.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 16)};
}

void open_directory(const fs::path& directory, ModelFiles& model) {
  const auto* kind =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return is_there(directory / k.file); });
  if (kind == kinds.end())
    refuse_directory(directory);
  open_weights(directory / kind->file, *kind, model);
}

/// A file of tensors that the directory's index names is a part of the model: then the index counts.
void open_tensors(const fs::path& path, const Kind& single, const Kind& indexed, ModelFiles& model) {
  const fs::path index = path.parent_path() / indexed.file;
  if (is_there(index)) {
    const auto files = read_weights_index(index).files;
    if (std::binary_search(files.begin(), files.end(), path.filename().string()))
      return open_weights(index, indexed, model);
  }
  open_weights(path, single, model);
}

/// By what the file begins with, else by its name: a damaged file is then refused by the reader it was meant for.
void open_file(const fs::path& path, ModelFiles& model) {
  const auto& [safetensors, indexed_safetensors, torch, indexed_torch] = kinds;
  const std::string first = first_bytes(path), name = path.filename().string();
  if (first.starts_with("GGUF") || name.ends_with(".gguf"))
    return open_gguf(path, model);
  if (name.ends_with(".safetensors.index.json"))
    return open_weights(path, indexed_safetensors, model);
  if (name.ends_with(".bin.index.json"))
    return open_weights(path, indexed_torch, model);
  if (name.ends_with(".safetensors") || (first.size() > 8 && first[8] == '{'))
    return open_tensors(path, safetensors, indexed_safetensors, model);
  if (looks_like_torch_file(first) || name.ends_with(".bin") || name.ends_with(".pt") || name.ends_with(".pth"))
    return open_tensors(path, torch, indexed_torch, model);
  throw Error(ErrorCode::unsupported,
              "is no weights file that can be read: a GGUF, a safetensors, or a .bin that torch.save wrote",
              path.string());
}

} // namespace

ModelFiles open_model_files(const fs::path& path) {
  ModelFiles model;
  model.path = path;
  std::error_code ignored;
  if (!is_there(path))
    throw Error(ErrorCode::not_found, "there is no such file or directory", path.string());
  if (fs::is_directory(path, ignored))
    open_directory(path, model);
  else
    open_file(path, model);
  return model;
}

} // namespace longview
