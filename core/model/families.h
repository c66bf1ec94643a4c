#pragma once

#include <string>
#include <vector>

#include "model/model_files.h"
#include "model/model_plan.h"

namespace longview {

/// Reads what a model is by the row of its architecture in the table of families: of hub_families.cpp for a directory
/// with a config.json, of gguf_families.cpp for a GGUF. A field that is not understood is refused, never ignored.
/// Throws Error with the path: unsupported (architecture, field, tensor type …: named), input (missing, misshapen,
/// inconsistent).
ModelPlan plan_model(const ModelFiles& files);

/// model_type of a config.json, general.architecture of a GGUF.
std::vector<std::string> supported_hub_architectures();
std::vector<std::string> supported_gguf_architectures();

/// The two halves of plan_model().
ModelPlan plan_hub_model(const ModelFiles& files);
ModelPlan plan_gguf_model(const ModelFiles& files);

} // namespace longview
