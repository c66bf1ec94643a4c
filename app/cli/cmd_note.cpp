#include <iostream>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/plain_text.h"
#include "command.h"
#include "export/json_text.h"
#include "options/options.h"

namespace longview::cli {
namespace {

struct NoteOptions {
  RunChoice choice;
  std::string document;
  std::optional<std::string> text;
  bool remove = false, json = false;
};

void print_note(const TableRow& row, bool json) {
  if (json)
    std::cout << fmt::format("{{\"id\":{},\"note\":{}}}\n", json_string(row.document.name),
                             json_string(row.marks.note));
  else
    std::cout << plain_line(row.document.name) << '\t' << plain_line(row.marks.note) << '\n';
}

int print_notes(const NoteOptions& options) {
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  std::optional<DocumentId> wanted;
  if (!options.document.empty())
    wanted = project.find_document(options.document, view.run.identity.dataset, view.run.id).id;
  for (const TableRow& row : project.table(view.run.id))
    if (!row.marks.note.empty() && (!wanted || *wanted == row.document.id))
      print_note(row, options.json);
  std::cout.flush();
  return 0;
}

int note(const NoteOptions& options) {
  if (options.text && options.remove)
    throw Error(ErrorCode::usage, "give either --set TEXT or --remove");
  if (!options.text && !options.remove)
    return print_notes(options);
  if (options.document.empty())
    throw Error(ErrorCode::usage, "say which document: --document ID");
  Project project = Project::open(options.choice.project, Project::Mode::read_write);
  const RunView view = options.choice.view(project);
  const StoredDocument document = project.find_document(options.document, view.run.identity.dataset, view.run.id);
  project.put_note(document.id, options.text.value_or(""));
  return 0;
}

} // namespace

void add_note(CLI::App& app, Action& action) {
  auto options = std::make_shared<NoteOptions>();
  CLI::App* command = app.add_subcommand("note", "Write a note about a document, or show the notes of a run");
  options->choice.add_to(*command);
  command->add_option("--document", options->document, "A document by id")->type_name("ID");
  command->add_option("--set", options->text, "The note, in place of what is there")->type_name("TEXT");
  command->add_flag("--remove", options->remove, "Take the note away");
  command->add_flag("--json", options->json, "Print a JSON object a line");
  command->footer("Notes belong to documents, not to runs, and filters read them: note contains \"look\".\n"
                  "Example: longview-cli note books.longview --document moby-dick --set 'chapters out of order'");
  command->callback([options, &action] { action = [options] { return note(*options); }; });
}

} // namespace longview::cli
