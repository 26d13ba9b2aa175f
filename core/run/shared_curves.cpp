#include "sid/run/internal/shared_curves.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "sid/method/batch_block.hpp"
#include "sid/method/sid_block.hpp"
#include "sid/run/internal/make_path.hpp"

namespace sid::internal {

namespace {

constexpr std::size_t kMostCurves = 32;
/// A strip costs as much with one column as with eight, which is as much as three curves alone.
constexpr std::size_t kFewestCurves = 4;
constexpr auto kStrip = static_cast<std::size_t>(kStripWidth);
/// Products of an entry of a row with an entry of a column in one step, at most.
constexpr std::int64_t kMostProducts = 50'000'000;

/// The problem of a curve that can share its rows, or null.
std::shared_ptr<const DataProblem> shareable(const ExperimentPlan& plan,
                                             std::size_t curve,
                                             std::int64_t replica) {
  const MethodKind kind = plan.method(curve, replica).kind;
  if (kind != MethodKind::sid && kind != MethodKind::batch) return nullptr;
  return std::dynamic_pointer_cast<const DataProblem>(plan.panel(curve, replica).problem);
}

/// Whether the linear systems of all checkpoints take far more steps than the lower level, so that
/// sharing them makes good what a strip with one column costs there.
bool mostly_systems(const std::vector<Checkpoint>& checkpoints) {
  std::int64_t steps = 0;
  for (const Checkpoint& checkpoint : checkpoints) steps += checkpoint.k;
  return !checkpoints.empty() && steps / 4 >= checkpoints.back().t;
}

}  // namespace

SharedCurves::SharedCurves(const ExperimentPlan& plan,
                           const RunSettings& settings,
                           bool varied_data)
    : plan_(plan), settings_(settings), varied_data_(varied_data) {
  for (std::size_t c = 0; c < plan.curves().size(); ++c) {
    Set alone{.curves = {c}, .fewest = kFewestCurves};
    if (plan.replicas(c).empty()) {
      sets_.push_back(std::move(alone));
      continue;
    }
    const std::int64_t replica = plan.replicas(c).front();
    const MethodKind kind = plan.method(c, replica).kind;
    // A path that is one of a block does not repeat its estimates.
    const bool repeats =
        settings.decomposition != DecompositionRoute::none && traits_of(kind).repeats;
    const auto problem = repeats ? nullptr : shareable(plan, c, replica);
    const auto joins = [&](const Set& set) {
      const std::size_t other = set.curves.front();
      if (!problem || plan.replicas(other) != plan.replicas(c)) return false;
      const auto others = shareable(plan, other, replica);
      return others && &others->family() == &problem->family() &&
             plan.method(other, replica).kind == kind &&
             plan.method(other, replica).oracle == plan.method(c, replica).oracle &&
             plan.curves()[other].checkpoints == plan.curves()[c].checkpoints;
    };
    const auto set = std::find_if(sets_.begin(), sets_.end(), joins);
    if (set != sets_.end()) {
      set->curves.push_back(c);
      continue;
    }
    if (problem) {
      const bool batch = kind == MethodKind::batch;
      if (batch && mostly_systems(plan.curves()[c].checkpoints)) alone.fewest = 1;
      // A step of minibatches is not interrupted; one with all the data polls in between.
      const std::int64_t products =
          (batch ? 1 : plan.method(c, replica).oracle.minibatch) * problem->lower_dim();
      alone.most = static_cast<std::size_t>(
          std::clamp<std::int64_t>(kMostProducts / std::max<std::int64_t>(products, 1),
                                   1,
                                   static_cast<std::int64_t>(kMostCurves)));
    }
    sets_.push_back(std::move(alone));
  }
}

std::vector<std::vector<std::size_t>> SharedCurves::groups(std::size_t parts) const {
  std::vector<std::vector<std::size_t>> out;
  for (const Set& set : sets_) {
    const std::size_t count = set.curves.size();
    const std::size_t width = std::min(set.most, kStrip);
    const std::size_t rest = count % width;
    const std::size_t shared = width < set.fewest ? 0 : (rest < set.fewest ? count - rest : count);
    const std::size_t strips = (shared + width - 1) / width;
    const std::size_t strips_at_once = std::max<std::size_t>(set.most / kStrip, 1);
    const std::size_t pieces =
        std::max((strips + strips_at_once - 1) / strips_at_once, std::min(parts, strips));
    const auto curve = [&](std::size_t i) {
      return set.curves.begin() + static_cast<std::ptrdiff_t>(i);
    };
    for (std::size_t p = 0; p < pieces; ++p) {
      out.emplace_back(curve(p * strips / pieces * width),
                       curve(std::min((p + 1) * strips / pieces * width, shared)));
    }
    for (std::size_t i = shared; i < count; ++i) out.push_back({set.curves[i]});
  }
  return out;
}

std::size_t SharedCurves::parts_of_row(std::size_t row, std::size_t rows, std::size_t threads) {
  const std::size_t left = rows % threads;
  if (row + left < rows) return 1;
  return (threads + left - 1) / left;
}

bool SharedCurves::can_skip(const std::vector<std::size_t>& curves) const {
  const std::size_t first = curves.front();
  return curves.size() > 1 &&
         plan_.method(first, plan_.replicas(first).front()).kind == MethodKind::sid;
}

std::vector<std::unique_ptr<ReplicaRun>> SharedCurves::make(const std::vector<std::size_t>& curves,
                                                            std::size_t row,
                                                            const std::stop_token& stop) const {
  const std::int64_t replica = plan_.replicas(curves.front())[row];
  Paths paths;
  if (shares_rows(curves)) {
    paths = make_paths(curves, replica, stop);
    if (paths.all.empty()) return {};
  }
  paths.all.resize(curves.size());
  std::vector<std::unique_ptr<ReplicaRun>> out;
  out.reserve(curves.size());
  for (std::size_t i = 0; i < curves.size(); ++i) {
    out.push_back(std::make_unique<ReplicaRun>(plan_.panel(curves[i], replica),
                                               plan_.method(curves[i], replica),
                                               static_cast<std::uint64_t>(settings_.seed),
                                               static_cast<std::uint32_t>(replica),
                                               settings_,
                                               plan_.lipschitz(curves[i], replica),
                                               std::move(paths.all[i]),
                                               paths.errors,
                                               i));
  }
  return out;
}

/// A group is the only one of its set with these curves.
bool SharedCurves::shares_rows(const std::vector<std::size_t>& curves) const {
  if (curves.size() > 1) return true;
  const auto holds = [&](const Set& set) {
    return std::find(set.curves.begin(), set.curves.end(), curves.front()) != set.curves.end();
  };
  const auto set = std::find_if(sets_.begin(), sets_.end(), holds);
  return set != sets_.end() && set->most > 1 && set->fewest <= 1;
}

SharedCurves::Paths SharedCurves::make_paths(const std::vector<std::size_t>& curves,
                                             std::int64_t replica,
                                             const std::stop_token& stop) const {
  std::vector<SidColumn> columns;
  std::vector<const DataProblem*> problems;
  std::vector<const Reference*> solutions;
  for (const std::size_t c : curves) {
    columns.push_back({shareable(plan_, c, replica), sid_settings(plan_.method(c, replica))});
    problems.push_back(columns.back().problem.get());
    solutions.push_back(&plan_.panel(c, replica).reference);
  }
  const DataProblemFamily& family = columns.front().problem->family();
  SidRows shared{rows(family.train().features, stop), rows(family.validation().features, stop)};
  if (!shared.train || !shared.validation) return {};
  const ResolvedMethod& method = plan_.method(curves.front(), replica);
  const std::shared_ptr<const BlockRows> train = shared.train;
  Paths out;
  const auto fill = [&]<class Path>(const auto& block, std::type_identity<Path>) {
    while (out.all.size() < curves.size()) {
      out.all.push_back(std::make_unique<Path>(block, static_cast<Index>(out.all.size())));
    }
    out.errors = std::make_shared<SharedErrors>(block, problems, solutions, train);
  };
  if (method.kind == MethodKind::batch) {
    fill(std::make_shared<BatchBlock>(std::move(columns), std::move(shared), method.checkpoints),
         std::type_identity<BatchBlockPath>());
  } else {
    fill(std::make_shared<SidBlock>(std::move(columns), method.oracle, std::move(shared)),
         std::type_identity<SidBlockPath>());
  }
  return out;
}

std::shared_ptr<const BlockRows> SharedCurves::rows(const FeatureMatrix& features,
                                                    const std::stop_token& stop) const {
  // Others wait: at first all threads want the same rows.
  const std::lock_guard lock(mutex_);
  std::weak_ptr<const BlockRows>& known = rows_[&features];
  std::shared_ptr<const BlockRows> out = known.lock();
  if (out) return out;
  out = BlockRows::make(features, stop);
  known = out;
  if (out && !varied_data_) kept_.push_back(out);
  return out;
}

}  // namespace sid::internal
