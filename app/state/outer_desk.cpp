#include "sid/app/state/outer_desk.hpp"

#include <utility>

namespace sid::app {

bool same_loop(const RunSpec& a, const RunSpec& b) {
  RunSpec other = b;
  other.ladder = a.ladder;
  other.title = a.title;
  other.run.checkpoints = a.run.checkpoints;  // of curves over t
  return a == other;
}

OuterDesk::OuterDesk(std::function<void()> on_news, int threads, Run run)
    : on_news_(std::move(on_news)),
      threads_(threads),
      run_(std::move(run)),
      thread_([this](const std::stop_token& quit) { work(quit); }) {}

OuterDesk::~OuterDesk() {
  stop();
  thread_.request_stop();
  wake_.notify_all();
}

void OuterDesk::want(const std::optional<OuterRequest>& request) {
  const bool was_wanted = std::exchange(wanted_now_, request.has_value());
  if (!request) {
    if (was_wanted) stop();
    return;
  }
  const bool known = present_ && same_loop(request->spec, present_->spec);
  // While one is on its way `latest_` may be of the one before.
  const bool whole =
      !running_ && latest_ && latest_->done() && latest_->status != RunStatus::stopped;
  if (known && (was_wanted || whole)) return;
  present_ = request;
  begin();
}

void OuterDesk::restart() {
  if (present_) begin();
}

void OuterDesk::begin() {
  running_ = true;
  const std::lock_guard lock(mutex_);
  job_stop_.request_stop();
  job_stop_ = std::stop_source();
  pending_ = present_;
  ++ticket_;
  news_.reset();
  wake_.notify_all();
}

void OuterDesk::stop() {
  const std::lock_guard lock(mutex_);
  job_stop_.request_stop();
}

void OuterDesk::poll() {
  const std::lock_guard lock(mutex_);
  if (!news_) return;
  latest_ = std::exchange(news_, nullptr);
  ++changes_;
  running_ = !latest_->done();
}

/// From the worker and its pool. Snapshots of a loop that nobody wants any more are dropped.
void OuterDesk::take(std::uint64_t ticket, std::shared_ptr<const OuterSnapshot> snapshot) {
  {
    const std::lock_guard lock(mutex_);
    if (ticket != ticket_) return;
    news_ = std::move(snapshot);
  }
  if (on_news_) on_news_();
}

void OuterDesk::work(const std::stop_token& quit) {
  while (!quit.stop_requested()) {
    OuterRequest job;
    std::uint64_t ticket = 0;
    std::stop_token stop;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, quit, [&] { return pending_.has_value(); })) return;
      job = *std::exchange(pending_, std::nullopt);
      ticket = ticket_;
      stop = job_stop_.get_token();
    }
    run_(job.spec,
         {.threads = threads_, .generation = ticket, .previous = job.bench},
         stop,
         [&](std::shared_ptr<const OuterSnapshot> snapshot) { take(ticket, std::move(snapshot)); });
  }
}

}  // namespace sid::app
