#include <iostream>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/plain_text.h"
#include "command.h"
#include "filter/filter.h"
#include "options/options.h"
#include "store/row_filter.h"

namespace longview::cli {
namespace {

struct LabelOptions {
  RunChoice choice;
  std::vector<std::string> add, remove, documents;
  std::string where;
};

/// The documents meant: by name, or by a filter over a run.
std::vector<DocumentId> chosen_documents(const LabelOptions& options, const Project& project, const RunView& view) {
  std::vector<DocumentId> chosen;
  for (const std::string& name : options.documents)
    chosen.push_back(project.find_document(name, view.run.identity.dataset, view.run.id).id);
  if (!options.where.empty()) {
    const std::vector<TableRow> rows = project.table(view.run.id);
    for (const std::size_t k : select_rows(rows, view.dataset.name, Filter::parse(options.where)))
      chosen.push_back(rows[k].document.id);
  }
  return chosen;
}

int print_labels(const LabelOptions& options) {
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  std::map<std::string, std::size_t> counts;
  for (const TableRow& row : project.table(view.run.id))
    for (const std::string& label : row.marks.labels)
      ++counts[label];
  for (const auto& [label, count] : counts)
    std::cout << fmt::format("{:>8}  {}\n", count, plain_line(label));
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
  command->footer("Labels belong to documents, not to runs, and filters read them: label = \"keep\".\n"
                  "Example: longview-cli label books.longview --add keep --where 'lds_mean >= p90(lds_mean)'");
  command->callback([options, &action] { action = [options] { return label(*options); }; });
}

} // namespace longview::cli
