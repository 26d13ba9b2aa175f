#include "sid/io/run_json.hpp"

#include <array>

#include "sid/io/json_text.hpp"
#include "sid/io/spec_names.hpp"

namespace sid {

namespace {

constexpr std::array kStatusNames = {EnumName<RunStatus>{RunStatus::not_started, "not started"},
                                     EnumName<RunStatus>{RunStatus::preparing, "preparing"},
                                     EnumName<RunStatus>{RunStatus::running, "running"},
                                     EnumName<RunStatus>{RunStatus::finished, "finished"},
                                     EnumName<RunStatus>{RunStatus::stopped, "stopped"},
                                     EnumName<RunStatus>{RunStatus::diverged, "diverged"},
                                     EnumName<RunStatus>{RunStatus::failed, "failed"}};

Json divergences(const RunSnapshot& snapshot) {
  Json out = Json::array();
  for (const MethodCurve& curve : snapshot.curves) {
    if (curve.first_diverged_t < 0) continue;
    Json item;
    item["method"] = curve.label;
    item["lambda"] = snapshot.bench->panels[curve.panel].label;
    item["iteration"] = curve.first_diverged_t;
    item["solver"] = curve.linear_diverged ? "linear system" : "lower level";
    out.push_back(std::move(item));
  }
  return out;
}

/// Of methods with tolerances.
Json steps_taken(const RunSnapshot& snapshot) {
  Json out = Json::array();
  for (const MethodCurve& curve : snapshot.curves) {
    if (!curve.steps_taken) continue;
    Json item;
    item["method"] = curve.label;
    item["lambda"] = snapshot.bench->panels[curve.panel].label;
    item["t"] = curve.steps_taken->t;
    item["k"] = curve.steps_taken->k;
    item["lower_tolerance_met"] = curve.steps_taken->lower_met;
    item["linear_tolerance_met"] = curve.steps_taken->linear_met;
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace

std::string write_run_json(const RunSnapshot& snapshot, const RunInfo& info) {
  Json out;
  out["format"] = "sidlab run 1";
  out["version"] = info.version;
  out["compiler"] = info.compiler;
  out["status"] = name_of(snapshot.status, kStatusNames);
  out["message"] = snapshot.message;
  out["seed"] = snapshot.spec.run.seed;
  Json shards = Json::array();
  for (const Shard& shard : info.shards) {
    shards.push_back(Json::array({shard.index + 1, shard.count}));
  }
  out["shards"] = std::move(shards);
  out["threads"] = info.threads;
  out["elapsed_seconds"] = json_number(snapshot.elapsed_seconds);
  out["solver_steps"] = snapshot.solver_steps;
  out["data"] = snapshot.bench->data_description;
  out["data_fingerprint"] = snapshot.bench->data_fingerprint;
  out["diverged"] = divergences(snapshot);
  if (Json steps = steps_taken(snapshot); !steps.empty()) out["steps_taken"] = std::move(steps);
  return write_json(out);
}

Result<RunInfo> read_run_json(std::string_view text,
                              const std::string& name,
                              RunSnapshot& snapshot) {
  const Result<Json> json = parse_json(text, name);
  if (!json) return tl::unexpected(json.error());
  if (json_string(*json, "format") != "sidlab run 1") {
    return fail(ErrorCode::bad_input, "is not a run file of this program.", name);
  }
  RunInfo info;
  info.version = json_string(*json, "version");
  info.compiler = json_string(*json, "compiler");
  info.threads = static_cast<int>(json_int(*json, "threads", 0));
  info.shards.clear();
  for (const Json& shard : json_member(*json, "shards")) {
    if (!shard.is_array() || shard.size() != 2 || !shard[0].is_number_integer() ||
        !shard[1].is_number_integer()) {
      return fail(ErrorCode::bad_input, "has a shard that is not [index, count].", name);
    }
    info.shards.push_back(
        {.index = shard[0].get<std::int64_t>() - 1, .count = shard[1].get<std::int64_t>()});
  }
  snapshot.status =
      value_of(json_string(*json, "status"), kStatusNames).value_or(RunStatus::not_started);
  snapshot.message = json_string(*json, "message");
  snapshot.elapsed_seconds = json_double(*json, "elapsed_seconds", 0.0);
  snapshot.solver_steps = json_int(*json, "solver_steps", 0);
  for (const Json& item : json_member(*json, "diverged")) {
    for (MethodCurve& curve : snapshot.curves) {
      if (curve.label != json_string(item, "method") ||
          snapshot.bench->panels[curve.panel].label != json_string(item, "lambda")) {
        continue;
      }
      curve.first_diverged_t = json_int(item, "iteration", -1);
      curve.linear_diverged = json_string(item, "solver") == "linear system";
    }
  }
  for (const Json& item : json_member(*json, "steps_taken")) {
    for (MethodCurve& curve : snapshot.curves) {
      if (curve.label != json_string(item, "method") ||
          snapshot.bench->panels[curve.panel].label != json_string(item, "lambda")) {
        continue;
      }
      curve.steps_taken = StepsTaken{.t = json_int(item, "t", 0),
                                     .k = json_int(item, "k", 0),
                                     .lower_met = json_bool(item, "lower_tolerance_met", false),
                                     .linear_met = json_bool(item, "linear_tolerance_met", false)};
    }
  }
  return info;
}

}  // namespace sid
