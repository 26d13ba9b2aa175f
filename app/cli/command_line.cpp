#include "sid/app/cli/command_line.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sid/app/cli/compare_command.hpp"
#include "sid/app/cli/figure_command.hpp"
#include "sid/app/cli/inspect_commands.hpp"
#include "sid/app/cli/optimise_command.hpp"
#include "sid/app/cli/run_command.hpp"
#include "sid/app/cli/self_test.hpp"
#include "sid/app/cli/sweep_command.hpp"
#include "sid/app/cli/theory_command.hpp"
#include "sid/app/cli/window_command.hpp"
#include "sid/figure/write_figure.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/validation.hpp"

namespace sid::cli {

namespace {

constexpr const char* kDescription =
    "sidlab: an interactive laboratory for stochastic hypergradients.\n"
    "Without a verb it opens the window; SPEC is a spec file (TOML), the name of a preset\n"
    "(`sidlab presets` lists them) or a share string.";

constexpr const char* kFooter =
    "Exit code: 0 fine; 1 the run failed, diverged or was stopped (results are kept);\n"
    "2 wrong use or bad input.\n"
    "Environment: SIDLAB_MNIST_DIR or SIDLAB_DATA, folder with the MNIST files; SIDLAB_ASSETS,\n"
    "folder with presets and formulas.\n";

/// Everything that the command line can fill in.
struct Arguments {
  WindowArguments window;
  RunArguments run;
  SweepArguments sweep;
  OptimiseArguments optimise;
  TheoryArguments theory;
  MergeArguments merge;
  FigureArguments figure;
  CompareArguments compare;
  ShotArguments shot;
  std::string data_path;
  std::string x = "epochs", scale_x = "log", scale_y = "log", band = "ci", fit = "data",
              quantity = "hypergradient", range = "all";
  std::vector<double> limits_x, limits_y;  ///< empty: fitted
  bool no_bounds = false;
  bool ratio = false;
  bool version = false;
};

void add_settings(CLI::App& app, SpecArguments& arguments) {
  app.add_option(
         "--set", arguments.settings, "Change a setting of SPEC, e.g. run.replicas=64; repeatable")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--data", arguments.data_folder, "Folder with the MNIST files")->type_name("DIR");
}

void add_spec(CLI::App& app,
              SpecArguments& arguments,
              bool required,
              const std::string& meaning = "Spec file, preset or share string") {
  CLI::Option* option = app.add_option("SPEC", arguments.spec, meaning);
  option->type_name("");
  if (required) option->required();
  add_settings(app, arguments);
}

void add_threads(CLI::App& app, int& threads) {
  app.add_option("--threads", threads, "Threads; 0: one per processor. Results do not depend on it")
      ->check(CLI::Range(0, 4096))
      ->type_name("N");
}

void add_pins(CLI::App& app, CompareArguments& arguments) {
  app.add_option("--pin",
                 arguments.folders,
                 "A result folder to begin with as a pinned run; "
                 "repeatable")
      ->allow_extra_args(false)
      ->type_name("DIR");
  app.add_flag("--ratio", arguments.ratio, "Compare layout: errors over those of the first run");
  app.add_flag("--small-multiples", arguments.side_by_side, "Compare layout: one plot a run");
}

void add_look(
    CLI::App& app, std::string& theme, std::string& layout, bool& map, std::string& size) {
  app.add_option("--theme", theme, "light or dark")->capture_default_str()->type_name("NAME");
  app.add_option("--layout", layout, "explore, theory, compare, present or outer")
      ->capture_default_str()
      ->type_name("NAME");
  app.add_flag("--map", map, "With the heat map open");
  app.add_option("--size", size, "Size in logical pixels")->capture_default_str()->type_name("WxH");
}

void add_window(CLI::App& app, WindowArguments& arguments) {
  add_spec(app, arguments.experiment, false);
  add_threads(app, arguments.threads);
  add_look(app, arguments.theme, arguments.layout, arguments.map, arguments.size);
  add_pins(app, arguments.compare);
  app.add_flag(
      "--startup-trace", arguments.startup_trace, "Print when each stage of the start was reached");
  app.add_option("--ui-dump",
                 arguments.ui_dump,
                 "Write the widgets of every frame to a file (JSON), for tests")
      ->type_name("FILE");
  app.add_option("--close-after", arguments.close_after, "Close the window after so many seconds")
      ->check([](const std::string& text) {
        // Not CLI::Range, which lets not-a-number pass.
        const std::optional<double> seconds = parse_double(text);
        const bool good = seconds && *seconds >= 0.0 && *seconds <= 1e6;
        return good ? "" : fmt::format("'{}' is not a number of seconds from 0 to 1000000", text);
      })
      ->type_name("SECONDS");
}

CLI::App* add_run(CLI::App& app, RunArguments& arguments) {
  CLI::App* verb =
      app.add_subcommand("run", "Run an experiment; write tables and figures into a folder");
  add_spec(*verb, arguments.experiment, true);
  verb->add_option("--out", arguments.out, "Folder for the results")
      ->capture_default_str()
      ->type_name("DIR");
  add_threads(*verb, arguments.threads);
  verb->add_option("--shard",
                   arguments.shard,
                   "Only replicas I, I+N, ...; join the parts with `sidlab merge`")
      ->type_name("I/N");
  verb->add_flag("--quiet", arguments.quiet, "No progress and no table");
  verb->add_flag("--force", arguments.force, "Write into a folder that already holds files");
  return verb;
}

CLI::App* add_sweep(CLI::App& app, SweepArguments& arguments) {
  CLI::App* verb = app.add_subcommand(
      "sweep", "Error over two settings of one method, as a table and a heat map");
  add_spec(*verb, arguments.experiment, true);
  const char* form =
      "eta, eta_factor, minibatch, lambda, split, beta_factor, gamma_factor, t, k or any key of a "
      "spec with a range, e.g. eta=1e-3..2:48:log";
  verb->add_option("--x", arguments.x, fmt::format("What varies across: {}", form))
      ->type_name("KEY[=A..B[:N][:log]]");
  verb->add_option("--y", arguments.y, "What varies upwards; default: minibatch")
      ->type_name("KEY[=A..B[:N][:log]]");
  verb->add_option("--method",
                   arguments.method,
                   "Its name, or its number from 1; default: the first with a constant step")
      ->type_name("NAME");
  verb->add_option("--quantity", arguments.quantity, "Whose error: hypergradient, lower or linear")
      ->check(CLI::IsMember({"hypergradient", "lower", "linear"}))
      ->capture_default_str()
      ->type_name("WORD");
  verb->add_option("--panel", arguments.panel, "Which hyperparameter, where there are several")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{64}))
      ->capture_default_str()
      ->type_name("N");
  verb->add_option(
          "--out",
          arguments.out,
          "Folder for the results, or one file (.csv, .svg, .pdf, .png, .tex, .json, .npz)")
      ->capture_default_str()
      ->type_name("PATH");
  add_threads(*verb, arguments.threads);
  verb->add_flag("--dark", arguments.dark, "Dark background");
  verb->add_flag("--quiet", arguments.quiet, "No progress");
  verb->add_flag("--force", arguments.force, "Write into a folder that already holds files");
  return verb;
}

