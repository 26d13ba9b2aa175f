#include "sid/app/state/sweep_desk.hpp"

#include <algorithm>
#include <utility>

#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

bool same_axis(const SweepAxis& a, const SweepAxis& b) {
  return a.key == b.key && a.values == b.values && a.log == b.log;
}

/// The spec as the first cell has it, without what no cell sees.
RunSpec common_spec(const SweepRequest& request) {
  RunSpec spec = request.spec;
  for (const SweepAxis* const axis : {&request.x, &request.y}) {
    if (axis->unit == SweepAxis::Unit::of_limit) continue;
    if (auto changed = axis->set(spec, axis->values.front())) spec = std::move(*changed);
  }
  spec.title.clear();
  const bool stochastic = spec.methods[request.method].kind == MethodKind::sid;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    spec.methods[i].name.clear();
    // Batch methods get the epochs of the others.
    if (stochastic && i != request.method) spec.methods[i] = MethodSpec{};
  }
  return spec;
}

std::optional<SweepAxis> map_axis(const std::string& key,
                                  const RunSpec& spec,
                                  std::size_t method,
                                  std::int64_t count) {
  Result<SweepAxis> axis = known_sweep_axis(key, spec, method);
  if (!axis) return std::nullopt;
  const SweepRange range = usual_range(key, spec, method, count);
  auto values = sweep_values(range, axis->whole);
  if (!values) return std::nullopt;
  axis->values = std::move(*values);
  axis->log = range.log;
  return std::move(*axis);
}

SweepDesk::Evaluate on_threads(int threads) {
  return [threads](const SweepJob& job, const std::stop_token& stop, const SweepHook& hook) {
    // Some ten pictures a second are as lively as a map needs to be.
    return sweep(
        job.request, job.bench, {.threads = threads, .publishes_per_second = 10.0}, stop, hook);
  };
}

}  // namespace

bool same_map(const SweepRequest& a, const SweepRequest& b) {
  return a.method == b.method && a.panel == b.panel && a.quantity == b.quantity &&
         same_axis(a.x, b.x) && same_axis(a.y, b.y) &&
         a.spec.methods.size() == b.spec.methods.size() && common_spec(a) == common_spec(b);
}

std::optional<SweepJob> map_job(const Session& session, std::size_t panel, std::size_t method) {
  const RunSpec& spec = session.spec();
  if (!session.bench() || !session.issues().empty() || method >= spec.methods.size()) {
    return std::nullopt;
  }
  const bool exact = spec.problem.kind == ProblemKind::quadratic;
  SweepJob job;
  job.waits = !exact && session.running();
  job.bench = session.bench();
  SweepRequest& request = job.request;
  request.spec = spec;
  if (!exact) request.spec.run.replicas = std::min(spec.run.replicas, kMapReplicas);
  if (request.spec.run.vary_split) return std::nullopt;
  request.method = method;
  request.panel = panel;
  const bool minibatches = traits_of(spec.methods[method].kind).minibatches;
  const auto x = map_axis(usual_sweep_key(spec, method), spec, method, exact ? 48 : 24);
  const auto y = map_axis(minibatches ? "minibatch" : "lambda", spec, method, exact ? 12 : 8);
  if (!x || !y || x->key == y->key) return std::nullopt;
  request.x = *x;
  request.y = *y;
  return job;
}

SweepDesk::SweepDesk(std::function<void()> on_news, Evaluate evaluate)
    : worker_(std::move(on_news), std::move(evaluate)) {}

SweepDesk::SweepDesk(std::function<void()> on_news, int threads)
    : SweepDesk(std::move(on_news), on_threads(threads)) {}

void SweepDesk::want(SweepJob job) {
  if (job.waits && pending_) {  // the run needs the processors; a finished map stays
    hold();
    return;
  }
  if (present_ && same_map(job.request, *present_)) return;
  if (job.waits) {
    hold();
    return;
  }
  present_ = job.request;
  replace(std::move(job));
}

void SweepDesk::hold() {
  if (!present_) return;
  present_.reset();
  replace(std::nullopt);
}

void SweepDesk::clear() {
  if (!present_ && !latest_) return;
  present_.reset();
  latest_.reset();
  replace(std::nullopt);
}

/// Stops what is being computed, for this.
void SweepDesk::replace(std::optional<SweepJob> job) {
  pending_ = job.has_value();
  current_ = false;
  ++changes_;
  if (job) {
    worker_.request(std::move(*job));
  } else {
    worker_.forget();
  }
}

void SweepDesk::poll() {
  std::shared_ptr<const SweepSnapshot> news = worker_.take();
  if (!news) return;
  pending_ = !news->done();
  // The map before says more than the first few cells of the next.
  constexpr std::size_t kEnough = 8;
  const bool enough = news->done() || kEnough * news->cells_done >= news->cells.size();
  if (!current_ && latest_ && !enough) return;
  if (news->cells_done == 0 && !news->done()) return;
  latest_ = std::move(news);
  current_ = true;
  ++changes_;
}

}  // namespace sid::app
