#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "run/document_model.h"
#include "store/project.h"

namespace longview {

/// Opens a project to write what is asked for into it; one in a read-only place opens read-only, and nothing is kept.
Project open_to_keep(const std::filesystem::path& path);

/// What a prefix does to each token of a target: NLL alone minus NLL after the prefix, by the model of the run. Opens
/// the model when first asked and keeps it; what was computed is kept in the project, where that can be written.
class TokenGains {
 public:
  TokenGains();
  /// With a model that others use too.
  explicit TokenGains(std::shared_ptr<DocumentModel> model);

  /// Of target i after prefix j (kept segments count). `text` is the document's. Its means are the logarithms of the
  /// run's perplexities, up to the rounding of the run's type. Throws Error: usage (no such pair), not_found (model),
  /// conflict (another model than the run's), cancelled.
  TokenGain get(Project& project, RunId run, DocumentId document, std::uint32_t i, std::uint32_t j,
                const std::string& text, std::stop_token stop);

 private:
  std::shared_ptr<DocumentModel> model_;
};

} // namespace longview
