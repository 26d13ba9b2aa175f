#include "sid/run/runner.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "sid/run/internal/execute.hpp"

namespace sid {

namespace {

/// What start() asks for.
struct Request {
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
  std::uint64_t generation = 0;
  std::stop_source stop;
};

}  // namespace

struct Runner::State {
  RunnerOptions options;

  mutable std::mutex mutex;  // guards all below; held for moments only
  std::condition_variable_any changed;
  std::optional<Request> pending;  // the newest start() the worker has not taken yet
  std::stop_source current_stop;   // of the run in progress
  bool running = false;
  std::uint64_t generation = 0;
  std::shared_ptr<const RunSnapshot> latest = std::make_shared<RunSnapshot>();

  std::jthread worker;  // last: joined before the rest is destroyed

  void publish(std::shared_ptr<const RunSnapshot> snapshot);
  void work(const std::stop_token& quit);
};

/// Snapshots of cancelled runs are dropped: a newer generation, or their end, is already shown.
void Runner::State::publish(std::shared_ptr<const RunSnapshot> snapshot) {
  {
    const std::lock_guard lock(mutex);
    if (snapshot->generation != generation || latest->done()) return;
    latest.swap(snapshot);
  }
  if (options.on_publish) options.on_publish();
}

void Runner::State::work(const std::stop_token& quit) {
  while (true) {
    Request request;
    {
      std::unique_lock lock(mutex);
      if (!changed.wait(lock, quit, [this] { return pending.has_value(); })) return;
      request = std::move(*pending);
      pending.reset();
      current_stop = request.stop;
      running = true;
    }
    internal::execute(
        request.spec,
        std::move(request.bench),
        {.threads = options.threads,
         .publishes_per_second = options.publishes_per_second,
         .shard = {},
         .generation = request.generation},
        request.stop.get_token(),
        [this](std::shared_ptr<const RunSnapshot> snapshot) { publish(std::move(snapshot)); });
    {
      const std::lock_guard lock(mutex);
      running = false;
    }
    changed.notify_all();
    // The last snapshot was published while busy() was still true.
    if (options.on_publish) options.on_publish();
  }
}

Runner::Runner(RunnerOptions options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  state_->worker =
      std::jthread([state = state_.get()](const std::stop_token& quit) { state->work(quit); });
}

Runner::~Runner() {
  stop();
  state_->worker.request_stop();
  state_->worker.join();
}

std::uint64_t Runner::start(const RunSpec& spec, std::shared_ptr<const ProblemBench> bench) {
  auto first = std::make_shared<RunSnapshot>();
  first->status = RunStatus::preparing;
  first->message = "Preparing the problem.";
  first->spec = spec;
  first->bench = bench && fits(*bench, spec) ? bench : nullptr;
  Request request;
  request.spec = spec;
  request.bench = std::move(bench);
  std::shared_ptr<const RunSnapshot> shown;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(state_->mutex);
    state_->current_stop.request_stop();
    generation = ++state_->generation;
    first->generation = generation;
    request.generation = generation;
    state_->pending = std::move(request);
    shown = std::move(first);
    state_->latest.swap(shown);  // the old one is freed after the lock
  }
  state_->changed.notify_all();
  return generation;
}

void Runner::stop() {
  std::shared_ptr<const RunSnapshot> shown;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->pending) state_->pending->stop.request_stop();
    state_->current_stop.request_stop();
    // Reading a file cannot be cut short. There is nothing to keep yet, so the run counts as
    // stopped at once and what the worker still says about it is dropped.
    if (state_->latest->status == RunStatus::preparing) {
      auto stopped = std::make_shared<RunSnapshot>(*state_->latest);
      stopped->status = RunStatus::stopped;
      stopped->message = "Stopped while the problem was being prepared.";
      shown = std::move(stopped);
      state_->latest.swap(shown);
    }
  }
  if (shown && state_->options.on_publish) state_->options.on_publish();
}

bool Runner::busy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->running || state_->pending.has_value();
}

std::shared_ptr<const RunSnapshot> Runner::snapshot() const {
  const std::lock_guard lock(state_->mutex);
  return state_->latest;
}

void Runner::wait() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return !state_->running && !state_->pending; });
}

RunSnapshot run_to_end(const RunSpec& spec,
                       const RunnerOptions& options,
                       const std::stop_token& stop,
                       const std::function<void(const RunSnapshot&)>& on_publish,
                       Shard shard) {
  const auto publish = [&](const std::shared_ptr<const RunSnapshot>& snapshot) {
    if (on_publish) on_publish(*snapshot);
    if (options.on_publish) options.on_publish();
  };
  return *internal::execute(spec,
                            nullptr,
                            {.threads = options.threads,
                             .publishes_per_second = options.publishes_per_second,
                             .shard = shard,
                             .generation = 0},
                            stop,
                            publish);
}

}  // namespace sid
