#include "model/default_model.h"

#include <cstdlib>

#include "base/file.h"

namespace longview {

std::filesystem::path default_model() {
  if (const char* named = std::getenv("LONGVIEW_MODEL"); named && *named)
    return named;
  return data_directory() / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf";
}

} // namespace longview
