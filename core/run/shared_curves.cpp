#include "sid/run/internal/shared_curves.hpp"

#include <algorithm>
#include <utility>

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
  if (plan.method(curve, replica).kind != MethodKind::sid) return nullptr;
  return std::dynamic_pointer_cast<const DataProblem>(plan.panel(curve, replica).problem);
}

}  // namespace

SharedCurves::SharedCurves(const ExperimentPlan& plan,
                           const RunSettings& settings,
                           bool varied_data)
    : plan_(plan), settings_(settings), varied_data_(varied_data) {
  for (std::size_t c = 0; c < plan.curves().size(); ++c) {
    Set alone{.curves = {c}};
    if (plan.replicas(c).empty() || settings.decomposition != DecompositionRoute::none) {
      sets_.push_back(std::move(alone));
      continue;
    }
    const std::int64_t replica = plan.replicas(c).front();
    const auto problem = shareable(plan, c, replica);
    const auto joins = [&](const Set& set) {
      const std::size_t other = set.curves.front();
      if (!problem || plan.replicas(other) != plan.replicas(c)) return false;
      const auto others = shareable(plan, other, replica);
      return others && &others->family() == &problem->family() &&
             plan.method(other, replica).oracle == plan.method(c, replica).oracle &&
             plan.curves()[other].checkpoints == plan.curves()[c].checkpoints;
    };
    const auto set = std::find_if(sets_.begin(), sets_.end(), joins);
    if (set != sets_.end()) {
      set->curves.push_back(c);
      continue;
    }
    if (problem) {
      const std::int64_t products = plan.method(c, replica).oracle.minibatch * problem->lower_dim();
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
    const std::size_t shared =
        width < kFewestCurves ? 0 : (rest < kFewestCurves ? count - rest : count);
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

std::vector<std::unique_ptr<ReplicaRun>> SharedCurves::make(const std::vector<std::size_t>& curves,
                                                            std::size_t row,
                                                            const std::stop_token& stop) const {
  const std::int64_t replica = plan_.replicas(curves.front())[row];
  std::shared_ptr<SidBlock> block;
  if (curves.size() > 1) {
    block = make_block(curves, replica, stop);
    if (!block) return {};
  }
  std::vector<std::unique_ptr<ReplicaRun>> out;
  out.reserve(curves.size());
  for (const std::size_t c : curves) {
    std::unique_ptr<HypergradientPath> path;
    if (block) path = std::make_unique<SidBlockPath>(block, static_cast<Index>(out.size()));
    out.push_back(std::make_unique<ReplicaRun>(plan_.panel(c, replica),
                                               plan_.method(c, replica),
                                               static_cast<std::uint64_t>(settings_.seed),
                                               static_cast<std::uint32_t>(replica),
                                               settings_,
                                               plan_.lipschitz(c, replica),
                                               std::move(path)));
  }
  return out;
}

std::shared_ptr<SidBlock> SharedCurves::make_block(const std::vector<std::size_t>& curves,
                                                   std::int64_t replica,
                                                   const std::stop_token& stop) const {
  std::vector<SidColumn> columns;
  columns.reserve(curves.size());
  for (const std::size_t c : curves) {
    columns.push_back({shareable(plan_, c, replica), sid_settings(plan_.method(c, replica))});
  }
  const DataProblemFamily& family = columns.front().problem->family();
  SidRows shared{rows(family.train().features, stop), rows(family.validation().features, stop)};
  if (!shared.train || !shared.validation) return nullptr;
  const OracleSettings& draws = plan_.method(curves.front(), replica).oracle;
  return std::make_shared<SidBlock>(std::move(columns), draws, std::move(shared));
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
