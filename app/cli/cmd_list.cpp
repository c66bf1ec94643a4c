#include <iostream>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "command.h"
#include "filter/filter.h"
#include "options/options.h"
#include "run/named_view.h"
#include "store/row_filter.h"
#include "table.h"

namespace longview::cli {
namespace {

struct ListOptions {
  RunChoice choice;
  ParameterOptions parameters;
  std::string view, where, sort, format = "table";
  bool ascending = false;
  std::uint64_t limit = 0;
};

std::string column_help() {
  std::string help = "Columns for --where and --sort:\n";
  for (const FilterColumn& column : filter_columns())
    help += "  " + std::string(column.name) + std::string(column.name.size() < 20 ? 20 - column.name.size() : 1, ' ') +
            std::string(column.help) + '\n';
  return help +
         "Conditions: = != < <= > >=, in (a, b), in 4k..16k, contains \"x\", ~ \"regular expression\", is null, and\n"
         "percentiles such as lds >= p90(lds); joined by not, and, or, ( ). See the help page on commands.\n"
         "Example: longview-cli list books.longview --where 'tokens >= 8k or source.kind = \"book\"' --limit 20";
}

int list(const ListOptions& options) {
  const Project project = options.choice.open();
  const RunView view = options.choice.view(project);
  const NamedView named = options.view.empty() ? NamedView() : find_view(project, options.view);
  const Filter filter = Filter::parse(both_filters(named.filter, options.where));
  const LiveParameters parameters = options.parameters.over(named.parameters.value_or(view.settings.parameters));
  const std::vector<TableRow> rows = table_with(project, view, parameters);
  warn(unknown_fields(rows, Filter::parse(named.filter), fmt::format("view \"{}\"", named.name)));
  warn(unknown_fields(rows, Filter::parse(options.where), "filter"));
  std::vector<std::size_t> order = select_rows(rows, view.dataset.name, filter);
  const bool sort_of_view = options.sort.empty() && !named.sort.empty();
  std::string column = sort_of_view ? named.sort : options.sort.empty() ? ranking_column(parameters) : options.sort;
  bool descending = sort_of_view && !options.ascending ? named.descending : !options.ascending;
  if (column.front() == '-' || column.front() == '+') {
    descending = column.front() == '-';
    column.erase(0, 1);
  }
  if (!options.sort.empty())
    warn(unknown_fields(rows, column, "--sort"));
  order = sorted_rows(rows, order, column, descending);
  if (options.limit && order.size() > options.limit)
    order.resize(options.limit);
  std::vector<TableRow> shown;
  shown.reserve(order.size());
  for (const std::size_t k : order)
    shown.push_back(rows[k]);
  if (options.format == "jsonl")
    print_jsonl(std::cout, shown, view.dataset.name);
  else if (options.format == "csv")
    print_csv(std::cout, shown, view.dataset.name);
  else
    print_table(std::cout, shown);
  std::cout.flush();
  return 0;
}

} // namespace

void add_list(CLI::App& app, Action& action) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = app.add_subcommand("list", "Show the scored documents of a run, the best first");
  options->choice.add_to(*command);
  command
      ->add_option("--view", options->view,
                   "A named view of the project: its filter (--where goes with it), order and parameters")
      ->type_name("NAME");
  command->add_option("--where", options->where, "Only rows that a filter keeps (see below)")->type_name("FILTER");
  command
      ->add_option("--sort", options->sort,
                   "Column to sort by, largest first; +COLUMN smallest first; default: the score")
      ->type_name("COLUMN");
  command->add_flag("--ascending", options->ascending, "Smallest first");
  command->add_option("--limit", options->limit, "At most so many rows")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
  command->add_option("--format", options->format, "table, jsonl or csv")
      ->check(CLI::IsMember({"table", "jsonl", "csv"}).description(""))
      ->type_name("WORD");
  options->parameters.add_to(*command);
  command->footer(column_help());
  command->callback([options, &action] { action = [options] { return list(*options); }; });
}

} // namespace longview::cli
