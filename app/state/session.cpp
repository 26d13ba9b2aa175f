#include "sid/app/state/session.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace sid::app {

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
    const auto follows = [](const StepSpec& step) {
      return step.gamma_theorem || (step.kind == StepKind::two_phase);
    };
    const MethodSpec& method = b.methods[i];
    needs_run = needs_run ||
                (from.ladder != to.ladder && method.kind == MethodKind::sid &&
                 (follows(method.step) || (method.linear_step && follows(*method.linear_step))));
  }
  if (needs_run) return Change::sampling;
  if (from.ladder != to.ladder) return Change::formulas;
  return Change::labels;
}

/// Evaluates theory of problems whose constants take longer than a frame. The latest request wins.
class Session::TheoryWorker {
 public:
  explicit TheoryWorker(std::function<void()> on_done)
      : on_done_(std::move(on_done)),
        thread_([this](const std::stop_token& stop) { work(stop); }) {}
  ~TheoryWorker() {
    forget();
    thread_.request_stop();
    wake_.notify_all();
  }
  TheoryWorker(const TheoryWorker&) = delete;
  TheoryWorker& operator=(const TheoryWorker&) = delete;

  void request(const RunSpec& spec, std::shared_ptr<const ProblemBench> bench) {
    const std::lock_guard lock(mutex_);
    wanted_ = {spec, std::move(bench)};
    ++wanted_ticket_;
    job_stop_.request_stop();
    result_.reset();
    wake_.notify_all();
  }
  /// The theory of the latest request once it is there; then null until the next.
  std::shared_ptr<const Theory> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(result_, nullptr);
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    wanted_ = {};
    ++wanted_ticket_;
    job_stop_.request_stop();
    result_.reset();
  }

 private:
  void work(const std::stop_token& stop) {
    std::uint64_t done = 0;
    while (!stop.stop_requested()) {
      std::pair<RunSpec, std::shared_ptr<const ProblemBench>> job;
      std::uint64_t ticket = 0;
      std::stop_token outdated;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, stop, [&] { return wanted_ticket_ != done; });
        if (stop.stop_requested()) return;
        job = wanted_;
        ticket = wanted_ticket_;
        job_stop_ = std::stop_source();
        outdated = job_stop_.get_token();
      }
      done = ticket;
      if (!job.second) continue;
      auto theory =
          std::make_shared<const Theory>(evaluate_theory(job.first, *job.second, outdated));
      {
        const std::lock_guard lock(mutex_);
        if (wanted_ticket_ != ticket) continue;
        result_ = std::move(theory);
      }
      if (on_done_) on_done_();
    }
  }

  std::function<void()> on_done_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::pair<RunSpec, std::shared_ptr<const ProblemBench>> wanted_;
  std::uint64_t wanted_ticket_ = 0;
  std::stop_source job_stop_;  ///< of the job at work, for the moment when it is outdated
  std::shared_ptr<const Theory> result_;
  std::jthread thread_;  // last: starts when all else is there, joins before it goes
};

Session::Session(Options options)
    : options_(std::move(options)),
      theory_(std::make_shared<const Theory>()),
      theory_worker_(std::make_unique<TheoryWorker>(options_.on_news)),
      runner_(RunnerOptions{.threads = options_.threads,
                            .on_publish = options_.on_news,
                            .publishes_per_second = options_.publishes_per_second}) {}

Session::~Session() = default;

bool Session::running() const {
  return runner_.busy();
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
    theory_worker_->forget();
    theory_ = std::make_shared<const Theory>();
    resolved_.clear();
    snapshot_.reset();
    if (change == Change::problem) bench_.reset();
    trouble_ = issues_.front().to_string();
    return;
  }
  trouble_.clear();
  if (change == Change::problem || !bench_) refresh_bench();
  if (change != Change::labels) refresh_theory();
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

void Session::refresh_theory() {
  theory_worker_->forget();
  resolved_.clear();
  if (!bench_) {
    theory_ = std::make_shared<const Theory>();
    return;
  }
  for (const Panel& panel : bench_->panels) {
    resolved_.push_back(resolve_methods(spec_, *bench_, panel));
  }
  if (spec_.problem.kind == ProblemKind::quadratic) {
    theory_ = std::make_shared<const Theory>(evaluate_theory(spec_, *bench_));
    return;
  }
  // Old bounds belong to other settings: better none for a moment than a wrong one.
  theory_ = std::make_shared<const Theory>();
  theory_worker_->request(spec_, bench_);
}

std::vector<Checkpoint> Session::checkpoints(std::size_t panel, std::size_t method) const {
  if (panel >= resolved_.size() || method >= resolved_[panel].size()) return {};
  return resolved_[panel][method].checkpoints;
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
  if (std::shared_ptr<const Theory> theory = theory_worker_->take()) {
    theory_ = std::move(theory);
    ++version_;
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
