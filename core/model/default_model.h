#pragma once

#include <filesystem>

namespace longview {

/// $LONGVIEW_MODEL, else ~/.local/share/longview/models/SmolLM2-135M-Instruct.Q4_1.gguf; it may not be there.
std::filesystem::path default_model();

} // namespace longview
