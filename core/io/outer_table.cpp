#include "sid/io/outer_table.hpp"

#include <array>
#include <cmath>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/figure/write_figure.hpp"
#include "sid/files/output_files.hpp"
#include "sid/io/csv_table.hpp"
#include "sid/io/json_text.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/io/spec_names.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

constexpr const char* kExactName = "exact gradients";

/// ",value", or "," where it is not known.
void append(std::string& out, double value) {
  out += ',';
  if (!std::isnan(value)) out += format_shortest(value);
}

void append_replica(const OuterSnapshot& run,
                    const std::string& name,
                    std::size_t number,
                    const OuterReplica& replica,
                    std::string& out) {
  const bool log = run.problem->settings.coordinate == OuterCoordinate::logarithm;
  for (std::size_t s = 0; s < replica.samples.size(); ++s) {
    out += fmt::format("{},{},{}", csv_cell(name), number, s);
    if (s < replica.theta.size()) {
      const Vector theta = Vector::Constant(1, replica.theta[s]);
      append(out, log ? lambda_of(OuterCoordinate::logarithm, theta)(0) : theta(0));
      append(out, replica.theta[s]);
    } else {
      out += ",,";
    }
    append(out, replica.gradient[s]);
    append(out, replica.value[s]);
    append(out, replica.distance[s]);
    append(out, replica.samples[s]);
    out += '\n';
  }
}

std::string points_text(const OuterSnapshot& run) {
  std::string out = "method,replica,step,lambda,theta,gradient,f,distance,samples\n";
  for (const OuterCurve& curve : run.curves) {
    for (std::size_t r = 0; r < curve.replicas.size(); ++r) {
      append_replica(run, curve.label, r, curve.replicas[r], out);
    }
  }
  if (run.exact) append_replica(run, kExactName, 0, *run.exact, out);
  return out;
}

std::string summary_text(const OuterSnapshot& run) {
  std::string out = "method,step,samples,epochs,replicas,diverged";
  for (const char* what : {"distance_squared", "excess"}) {
    for (const char* column : {"mean", "std", "sem", "ci_low", "ci_high"}) {
      out += fmt::format(",{}_{}", what, column);
    }
  }
  out += '\n';
  const auto examples = static_cast<double>(run.problem->bench->sample_count);
  for (const OuterCurve& curve : run.curves) {
    for (std::size_t s = 0; s < curve.points.size(); ++s) {
      const OuterStatistics& point = curve.points[s];
      out += fmt::format("{},{}", csv_cell(curve.label), s);
      append(out, point.samples);
      append(out, point.samples / examples);
      out += fmt::format(",{},{}", point.replicas, point.diverged);
      for (const MeanEstimate* mean : {&point.distance_squared, &point.excess}) {
        for (const double value : {mean->mean, mean->std, mean->sem, mean->ci_low, mean->ci_high}) {
          append(out, value);
        }
      }
      out += '\n';
    }
  }
  return out;
}

void append_end(const OuterSnapshot& run,
                const std::string& name,
                std::size_t number,
                const Vector& theta,
                std::string& out) {
  if (theta.size() == 0) return;
  out += fmt::format("{},{}", csv_cell(name), number);
  for (const double value : lambda_of(run.problem->settings.coordinate, theta)) append(out, value);
  out += '\n';
}

std::string ends_text(const OuterSnapshot& run) {
  std::string out = "method,replica";
  for (Index i = 0; i < run.problem->dim(); ++i) out += fmt::format(",lambda_{}", i + 1);
  out += '\n';
  for (const OuterCurve& curve : run.curves) {
    for (std::size_t r = 0; r < curve.replicas.size(); ++r) {
      append_end(run, curve.label, r, curve.replicas[r].end, out);
    }
  }
  if (run.exact) append_end(run, kExactName, 0, run.exact->end, out);
  append_end(run, "optimum", 0, run.optimum->theta, out);
  return out;
}

Json settings_json(const OuterSnapshot& run) {
  const OuterSettings& settings = run.problem->settings;
  Json out;
  out["coordinate"] = name_of(settings.coordinate, kOuterCoordinateNames);
  out["step"] = json_number(settings.step);
  out["decay"] = json_number(settings.decay);
  out["theta_low"] = json_number(settings.low);
  out["theta_high"] = json_number(settings.high);
  return out;
}

Json optimum_json(const OuterSnapshot& run) {
  const OuterOptimum& optimum = *run.optimum;
  Json out;
  if (optimum.lambda.size() == 1) {
    out["lambda"] = json_number(optimum.lambda(0));
    out["theta"] = json_number(optimum.theta(0));
    out["width"] = json_number(optimum.width);
  }
  out["f"] = json_number(optimum.value);
  out["certified"] = optimum.certified;
  out["at_wall"] = optimum.at_wall;
  out["stationarity"] = json_number(optimum.stationarity);
  out["solves"] = optimum.solves;
  if (run.curve) {
    out["curve_solves"] = run.curve->solves();
    out["curve_slope_error"] = json_number(run.curve->slope_error());
  }
  return out;
}

std::string run_text(const OuterSnapshot& run, const RunInfo& info) {
  Json out;
  out["format"] = "sidlab optimise 1";
  out["version"] = info.version;
  out["compiler"] = info.compiler;
  out["status"] = run.status == RunStatus::finished   ? "finished"
                  : run.status == RunStatus::diverged ? "diverged"
                  : run.status == RunStatus::stopped  ? "stopped"
                                                      : "failed";
  out["message"] = run.message;
  out["seed"] = run.spec.run.seed;
  out["threads"] = info.threads;
  out["elapsed_seconds"] = json_number(run.elapsed_seconds);
  out["data"] = run.problem->bench->data_description;
  out["data_fingerprint"] = run.problem->bench->data_fingerprint;
  out["outer_steps"] = run.steps_done;
  out["settings"] = settings_json(run);
  out["optimum"] = optimum_json(run);
  Json diverged = Json::array();
  for (const OuterCurve& curve : run.curves) {
    for (std::size_t r = 0; r < curve.replicas.size(); ++r) {
      if (curve.replicas[r].diverged_at < 0) continue;
      Json item;
      item["method"] = curve.label;
      item["replica"] = r;
      item["outer_step"] = curve.replicas[r].diverged_at;
      diverged.push_back(std::move(item));
    }
  }
  out["diverged"] = std::move(diverged);
  return write_json(out);
}

}  // namespace

OuterTables make_outer_tables(const OuterSnapshot& run, const RunInfo& info) {
  return {.points = points_text(run),
          .summary = summary_text(run),
          .ends = ends_text(run),
          .spec = write_spec(run.spec),
          .run = run_text(run, info)};
}

Result<void> write_outer_tables(const std::string& folder, const OuterTables& tables) {
  const auto in = [&](const std::string& name) {
    return (std::filesystem::path(folder) / name).string();
  };
  const std::array<std::pair<const char*, const std::string*>, 5> parts = {
      {{"outer.csv", &tables.points},
       {"outer_summary.csv", &tables.summary},
       {"lambda.csv", &tables.ends},
       {"spec.toml", &tables.spec},
       {"run.json", &tables.run}}};
  OutputFiles files;
  for (const auto& [name, text] : parts) {
    if (auto added = files.add(in(name), *text); !added) return added;
  }
  std::vector<std::string> outdated = {in("curves.csv"),
                                       in("summary.csv"),
                                       in("theory.json"),
                                       in("parts.csv"),
                                       in("conditional.csv")};
  for (const char* format : kFigureFormats)
    outdated.push_back(in(fmt::format("figure.{}", format)));
  return files.commit_sealed(outdated);
}

}  // namespace sid
