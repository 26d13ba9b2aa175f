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
    : worker_(std::move(on_news),
              [threads, run = std::move(run)](
                  const Job& job, const std::stop_token& stop, const OuterPublish& publish) {
                const OuterRunOptions options{.threads = threads,
                                              .generation = job.generation,
                                              .previous = job.request.bench};
                run(job.request.spec, options, stop, publish);
              }) {}

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
  worker_.request({*present_, ++generation_});
}

void OuterDesk::poll() {
  std::shared_ptr<const OuterSnapshot> news = worker_.take();
  if (!news) return;
  latest_ = std::move(news);
  ++changes_;
  running_ = !latest_->done();
}

}  // namespace sid::app
