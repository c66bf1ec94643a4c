#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "model/gguf.h"

namespace longview {

/// All parts of a GGUF, in order: one for a file that is whole, those of NAME-00001-of-0000N.gguf for a split one,
/// whichever of them `path` names. Metadata is in the first. Numbers and counts (split.no, split.count,
/// split.tensors.count) are checked. Throws Error with the path: as GgufFile does; not_found for a part that is not
/// there; input for parts that do not belong together or have lost their names.
std::vector<std::shared_ptr<const GgufFile>> open_gguf_parts(const std::filesystem::path& path);

} // namespace longview
