#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/io/constants_table.hpp"
#include "sid/io/json_text.hpp"
#include "sid/io/recorded_problem.hpp"
#include "sid/io/spec_names.hpp"
#include "sid/io/theory_json.hpp"
#include "sid/io/theory_names.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Vector vector_of(const std::vector<double>& values) {
  return Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size()));
}

template <class Enum, std::size_t N>
Enum enum_of(const Json& object,
             const char* key,
             const std::array<EnumName<Enum>, N>& names,
             Enum missing) {
  return value_of<Enum, N>(json_string(object, key), names).value_or(missing);
}

/// The value in the mean convention of an entry {value, mean}.
double mean_value(const Json& constants, const std::string& name) {
  const Json& entry = json_member(constants, name.c_str());
  return json_double(entry, "mean", json_double(entry, "value", kNaN));
}

std::vector<CurvatureNoise> noise_pairs(const Json& list, double scale) {
  std::vector<CurvatureNoise> out;
  for (const Json& pair : list) {
    if (!pair.is_array() || pair.size() != 2) continue;
    Json entry;
    entry["h"] = pair[0];
    entry["variance"] = pair[1];
    out.push_back({.h = rescaled(json_double(entry, "h", kNaN), scale, -1),
                   .variance = rescaled(json_double(entry, "variance", kNaN), scale, -2)});
  }
  return out;
}

TheoryCurve read_curve(const Json& json) {
  TheoryCurve out;
  out.id = json_string(json, "id");
  out.label = json_string(json, "label");
  out.source = json_string(json, "source");
  out.quantity = enum_of(json, "quantity", kQuantityNames, Quantity::hypergradient);
  out.kind = enum_of(json, "kind", kCurveKindNames, CurveKind::bound);
  out.verdict = enum_of(json, "verdict", kVerdictNames, Verdict::fails);
  out.reason = json_string(json, "reason");
  out.primary = json_bool(json, "primary", false);
  out.values = json_doubles(json, "values");
  for (const Json& term : json_member(json, "terms")) {
    out.terms.push_back({.id = json_string(term, "id"),
                         .label = json_string(term, "label"),
                         .values = json_doubles(term, "values")});
  }
  return out;
}

MethodTheory read_method(const Json& json, double scale) {
  MethodTheory out;
  const Json& constants = json_member(json, "constants");
  for (const ConstantEntry& entry : constant_entries()) {
    const std::string name(entry.name);
    // Absent in files of older formats: not known.
    if (constants.is_object() && constants.contains(name)) {
      out.constants.*entry.member = mean_value(constants, name);
    }
  }
  out.constants.gradient_map = json_bool(json, "gradient_map", true);
  out.constants.remark_4_2 = json_bool(json, "remark_4_2", false);
  out.constants.independent_draws = json_bool(json, "independent_draws", true);
  out.constants.w_noise = noise_pairs(json_member(json, "w_noise"), scale);
  out.constants.v_noise = noise_pairs(json_member(json, "v_noise"), scale);
  for (const Json& curve : json_member(json, "curves")) out.curves.push_back(read_curve(curve));
  for (const Json& check : json_member(json, "checks")) {
    out.checks.push_back({.id = json_string(check, "id"),
                          .subject = json_string(check, "subject"),
                          .verdict = enum_of(check, "verdict", kVerdictNames, Verdict::fails),
                          .sentence = json_string(check, "sentence"),
                          .remedy_key = json_string(check, "remedy_key"),
                          .remedy_value = json_double(check, "remedy_value", 0.0)});
  }
  for (const Json& limit : json_member(json, "step_limits")) {
    out.limits.push_back({.id = json_string(limit, "id"),
                          .label = json_string(limit, "label"),
                          .eta = json_double(limit, "eta", kNaN)});
  }
  return out;
}

std::vector<Checkpoint> read_checkpoints(const Json& json) {
  const Json& t = json_member(json, "t");
  const Json& k = json_member(json, "k");
  const std::vector<double> epochs = json_doubles(json, "epoch");
  std::vector<Checkpoint> out;
  if (!t.is_array() || !k.is_array()) return out;
  for (std::size_t i = 0; i < t.size() && i < k.size() && i < epochs.size(); ++i) {
    if (!t[i].is_number_integer() || !k[i].is_number_integer()) return {};
    out.push_back(
        {.t = t[i].get<std::int64_t>(), .k = k[i].get<std::int64_t>(), .epochs = epochs[i]});
  }
  return out;
}

