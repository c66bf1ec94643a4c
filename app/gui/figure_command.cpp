#include "figure_command.h"

#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "jobs/document_loader.h"
#include "run/run_view.h"
#include "widgets/figure.h"

namespace longview::gui {
namespace {

constexpr int smallest_side = 200;
constexpr int largest_side = 10000;

/// "900x700", in points.
QSize parse_size(const std::string& text) {
  int width = 0;
  int height = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, width);
  const bool joined = first.ec == std::errc() && first.ptr != end && *first.ptr == 'x';
  const auto second = joined ? std::from_chars(first.ptr + 1, end, height) : first;
  const auto fits = [](int side) { return side >= smallest_side && side <= largest_side; };
  if (!joined || second.ec != std::errc() || second.ptr != end || !fits(width) || !fits(height))
    throw Error(ErrorCode::usage,
                fmt::format("--size takes WIDTHxHEIGHT in points, each {} to {}, such as 900x700, not \"{}\"",
                            smallest_side, largest_side, text));
  return {width, height};
}

DocumentData load(const Project& project, const RunView& view, const std::string& name,
                  const cli::ParameterOptions& parameters) {
  const StoredDocument document = project.find_document(name, view.dataset.id, view.run.id);
  DocumentData data = load_document(project, {project.path(), view.run.id, document.id});
  if (const LiveParameters wanted = parameters.over(data.parameters); wanted != data.parameters)
    data = data.with(wanted);
  if (data.data.pairs.pairs.empty())
    throw Error(
        ErrorCode::unsupported,
        fmt::format("there is nothing to draw: {}", data.row.reason.empty() ? "no pair is scored" : data.row.reason),
        name);
  return data;
}

} // namespace

void FigureCommand::add_to(CLI::App& app) {
  const char* group = "Draw a figure instead of opening the window";
  const auto word_of = [](std::initializer_list<std::string> words) {
    return CLI::IsMember(std::vector<std::string>(words)).description("");
  };
  CLI::Option* figure = app.add_option("--figure", kind, "heatmap, profile (strength by distance) or specificity")
                            ->check(word_of({"heatmap", "profile", "specificity"}))
                            ->type_name("WORD")
                            ->group(group);
  const auto only_with = [&](CLI::Option* option) { option->needs(figure)->group(group); };
  only_with(app.add_option("--document", document, "Its id; without an id field FILE:LINE")->type_name("ID"));
  only_with(
      app.add_option("--out", out, "A .png, .svg or .pdf file; one that is there is replaced")->type_name("FILE"));
  only_with(
      app.add_option("--shows", shows,
                     "What the heatmap shows: strength, gain, weight (strength + distance), contribution, perplexity")
          ->check(word_of({"strength", "gain", "weight", "contribution", "perplexity"}))
          ->type_name("WORD"));
  only_with(app.add_option("--distance-axis", distance_axis, "Of the profile: linear or logarithmic")
                ->check(word_of({"linear", "logarithmic"}))
                ->type_name("WORD"));
  only_with(
      app.add_option("--size", size, "Width and height in points; a PNG has twice as many pixels")->type_name("WxH"));
  only_with(app.add_flag("--dark", dark, "On a dark ground"));
  only_with(
      app.add_option("--dataset", dataset, "A dataset by name; without it that of the newest run")->type_name("NAME"));
  only_with(app.add_option("--run", run, "A run by number; without it the newest one")->type_name("NUMBER"));
  parameters.add_to(app);
}

void FigureCommand::draw(const std::string& project_path) const {
  if (document.empty() || out.empty())
    throw Error(ErrorCode::usage, "--figure needs --document ID and --out FILE");
  FigureOptions options;
  options.size = parse_size(size);
  options.theme = dark ? Theme::dark_theme() : Theme::light();
  options.view.value = *parse_heatmap_value(shows);
  options.distances = distance_axis == "logarithmic" ? BinScale::logarithmic : BinScale::linear;
  const Project project = Project::open(project_path, Project::Mode::read_only);
  const RunView view = choose_run(project, dataset, run);
  save_figure(*parse_figure_kind(kind), load(project, view, document, parameters), out, options);
}

} // namespace longview::gui
