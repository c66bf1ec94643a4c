#include "jobs/compare_job.h"

#include "base/cancel.h"
#include "base/error.h"
#include "jobs/table_reader.h"

namespace longview {

ProjectContents read_contents_of(const std::filesystem::path& path) {
  return TableReader().contents(path);
}

ComparisonPointer compare_in_background(const std::vector<SideChoice>& sides, const CompareOptions& options,
                                        const std::stop_token& stop) {
  return std::make_shared<const Comparison>(compare(sides, options, stop));
}

std::vector<LabelledRun> test_sides(const std::vector<SideChoice>& sides, const LabelledTestOptions& options,
                                    const std::stop_token& stop) {
  std::vector<LabelledRun> runs;
  for (const SideChoice& side : sides) {
    throw_if_cancelled(stop);
    const Project project = Project::open(side.project, Project::Mode::read_only);
    for (LabelledRun& run : labelled_test(project, choose_run(project, side.dataset, side.run), options, stop))
      runs.push_back(std::move(run));
  }
  if (runs.empty())
    throw Error(ErrorCode::not_found, fmt::format("no side has scored documents both with and without {}; the stitch "
                                                  "command makes such documents from your own texts",
                                                  options.positive));
  return runs;
}

} // namespace longview
