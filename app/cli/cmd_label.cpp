#include <iostream>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/plain_text.h"
#include "command.h"
#include "export/json_text.h"
#include "filter/filter.h"
#include "options/options.h"
#include "store/row_filter.h"

namespace longview::cli {
namespace {

struct LabelOptions {
  RunChoice choice;
  std::vector<std::string> add, remove, documents;
  std::string where;
  bool json = false;
};

/// The documents meant: by name, or by a filter over a run.
std::vector<DocumentId> chosen_documents(const LabelOptions& options, const Project& project, const RunView& view) {
  std::vector<DocumentId> chosen;
  for (const std::string& name : options.documents)
    chosen.push_back(project.find_document(name, view.run.identity.dataset, view.run.id).id);
  if (!options.where.empty()) {
    const std::vector<TableRow> rows = project.table(view.run.id);
    const Filter filter = Filter::parse(options.where);
    warn(unknown_fields(rows, filter, "filter"));
    for (const std::size_t k : select_rows(rows, view.dataset.name, filter))
      chosen.push_back(rows[k].document.id);
  }
  return chosen;
}

struct CountedLabel {
  std::size_t documents = 0;
  std::size_t key = 0; ///< of the window, from 1; 0: none
};

/// Labels that were given in this run, and those that only have a key.
std::map<std::string, CountedLabel> counted_labels(const Project& project, const RunView& view) {
  std::map<std::string, CountedLabel> labels;
  for (const TableRow& row : project.table(view.run.id))
    for (const std::string& label : row.marks.labels)
      ++labels[label].documents;
  const std::vector<std::string> names = project.label_names();
  for (std::size_t k = names.size(); k-- > 0;)
    if (!names[k].empty())
      labels[names[k]].key = k + 1;
  return labels;
}

int print_labels(const LabelOptions& options) {
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  for (const auto& [label, counted] : counted_labels(project, view))
    if (options.json)
      std::cout << fmt::format("{{\"label\":{},\"documents\":{},\"key\":{}}}\n", json_string(label), counted.documents,
                               counted.key ? std::to_string(counted.key) : "null");
    else
      std::cout << fmt::format("{:>8}  {}{}\n", counted.documents, plain_line(label),
                               counted.key ? fmt::format("  (key {})", counted.key) : std::string());
  std::cout.flush();
  return 0;
}

int label(const LabelOptions& options) {
  if (options.add.empty() && options.remove.empty())
    return print_labels(options);
  if (options.documents.empty() == options.where.empty())
    throw Error(ErrorCode::usage, "say which documents: either --document ID or --where FILTER");
  Project project = Project::open(options.choice.project, Project::Mode::read_write);
  const RunView view = options.choice.view(project);
  const std::vector<DocumentId> chosen = chosen_documents(options, project, view);
  Project::Transaction transaction(project);
  for (const DocumentId document : chosen) {
    for (const std::string& one : options.remove)
      project.remove_label(document, one);
    for (const std::string& one : options.add)
      project.add_label(document, one);
  }
  transaction.commit();
  std::cout << fmt::format("{} {} labelled\n", chosen.size(), chosen.size() == 1 ? "document" : "documents");
  std::cout.flush();
  return 0;
}

} // namespace

void add_label(CLI::App& app, Action& action) {
  auto options = std::make_shared<LabelOptions>();
  CLI::App* command =
      app.add_subcommand("label", "Give labels to documents or take them away; without either, count them");
  options->choice.add_to(*command);
  command->add_option("--add", options->add, "A label to give; several with commas")->delimiter(',')->type_name("A,B");
  command->add_option("--remove", options->remove, "A label to take away")->delimiter(',')->type_name("A,B");
  command->add_option("--document", options->documents, "A document by id; may be given several times")
      ->type_name("ID");
  command->add_option("--where", options->where, "All documents of the run that a filter keeps")->type_name("FILTER");
  command->add_flag("--json", options->json, "Count them as a JSON object a line");
  command->footer("Labels belong to documents, not to runs, and filters read them: label = \"keep\".\n"
                  "Example: longview-cli label books.longview --add keep --where 'lds_mean >= p90(lds_mean)'");
  command->callback([options, &action] { action = [options] { return label(*options); }; });
}

} // namespace longview::cli
