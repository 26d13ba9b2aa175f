#include "sid/app/cli/theory_command.hpp"

#include "sid/app/cli/stop_signal.hpp"
#include "sid/app/cli/theory_text.hpp"
#include "sid/io/theory_json.hpp"
#include "sid/run/experiment.hpp"

namespace sid::cli {

int theory_command(const TheoryArguments& arguments) {
  const auto spec = load_experiment(arguments.experiment);
  if (!spec) {
    print_errors(spec.error());
    return kBadInput;
  }
  const StopSignal stop;
  const auto bench = prepare_bench(*spec, stop.token());
  if (!bench) {
    print_error(bench.error());
    return bench.error().code == ErrorCode::stopped ? kFailed : kBadInput;
  }
  const auto theory = evaluate_theory(*spec, **bench, stop.token());
  const auto studies = study_all_without_runs(*spec, **bench, theory, arguments.at, stop.token());
  if (stop.token().stop_requested()) {
    print_error({ErrorCode::stopped, "Stopped before the theory was complete.", ""});
    return kFailed;
  }
  print(arguments.json ? write_theory_json(*spec, **bench, theory, studies)
                       : theory_report(*spec, **bench, theory, studies));
  return flush_output();
}

}  // namespace sid::cli
