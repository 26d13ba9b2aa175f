#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "sid/math/result.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// Spec files: TOML (UTF-8, with or without byte order mark, any line ends), one file per RunSpec.
/// Every key has a default and may be left out; a key that is not listed here is an error.
///
///   title = "..."
///   [problem]
///   kind = "quadratic" | "ridge" | "ridge-multi" | "logistic" | "logistic-multi" |
///          "data-weights" | "equilibrium"
///   lambda       0.5 or [0.1, 1.0]: one panel per number, the same for every coordinate where
///                lambda is a vector; [[0.1, 0.2], [1.0, 2.0]]: one panel per vector;
///                { epsilon = [-2, 2], seed = 1 }: lambda_i = exp(epsilon_i), drawn uniformly;
///                { path = "lambda.csv" }: one panel per line
///   lower_loss, upper_loss = "mean" | "sum"
///   alpha = "2/(L+tau)" | "1/L"      left out: 1/L for quadratic, 2/(L+tau) otherwise
///   [problem.quadratic]
///   dim, condition, smoothness, noise_multiplicative, noise_additive, noise_lambda, samples, seed
///   [problem.equilibrium]            of the tanh network, problem/equilibrium_parameters.hpp
///   dim, contraction, spread, huber_delta, samples, seed
///   [data]
///   source = "digits" | "mnist" | "libsvm" | "csv" | "sparse"; path, validation_path (texts);
///   train, validation, split_seed (whole numbers)
///   labels = "odd-even" | "two-values"   left out: images odd-even; text files two values of any
///                kind, or else digits, odd-even
///   [data.sparse]                    of generated sparse rows, data/sparse_examples.hpp
///   features, nonzeros, noise, seed
///   [run]
///   iterations, replicas, seed; vary_split, certificate = true | false
///   checkpoints = { count = 40, spacing = "log" | "linear" } or a list of iterations
///   [outer]                          optimises lambda: `sidlab optimise`; left out: its defaults
///   coordinate = "log" | "lambda"; steps; step (h), decay (h_s = h/(1 + s/decay); 0: constant);
///   low, high (box of lambda), start (lambda); t, k (inner steps); warm_start; replicas
///   [theory]
///   constants = "paper" | "sharpened" | "prediction"
///   [[method]]                       none at all: Batch, SID constant, SID decreasing
///   name; kind = "batch" (or "aid-fp") | "sid" | "itd" | "aid-cg" | "aid-cgnr" | "saga" | "svrg" |
///   "neumann" | "fp-km" | "stochastic-itd" | "inexact"; which of these keys each has: run/method_kind.hpp
///   minibatch; jacobian_samples (0: exact derivative); t; k
///   step_factor (saga, svrg); refresh_probability (svrg); copies (neumann); mixing (fp-km)
///   lower_solver = "gradient" | "heavy-ball" | "accelerated" (inexact, itd)
///   linear_solver = "gradient" | "heavy-ball" | "conjugate-gradient"; lower_tolerance,
///   linear_tolerance (inexact)
///   sampling = "iid" | "without-replacement" | "reshuffle"
///   step = { kind = "constant" | "decreasing" | "two-phase" | "bound-optimal", eta, beta,
///            gamma (number or "theorem"), beta_factor, gamma_factor, switch_at }
///   linear_step                      as step; left out: the same as step
///
/// Whole numbers may be written like 3e3. NaN and infinities are refused. Whether the values make
/// sense together is for validate() (run/validation.hpp).

/// Everything wrong with a spec, in file order where possible.
using Errors = std::vector<Error>;

/// A spec with the places its values came from.
struct SpecDocument {
  RunSpec spec;
  std::string name;                           ///< file or preset name, as in the places
  std::map<std::string, std::string> places;  ///< "run.replicas" -> "spec.toml:12:12"
  std::optional<double> expected_error;       ///< ShareString::value; empty for spec files

  /// Where `field` was written; for a field that was left out, its section's place or `name`.
  std::string place_of(const std::string& field) const;
};

/// Spec from TOML text. `name` is the file's name in messages. Each override is "key=value" as
/// apply_overrides takes it and wins over the text.
tl::expected<SpecDocument, Errors> parse_spec(std::string_view text,
                                              const std::string& name,
                                              std::span<const std::string> overrides = {});

/// Spec from a file. Relative paths inside it (data, lambda file) are looked up beside the spec
/// file first and are then made absolute; else they are left as they are, relative to the working
/// folder.
tl::expected<SpecDocument, Errors> load_spec(const std::string& path,
                                             std::span<const std::string> overrides = {});

/// `spec` with settings changed: "run.replicas=64", "method[1].step.eta=0.5" (methods count from
/// 1), "problem.lambda=[0.1, 1]", "data.source=mnist". The value is TOML; a word needs no quotes.
tl::expected<RunSpec, Errors> apply_overrides(const RunSpec& spec,
                                              std::span<const std::string> overrides);

/// `spec` as TOML in a fixed order with comments; every number in shortest round-trip form.
/// Settings that the problem does not use are left out where they have their defaults.
/// parse_spec(write_spec(s)) gives s again for every s with valid UTF-8 texts, finite numbers and
/// at least one method, in which gamma and gamma_theorem are not both set, and checkpoints.list is
/// filled exactly where the spacing is `list` (then count has its default).
std::string write_spec(const RunSpec& spec);

/// The methods of a spec that lists none: Batch, SID with a constant and with a decreasing step.
std::vector<MethodSpec> default_methods();

}  // namespace sid