CLI::App* add_optimise(CLI::App& app, OptimiseArguments& arguments) {
  CLI::App* verb = app.add_subcommand(
      "optimise", "Optimise λ with the estimates of every method; tables and figure into a folder");
  add_spec(*verb, arguments.experiment, true);
  verb->add_option("--out", arguments.out, "Folder for the results")
      ->capture_default_str()
      ->type_name("DIR");
  verb->add_option("--format",
                   arguments.formats,
                   "Of the figure: svg, pdf, png, tex, or the numbers: csv, json, npz; repeatable")
      ->check(CLI::IsMember(std::vector<std::string>(kFigureFormats.begin(), kFigureFormats.end())))
      ->allow_extra_args(false)
      ->type_name("FORMAT");
  add_threads(*verb, arguments.threads);
  verb->add_flag("--quiet", arguments.quiet, "No progress and no table");
  verb->add_flag("--force", arguments.force, "Write into a folder that already holds files");
  return verb;
}

CLI::App* add_theory(CLI::App& app, TheoryArguments& arguments) {
  CLI::App* verb =
      app.add_subcommand("theory", "Constants, assumptions, bounds and where they lose; no run");
  add_spec(*verb,
           arguments.experiment,
           true,
           "Spec file, preset, share string, or a folder of results to compare bounds with");
  verb->add_flag("--json", arguments.json, "As theory.json, with the study of each method");
  verb->add_option("--at",
                   arguments.at,
                   "Speak of the last checkpoint with at most T lower-level steps; default: the "
                   "last")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()))
      ->type_name("T");
  return verb;
}

