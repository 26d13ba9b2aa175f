#include <array>

#include "sid/io/constants_table.hpp"
#include "sid/io/internal/study_json.hpp"
#include "sid/io/json_text.hpp"
#include "sid/io/spec_names.hpp"
#include "sid/io/theory_json.hpp"
#include "sid/io/theory_names.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid {

namespace {

Json constant(double value, std::string_view source, std::string_view meaning) {
  Json out;
  out["value"] = json_number(value);
  out["source"] = source;
  out["meaning"] = meaning;
  return out;
}

/// Curvature of the lower level, the constants a reader looks for first.
Json curvature_constants(const Curvature& curvature, double scale, bool gradient_map) {
  struct Entry {
    const char* name;
    const char* source;
    const char* meaning;
    double value;
    int power;
  };
  const std::array entries = {
      Entry{"L", "Assumption F", "smoothness of the lower-level loss", curvature.L, 1},
      Entry{"tau", "Assumption F", "strong convexity of the lower-level loss", curvature.tau, 1},
      Entry{"alpha",
            "Section 4.2",
            "inner step of Phi(w) = w - alpha grad l(w)",
            curvature.alpha,
            -1},
      Entry{"q", "Assumption A(i)", "contraction constant of Phi", curvature.q, 0},
      Entry{"tau_R", "problem", "smallest curvature of the regulariser", curvature.tau_R, 1},
      Entry{"D_max", "problem", "largest curvature of the regulariser", curvature.D_max, 1},
      Entry{"L_max0", "problem", "largest curvature of one data term", curvature.L_max0, 1},
      Entry{"L_max", "problem", "L_max0 + D_max", curvature.L_max, 1}};
  ProblemConstants kind;
  kind.gradient_map = gradient_map;
  Json out = Json::object();
  for (const Entry& entry : entries) {
    const ConstantOrigin origin =
        origin_of({entry.name, {}, {}, entry.source, entry.meaning, nullptr, entry.power}, kind);
    out[entry.name] =
        constant(rescaled(entry.value, scale, entry.power), origin.source, origin.meaning);
  }
  if (scale == 1.0) return out;
  for (const Entry& entry : entries) {
    if (entry.power == 0) continue;
    out[std::string(entry.name) + "_mean"] =
        constant(entry.value, entry.source, "the same in the mean convention");
  }
  return out;
}

Json method_constants(const ProblemConstants& constants, double scale) {
  Json out = Json::object();
  for (const ConstantEntry& entry : constant_entries()) {
    Json item;
    item["value"] = json_number(entry.shown(constants, scale));
    item["symbol"] = entry.symbol;
    item["unit"] = entry.unit;
    const ConstantOrigin origin = origin_of(entry, constants);
    item["source"] = origin.source;
    item["meaning"] = origin.meaning;
    if (scale != 1.0 && entry.power != 0) item["mean"] = json_number(entry.in_mean(constants));
    out[std::string(entry.name)] = std::move(item);
  }
  return out;
}

Json noise_pairs(const std::vector<CurvatureNoise>& pairs, double scale) {
  Json out = Json::array();
  for (const CurvatureNoise& pair : pairs) {
    out.push_back(Json::array(
        {json_number(rescaled(pair.h, scale, 1)), json_number(rescaled(pair.variance, scale, 2))}));
  }
  return out;
}

Json checks_json(const std::vector<AssumptionCheck>& checks) {
  Json out = Json::array();
  for (const AssumptionCheck& check : checks) {
    Json item;
    item["id"] = check.id;
    item["subject"] = check.subject;
    item["verdict"] = name_of(check.verdict, kVerdictNames);
    item["sentence"] = check.sentence;
    if (!check.remedy_key.empty()) {
      item["remedy_key"] = check.remedy_key;
      item["remedy_value"] = json_number(check.remedy_value);
    }
    out.push_back(std::move(item));
  }
  return out;
}

Json curves_json(const std::vector<TheoryCurve>& curves) {
  Json out = Json::array();
  for (const TheoryCurve& curve : curves) {
    Json item;
    item["id"] = curve.id;
    item["label"] = curve.label;
    item["source"] = curve.source;
    item["quantity"] = name_of(curve.quantity, kQuantityNames);
    item["kind"] = name_of(curve.kind, kCurveKindNames);
    item["verdict"] = name_of(curve.verdict, kVerdictNames);
    item["reason"] = curve.reason;
    item["primary"] = curve.primary;
    item["values"] = json_numbers(curve.values);
    if (!curve.terms.empty()) {
      Json terms = Json::array();
      for (const BoundTerm& term : curve.terms) {
        Json entry;
        entry["id"] = term.id;
        entry["label"] = term.label;
        entry["values"] = json_numbers(term.values);
        terms.push_back(std::move(entry));
      }
      item["terms"] = std::move(terms);
    }
    out.push_back(std::move(item));
  }
  return out;
}

Json checkpoints_json(const std::vector<Checkpoint>& checkpoints) {
  Json t = Json::array(), k = Json::array(), epoch = Json::array();
  for (const Checkpoint& checkpoint : checkpoints) {
    t.push_back(checkpoint.t);
    k.push_back(checkpoint.k);
    epoch.push_back(json_number(checkpoint.epochs));
  }
  Json out;
  out["t"] = std::move(t);
  out["k"] = std::move(k);
  out["epoch"] = std::move(epoch);
  return out;
}

Json method_json(const ResolvedMethod& method, const MethodTheory& theory, double scale) {
  Json out;
  out["name"] = method.label;
  out["kind"] = name_of(method.kind, kMethodKindNames);
  out["minibatch"] = method.oracle.minibatch;
  out["sampling"] = name_of(method.oracle.sampling, kSamplingNames);
  out["jacobian_samples"] = method.jacobian_samples;
  out["step"] = method.lower_step.formula();
  out["linear_step"] = method.linear_step.formula();
  out["checkpoints"] = checkpoints_json(method.checkpoints);
  out["constants"] = method_constants(theory.constants, scale);
  if (!theory.constants.gradient_map) out["gradient_map"] = false;
  out["remark_4_2"] = theory.constants.remark_4_2;
  out["independent_draws"] = theory.constants.independent_draws;
  out["w_noise"] = noise_pairs(theory.constants.w_noise, scale);
  out["v_noise"] = noise_pairs(theory.constants.v_noise, scale);
  out["checks"] = checks_json(theory.checks);
  Json limits = Json::array();
  for (const StepLimit& limit : theory.limits) {
    Json item;
    item["id"] = limit.id;
    item["label"] = limit.label;
    item["eta"] = json_number(limit.eta);
    limits.push_back(std::move(item));
  }
  out["step_limits"] = std::move(limits);
  out["curves"] = curves_json(theory.curves);
  return out;
}

Json reference_json(const Reference& reference, double scale) {
  Json out;
  out["upper_value"] = json_number(reference.upper_value);
  out["hypergradient"] = json_numbers(Vector(scale * reference.hypergradient));
  out["certificate"] = json_number(scale * reference.certificate);
  out["first_order_estimate"] = json_number(scale * reference.first_order_estimate);
  // The gradient of the sum is n times that of the mean; the linear system for q = alpha v is
  // divided by n on both sides.
  out["gradient_norm"] = json_number(reference.gradient_norm / scale);
  out["linear_residual_norm"] = json_number(reference.linear_residual_norm);
  out["converged"] = reference.converged;
  out["w"] = json_numbers(reference.w);
  out["v"] = json_numbers(reference.v);
  return out;
}

Json panel_json(const RunSpec& spec,
                const ProblemBench& bench,
                const Panel& panel,
                const std::vector<MethodTheory>& theory,
                const std::vector<ErrorStudy>& studies) {
  Json out;
  if (panel.lambda.size() == 1) {
    out["lambda"] = json_number(panel.lambda[0]);
  } else {
    out["lambda"] = json_numbers(panel.lambda);
  }
  out["label"] = panel.label;
  out["n"] = bench.sample_count;
  out["d"] = panel.problem->lower_dim();
  out["m"] = panel.problem->upper_dim();
  out["problem"] = panel.problem->name();
  out["alpha_rule"] = name_of(panel.problem->alpha_rule(), kAlphaRuleNames);
  out["constants"] = curvature_constants(
      panel.problem->curvature(), panel.hypergradient_scale, panel.problem->is_gradient_map());
  out["reference"] = reference_json(panel.reference, panel.hypergradient_scale);
  Json methods = Json::array();
  const std::vector<ResolvedMethod> resolved = resolve_methods(spec, bench, panel);
  for (std::size_t m = 0; m < resolved.size() && m < theory.size(); ++m) {
    methods.push_back(method_json(resolved[m], theory[m], panel.hypergradient_scale));
    if (m < studies.size()) methods.back()["study"] = internal::study_json(studies[m]);
  }
  out["methods"] = std::move(methods);
  return out;
}

}  // namespace

