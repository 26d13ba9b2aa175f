#include "sid/app/state/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sid/app/state/theory_cost.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/step_resolution.hpp"

namespace sid::app {
namespace {

// Half a frame: predictions may be wrong, and the frame has to be drawn as well.
constexpr double kTheoryInFrame = 0.008;
// Bounds are waited for a little longer, because what is shown meanwhile is of other settings.
constexpr double kBoundsInFrame = 0.012;

/// Curves of `old` mean something beside those of `now`: the same methods at as many
/// hyperparameters of the same kind of problem, with other numbers.
bool comparable(const EvaluatedTheory& old, const RunSpec& now, const ProblemBench& bench) {
  return !old.curves.empty() && old.spec.problem.kind == now.problem.kind &&
         old.curves.size() == bench.panels.size() &&
         std::equal(old.spec.methods.begin(),
                    old.spec.methods.end(),
                    now.methods.begin(),
                    now.methods.end(),
                    [](const MethodSpec& a, const MethodSpec& b) {
                      return a.kind == b.kind && a.name == b.name;
                    });
}

}  // namespace

Change classify(const RunSpec& from, const RunSpec& to) {
  if (from == to) return Change::nothing;
  const bool same_split = from.run.vary_split == to.run.vary_split &&
                          (!to.run.vary_split || from.run.replicas == to.run.replicas);
  if (from.problem != to.problem || from.data != to.data || !same_split) return Change::problem;
  RunSpec a = from, b = to;
  a.ladder = b.ladder;
  a.title = b.title;
  bool needs_run = a.run != b.run || a.methods.size() != b.methods.size();
  for (std::size_t i = 0; !needs_run && i < a.methods.size(); ++i) {
    a.methods[i].name = b.methods[i].name;
    needs_run = a.methods[i] != b.methods[i];
    // Step sizes that follow the constants move with the ladder.
    const auto follows = needs_noise_constants;
    const MethodSpec& method = b.methods[i];
    needs_run = needs_run ||
                (from.ladder != to.ladder && traits_of(method.kind).minibatches &&
                 (follows(method.step) || (method.linear_step && follows(*method.linear_step))));
  }
  if (needs_run) return Change::sampling;
  if (from.ladder != to.ladder) return Change::formulas;
  return Change::labels;
}

Session::Session(Options options)
    : options_(std::move(options)),
      theory_(std::make_shared<const EvaluatedTheory>()),
      bounds_worker_(options_.on_news, options_.evaluate),
      theory_worker_(options_.on_news, options_.evaluate),
      runner_(RunnerOptions{.threads = options_.threads,
                            .on_publish = options_.on_news,
                            .publishes_per_second = options_.publishes_per_second}) {}

Session::~Session() = default;

bool Session::running() const {
  // A worker whose run has ended, or reads a file for a run that was stopped, keeps nobody from
  // starting the next.
  return runner_.busy() && !runner_.snapshot()->done();
}

void Session::drop_ghost() {
  if (!ghost_) return;
  ghost_.reset();
  ++version_;
}

void Session::set_spec(const RunSpec& spec) {
  const bool first = spec_.methods.empty();
  const Change change = first ? Change::problem : classify(spec_, spec);
  if (change == Change::nothing) return;
  spec_ = spec;
  issues_ = validate(spec_);
  ++version_;
  if (!issues_.empty()) {
    runner_.stop();
    generation_ = 0;  // what the runner still publishes is of another spec
    drop_theory();
    snapshot_.reset();
    if (change == Change::problem) bench_.reset();
    trouble_ = issues_.front().to_string();
    return;
  }
  trouble_.clear();
  if (change == Change::problem || !bench_) refresh_bench();
  // An invalid spec before this one may have taken the theory with it.
  const bool no_theory = theory_->curves.empty() && !theory_pending_;
  if (change != Change::labels || no_theory) refresh_theory();
  const bool must_run = change == Change::sampling || change == Change::problem || !snapshot_;
  if (must_run && options_.autorun) {
    start();
  } else if (must_run) {
    runner_.stop();
    generation_ = 0;
    snapshot_.reset();
  }
}

void Session::refresh_bench() {
  bench_.reset();
  if (spec_.problem.kind != ProblemKind::quadratic) return;  // the runner prepares it
  Result<std::shared_ptr<const ProblemBench>> made = prepare_bench(spec_);
  if (made) {
    bench_ = *made;
  } else {
    trouble_ = to_string(made.error());
  }
}

void Session::drop_theory() {
  bounds_worker_.forget();
  theory_worker_.forget();
  theory_pending_ = theory_stale_ = false;
  theory_ = std::make_shared<const EvaluatedTheory>();
}

void Session::refresh_theory() {
  if (!bench_) {
    drop_theory();
    return;
  }
  EvaluatedTheory wanted;
  wanted.spec = spec_;
  wanted.bench = bench_;
  for (const Panel& panel : bench_->panels) {
    wanted.methods.push_back(resolve_methods(spec_, *bench_, panel));
  }
  const bool soon = predicted_theory_seconds(spec_, wanted.methods) <= kTheoryInFrame;
  const bool bounds_soon = soon || predicted_bounds_seconds(wanted.methods) <= kBoundsInFrame;
  wanted.scope = soon ? TheoryScope::all : TheoryScope::bounds;
  const std::chrono::duration<double> patience(bounds_soon ? options_.theory_patience : 0.0);
  (soon ? bounds_worker_ : theory_worker_).forget();
  if (auto theory = (soon ? theory_worker_ : bounds_worker_).request(wanted, patience)) {
    use_theory(std::move(theory));
    return;
  }
  if (!comparable(*theory_, spec_, *bench_)) {
    theory_ = std::make_shared<const EvaluatedTheory>(std::move(wanted));
  }
  theory_pending_ = theory_stale_ = true;
}

void Session::use_theory(std::shared_ptr<const EvaluatedTheory> theory) {
  // Where the rest fails, the bounds still hold.
  if (!theory->trouble.empty() && theory->scope == TheoryScope::all && !theory_stale_ &&
      theory_->scope == TheoryScope::bounds && !theory_->curves.empty()) {
    EvaluatedTheory bounds = *theory_;
    bounds.trouble = theory->trouble;
    theory = std::make_shared<const EvaluatedTheory>(std::move(bounds));
  }
  theory_ = std::move(theory);
  theory_stale_ = false;
  theory_pending_ = theory_->scope == TheoryScope::bounds && theory_->trouble.empty();
  if (!theory_pending_) return;
  EvaluatedTheory rest = *theory_;
  rest.curves.clear();
  rest.scope = TheoryScope::all;
  theory_worker_.request(std::move(rest));
}

std::vector<Checkpoint> Session::checkpoints(std::size_t panel, std::size_t method) const {
  const auto& methods = theory_->methods;
  if (panel >= methods.size() || method >= methods[panel].size()) return {};
  return methods[panel][method].checkpoints;
}

void Session::start() {
  if (!issues_.empty()) return;
  trouble_.clear();  // of an earlier try
  if (snapshot_ && !snapshot_->curves.empty() && !snapshot_->curves.front().points.empty()) {
    ghost_ = snapshot_;
  }
  snapshot_.reset();
  generation_ = runner_.start(spec_, bench_);
  ++version_;
}

void Session::stop() {
  runner_.stop();
}

void Session::poll() {
  if (std::shared_ptr<const RunSnapshot> latest = runner_.snapshot(); latest != seen_) {
    seen_ = latest;
    if (generation_ != 0 && latest->generation == generation_) adopt(std::move(latest));
  }
  for (TheoryWorker* const worker : {&bounds_worker_, &theory_worker_}) {
    if (std::shared_ptr<const EvaluatedTheory> theory = worker->take()) {
      use_theory(std::move(theory));
      ++version_;
    }
  }
}

void Session::adopt(std::shared_ptr<const RunSnapshot> latest) {
  snapshot_ = std::move(latest);
  ++version_;
  if (snapshot_->status == RunStatus::failed) trouble_ = snapshot_->message;
  if (snapshot_->bench && (!bench_ || !fits(*bench_, spec_))) {
    bench_ = snapshot_->bench;
    refresh_theory();
  }
}

}  // namespace sid::app
