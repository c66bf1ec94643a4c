#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "run/settings.h"
#include "store/project.h"

namespace longview::test {

/// A document of a project that a test makes: the line of its source, and what the model would have said about it.
struct KnownDocument {
  std::string line; ///< of the JSONL file, without its line end
  std::uint64_t tokens = 0;
  double strength_far = 0;  ///< of the pair (2, 0)
  double strength_near = 0; ///< of the pair (2, 1)
  Status status = Status::scored;
};

/// Writes the lines into `source`, and a project with one finished run over them. Every scored document has three
/// segments of perplexity 16 and the pairs (2, 0) and (2, 1); the numbers are derived from them. Lines that the reader
/// refuses are bad_input with its reason.
RunId make_project(const std::filesystem::path& project, const std::filesystem::path& source,
                   const std::vector<KnownDocument>& documents, const RunSettings& settings = {});

/// A project over a text file: one scored document.
RunId make_text_project(const std::filesystem::path& project, const std::filesystem::path& source,
                        const std::string& text);

/// What make_project stores for a scored document.
DocumentPairs pairs_of(double strength_far, double strength_near);

} // namespace longview::test