std::string write_theory_json(const RunSpec& spec,
                              const ProblemBench& bench,
                              const std::vector<std::vector<MethodTheory>>& theory,
                              const std::vector<std::vector<ErrorStudy>>& studies) {
  Json out;
  out["format"] = "sidlab theory 2";
  out["title"] = spec.title;
  Json convention;
  convention["lower_loss"] = name_of(spec.problem.lower_loss, kLossScaleNames);
  convention["upper_loss"] = name_of(spec.problem.upper_loss, kLossScaleNames);
  convention["meaning"] = spec.problem.lower_loss == LossScale::mean
                              ? "the data term of the lower-level loss is a mean over the training "
                                "examples; the regulariser is added after it"
                              : "the data term of the lower-level loss is a sum over the training "
                                "examples; lambda, L and tau are n times those of the mean, alpha "
                                "and the hypergradient 1/n times";
  if (!is_gradient_map(spec.problem.kind)) {
    convention["meaning"] =
        "there is no lower-level loss: the lower level is the fixed point of a contraction Phi; "
        "alpha = 1, L = 1 + q and tau = 1 - q are those of w - Phi(w)";
  } else if (!lambda_regularises(spec.problem.kind)) {
    convention["meaning"] =
        "lambda weights the examples and is the same in both conventions; the weight decay is "
        "given "
        "beside the mean or the sum that lower_loss names";
  }
  out["convention"] = std::move(convention);
  out["ladder"] = name_of(spec.ladder, kLadderNames);
  out["data"] = bench.data_description;
  out["data_fingerprint"] = bench.data_fingerprint;
  Json panels = Json::array();
  for (std::size_t p = 0; p < bench.panels.size(); ++p) {
    static const std::vector<MethodTheory> no_theory;
    static const std::vector<ErrorStudy> no_studies;
    panels.push_back(panel_json(spec,
                                bench,
                                bench.panels[p],
                                p < theory.size() ? theory[p] : no_theory,
                                p < studies.size() ? studies[p] : no_studies));
  }
  out["panels"] = std::move(panels);
  out["notes"] = internal::notes_json(notes_that_matter(theory));
  return write_json(out);
}

}  // namespace sid
