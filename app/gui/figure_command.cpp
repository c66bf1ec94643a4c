#include "figure_command.h"

#include <charconv>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "jobs/dataset_profile.h"
#include "jobs/document_loader.h"
#include "run/document_text.h"
#include "run/run_view.h"
#include "widgets/document_html.h"
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

[[noreturn]] void refuse(const char* option, const char* wanted, const std::string& text) {
  throw Error(ErrorCode::usage, fmt::format("{} takes {}, not \"{}\"", option, wanted, text));
}

/// All of the text as a number.
template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// "-0.2,0.6".
std::optional<ColourRange> parse_range(const std::string& text) {
  if (text.empty())
    return std::nullopt;
  const std::size_t comma = text.find(',');
  const auto low = number_of<double>(std::string_view(text).substr(0, comma));
  const auto high =
      comma == std::string::npos ? std::nullopt : number_of<double>(std::string_view(text).substr(comma + 1));
  if (!low || !high || !std::isfinite(*low) || !std::isfinite(*high) || !(*low < *high))
    refuse("--range", "two numbers, the first below the second, such as -0.2,0.6", text);
  return ColourRange{*low, *high};
}

/// "30-40" or "7".
std::optional<std::pair<std::uint32_t, std::uint32_t>> segments_of(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = number_of<std::uint32_t>(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number_of<std::uint32_t>(text.substr(dash + 1));
  return first && last && *first <= *last ? std::optional(std::pair(*first, *last)) : std::nullopt;
}

/// "30-40,0-9", cut to the document.
std::optional<CellRange> parse_selection(const std::string& text, const DocumentData& document) {
  if (text.empty())
    return std::nullopt;
  const std::size_t comma = text.find(',');
  const auto rows = segments_of(std::string_view(text).substr(0, comma));
  const auto columns =
      comma == std::string::npos ? std::nullopt : segments_of(std::string_view(text).substr(comma + 1));
  if (!rows || !columns)
    refuse("--selection", "segments of targets and of prefixes, such as 30-40,0-9", text);
  const auto range =
      CellRange::between({rows->first, columns->first}, {rows->second, columns->second}, document.segments());
  if (!range)
    throw Error(ErrorCode::usage,
                fmt::format("--selection {} holds no pair: a prefix stands before its target, and the "
                            "document has segments 0 to {}",
                            text, document.segments() - 1));
  return range;
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
  CLI::Option* figure =
      app.add_option("--figure", kind,
                     "heatmap, profile (strength by distance), specificity, or report (all of it as HTML)")
          ->check(word_of({"heatmap", "profile", "specificity", "report"}))
          ->type_name("WORD")
          ->group(group);
  const auto only_with = [&](CLI::Option* option) { option->needs(figure)->group(group); };
  only_with(app.add_option("--document", document, "Its id; without an id field FILE:LINE")->type_name("ID"));
  only_with(
      app.add_option("--out", out,
                     "A .png, .svg or .pdf file, .tsv for the table, .html for a report; one that is there is replaced")
          ->type_name("FILE"));
  only_with(
      app.add_option("--shows", shows,
                     "What the heatmap shows: strength, gain, weight (strength + distance), contribution, perplexity, "
                     "corrected (strength less controls)")
          ->check(word_of({"strength", "gain", "weight", "contribution", "perplexity", "corrected"}))
          ->type_name("WORD"));
  only_with(app.add_option("--axes", axes, "What the heatmap's axes count: segments or tokens")
                ->check(word_of({"segments", "tokens"}))
                ->type_name("WORD"));
  only_with(
      app.add_option("--strip", strip, "Bars below its columns: strength (mean of what follows), contribution, none")
          ->check(word_of({"strength", "contribution", "none"}))
          ->type_name("WORD"));
  only_with(app.add_option("--range", range, "Ends of its colours, such as -0.2,0.6; without it they fit the document")
                ->type_name("LOW,HIGH"));
  only_with(app.add_option("--selection", selection,
                           "Pairs that it frames and sums up, targets then prefixes, such as 30-40,0-9")
                ->type_name("ROWS,COLUMNS"));
  only_with(app.add_flag("--fade", fade, "Pairs that are not above the threshold are drawn faint"));
  only_with(app.add_flag("--with-dataset", with_dataset, "The profile also shows the mean of the run's documents"));
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
  options.view.axes = *parse_axis_unit(axes);
  options.view.strip = *parse_column_strip(strip);
  options.view.fade = fade;
  options.view.range = parse_range(range);
  options.distances = distance_axis == "logarithmic" ? BinScale::logarithmic : BinScale::linear;
  const Project project = Project::open(project_path, Project::Mode::read_only);
  const RunView view = choose_run(project, dataset, run);
  DocumentData data = load(project, view, document, parameters);
  options.range = parse_selection(selection, data);
  if (with_dataset)
    options.dataset = std::make_shared<DatasetProfile>(
        dataset_profile(project, view.run.id, data.parameters, profile_bins(data, options.distances), {}));
  if (const auto figure = parse_figure_kind(kind)) {
    save_figure(*figure, data, out, options);
    return;
  }
  if (std::filesystem::path(out).extension() != ".html")
    throw Error(ErrorCode::usage, "is no report: let its name end in .html", out);
  try {
    data.text = std::make_shared<const std::string>(document_text(project, view.run.id, data.document.id));
  } catch (const Error& error) {
    data.text_problem = error.what(); // the report says so in place of the texts
  }
  write_document_html(project, view.run.id, data, draw_figures(data, options), out);
}

} // namespace longview::gui
