#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "base/plain_text.h"
#include "command.h"
#include "compare/stitch.h"
#include "interrupt.h"

namespace longview::cli {
namespace {

struct StitchCommand {
  StitchOptions options;
  std::vector<std::string> inputs;
  std::string out;
};

int stitch(StitchCommand& command) {
  const Interrupt interrupt;
  StitchOptions& options = command.options;
  options.inputs.assign(command.inputs.begin(), command.inputs.end());
  options.out = command.out;
  const StitchSummary done = write_stitched(options, interrupt.token());
  std::cout << fmt::format("{}: {} whole and {} stitched documents from {} texts\n", plain_line(command.out),
                           done.whole, done.stitched, done.texts);
  std::cout.flush();
  return 0;
}

} // namespace

void add_stitch(CLI::App& app, Action& action) {
  auto command = std::make_shared<StitchCommand>();
  StitchOptions& options = command->options;
  CLI::App* app_command = app.add_subcommand(
      "stitch", "Make a labelled test from your own texts: whole documents against stitched ones of the same pieces");
  app_command->add_option("inputs", command->inputs, "JSONL or text files (.gz and .zst too), or folders of them")
      ->required()
      ->type_name("FILE|DIR ...");
  app_command->add_option("--out", command->out, "The JSONL file to write; .gz or .zst at its end compresses")
      ->required()
      ->type_name("FILE");
  app_command->add_option("--piece-bytes", options.piece_bytes, "About so many bytes a piece; default: 2000")
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("BYTES");
  app_command->add_option("--pieces", options.pieces, "Pieces in a document; default: 16")
      ->check(CLI::Range(2, 100'000).description(""))
      ->type_name("N");
  app_command->add_option("--documents", options.documents, "At most so many of each kind; default: all the texts give")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
  app_command->add_option("--seed", options.seed, "Seed of the shuffle; default: 11")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
  app_command->add_option("--text-field", options.text_field, "JSONL field with the text; default: text")
      ->type_name("NAME");
  app_command->add_option("--id-field", options.id_field, "JSONL field with the id; default: id")->type_name("NAME");
  app_command->add_flag("--force", options.force, "Replace the file");
  app_command->footer(
      "Both kinds hold the same pieces, each once. Score the file, then see which settings tell them apart:\n"
      "  longview-cli stitch books/ --out labelled.jsonl\n"
      "  longview-cli score labelled.jsonl --project labelled.longview --pairs 64 --controls 1\n"
      "  longview-cli auc labelled.longview");
  app_command->callback([command, &action] { action = [command] { return stitch(*command); }; });
}

} // namespace longview::cli