CLI::App* add_merge(CLI::App& app, MergeArguments& arguments) {
  CLI::App* verb =
      app.add_subcommand("merge", "Join the shards of one experiment; the result equals one run");
  verb->add_option("DIR", arguments.folders, "Result folders of the shards")
      ->required()
      ->type_name("");
  verb->add_option("--out", arguments.out, "Folder for the result")->required()->type_name("DIR");
  verb->add_flag("--force", arguments.force, "Write into a folder that already holds files");
  return verb;
}

CLI::App* add_figure(CLI::App& app, Arguments& arguments) {
  CLI::App* verb =
      app.add_subcommand("figure", "Draw the figure of a result folder again, from its tables");
  FigureArguments& figure = arguments.figure;
  FigureChoice& choice = figure.choice;
  verb->add_option("DIR", figure.folder, "Result folder")->required()->type_name("");
  verb->add_option("--out", figure.out, "Folder for the files; default: DIR")->type_name("DIR");
  verb->add_option(
          "--format",
          choice.formats,
          "svg, pdf, png, tex (LaTeX with pgfplots), or the numbers: csv, json, npz; repeatable")
      ->check(CLI::IsMember(std::vector<std::string>(kFigureFormats.begin(), kFigureFormats.end())))
      ->allow_extra_args(false)
      ->type_name("FORMAT");
  const auto word =
      [&](const char* name, std::string& target, const char* help, std::vector<std::string> words) {
        verb->add_option(name, target, help)
            ->check(CLI::IsMember(std::move(words)))
            ->capture_default_str()
            ->type_name("WORD");
      };
  word("--x", arguments.x, "epochs or iterations", {"epochs", "iterations"});
  word("--scale-x", arguments.scale_x, "log or linear", {"log", "linear"});
  word("--scale-y", arguments.scale_y, "log or linear", {"log", "linear"});
  for (const bool x : {true, false}) {
    verb->add_option(x ? "--limits-x" : "--limits-y",
                     x ? arguments.limits_x : arguments.limits_y,
                     x ? "Ends of the x axes, instead of fitted ones" : "The same for the y axes")
        ->expected(2)
        ->type_name("NUMBER");
  }
  word("--band",
       arguments.band,
       "ci (95 % interval of the mean), std or none",
       {"ci", "std", "none"});
  word("--fit",
       arguments.fit,
       "data: axes fit the measured curves; all: bounds too",
       {"data", "all"});
  word("--range",
       arguments.range,
       "Of the numbers: all, or those visible inside the axes",
       {"all", "visible"});
  word("--quantity",
       arguments.quantity,
       "hypergradient, lower, linear or all",
       {"hypergradient", "lower", "linear", "all"});
  verb->add_flag("--all-bounds",
                 choice.options.all_bounds,
                 "Every bound that applies, not the tightest alone");
  verb->add_flag(
      "--slopes",
      choice.options.slopes,
      "Slope of every measured error at its end, where it is straight on logarithmic axes");
  verb->add_flag("--ratio", arguments.ratio, "How many times as large as the error the bound is");
  verb->add_flag("--no-bounds", arguments.no_bounds, "Measured and exact curves alone");
  verb->add_option(
          "--width", choice.file.width_inches, "Width in inches; 3.25 is one column of a journal")
      ->check(CLI::Range(1.0, 40.0))
      ->type_name("INCHES");
  verb->add_option("--font", choice.file.font_points, "Size of labels in points")
      ->check(CLI::Range(4.0, 40.0))
      ->type_name("POINTS");
  verb->add_option("--scale", choice.file.png_scale, "Pixels of PNG files; 1 is 96 per inch")
      ->check(CLI::Range(1.0, 4.0))
      ->type_name("FACTOR");
  verb->add_flag("--dark", choice.file.dark, "Dark background");
  verb->add_flag("--transparent", choice.file.transparent, "No background");
  verb->add_flag("!--no-title", choice.file.layout.title, "Without the title");
  verb->add_flag("!--no-legend", choice.file.layout.key, "Without the legend");
  verb->add_flag("!--no-caption", choice.file.layout.caption, "Without the caption");
  return verb;
}

