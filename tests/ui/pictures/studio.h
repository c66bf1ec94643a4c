#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>

#include <QString>
#include <QTemporaryDir>

#include "main_window.h"

namespace longview::pictures {

/// What the pictures are taken of; packaging/pictures.sh makes both.
struct Projects {
  std::filesystem::path demo;   ///< what packaging/run.sh scores: perl-manual, stitched, closer-look
  std::filesystem::path states; ///< thin, kinds, changed, manual, scripts (see make_documents.py)
};

/// Thrown where a state does not come to be; says which.
struct NoPicture : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A main window that is brought into a state as a user would, each step waited for.
class Studio {
 public:
  Studio(Projects projects, QSize size);
  ~Studio();

  MainWindow& window() { return *window_; }
  const Projects& projects() const { return projects_; }
  /// A folder that goes with the studio.
  std::filesystem::path folder() const;

  /// A folder whose name may be seen: nobody's home.
  static std::filesystem::path seen_folder();

  /// Waits until `done`, at most five minutes; throws NoPicture(what) when it does not come to be.
  void wait(const std::function<bool()>& done, const char* what);
  /// Opens a project, the newest run of a dataset in it and its best document, with its text.
  void open(const std::filesystem::path& project, const QString& dataset);
  void demo(const QString& dataset) { open(projects_.demo, dataset); }
  void states(const QString& dataset) { open(projects_.states, dataset); }
  /// Selects the link that adds most.
  void select_strongest();
  void show_dock(const QString& name, bool shown = true);
  /// Finds an action by its text without mnemonic and triggers it.
  void trigger(const QString& text);
  /// The dialog that is open.
  QWidget* dialog();
  /// Lets layouts and queued plots come to rest.
  void rest(int ms = 400);

 private:
  Projects projects_;
  QTemporaryDir folder_;
  std::unique_ptr<MainWindow> window_;
};

} // namespace longview::pictures
