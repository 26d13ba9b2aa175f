#include "sid/app/cli/window_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sid/app/cli/run_command.hpp"
#include "sid/files/output_files.hpp"
#include "sid/io/results.hpp"
#include "sid/math/numbers.hpp"
#ifdef SID_WITH_WINDOW
#include "sid/app/window.hpp"
#endif

namespace sid::cli {

namespace {

int run_without_window(const WindowArguments& arguments) {
  RunArguments run;
  run.experiment = arguments.experiment;
  run.threads = arguments.threads;
  std::error_code error;
  run.force = std::filesystem::exists(std::filesystem::path(run.out) / "run.json", error);
  say(fmt::format(
      "running '{}' without a window; results go to ./{}.", run.experiment.spec, run.out));
  return run_command(run);
}

}  // namespace

Result<PixelSize> parse_size(const std::string& text) {
  const std::size_t cross = std::min(text.find('x'), text.size());
  const std::string_view view = text;
  const std::int64_t width = parse_int(view.substr(0, cross)).value_or(0);
  const std::int64_t height = parse_int(view.substr(std::min(cross + 1, text.size()))).value_or(0);
  const auto fits = [](std::int64_t value) { return value >= 320 && value <= 8192; };
  if (!fits(width) || !fits(height)) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("'{}' is not a size; write WIDTHxHEIGHT in pixels from 320 to 8192, for "
                    "example 1280x800.",
                    text),
        "--size");
  }
  return PixelSize{.width = static_cast<int>(width), .height = static_cast<int>(height)};
}

#ifdef SID_WITH_WINDOW

namespace {

constexpr int kNoWindow = 3;  // what app::run_window returns where none can be opened

bool variable_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

Result<double> parse_after(const std::string& text) {
  if (text == "done") return -1.0;
  const auto seconds = parse_double(text);
  if (seconds && *seconds >= 0.0 && *seconds <= 86400.0) return *seconds;
  return fail(ErrorCode::bad_input,
              fmt::format("'{}' is neither 'done' nor a number of seconds from 0 to 86400.", text),
              "--after");
}

/// The runs of the folders, pinned.
Result<app::Pins> pinned_runs(const CompareArguments& arguments) {
  app::Pins pins;
  for (const std::string& folder : arguments.folders) {
    Result<RecordedRun> run = read_results(folder);
    if (!run) return tl::unexpected(run.error());
    const auto kept = std::make_shared<const RecordedRun>(std::move(*run));
    const auto pinned = pins.pin({kept, &kept->snapshot}, {kept, &kept->theory});
    if (!pinned) return fail(ErrorCode::bad_input, pinned.error().message, "--pin " + folder);
  }
  return pins;
}

app::CompareLook compare_look(const CompareArguments& arguments) {
  app::CompareLook look;
  if (arguments.side_by_side) look.arrangement = CompareArrangement::side_by_side;
  if (arguments.ratio) look.value = CompareValue::ratio;
  return look;
}

bool is_preset(const std::string& text) {
  return text.find_first_of("/;.") == std::string::npos;
}

}  // namespace

int window_command(const WindowArguments& arguments) {
  const auto spec = load_experiment(arguments.experiment);
  if (!spec) {
    print_errors(spec.error());
    return kBadInput;
  }
  const app::Look look{.theme = arguments.theme, .layout = arguments.layout, .map = arguments.map};
  const Result<PixelSize> size = parse_size(arguments.size);
  const Result<void> look_ok = app::check_look(look);
  Result<app::Pins> pins = pinned_runs(arguments.compare);
  if (!size || !look_ok || !pins) {
    print_error(!size ? size.error() : !look_ok ? look_ok.error() : pins.error());
    return kBadInput;
  }
  if (!variable_set("DISPLAY") && !variable_set("WAYLAND_DISPLAY")) {
    say("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).");
    return run_without_window(arguments);
  }
  app::WindowOptions options;
  options.spec = *spec;
  if (is_preset(arguments.experiment.spec)) options.preset = arguments.experiment.spec;
  options.look = look;
  options.pins = std::move(*pins);
  options.compare = compare_look(arguments.compare);
  options.width = size->width;
  options.height = size->height;
  options.threads = arguments.threads;
  options.startup_trace = arguments.startup_trace;
  options.ui_dump = arguments.ui_dump;
  options.close_after = arguments.close_after;
  const int code = app::run_window(options);
  return code == kNoWindow ? run_without_window(arguments) : code;
}

int shot_command(const ShotArguments& arguments) {
  const auto spec = load_experiment(arguments.experiment);
  if (!spec) {
    print_errors(spec.error());
    return kBadInput;
  }
  const Result<PixelSize> size = parse_size(arguments.size);
  const Result<double> after = parse_after(arguments.after);
  const app::Look look{.theme = arguments.theme, .layout = arguments.layout, .map = arguments.map};
  const Result<void> look_ok = app::check_look(look);
  const Result<void> target_ok = check_target(arguments.out);  // better known before the run
  Result<app::Pins> pins = pinned_runs(arguments.compare);
  if (!size || !after || !look_ok || !target_ok || !pins) {
    print_error(!size        ? size.error()
                : !after     ? after.error()
                : !look_ok   ? look_ok.error()
                : !target_ok ? target_ok.error()
                             : pins.error());
    return kBadInput;
  }
  app::ShotOptions options;
  options.spec = *spec;
  if (is_preset(arguments.experiment.spec)) options.preset = arguments.experiment.spec;
  options.out = arguments.out;
  options.look = look;
  options.pins = std::move(*pins);
  options.compare = compare_look(arguments.compare);
  options.width = size->width;
  options.height = size->height;
  options.scale = arguments.scale;
  options.threads = arguments.threads;
  options.after_seconds = *after;
  const Result<void> shot = app::take_shot(options);
  if (!shot) {
    print_error(shot.error());
    return shot.error().code == ErrorCode::bad_input ? kBadInput : kFailed;
  }
  return kOk;
}

#else

int window_command(const WindowArguments& arguments) {
  say("this build has no window.");
  return run_without_window(arguments);
}

int shot_command(const ShotArguments&) {
  say("this build has no window to take a picture of.");
  return kFailed;
}

#endif

}  // namespace sid::cli
