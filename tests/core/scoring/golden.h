#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "scoring/dependency.h"
#include "scoring/settings.h"

namespace longview::test {

inline std::filesystem::path reference(const std::string& name) {
  return std::filesystem::path(LONGVIEW_REFERENCE_DIR) / name;
}

inline std::vector<nlohmann::json> read_jsonl(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<nlohmann::json> rows;
  for (std::string line; std::getline(file, line);)
    rows.push_back(nlohmann::json::parse(line));
  return rows;
}

inline double number_or_none(const nlohmann::json& value) {
  return value.is_number() ? value.get<double>() : no_value;
}

/// A file of golden/ or golden_longview/ with the settings it was made with (tests/reference/README.md).
struct Golden {
  std::string file;      ///< "golden/gpt2.jsonl"
  std::string documents; ///< what was scored
  SamplingSettings settings;
};

inline std::vector<Golden> goldens() {
  std::vector<Golden> all;
  const auto add = [&](Preset preset, const std::string& model, std::uint64_t pairs, const std::string& documents) {
    SamplingSettings settings;
    settings.preset = preset;
    settings.pairs_per_document = pairs;
    settings.window = preset == Preset::published ? 2048 : 32768;
    all.push_back(
        {(preset == Preset::published ? "golden/" : "golden_longview/") + model + ".jsonl", documents, settings});
  };
  for (const char* model : {"gemma2", "gpt2", "gpt_neox", "llama", "llama3_rope", "mistral", "mistral_window", "olmo2",
                            "opt_post_ln", "opt_pre_ln", "phi3", "qwen2", "qwen3"})
    add(Preset::published, model, 20, "documents.jsonl");
  add(Preset::published, "smollm2", 40, "documents.jsonl");
  add(Preset::longview, "gpt2", 80, "documents.jsonl");
  add(Preset::longview, "qwen2", 120, "documents.jsonl");
  add(Preset::longview, "smollm2", 40, "documents.jsonl");
  add(Preset::longview, "llama", 0, "documents_short.jsonl");
  return all;
}

inline DocumentPairs pairs_of(const nlohmann::json& row) {
  DocumentPairs document;
  for (const auto& alone : row["solo"])
    document.perplexity_alone.push_back(number_or_none(alone));
  for (const auto& pair : row["pairs"])
    document.pairs.push_back({pair[0], pair[1], pair[2]});
  return document;
}

} // namespace longview::test
