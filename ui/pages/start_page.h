#pragma once

#include <filesystem>
#include <vector>

#include <QWidget>

#include "jobs/background.h"

class QVBoxLayout;

namespace longview {

class ChoiceButton;
class Notice;

/// The first thing a new user sees: open files, continue a project, try the sample, and which model will read them.
class StartPage : public QWidget {
  Q_OBJECT

 public:
  explicit StartPage(QWidget* parent = nullptr);
  ~StartPage() override;

  void set_recent(const std::vector<std::filesystem::path>& projects);
  /// Something that kept a project or file from opening.
  void show_problem(const Error& error);
  void clear_problem();

 signals:
  void open_files_wanted();
  void open_project_wanted();
  void sample_wanted();
  void project_chosen(const std::filesystem::path& project);

 private:
  void build();
  void look_for_model();

  QVBoxLayout* recent_;
  Notice* model_;
  Notice* problem_;
  ChoiceButton* sample_;
  Background background_; // last: it delivers to the others
};

} // namespace longview
