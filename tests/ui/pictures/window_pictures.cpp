// Draws the window in many states, without a display: what the help pages show, and what is looked at before a release.
//   window_pictures DEMO.longview STATES.longview FOLDER [NAME…]
// packaging/pictures.sh makes the two projects. Each state gets a process of its own, since scale and font are those of
// a whole program. Names: window_pictures --list.
#include <algorithm>
#include <iostream>

#include <QApplication>
#include <QFont>
#include <QPixmap>
#include <QProcess>
#include <QTemporaryDir>

#include "application.h"
#include "states.h"

namespace {

using namespace longview;
using namespace longview::pictures;

const State* find_state(const std::string& name) {
  const auto found =
      std::find_if(all_states().begin(), all_states().end(), [&](const State& state) { return name == state.name; });
  return found == all_states().end() ? nullptr : &*found;
}

/// In this process; its exit status.
int draw(const State& state, const char* demo, const char* states, const QString& file, int& argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  qputenv("QT_SCALE_FACTOR", state.scale);
  const QTemporaryDir settings; // the window as it is at its first start
  qputenv("XDG_CONFIG_HOME", settings.path().toUtf8());
  QApplication::setStyle(QStringLiteral("Fusion"));
  QApplication app(argc, argv);
  name_application();
  QFont font(QStringLiteral("DejaVu Sans"));
  font.setPixelSize(static_cast<int>(13 * state.font));
  QApplication::setFont(font);
  application_settings().setValue(QStringLiteral("window/colours"), static_cast<int>(state.theme));
  try {
    Studio studio({std::filesystem::absolute(demo), std::filesystem::absolute(states)}, state.size);
    QWidget* shown = state.arrange(studio);
    studio.rest();
    const bool saved = shown->grab().save(file, "PNG");
    if (!saved)
      std::cerr << "window_pictures: " << file.toStdString() << " cannot be written\n";
    return saved ? 0 : 1;
  } catch (const NoPicture& problem) {
    std::cerr << "window_pictures: " << state.name << ": " << problem.what() << '\n';
    return 1;
  }
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words == std::vector<std::string>{"--list"}) {
    for (const State& state : all_states())
      std::cout << state.name << '\n';
    return 0;
  }
  if (words.size() == 5 && words[0] == "--one") { // what is started below
    const State* state = find_state(words[1]);
    return state ? draw(*state, argv[3], argv[4], QString::fromLocal8Bit(argv[5]), argc, argv) : 2;
  }
  if (words.size() < 3) {
    std::cerr << "window_pictures DEMO.longview STATES.longview FOLDER [NAME…]\n";
    return 2;
  }
  std::vector<std::string> names(words.begin() + 3, words.end());
  if (names.empty())
    for (const State& state : all_states())
      names.emplace_back(state.name);
  int failed = 0;
  for (const std::string& name : names) {
    if (!find_state(name)) {
      std::cerr << "window_pictures: no state is called " << name << "; --list names them\n";
      return 2;
    }
    const QString file =
        QStringLiteral("%1/%2.png").arg(QString::fromStdString(words[2]), QString::fromStdString(name));
    const QStringList arguments{QStringLiteral("--one"), QString::fromStdString(name), QString::fromLocal8Bit(argv[1]),
                                QString::fromLocal8Bit(argv[2]), file};
    if (QProcess::execute(QString::fromLocal8Bit(argv[0]), arguments) != 0)
      ++failed;
  }
  return failed ? 1 : 0;
}
