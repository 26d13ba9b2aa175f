#include <fmt/format.h>

#include "sid/io/spec_file.hpp"
#include "sid/io/spec_names.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid {

namespace {

/// A TOML float: never an integer, so that large values stay within what TOML integers allow.
std::string number(double value) {
  std::string text = format_shortest(value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

/// A TOML basic string.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') {
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string list(const std::vector<double>& values) {
  std::string out = "[";
  for (const double value : values) {
    if (out.size() > 1) out += ", ";
    out += number(value);
  }
  return out + "]";
}

std::string lambda_text(const LambdaSpec& lambda) {
  if (const auto* scalars = std::get_if<std::vector<double>>(&lambda)) return list(*scalars);
  if (const auto* vectors = std::get_if<std::vector<std::vector<double>>>(&lambda)) {
    std::string out = "[";
    for (const auto& values : *vectors) {
      if (out.size() > 1) out += ", ";
      out += list(values);
    }
    return out + "]";
  }
  if (const auto* random = std::get_if<RandomLambda>(&lambda)) {
    return fmt::format("{{ epsilon = [{}, {}], seed = {} }}",
                       number(random->epsilon_low),
                       number(random->epsilon_high),
                       random->seed);
  }
  return fmt::format("{{ path = {} }}", quoted(std::get<LambdaFile>(lambda).path));
}

/// Lines "key = value  # comment", comments in one column.
class Lines {
 public:
  void section(std::string_view head) { text_ += fmt::format("\n{}\n", head); }
  void put(std::string_view key, const std::string& value, std::string_view comment = {}) {
    std::string line = fmt::format("{} = {}", key, value);
    if (!comment.empty()) line = fmt::format("{:<33}  # {}", line, comment);
    text_ += line + "\n";
  }
  void put(std::string_view key, std::int64_t value, std::string_view comment = {}) {
    put(key, std::to_string(value), comment);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_quadratic(const QuadraticSpec& q, Lines& out) {
  out.section("[problem.quadratic]");
  out.put("dim", q.dim);
  out.put("condition", number(q.condition), "largest over smallest curvature");
  out.put("smoothness", number(q.smoothness), "largest curvature");
  out.put("noise_multiplicative", number(q.noise_multiplicative), "in [0, 1)");
  out.put("noise_additive", number(q.noise_additive));
  out.put(
      "noise_lambda", number(q.noise_lambda), "in [0, 1); above 0 the hypergradient has a floor");
  out.put("samples", q.samples, "what a batch step costs");
  out.put("seed", q.seed);
}

void write_equilibrium(const EquilibriumSpec& e, Lines& out) {
  out.section("[problem.equilibrium]");
  out.put("dim", e.dim, "units of the network");
  out.put("contraction", number(e.contraction), "q in (0, 1)");
  out.put("spread", number(e.spread), "how much components differ; 0: not at all");
  out.put("huber_delta", number(e.huber_delta), "residual at which the upper level turns linear");
  out.put("samples", e.samples, "components of the map");
  out.put("seed", e.seed);
}

void write_problem(const ProblemSpec& problem, Lines& out) {
  out.section("[problem]");
  out.put("kind",
          quoted(name_of(problem.kind, kProblemKindNames)),
          "quadratic | ridge | ridge-multi | logistic | logistic-multi | data-weights | "
          "equilibrium");
  out.put("lambda", lambda_text(problem.lambda), "one panel each");
  out.put("lower_loss", quoted(name_of(problem.lower_loss, kLossScaleNames)), "mean | sum");
  out.put("upper_loss", quoted(name_of(problem.upper_loss, kLossScaleNames)), "sum | mean");
  if (problem.upper) {
    out.put("upper",
            quoted(name_of(*problem.upper, kUpperLevelNames)),
            "logistic | squares | pseudo-huber");
  }
  const ProblemSpec plain;
  if (problem.upper == UpperLevel::pseudo_huber || problem.huber_delta != plain.huber_delta) {
    out.put("huber_delta", number(problem.huber_delta), "residual at which the loss turns linear");
  }
  if (problem.kind == ProblemKind::data_weights || problem.weight_decay != plain.weight_decay) {
    out.put("weight_decay", number(problem.weight_decay), "in the convention of lower_loss");
  }
  if (problem.alpha) {
    out.put("alpha", quoted(name_of(*problem.alpha, kAlphaRuleNames)), "2/(L+tau) | 1/L");
  }
  if (problem.kind == ProblemKind::quadratic || problem.quadratic != QuadraticSpec{}) {
    write_quadratic(problem.quadratic, out);
  }
  if (problem.kind == ProblemKind::equilibrium || problem.equilibrium != EquilibriumSpec{}) {
    write_equilibrium(problem.equilibrium, out);
  }
}

void write_sparse(const SparseSpec& sparse, Lines& out) {
  out.section("[data.sparse]");
  out.put("features", sparse.features, "columns d");
  out.put("nonzeros", sparse.nonzeros, "in a row, on average");
  out.put("noise", number(sparse.noise), "probability that a label is turned");
  out.put("seed", sparse.seed);
}

void write_data(const DataSpec& data, Lines& out) {
  out.section("[data]");
  out.put("source",
          quoted(name_of(data.source, kDataSourceNames)),
          "digits | mnist | libsvm | csv | sparse");
  out.put("path", quoted(data.path));
  out.put("validation_path", quoted(data.validation_path));
  out.put("train", data.train);
  out.put("validation", data.validation);
  out.put("split_seed", data.split_seed);
  if (data.labels) {
    out.put("labels",
            quoted(name_of(*data.labels, kLabelRuleNames)),
            "odd-even | two-values | as-given");
  }
  if (data.label_noise != 0.0) {
    out.put("label_noise", number(data.label_noise), "fraction of training labels turned");
  }
  if (data.source == DataSource::sparse || data.sparse != SparseSpec{}) {
    write_sparse(data.sparse, out);
  }
}

void write_run(const RunSettings& run, Lines& out) {
  out.section("[run]");
  out.put("iterations", run.iterations, "t = k at the last checkpoint, in stochastic steps");
  if (run.checkpoints.spacing == CheckpointSpec::Spacing::list) {
    std::string values = "[";
    for (const std::int64_t t : run.checkpoints.list) {
      if (values.size() > 1) values += ", ";
      values += std::to_string(t);
    }
    out.put("checkpoints", values + "]");
  } else {
    out.put("checkpoints",
            fmt::format("{{ count = {}, spacing = {} }}",
                        run.checkpoints.count,
                        quoted(name_of(run.checkpoints.spacing, kSpacingNames))));
  }
  out.put("replicas", run.replicas);
  out.put("seed", run.seed);
  out.put("vary_split",
          run.vary_split ? "true" : "false",
          "true: a new split per replica, as in the paper's figures");
  const RunSettings plain;
  if (run.decomposition != plain.decomposition) {
    out.put("decomposition",
            quoted(name_of(run.decomposition, kDecompositionNames)),
            "parts of the error: none | nested | conditional-mean");
  }
  if (run.decomposition == DecompositionRoute::nested ||
      run.inner_replicas != plain.inner_replicas) {
    out.put("inner_replicas", run.inner_replicas, "(v_k, zeta) per w_t");
  }
  if (run.certificate) out.put("certificate", "true", "certified error of every run");
}

void write_outer(const OuterSpec& outer, Lines& out) {
  out.section("[outer]");
  if (outer.coordinate) {
    out.put(
        "coordinate", quoted(name_of(*outer.coordinate, kOuterCoordinateNames)), "log | lambda");
  }
  out.put("steps", outer.steps, "outer steps");
  if (outer.step) out.put("step", number(*outer.step), "h");
  out.put("decay", number(outer.decay), "h_s = h/(1 + s/decay); 0: constant");
  if (outer.low) out.put("low", number(*outer.low), "smallest lambda");
  if (outer.high) out.put("high", number(*outer.high), "largest lambda");
  if (outer.start) out.put("start", number(*outer.start), "lambda at the start");
  if (outer.t) out.put("t", *outer.t, "lower-level steps in an outer step");
  if (outer.k) out.put("k", *outer.k);
  out.put("warm_start", outer.warm_start ? "true" : "false");
  if (outer.replicas) out.put("replicas", *outer.replicas);
}

std::string step_text(const StepSpec& step) {
  const StepSpec plain;
  const bool decays = step.kind == StepKind::decreasing || step.kind == StepKind::two_phase;
  const bool has_eta = step.kind == StepKind::constant || step.kind == StepKind::two_phase;
  std::string out = fmt::format("{{ kind = {}", quoted(name_of(step.kind, kStepKindNames)));
  const auto put = [&](std::string_view key, const std::string& value) {
    out += fmt::format(", {} = {}", key, value);
  };
  if (has_eta || step.eta != plain.eta) put("eta", number(step.eta));
  if (step.beta) put("beta", number(*step.beta));
  if ((decays && !step.beta) || step.beta_factor != plain.beta_factor) {
    put("beta_factor", number(step.beta_factor));
  }
  if (step.gamma_theorem) {
    put("gamma", "\"theorem\"");
  } else if (step.gamma) {
    put("gamma", number(*step.gamma));
  }
  if ((decays && !step.gamma && !step.gamma_theorem) || step.gamma_factor != plain.gamma_factor) {
    put("gamma_factor", number(step.gamma_factor));
  }
  if (step.switch_at) put("switch_at", std::to_string(*step.switch_at));
  return out + " }";
}

void write_method(const MethodSpec& method, Lines& out) {
  const MethodSpec plain;
  const MethodTraits traits = traits_of(method.kind);
  out.section("[[method]]");
  if (!method.name.empty()) out.put("name", quoted(method.name));
  out.put("kind", quoted(name_of(method.kind, kMethodKindNames)));
  if (traits.minibatches || method.minibatch != plain.minibatch) {
    out.put("minibatch", method.minibatch);
  }
  if (traits.minibatches || method.sampling != plain.sampling) {
    out.put("sampling", quoted(name_of(method.sampling, kSamplingNames)));
  }
  if (traits.lower_step || method.step != plain.step) out.put("step", step_text(method.step));
  if (method.linear_step) out.put("linear_step", step_text(*method.linear_step));
  if (method.t) out.put("t", *method.t);
  if (method.k) out.put("k", *method.k);
  if (traits.jacobian_samples || method.jacobian_samples != plain.jacobian_samples) {
    out.put("jacobian_samples", method.jacobian_samples, "0: exact derivative in lambda");
  }
  if (is_variance_reduced(method.kind) || method.step_factor != plain.step_factor) {
    out.put("step_factor", number(method.step_factor), "times 1/(2 L_max + 4 L_max0)");
  }
  if (method.refresh_probability != plain.refresh_probability) {
    out.put("refresh_probability", number(method.refresh_probability), "of the anchor; 0: 1/n");
  }
  if (method.kind == MethodKind::neumann || method.copies != plain.copies) {
    out.put("copies", method.copies, "independent series that are averaged");
  }
  if (method.kind == MethodKind::fp_km || method.mixing != plain.mixing) {
    out.put("mixing", number(method.mixing));
  }
  if (traits.linear_solver || method.lower_solver != plain.lower_solver) {
    out.put("lower_solver", quoted(name_of(method.lower_solver, kLowerIterationNames)));
  }
  if (traits.linear_solver || method.linear_solver != plain.linear_solver) {
    out.put("linear_solver", quoted(name_of(method.linear_solver, kLinearIterationNames)));
  }
  if (method.lower_tolerance) {
    out.put("lower_tolerance", number(*method.lower_tolerance), "of ||w - w(lambda)||");
  }
  if (method.linear_tolerance) {
    out.put("linear_tolerance", number(*method.linear_tolerance), "of the residual");
  }
}

}  // namespace

std::string write_spec(const RunSpec& spec) {
  Lines out;
  out.put("title", quoted(spec.title));
  write_problem(spec.problem, out);
  if (has_data(spec.problem.kind) || spec.data != DataSpec{}) {
    write_data(spec.data, out);
  }
  write_run(spec.run, out);
  for (const MethodSpec& method : spec.methods) write_method(method, out);
  if (spec.outer) write_outer(*spec.outer, out);
  out.section("[theory]");
  out.put(
      "constants", quoted(name_of(spec.ladder, kLadderNames)), "paper | sharpened | prediction");
  return out.take();
}

}  // namespace sid
