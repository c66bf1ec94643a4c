#include <charconv>
#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/plain_text.h"
#include "command.h"
#include "interrupt.h"
#include "options/options.h"
#include "progress_line.h"
#include "run/extra_report.h"
#include "run/score_extra.h"
#include "table.h"

namespace longview::cli {
namespace {

struct PairsOptions {
  RunChoice choice;
  std::string document, row, rows, columns, device = "auto";
  bool all = false, dry_run = false, json = false, quiet = false;
  std::optional<double> until_error;
  std::uint64_t most_pairs = usual_most_extra_pairs;
  int threads = 0;
};

[[noreturn]] void refuse(const char* option, const char* example, const std::string& text) {
  throw Error(ErrorCode::usage, fmt::format("{} takes segments such as {}, not \"{}\"", option, example, text));
}

/// One number up to `end`; where it was read to.
const char* read_segment(const char* begin, const char* end, std::uint32_t& segment) {
  const auto [read_to, error] = std::from_chars(begin, end, segment);
  return error == std::errc() ? read_to : nullptr;
}

/// "31" or "31,40,7".
std::vector<PairRange> parse_rows(const std::string& text) {
  std::vector<PairRange> ranges;
  const char* at = text.data();
  const char* end = at + text.size();
  while (true) {
    std::uint32_t i = 0;
    at = read_segment(at, end, i);
    if (!at || (at != end && *at != ','))
      refuse("--row", "31 or 31,40", text);
    ranges.push_back(row_range(i));
    if (at == end)
      return ranges;
    ++at;
  }
}

struct Span {
  std::uint32_t first = 0, last = 0;
};

/// "10..20" or "10", both ends in it; everything where nothing was said.
Span parse_span(const char* option, const std::string& text, std::uint32_t segments) {
  if (text.empty())
    return {0, segments - 1};
  Span span;
  const char* end = text.data() + text.size();
  const char* at = read_segment(text.data(), end, span.first);
  span.last = span.first;
  if (at && end - at > 2 && at[0] == '.' && at[1] == '.')
    at = read_segment(at + 2, end, span.last);
  if (at != end)
    refuse(option, "10..20", text);
  return span;
}

std::vector<PairRange> ranges_of(const PairsOptions& options, std::uint32_t segments) {
  if (options.all)
    return {all_range(segments)};
  if (!options.row.empty())
    return parse_rows(options.row);
  const Span rows = parse_span("--rows", options.rows, segments);
  const Span columns = parse_span("--columns", options.columns, segments);
  return {{rows.first, rows.last, columns.first, columns.last}};
}

void check_choice(const PairsOptions& options) {
  const int chosen = !options.row.empty() + (!options.rows.empty() || !options.columns.empty()) + options.all +
                     options.until_error.has_value();
  if (chosen != 1)
    throw Error(ErrorCode::usage,
                "say which pairs: --row I, --rows A..B with --columns C..D, --all, or --until-error E");
}

/// What is asked for, and of which document.
struct Asked {
  ExtraRequest request;
  std::string document, dataset;
};

Asked ask(const PairsOptions& options) {
  check_choice(options);
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  const StoredDocument document = project.find_document(options.document, view.run.identity.dataset, view.run.id);
  Asked asked;
  asked.document = document.name;
  asked.dataset = view.dataset.name;
  asked.request.project = options.choice.project;
  asked.request.run = view.run.id;
  asked.request.document = document.id;
  asked.request.most_pairs = options.most_pairs;
  if (options.until_error) {
    asked.request.until_error = *options.until_error;
    return asked;
  }
  const std::optional<ResultData> data = project.result_data(view.run.id, document.id);
  asked.request.ranges = ranges_of(options, data && data->pairs.segments() > 0 ? data->pairs.segments() : 1);
  return asked;
}

int print_forecast(const ExtraForecast& told, bool json) {
  if (json) {
    nlohmann::ordered_json out = {{"pairs", told.pairs},
                                  {"segments", told.segments},
                                  {"pairs_per_s", told.pairs_per_second},
                                  {"seconds", told.seconds},
                                  {"sample", nullptr}};
    if (told.sample) {
      out["sample"] = sample_json(*told.sample);
      out["expected_rows"] = told.rows;
      out["within_limit"] = told.within_limit;
    }
    std::cout << out.dump() << '\n';
    return 0;
  }
  if (told.sample)
    std::cout << fmt::format("sample      mean LDS {}; it is expected to need {} rows{}\n", sample_text(*told.sample),
                             told.rows, told.within_limit ? "" : ", more than --most-pairs allows");
  std::cout << fmt::format("missing     {} pairs\n", told.pairs);
  if (told.pairs > 0)
    std::cout << fmt::format("time        {} ({} pairs/s)\n", duration_text(told.seconds),
                             short_number(told.pairs_per_second));
  return 0;
}

void print_json(const Asked& asked, const ExtraSummary& done) {
  nlohmann::ordered_json out = {{"project", asked.request.project.string()},
                                {"dataset", asked.dataset},
                                {"run", static_cast<std::int64_t>(asked.request.run)},
                                {"document", asked.document},
                                {"pairs", done.pairs},
                                {"seconds", done.seconds},
                                {"sample", nullptr},
                                {"reached", nullptr}};
  if (done.sample) {
    out["sample"] = sample_json(*done.sample);
    out["reached"] = done.reached;
  }
  std::cout << out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

void print_summary(const Asked& asked, const ExtraSummary& done) {
  std::string line = fmt::format("{}: ", plain_line(asked.document));
  if (done.pairs == 0 && !done.sample)
    line += "nothing is missing, these pairs are all there";
  else
    line += fmt::format("{} pairs in {}, kept beside the run", done.pairs, duration_text(done.seconds));
  std::cout << line << '\n';
  if (!done.sample)
    return;
  std::cout << fmt::format("mean LDS {}\n", sample_text(*done.sample));
  if (!done.reached)
    std::cout << fmt::format("the error is not under {} yet: {}\n", asked.request.until_error,
                             done.sample->rows >= done.sample->eligible ? "every row is in the sample"
                                                                        : "--most-pairs was reached");
}

int score_pairs(const PairsOptions& options) {
  const Interrupt interrupt;
  const Asked asked = ask(options);
  DocumentModel model(options.device, options.threads);
  if (options.dry_run)
    return print_forecast(forecast_extra(asked.request, model, interrupt.token()), options.json);
  ProgressLine line(options.quiet);
  const ExtraSummary done = score_extra(
      asked.request, model, [&](const RunProgress& progress) { line.show(progress); }, interrupt.token());
  line.clear();
  if (options.json)
    print_json(asked, done);
  else
    print_summary(asked, done);
  return 0;
}

} // namespace

void add_score_pairs(CLI::App& app, Action& action) {
  auto options = std::make_shared<PairsOptions>();
  CLI::App* command = app.add_subcommand(
      "score-pairs",
      "Score more pairs of one document, kept beside its run: rows, a rectangle, all, or a longer sample");
  options->choice.add_to(*command);
  command->add_option("--document", options->document, "Its id; without an id field FILE:LINE")
      ->required()
      ->type_name("ID");
  const char* which = "Which pairs (one of these)";
  command->add_option("--row", options->row, "All pairs of these targets")->type_name("I[,J...]")->group(which);
  command->add_option("--rows", options->rows, "Targets from A to B, after the prefixes of --columns")
      ->type_name("A..B")
      ->group(which);
  command->add_option("--columns", options->columns, "Prefixes from C to D, before the targets of --rows")
      ->type_name("C..D")
      ->group(which);
  command->add_flag("--all", options->all, "Every pair of the document")->group(which);
  command
      ->add_option("--until-error", options->until_error,
                   "Lengthen its sample by whole rows until the standard error of the mean LDS is at most E")
      ->type_name("E")
      ->group(which);
  command->add_option("--most-pairs", options->most_pairs, "Most pairs that --until-error may score; default: 4000")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
  command->add_option("--device", options->device, "auto, cpu, cuda or cuda:K; default: auto")->type_name("WORD");
  command->add_option("--threads", options->threads, "CPU threads; default: all cores")->type_name("N");
  command->add_flag("--dry-run", options->dry_run, "Only say how many pairs are missing and how long they would take");
  command->add_flag("--json", options->json, "Summary or forecast as JSON");
  command->add_flag("--quiet", options->quiet, "No progress on stderr");
  command->footer("Model and settings are those of the run. Numbers of the run, list and export stay as they are; show "
                  "tells of both.\n"
                  "Stopped or killed, the same command goes on; what was scored is kept every few seconds.\n"
                  "Example: longview-cli score-pairs books.longview --document moby-dick --row 31");
  command->callback([options, &action] { action = [options] { return score_pairs(*options); }; });
}

} // namespace longview::cli