Reference read_reference(const Json& json, double scale) {
  Reference out;
  out.w = vector_of(json_doubles(json, "w"));
  out.v = vector_of(json_doubles(json, "v"));
  out.hypergradient = vector_of(json_doubles(json, "hypergradient")) / scale;
  out.upper_value = json_double(json, "upper_value", kNaN);
  out.gradient_norm = json_double(json, "gradient_norm", kNaN) * scale;
  out.linear_residual_norm = json_double(json, "linear_residual_norm", kNaN);
  out.certificate = json_double(json, "certificate", kInfinity) / scale;
  out.first_order_estimate = json_double(json, "first_order_estimate", kInfinity) / scale;
  out.converged = json_bool(json, "converged", false);
  return out;
}

Curvature read_curvature(const Json& constants, bool sums) {
  const auto value = [&](const char* name) {
    const std::string mean_name = std::string(name) + "_mean";
    const bool separate = sums && constants.is_object() && constants.contains(mean_name);
    return mean_value(constants, separate ? mean_name : name);
  };
  return {.L = value("L"),
          .tau = value("tau"),
          .tau_R = value("tau_R"),
          .D_max = value("D_max"),
          .L_max0 = value("L_max0"),
          .L_max = value("L_max"),
          .alpha = value("alpha"),
          .q = value("q")};
}

struct PanelRecord {
  Panel panel;
  std::vector<MethodTheory> theory;
  std::vector<std::vector<Checkpoint>> checkpoints;
  std::int64_t sample_count = 0;
};

PanelRecord read_panel(const Json& json, const RunSpec& spec) {
  PanelRecord out;
  Panel& panel = out.panel;
  const bool sums = spec.problem.lower_loss == LossScale::sum;
  out.sample_count = json_int(json, "n", 0);
  panel.hypergradient_scale =
      hypergradient_scale(spec.problem, static_cast<double>(out.sample_count));
  const double scale = panel.hypergradient_scale;
  panel.label = json_string(json, "label");
  const bool vector_lambda = json_member(json, "lambda").is_array();
  panel.lambda = vector_lambda ? vector_of(json_doubles(json, "lambda"))
                               : Vector::Constant(1, json_double(json, "lambda", kNaN));
  panel.reference = read_reference(json_member(json, "reference"), scale);
  ProblemRecord record;
  record.name = json_string(json, "problem");
  record.lower_dim = json_int(json, "d", 0);
  record.upper_dim = json_int(json, "m", 0);
  record.sample_count = out.sample_count;
  record.lambda = panel.lambda * scale;
  record.alpha_rule = enum_of(json, "alpha_rule", kAlphaRuleNames, AlphaRule::optimal);
  record.curvature = read_curvature(json_member(json, "constants"), sums);
  for (const Json& method : json_member(json, "methods")) {
    out.theory.push_back(read_method(method, scale));
    out.checkpoints.push_back(read_checkpoints(json_member(method, "checkpoints")));
    const OracleSettings settings{
        .minibatch = json_int(method, "minibatch", 1),
        .sampling = enum_of(method, "sampling", kSamplingNames, Sampling::iid)};
    record.constants.emplace_back(settings, out.theory.back().constants);
  }
  panel.problem = make_recorded_problem(std::move(record));
  return out;
}

}  // namespace

Result<RecordedTheory> read_theory_json(std::string_view text,
                                        const std::string& name,
                                        const RunSpec& spec) {
  const Result<Json> json = parse_json(text, name);
  if (!json) return tl::unexpected(json.error());
  const std::string format = json_string(*json, "format");
  if (format != "sidlab theory 1" && format != "sidlab theory 2") {
    return fail(ErrorCode::bad_input, "is not a theory file of this program.", name);
  }
  RecordedTheory out;
  auto bench = std::make_shared<ProblemBench>();
  bench->problem = spec.problem;
  bench->data = spec.data;
  bench->data_description = json_string(*json, "data");
  bench->data_fingerprint = json_string(*json, "data_fingerprint");
  for (const Json& entry : json_member(*json, "panels")) {
    PanelRecord panel = read_panel(entry, spec);
    if (panel.theory.size() != spec.methods.size()) {
      return fail(ErrorCode::bad_input,
                  fmt::format("speaks of {} methods where the spec has {}; the files do not belong "
                              "together.",
                              panel.theory.size(),
                              spec.methods.size()),
                  name);
    }
    bench->sample_count = panel.sample_count;
    bench->panels.push_back(std::move(panel.panel));
    out.theory.push_back(std::move(panel.theory));
    out.checkpoints.push_back(std::move(panel.checkpoints));
  }
  if (bench->panels.empty() || bench->sample_count < 1) {
    return fail(ErrorCode::bad_input, "has no panels; was the file cut short?", name);
  }
  out.bench = std::move(bench);
  return out;
}

}  // namespace sid
