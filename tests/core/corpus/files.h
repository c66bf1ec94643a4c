#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <QTemporaryDir>

namespace longview::test {

/// A folder for one test, removed with it.
class Folder {
 public:
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream out(path(name), std::ios::binary);
    out << bytes;
    if (!out.flush())
      throw std::runtime_error("cannot write " + name);
    return path(name);
  }

 private:
  QTemporaryDir folder_;
};

} // namespace longview::test
