#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sid/figure/internal/plot_builder.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid::internal {

namespace {

std::string sampling_words(Sampling sampling) {
  switch (sampling) {
    case Sampling::iid:
      return "drawn independently";
    case Sampling::without_replacement:
      return "drawn without repeats inside a batch";
    case Sampling::reshuffle:
      return "reshuffled every epoch";
  }
  return "";
}

std::string problem_sentence(const RunSpec& spec, const ProblemBench& bench) {
  std::string out;
  if (!bench.panels.empty() && bench.panels.front().problem != nullptr) {
    const BilevelProblem& p = *bench.panels.front().problem;
    out = p.name();
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
    if (bench.panels.size() == 1 && !bench.panels.front().label.empty() &&
        bench.panels.front().lambda.size() == 1) {
      out += ", λ = " + bench.panels.front().label;
    }
    out += fmt::format("; d = {}, n = {}", p.lower_dim(), bench.sample_count);
    if (p.upper_dim() > 1) out += fmt::format(", {} hyperparameters", p.upper_dim());
  }
  if (has_data(spec.problem.kind)) {
    if (!bench.data_description.empty()) out += " (" + bench.data_description + ")";
    out += spec.problem.lower_loss == LossScale::mean
               ? "; λ in the convention of mean losses"
               : "; λ and hypergradient in the convention of summed losses";
  }
  return out.empty() ? out : out + ". ";
}

/// Methods that take one example a step, where there are some.
std::string single_sentence(const RunSpec& spec) {
  bool saga = false, svrg = false;
  for (const MethodSpec& m : spec.methods) {
    saga = saga || m.kind == MethodKind::saga;
    svrg = svrg || m.kind == MethodKind::svrg;
  }
  if (!saga && !svrg) return "";
  std::string out = saga && svrg ? "SAGA and L-SVRG take" : saga ? "SAGA takes" : "L-SVRG takes";
  out += " one example a step after a pass over all";
  if (svrg) out += "; epochs of L-SVRG are expected ones";
  return out + ". ";
}

std::string method_sentence(const RunSpec& spec) {
  std::vector<std::int64_t> sizes;
  std::vector<Sampling> samplings;
  for (const MethodSpec& m : spec.methods) {
    if (!traits_of(m.kind).minibatches) continue;
    if (std::find(sizes.begin(), sizes.end(), m.minibatch) == sizes.end()) {
      sizes.push_back(m.minibatch);
    }
    if (std::find(samplings.begin(), samplings.end(), m.sampling) == samplings.end()) {
      samplings.push_back(m.sampling);
    }
  }
  if (sizes.empty()) return single_sentence(spec);
  std::string out = "Minibatches of ";
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    out += (i == 0 ? "" : i + 1 == sizes.size() ? " and " : ", ") + std::to_string(sizes[i]);
  }
  for (std::size_t i = 0; i < samplings.size(); ++i) {
    out += (i == 0 ? ", " : " or ") + sampling_words(samplings[i]);
  }
  return out + ". " + single_sentence(spec);
}

struct Replicas {
  std::int64_t least = 0, most = 0;
};

/// Numbers of replicas behind the stochastic curves.
Replicas replicas_of(const RunSnapshot& snapshot) {
  Replicas r;
  for (const MethodCurve& curve : snapshot.curves) {
    if (curve.replicas <= 1 || curve.points.empty()) continue;
    r.least = r.least == 0 ? curve.replicas : std::min(r.least, curve.replicas);
    r.most = std::max(r.most, curve.replicas);
  }
  return r;
}

std::string band_sentence(const RunSpec& spec,
                          const RunSnapshot* snapshot,
                          const FigureOptions& options) {
  if (snapshot == nullptr) return "";
  const Replicas r = replicas_of(*snapshot);
  if (r.most == 0) return "";
  const std::string n = r.least == r.most ? fmt::format("n = {}", r.most)
                                          : fmt::format("n = {} to {}", r.least, r.most);
  std::string out = options.y_value == YValue::looseness
                        ? "Solid: bound over the mean of the squared error over replicas"
                        : "Solid: mean of the squared error over replicas";
  if (spec.run.vary_split) out += ", each with its own split of the data";
  switch (options.band) {
    case BandKind::ci95:
      out += "; band: 95 % interval of the mean, " + n + ". ";
      break;
    case BandKind::std:
      out += (options.log_y ? "; band: mean plus one standard deviation, mirrored below, "
                            : "; band: mean ± one standard deviation, ") +
             n + ". ";
      break;
    case BandKind::none:
      out += fmt::format(", {}; no band. ", n);
      break;
  }
  return out;
}

std::string state_sentence(const RunSnapshot* snapshot) {
  if (snapshot == nullptr) return "Theory only: nothing was sampled. ";
  switch (snapshot->status) {
    case RunStatus::running:
      return fmt::format("Running: {:.0f} % done. ", 100.0 * snapshot->progress);
    case RunStatus::stopped:
    case RunStatus::diverged:
    case RunStatus::failed:
      return snapshot->message.empty() ? "" : snapshot->message + " ";
    case RunStatus::not_started:
    case RunStatus::preparing:
    case RunStatus::finished:
      break;
  }
  return "";
}

bool some_visible(const std::vector<PlotCurves>& plots, SeriesRole role) {
  for (const PlotCurves& plot : plots) {
    for (const Series& s : plot.series) {
      if (s.visible && s.role == role && !s.y.empty()) return true;
    }
  }
  return false;
}

std::string theory_sentence(const RunSpec& spec, const std::vector<PlotCurves>& plots) {
  std::string out;
  if (some_visible(plots, SeriesRole::bound)) {
    out += spec.ladder == Ladder::paper ? "Dashed: bounds with the constants as printed. "
                                        : "Dashed: bounds with sharpened, proved constants. ";
  }
  return out;
}

std::string looseness_sentence(const std::vector<PlotCurves>& plots) {
  std::vector<std::string> names;
  for (const PlotCurves& plot : plots) {
    for (const std::string& name : plot.divided) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? out : "Bound: " + out + ". ";
}

std::string gap_sentence(const std::vector<PlotCurves>& plots, const FigureOptions& options) {
  std::int64_t gaps = 0;
  bool hollow = false, noted = false, sloped = false;
  for (const PlotCurves& plot : plots) {
    gaps += plot.gaps;
    hollow = hollow || plot.hollow;
    noted = noted || plot.noted;
    sloped = sloped || plot.sloped;
  }
  std::string out;
  if (noted) out += "Arrows: curves beyond the axes, with their last value. ";
  if (sloped) out += "Triangles: slope of a measured curve at its end. ";
  if (hollow) out += "Hollow: below the accuracy of the reference. ";
  if (gaps > 0) {
    out +=
        fmt::format("{} value{} not shown ({}). ",
                    gaps,
                    gaps == 1 ? " is" : "s are",
                    options.log_x || options.log_y ? "not positive or not finite" : "not finite");
  }
  return out;
}

}  // namespace

std::string make_caption(const RunSpec& spec,
                         const ProblemBench& bench,
                         const RunSnapshot* snapshot,
                         const std::vector<PlotCurves>& plots,
                         const FigureOptions& options) {
  std::string out = problem_sentence(spec, bench) + method_sentence(spec) +
                    band_sentence(spec, snapshot, options) + theory_sentence(spec, plots) +
                    looseness_sentence(plots) + gap_sentence(plots, options) +
                    state_sentence(snapshot);
  if (snapshot != nullptr) out += fmt::format("Seed {}.", spec.run.seed);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace sid::internal
