#include <filesystem>
#include <regex>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/gguf_vocabulary.h"
#include "tokenizer/sentencepiece_tokenizer.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_config.h"
#include "tokenizer/tokenizer_json.h"

namespace longview {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// Added tokens may lie past the pieces, next to each other.
void add_configured(const TokenizerConfig& config, const fs::path& file, std::size_t pieces,
                    std::vector<AddedToken>& out) {
  for (AddedToken token : config.added) {
    if (static_cast<std::size_t>(token.id) >= pieces + config.added.size() + 4096)
      throw Error(ErrorCode::input,
                  fmt::format("has {} pieces, but the files beside it add the token \"{}\" with the id {}", pieces,
                              token.content, token.id),
                  file.string());
    token.special = true; // recognised only where special tokens are
    out.push_back(std::move(token));
  }
}

std::shared_ptr<const Tokenizer> read_sentencepiece(const fs::path& file, const TokenizerConfig& config) {
  try {
    const MappedFile mapped(file);
    SentencePieceModel model = parse_sentencepiece_model(mapped.bytes());
    SentencePieceTokenizer::Options options;
    // transformers' class for these puts the prefix before every part, unless told that it is not the old one.
    options.prefix_every_part = config.legacy.value_or(true);
    if (config.add_prefix_space == false)
      model.add_dummy_prefix = false;
    for (std::size_t k = 0; k < model.pieces.size(); ++k)
      if (model.pieces[k].type == SentencePieceModel::Type::control) {
        AddedToken token;
        token.content = model.pieces[k].text;
        token.id = static_cast<TokenId>(k);
        token.special = true;
        options.added.push_back(std::move(token));
      }
    add_configured(config, file, model.pieces.size(), options.added);
    return std::make_shared<const SentencePieceTokenizer>(std::move(model), std::move(options));
  } catch (const Error& error) {
    throw error.context().empty() ? Error(error.code(), error.message(), file.string()) : error;
  }
}

std::shared_ptr<const Tokenizer> load_from_directory(const fs::path& directory) {
  const TokenizerConfig config = read_tokenizer_config(directory);
  if (is_file(directory / "tokenizer.json"))
    return read_tokenizer_json(directory / "tokenizer.json", config);
  if (is_file(directory / "tokenizer.model"))
    return read_sentencepiece(directory / "tokenizer.model", config);
  if (is_file(directory / "vocab.json") && is_file(directory / "merges.txt"))
    return read_vocabulary_files(directory / "vocab.json", directory / "merges.txt", config);
  throw Error(ErrorCode::not_found,
              "has no tokenizer: neither tokenizer.json, nor tokenizer.model, nor vocab.json with merges.txt is in it",
              directory.string());
}

/// The first part of a split GGUF has the metadata.
fs::path first_part(const fs::path& file) {
  static const std::regex split(R"((.*)-\d{5}-of-(\d{5})\.gguf)");
  std::smatch parts;
  const std::string name = file.filename().string();
  if (!std::regex_match(name, parts, split))
    return file;
  const fs::path first = file.parent_path() / fmt::format("{}-00001-of-{}.gguf", parts[1].str(), parts[2].str());
  return is_file(first) ? first : file;
}

/// A file of weights or settings that has its tokenizer beside it.
bool belongs_to_directory(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.ends_with(".safetensors") || name.ends_with(".bin") || name.ends_with(".json") || name.ends_with(".pt") ||
         name.ends_with(".pth") || name == "tokenizer.model";
}

} // namespace

std::shared_ptr<const Tokenizer> load_tokenizer(const std::string& model_path) {
  const fs::path path(model_path);
  if (std::error_code ignored; fs::is_directory(path, ignored))
    return load_from_directory(path);
  if (is_file(path) && belongs_to_directory(path))
    return load_from_directory(path.has_parent_path() ? path.parent_path() : fs::path("."));
  return read_gguf_tokenizer(GgufFile(first_part(path)));
}

} // namespace longview
