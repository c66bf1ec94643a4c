#pragma once

#include <memory>

#include "compare/comparison.h"
#include "compare/labelled_test.h"
#include "jobs/table_feed.h"

namespace longview {

// What the Compare page does on its thread. Each opens the projects it needs itself and throws Error.

/// The datasets and runs of a project.
ProjectContents read_contents_of(const std::filesystem::path& project);
using ComparisonPointer = std::shared_ptr<const Comparison>;
ComparisonPointer compare_in_background(const std::vector<SideChoice>& sides, const CompareOptions& options,
                                        const std::stop_token& stop);
/// The labelled test on each side's run. Throws Error(not_found) where none has both kinds of documents.
std::vector<LabelledRun> test_sides(const std::vector<SideChoice>& sides, const LabelledTestOptions& options,
                                    const std::stop_token& stop);

} // namespace longview
