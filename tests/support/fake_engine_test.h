#pragma once

#include <filesystem>

#include <QTemporaryDir>

#include "cli/tiny_model.h"
#include "support/fake_engine.h"

namespace longview::test {

/// A fake engine, and a folder with a tiny model for its tokens (one a byte): tiny.gguf. A test that uses it compiles
/// cli/tiny_model.cpp with it.
struct EngineFolder : UseFakeEngine {
  QTemporaryDir folder;

  EngineFolder() { write_tiny_model(path("tiny.gguf")); }
  std::filesystem::path path(const char* name) const { return folder.filePath(name).toStdString(); }
};

} // namespace longview::test
