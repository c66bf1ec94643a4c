#include <algorithm>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/plain_text.h"
#include "command.h"
#include "export/export.h"
#include "export/manifest.h"
#include "export/score_fields.h"
#include "filter/columns.h"
#include "filter/filter.h"
#include "interrupt.h"
#include "options/options.h"
#include "run/named_view.h"
#include "store/row_filter.h"

namespace longview::cli {
namespace {

struct ExportOptions {
  RunChoice choice;
  ParameterOptions parameters;
  ExportRequest request;
  std::string view, out, manifest, top, format = "jsonl";
};

std::string score_help() {
  std::string names;
  for (const ScoreField& field : score_fields())
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  return "Scores to add, by name: " + names;
}

void print_summary(const ExportSummary& done) {
  const bool several = done.files.size() > 1;
  for (const ExportedFile& file : done.files)
    if (several)
      fmt::print("{}: {} documents, {} tokens\n", plain_line(file.path.string()), file.documents, file.tokens);
  fmt::print("{}: {} of {} documents, {} of {} tokens\nmanifest: {}\n",
             several ? fmt::format("{} files", done.files.size()) : plain_line(done.files.front().path.string()),
             done.counts.documents, done.counts.documents_before, done.counts.tokens, done.counts.tokens_before,
             plain_line(done.manifest.string()));
}

/// Fields that no document has are taken as missing everywhere: told, since most likely they are typing errors. The
/// documents are read for it only where a field is named.
void warn_of_unknown_fields(const ExportOptions& options, const NamedView& named, const Project& project) {
  const ExportRequest& request = options.request;
  const Filter where = Filter::parse(request.where), of_view = Filter::parse(named.filter);
  const auto reads_field = [](const Filter& filter) {
    return std::any_of(filter.columns().begin(), filter.columns().end(),
                       [](const std::string& column) { return column.starts_with(source_prefix); });
  };
  if (!reads_field(where) && !reads_field(of_view) && request.group.empty() && request.split.empty())
    return;
  const std::vector<TableRow> rows = project.table(request.run);
  warn(unknown_fields(rows, of_view, fmt::format("view \"{}\"", named.name)));
  warn(unknown_fields(rows, where, "filter"));
  for (const auto& [field, option] : {std::pair(request.group, "--group"), std::pair(request.split, "--split-by")})
    if (!field.empty())
      warn(unknown_fields(rows, std::string(source_prefix) + field, option));
}

/// Without --out: the file of a manifest again, from its project or from one that is named.
int remake(const ExportOptions& options) {
  if (options.manifest.empty())
    throw Error(ErrorCode::usage, "--out is required: the file to write (or --manifest alone, to make a file again)");
  const Interrupt interrupt;
  const ManifestContents contents = read_manifest(options.manifest);
  const Project project =
      Project::open(options.choice.project.empty() ? contents.project : std::filesystem::path(options.choice.project),
                    Project::Mode::read_only);
  print_summary(export_again(contents, project, options.request.force, {}, interrupt.token()));
  return 0;
}

int export_documents(ExportOptions& options) {
  if (options.out.empty())
    return remake(options);
  if (options.choice.project.empty())
    throw Error(ErrorCode::usage, "the project is missing: longview-cli export PROJECT --out FILE");
  const Interrupt interrupt;
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  ExportRequest& request = options.request;
  request.run = view.run.id;
  request.out = options.out;
  request.manifest = options.manifest;
  request.top = parse_top(options.top);
  request.format = parse_export_format(options.format).value_or(ExportFormat::jsonl);
  const NamedView named = options.view.empty() ? NamedView() : find_view(project, options.view);
  warn_of_unknown_fields(options, named, project);
  request.where = both_filters(named.filter, request.where);
  if (const LiveParameters wanted = options.parameters.over(named.parameters.value_or(view.settings.parameters));
      wanted != view.settings.parameters)
    request.parameters = wanted;
  print_summary(export_rows(request, project, {}, interrupt.token()));
  return 0;
}

} // namespace

void add_export(CLI::App& app, Action& action) {
  auto options = std::make_shared<ExportOptions>();
  ExportRequest& request = options->request;
  CLI::App* command =
      app.add_subcommand("export", "Write the documents worth keeping, with their scores, as JSONL or CSV");
  options->choice.add_to(*command);
  command->get_option("project")->required(false);
  command->add_option("--out", options->out, "The file to write; .gz or .zst at its end compresses")->type_name("FILE");
  command
      ->add_option("--view", options->view,
                   "A named view of the project: its filter (--where goes with it) and parameters")
      ->type_name("NAME");
  command
      ->add_option("--where", request.where,
                   "Only documents a filter keeps (see list --help); default: the scored ones")
      ->type_name("FILTER");
  command
      ->add_option("--top", options->top,
                   "Of those the best: a share (50%), a number (200) or a token budget (2Mtokens)")
      ->type_name("AMOUNT");
  command->add_option("--group", request.group, "Source field: --top counts within each of its values")
      ->type_name("FIELD");
  command
      ->add_option("--split-by", request.split, "Source field: a file for each of its values, FILE with .VALUE in it")
      ->type_name("FIELD");
  command
      ->add_option("--fields", request.fields,
                   "Source fields to keep, comma-separated; default: every byte of the line")
      ->delimiter(',')
      ->type_name("A,B");
  command->add_option("--scores", request.scores, score_help())->delimiter(',')->type_name("A,B");
  command->add_option("--key", request.key, "The key the scores are added under (JSONL); default: longview")
      ->type_name("KEY");
  command->add_option("--format", options->format, "jsonl or csv; default: jsonl")
      ->check(CLI::IsMember({"jsonl", "csv"}).description(""))
      ->type_name("WORD");
  command
      ->add_option("--manifest", options->manifest,
                   "Where the manifest goes; default: FILE.manifest.json. Without --out: make its files again")
      ->type_name("FILE");
  command->add_flag("--force", request.force,
                    "Replace a key that is there already, and a file that is no earlier export");
  options->parameters.add_to(*command);
  command->footer(
      "Lines keep the source's order and every original byte; one key is spliced in before the closing brace. The\n"
      "manifest beside the file says from what and how it was made.\n"
      "Example: longview-cli export books.longview --where 'tokens > 4k' --top 50% --out kept.jsonl.zst");
  command->callback([options, &action] { action = [options] { return export_documents(*options); }; });
}

} // namespace longview::cli
