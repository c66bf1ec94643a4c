#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/plain_text.h"
#include "command.h"
#include "model/default_model.h"
#include "model/model_memory.h"
#include "run/model_info.h"
#include "scoring/settings.h"

namespace longview::cli {
namespace {

struct ModelOptions {
  std::string path;
  bool json = false;
};

void print_json(const ModelSummary& model) {
  nlohmann::ordered_json weights, needed;
  for (const DTypeMemory& one : model.memory) {
    weights[std::string(name(one.dtype))] = one.weights;
    needed[std::string(name(one.dtype))] = one.needed;
  }
  const nlohmann::ordered_json out = {
      {"path", model.path},
      {"format", model.format},
      {"architecture", model.architecture},
      {"name", model.name},
      {"tokenizer", model.tokenizer},
      {"weight_types", model.weight_types},
      {"parameters", model.parameters},
      {"matrix_parameters", model.matrix_parameters},
      {"file_bytes", model.file_bytes},
      {"layers", model.layers},
      {"hidden", model.hidden},
      {"heads", model.heads},
      {"kv_heads", model.kv_heads},
      {"context", model.context},
      {"vocabulary", model.vocabulary},
      {"weight_bytes", weights},
      {"needed_bytes", needed},
      {"prefix_bytes_per_token", model.prefix_values * sizeof(float)},
      {"problem", model.problem.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(model.problem)}};
  std::cout << out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

void print_text(const ModelSummary& model) {
  if (model.format.empty()) // no model file at all: what it is not is on stderr
    return;
  std::cout << fmt::format("{}\nname          {}\nformat        {}, {}\n", plain_line(model.path),
                           plain_line(model.name), model.format, memory_text(model.file_bytes));
  if (model.layers)
    std::cout << fmt::format("architecture  {}: {} layers, width {}, {} heads ({} for keys and values)\n"
                             "parameters    {:.1f} million ({:.1f} in matrices); stored as {}\n"
                             "context       {} tokens, vocabulary {}\n",
                             plain_line(model.architecture), model.layers, model.hidden, model.heads, model.kv_heads,
                             static_cast<double>(model.parameters) / 1e6,
                             static_cast<double>(model.matrix_parameters) / 1e6, model.weight_types, model.context,
                             model.vocabulary);
  if (!model.tokenizer.empty())
    std::cout << "tokenizer     " << plain_line(model.tokenizer) << '\n';
  if (!model.problem.empty())
    return;
  const std::uint32_t segment = SamplingSettings{}.segment_length;
  std::cout << "memory        ";
  const char* separator = "";
  for (const DTypeMemory& one : model.memory) {
    std::cout << separator << fmt::format("{} in {}", memory_text(one.needed), name(one.dtype));
    separator = ", ";
  }
  std::cout << fmt::format("; {} for each prefix of {} tokens kept\n",
                           memory_text(model.prefix_values * segment * sizeof(float)), segment);
  if (model.context < 2 * segment)
    std::cout << fmt::format("It can be used with --segment-length {} or less.\n", model.context / 2);
  else
    std::cout << "It can be used.\n";
}

int describe(const ModelOptions& options) {
  const ModelSummary model =
      describe_model(options.path.empty() ? default_model() : std::filesystem::path(options.path));
  if (options.json)
    print_json(model);
  else
    print_text(model);
  std::cout.flush();
  if (model.problem.empty())
    return 0;
  std::cerr << "longview-cli: " << plain_line(model.path) << ": " << plain_line(model.problem) << '\n';
  return 3;
}

} // namespace

void add_model(CLI::App& app, Action& action) {
  auto options = std::make_shared<ModelOptions>();
  CLI::App* command =
      app.add_subcommand("model", "Say what a model is, whether it can be used, and what memory it needs");
  command
      ->add_option("path", options->path,
                   "A GGUF file or a Hugging Face directory (config.json with its weights); default: the installed "
                   "SmolLM2-135M")
      ->type_name("PATH");
  command->add_flag("--json", options->json, "As one JSON object");
  command->footer("Exit status 3 where the model cannot be used; the reason is on stderr and in \"problem\".\n"
                  "Parameters are all weights; an embedding that is the output matrix too counts once.\n"
                  "Memory is what loading needs at its highest: the weights and one matrix on its way.\n"
                  "Example: longview-cli model ~/models/TinyLlama-1.1B.Q8_0.gguf");
  command->callback([options, &action] { action = [options] { return describe(*options); }; });
}

} // namespace longview::cli
