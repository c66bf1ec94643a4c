#include "jobs/mark_writer.h"

#include <algorithm>

namespace longview {

class MarkWriter::Step : public QUndoCommand {
 public:
  Step(MarkWriter& writer, const QString& text, GivenMarks before, GivenMarks after)
      : QUndoCommand(text), writer_(writer), before_(std::move(before)), after_(std::move(after)) {}
  void redo() override { writer_.write(after_); }
  void undo() override { writer_.write(before_); }

 private:
  MarkWriter& writer_;
  GivenMarks before_, after_;
};

MarkWriter::MarkWriter(QObject* parent) : QObject(parent) {}

MarkWriter::~MarkWriter() = default;

void MarkWriter::set_project(const std::filesystem::path& project) {
  if (project == project_)
    return;
  project_ = project;
  steps_.clear();
  given_.clear();
}

void MarkWriter::change(const QString& text, GivenMarks before, GivenMarks after) {
  if (!project_.empty() && before != after)
    steps_.push(new Step(*this, text, std::move(before), std::move(after))); // which writes
}

const Marks* MarkWriter::on_its_way(DocumentId document) const {
  const auto found = given_.find(document);
  return found == given_.end() ? nullptr : &found->second;
}

void MarkWriter::settle() {
  if (answers_ == requests_)
    given_.clear();
}

void MarkWriter::write(const GivenMarks& marks) {
  for (const auto& [document, given] : marks)
    given_[document] = given;
  // A kind for each: of one kind the newest would take the place of those that wait.
  background_.request(
      ++requests_,
      [project = project_, marks](std::stop_token) {
        Project opened = Project::open(project, Project::Mode::read_write);
        Project::Transaction transaction(opened);
        for (const auto& [document, wanted] : marks) {
          for (const std::string& label : opened.marks(document).labels)
            if (std::find(wanted.labels.begin(), wanted.labels.end(), label) == wanted.labels.end())
              opened.remove_label(document, label);
          for (const std::string& label : wanted.labels)
            opened.add_label(document, label);
          opened.put_note(document, wanted.note);
        }
        transaction.commit();
        return true;
      },
      [this](bool) {
        ++answers_;
        emit written();
      },
      [this](const Error& error) {
        ++answers_;
        given_.clear();
        emit failed(error);
      });
}

} // namespace longview