CLI::App* add_shot(CLI::App& app, ShotArguments& arguments) {
  CLI::App* verb = app.add_subcommand("shot", "Picture of the window, drawn without a display");
  add_spec(*verb, arguments.experiment, true);
  verb->add_option("--out", arguments.out, "PNG file")->required()->type_name("FILE");
  add_look(*verb, arguments.theme, arguments.layout, arguments.map, arguments.size);
  add_pins(*verb, arguments.compare);
  verb->add_option("--scale", arguments.scale, "Device pixels in a logical pixel")
      ->check(CLI::Range(0.5, 4.0))
      ->capture_default_str()
      ->type_name("FACTOR");
  verb->add_option("--after", arguments.after, "Seconds to let the run go on, or 'done'")
      ->capture_default_str()
      ->type_name("SECONDS");
  add_threads(*verb, arguments.threads);
  return verb;
}

/// Both ends of an axis; nothing where they were not given.
Result<std::optional<AxisLimits>> axis_limits(const std::vector<double>& ends,
                                              bool log,
                                              const char* option) {
  if (ends.empty()) return std::nullopt;
  const AxisLimits limits{ends[0], ends[1]};
  const bool ordered = limits.min < limits.max && std::isfinite(limits.max - limits.min);
  if (ordered && (!log || limits.min > 0.0)) return limits;
  return fail(ErrorCode::bad_input,
              fmt::format("{} and {} are no ends of {} axis; write the smaller one first{}.",
                          limits.min,
                          limits.max,
                          log ? "a logarithmic" : "an",
                          log ? ", both positive" : ""),
              option);
}

/// The same limits for every plot of the figure.
Result<void> choose_limits(const Arguments& arguments, FigureOptions& options) {
  const auto x = axis_limits(arguments.limits_x, options.log_x, "--limits-x");
  const auto y = axis_limits(arguments.limits_y, options.log_y, "--limits-y");
  if (!x || !y) return tl::unexpected(x ? y.error() : x.error());
  if (!*x && !*y) return {};
  for (const std::string stem : {"mse", "lower", "linear"}) {
    options.limits[stem] = {*x, *y};
    for (std::int64_t panel = 0; panel < kMaxPanels; ++panel) {
      options.limits[stem + "/" + std::to_string(panel)] = {*x, *y};
    }
  }
  return {};
}

CLI::App* add_compare(CLI::App& app, CompareArguments& arguments) {
  CLI::App* verb = app.add_subcommand(
      "compare", "What result folders differ in, their errors and ratios; a figure if asked for");
  verb->add_option("DIR", arguments.folders, "Result folders, called A, B, ... in this order")
      ->required()
      ->type_name("");
  verb->add_option("--out",
                   arguments.out,
                   "File for the figure: svg, pdf, png, tex, or the numbers: csv, json, npz")
      ->type_name("FILE");
  verb->add_flag("--ratio", arguments.ratio, "Draw errors over those of A");
  verb->add_flag("--small-multiples", arguments.side_by_side, "Draw one plot a run");
  verb->add_option("--x", arguments.x, "epochs or iterations: where errors are held together")
      ->check(CLI::IsMember({"epochs", "iterations"}))
      ->capture_default_str()
      ->type_name("WORD");
  verb->add_flag("--dark", arguments.file.dark, "Dark background");
  return verb;
}

