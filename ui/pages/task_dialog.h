#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include <QDialog>

#include "jobs/background.h"

class QFormLayout;
class QProgressBar;
class QPushButton;

namespace longview {

class FileList;
class Notice;

/// A dialog that takes files, some settings, and does one thing with them on a thread of its own, which can be stopped.
/// The subclass adds its settings to form() and calls run(); files can be dropped.
class TaskDialog : public QDialog {
  Q_OBJECT

 public:
  ~TaskDialog() override;

  void add_files(const std::vector<std::filesystem::path>& files);
  std::vector<std::filesystem::path> files() const;
  QPushButton* start_button() const { return start_; }
  Notice* outcome() const { return outcome_; }
  void reject() override;

 protected:
  /// `explanation`: one or two sentences at the top; `button`: what it says.
  TaskDialog(const QString& title, const QString& explanation, const QString& button, QWidget* parent);

  QFormLayout& form() { return *form_; }
  /// The button was pressed, with at least one file there.
  virtual void start() = 0;

  template <typename Work, typename Done>
  void run(Work work, Done done) {
    set_busy(true);
    background_.request(
        0, std::move(work),
        [this, done = std::move(done)](const auto& answer) {
          set_busy(false);
          done(answer);
        },
        [this](const Error& error) { show_failure(error); });
  }

 private:
  void set_busy(bool busy);
  void show_failure(const Error& error);
  void update_button();

  QWidget* fields_;
  FileList* files_;
  QFormLayout* form_;
  Notice* outcome_;
  QProgressBar* bar_;
  QPushButton* start_;
  QPushButton* close_;
  bool busy_ = false, stopping_ = false;
  Background background_; // last: it delivers to the others
};

} // namespace longview
