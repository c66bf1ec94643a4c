#include <charconv>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "command.h"
#include "interrupt.h"
#include "options/options.h"
#include "run/attribution.h"
#include "run/document_report.h"
#include "run/document_text.h"
#include "run/token_gains.h"
#include "run/token_report.h"

namespace longview::cli {
namespace {

struct ShowOptions {
  RunChoice choice;
  ParameterOptions parameters;
  std::string document;
  std::string pair;
  bool attribution = false;
  bool json = false;
};

struct WantedPair {
  std::uint32_t i = 0, j = 0;
};

/// "31,7".
WantedPair parse_pair(const std::string& text) {
  WantedPair pair;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, pair.i);
  const bool joined = first.ec == std::errc() && first.ptr != end && *first.ptr == ',';
  const auto second = joined ? std::from_chars(first.ptr + 1, end, pair.j) : first;
  if (!joined || second.ec != std::errc() || second.ptr != end)
    throw Error(ErrorCode::usage, fmt::format("--pair takes target and prefix, such as 31,7, not \"{}\"", text));
  return pair;
}

int show_attribution(const ShowOptions& options, const Interrupt& interrupt) {
  const WantedPair pair = parse_pair(options.pair);
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  const StoredDocument document = project.find_document(options.document, view.run.identity.dataset, view.run.id);
  const std::string text = document_text(project, view.run.id, document.id);
  DocumentModel model;
  const Attribution found =
      attribute(project, view.run.id, document.id, pair.i, pair.j, text, model, {}, interrupt.token());
  const AttributionOf shown{document.name, pair.i, pair.j, text, found};
  std::cout << (options.json ? attribution_json(shown) + "\n" : attribution_text(shown));
  std::cout.flush();
  return 0;
}

int show_pair(const ShowOptions& options) {
  const Interrupt interrupt;
  if (options.attribution)
    return show_attribution(options, interrupt);
  const WantedPair pair = parse_pair(options.pair);
  Project project = open_to_keep(options.choice.project);
  const RunView view = options.choice.view(project);
  const StoredDocument document = project.find_document(options.document, view.run.identity.dataset, view.run.id);
  const std::string text = document_text(project, view.run.id, document.id);
  const std::optional<ResultData> data = project.result_data(view.run.id, document.id);
  const TokenGain gain = TokenGains().get(project, view.run.id, document.id, pair.i, pair.j, text, interrupt.token());
  const std::uint32_t place = data && !data->pairs.kept.empty() ? data->pairs.kept.at(pair.i) : pair.i;
  const PairTokens tokens{document.name, pair.i, pair.j, text, data ? data->bounds.at(place) : 0, gain};
  std::cout << (options.json ? tokens_json(tokens) + "\n" : tokens_text(tokens));
  std::cout.flush();
  return 0;
}

int show(const ShowOptions& options) {
  if (options.attribution && options.pair.empty())
    throw Error(ErrorCode::usage, "--attribution needs a pair: --pair I,J");
  if (!options.pair.empty())
    return show_pair(options);
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  const DocumentReport report =
      report_document(project, view, options.document, options.parameters.over(view.settings.parameters));
  if (options.json)
    std::cout << report_json(report) << '\n';
  else
    std::cout << report_text(report, view);
  std::cout.flush();
  return 0;
}

} // namespace

void add_show(CLI::App& app, Action& action) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = app.add_subcommand("show", "Show one document: its score, strongest links, strength by distance");
  options->choice.add_to(*command);
  command->add_option("--document", options->document, "Its id; without an id field FILE:LINE")
      ->required()
      ->type_name("ID");
  command
      ->add_option("--pair", options->pair,
                   "Instead, what prefix J does to each token of target I; runs the model, and keeps it")
      ->type_name("I,J");
  command->add_flag("--attribution", options->attribution,
                    "With --pair: which words of prefix J lower the perplexity of target I, an estimate");
  command->add_flag("--json", options->json,
                    "Everything as JSON: perplexities, pairs in drawing order, specificity, score");
  options->parameters.add_to(*command);
  command->footer(
      "Segments count from 0. In JSON \"perplexity_alone\" is null where no pair needs it, \"kept\" holds the real\n"
      "places of the segments where a document was thinned, and \"pairs\" are [i, j, perplexity of c_i after c_j].\n"
      "Example: longview-cli show books.longview --document moby-dick --json");
  command->callback([options, &action] { action = [options] { return show(*options); }; });
}

} // namespace longview::cli