void choose_figure(const Arguments& arguments, FigureOptions& options) {
  options.x_unit = arguments.x == "epochs" ? XUnit::epochs : XUnit::iterations;
  options.log_x = arguments.scale_x == "log";
  options.log_y = arguments.scale_y == "log";
  options.fit = arguments.fit == "all" ? FitKind::all : FitKind::data;
  options.band = arguments.band == "ci"    ? BandKind::ci95
                 : arguments.band == "std" ? BandKind::std
                                           : BandKind::none;
  options.bounds = !arguments.no_bounds;
  options.y_value = arguments.ratio ? YValue::looseness : YValue::error;
  const std::map<std::string, std::vector<Quantity>> quantities = {
      {"hypergradient", {Quantity::hypergradient}},
      {"lower", {Quantity::lower_level}},
      {"linear", {Quantity::linear_system}},
      {"all", {Quantity::hypergradient, Quantity::lower_level, Quantity::linear_system}}};
  options.quantities = quantities.at(arguments.quantity);
}

/// As a line like any other error.
std::string usage_error(const CLI::App* app, const CLI::Error& error) {
  std::string what = error.what();
  while (!what.empty() && (what.back() == '\n' || what.back() == '.')) what.pop_back();
  return fmt::format("sidlab: {}. See: {} --help\n", what, app->get_name());
}

/// Options before a verb would go unheeded: `sidlab --set a=b run start`.
bool options_before_verb(const CLI::App& app) {
  if (app.get_subcommands().empty()) return false;
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    print_error({ErrorCode::bad_input,
                 fmt::format("stands before '{}', which would not see it; write it after the verb.",
                             app.get_subcommands().front()->get_name()),
                 option->get_name()});
    return true;
  }
  return false;
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  Arguments arguments;
  CLI::App app(kDescription, "sidlab");
  app.footer(kFooter);
  app.failure_message(usage_error);
  app.require_subcommand(0, 1);
  add_window(app, arguments.window);
  app.add_flag("--version", arguments.version, "Version and compiler");
  const CLI::App* run = add_run(app, arguments.run);
  const CLI::App* sweep = add_sweep(app, arguments.sweep);
  const CLI::App* optimise = add_optimise(app, arguments.optimise);
  const CLI::App* theory = add_theory(app, arguments.theory);
  const CLI::App* merge = add_merge(app, arguments.merge);
  const CLI::App* figure = add_figure(app, arguments);
  const CLI::App* compare = add_compare(app, arguments.compare);
  CLI::App* data =
      app.add_subcommand("data", "What a data file holds, or what is wrong with it and where");
  data->add_option(
          "FILE", arguments.data_path, "IDX, LIBSVM or CSV file, or a folder with IDX files")
      ->required()
      ->type_name("");
  const CLI::App* shot = add_shot(app, arguments.shot);
  const CLI::App* presets = app.add_subcommand("presets", "List the presets");
  const CLI::App* self_test = app.add_subcommand("self-test", "Check this installation");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? flush_output() : kBadInput;
  }
  if (options_before_verb(app)) return kBadInput;
  if (arguments.version) return version_command();
  if (run->parsed()) return run_command(arguments.run);
  if (sweep->parsed()) return sweep_command(arguments.sweep);
  if (optimise->parsed()) return optimise_command(arguments.optimise);
  if (theory->parsed()) return theory_command(arguments.theory);
  if (merge->parsed()) return merge_command(arguments.merge);
  if (figure->parsed()) {
    choose_figure(arguments, arguments.figure.choice.options);
    if (const auto ok = choose_limits(arguments, arguments.figure.choice.options); !ok) {
      print_error(ok.error());
      return kBadInput;
    }
    arguments.figure.choice.file.data =
        arguments.range == "all" ? DataRange::all : DataRange::visible;
    return figure_command(arguments.figure);
  }
  if (compare->parsed()) return compare_command(arguments.compare);
  if (data->parsed()) return data_command(arguments.data_path);
  if (shot->parsed()) return shot_command(arguments.shot);
  if (presets->parsed()) return presets_command();
  if (self_test->parsed()) return self_test_command();
  return window_command(arguments.window);
}

}  // namespace sid::cli
