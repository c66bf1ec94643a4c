#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "options/options.h"

namespace longview::gui {

/// longview --figure: a picture of one document into a file, without a window.
struct FigureCommand {
  std::string kind;
  std::string document;
  std::string out;
  std::string shows = "strength";
  std::string axes = "segments";
  std::string strip = "strength";
  std::string range, selection;
  bool fade = false, with_dataset = false;
  std::string distance_axis = "linear";
  std::string size = "900x700";
  bool dark = false;
  std::string dataset;
  std::optional<std::int64_t> run;
  cli::ParameterOptions parameters;

  void add_to(CLI::App& app);
  bool wanted() const { return !kind.empty(); }
  /// Needs a QApplication of any platform. Throws Error.
  void draw(const std::string& project) const;
};

} // namespace longview::gui
