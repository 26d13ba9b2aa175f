#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/files/read_file.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/io/spec_overrides.hpp"
#include "sid/io/table_reader.hpp"
#include "sid/run/method_kind.hpp"

namespace sid {

namespace {

using internal::ReadLog;
using internal::TableReader;

constexpr std::int64_t kLargestSpec = 16 << 20;  // a lambda of 10^5 entries still fits

/// What a spec without [[method]] runs: the three methods of the paper's experiments.
constexpr const char* kDefaultMethods = R"(
[[method]]
kind = "batch"
[[method]]
kind = "sid"
[[method]]
kind = "sid"
step = { kind = "decreasing" }
)";

constexpr const char* kLambdaForms =
    "a number, a list of numbers, a list of lists of numbers, "
    "{ epsilon = [low, high], seed = 1 } or { path = \"lambda.csv\" }";

/// All numbers of a list, or nullopt with the defects in the log.
std::optional<std::vector<double>> read_numbers(const toml::array& list,
                                                const std::string& field,
                                                TableReader& reader) {
  std::vector<double> out;
  bool good = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto value = reader.number(list[i], fmt::format("{}[{}]", field, i + 1));
    good = good && value.has_value();
    if (value) out.push_back(*value);
  }
  if (!good) return std::nullopt;
  return out;
}

void read_lambda_list(const toml::array& list, LambdaSpec& out, TableReader& reader) {
  const std::string field = reader.field("lambda");
  if (list.empty()) {
    reader.log().add(field + " = []: must hold at least one value.",
                     internal::place_of(list.source()));
    return;
  }
  if (!list[0].is_array()) {
    if (auto values = read_numbers(list, field, reader)) out = std::move(*values);
    return;
  }
  std::vector<std::vector<double>> panels;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const toml::array* inner = list[i].as_array();
    const std::string name = fmt::format("{}[{}]", field, i + 1);
    if (inner == nullptr) {
      reader.add(list[i], name, "must be a list of numbers like its neighbours.");
      return;
    }
    auto values = read_numbers(*inner, name, reader);
    if (!values) return;
    if (values->empty()) {
      reader.log().add(name + " = []: must hold one number per coordinate.",
                       internal::place_of(inner->source()));
      return;
    }
    panels.push_back(std::move(*values));
  }
  out = std::move(panels);
}

void read_lambda_table(const toml::table& table, LambdaSpec& out, TableReader& parent) {
  TableReader reader(table, parent.field("lambda"), parent.log());
  LambdaFile file;
  RandomLambda random;
  reader.read("path", file.path);
  reader.read("seed", random.seed);
  const toml::node* epsilon = reader.take("epsilon");
  reader.finish();
  const std::string place = internal::place_of(table.source());
  if (table.contains("path") == (epsilon != nullptr)) {
    parent.log().add(parent.field("lambda") + " must have either 'path' or 'epsilon'.", place);
    return;
  }
  if (epsilon == nullptr) {
    out = std::move(file);
    return;
  }
  const toml::array* range = epsilon->as_array();
  if (range == nullptr || range->size() != 2) {
    reader.add(*epsilon, reader.field("epsilon"), "must be two numbers, [low, high].");
    return;
  }
  if (const auto ends = read_numbers(*range, reader.field("epsilon"), reader)) {
    random.epsilon_low = (*ends)[0];
    random.epsilon_high = (*ends)[1];
    out = random;
  }
}

void read_lambda(TableReader& reader, LambdaSpec& out) {
  const toml::node* node = reader.take("lambda");
  if (node == nullptr) return;
  if (node->is_number()) {
    if (const auto value = reader.number(*node, reader.field("lambda"))) {
      out = std::vector<double>{*value};
    }
  } else if (const toml::array* list = node->as_array()) {
    read_lambda_list(*list, out, reader);
  } else if (const toml::table* table = node->as_table()) {
    read_lambda_table(*table, out, reader);
  } else {
    reader.not_a_number(*node, reader.field("lambda"), kLambdaForms);
  }
}

void read_problem(const toml::table& table, ProblemSpec& out, ReadLog& log) {
  TableReader reader(table, "problem", log);
  reader.read("kind", out.kind, kProblemKindNames);
  read_lambda(reader, out.lambda);
  reader.read("lower_loss", out.lower_loss, kLossScaleNames);
  reader.read("upper_loss", out.upper_loss, kLossScaleNames);
  reader.read("alpha", out.alpha, kAlphaRuleNames);
  reader.read("upper", out.upper, kUpperLevelNames);
  reader.read("huber_delta", out.huber_delta);
  reader.read("weight_decay", out.weight_decay);
  if (const toml::table* inner = reader.take_table("quadratic", "{ dim = 10 }")) {
    TableReader quadratic(*inner, "problem.quadratic", log);
    quadratic.read("dim", out.quadratic.dim);
    quadratic.read("condition", out.quadratic.condition);
    quadratic.read("smoothness", out.quadratic.smoothness);
    quadratic.read("noise_multiplicative", out.quadratic.noise_multiplicative);
    quadratic.read("noise_additive", out.quadratic.noise_additive);
    quadratic.read("noise_lambda", out.quadratic.noise_lambda);
    quadratic.read("samples", out.quadratic.samples);
    quadratic.read("seed", out.quadratic.seed);
    quadratic.finish();
  }
  if (const toml::table* inner = reader.take_table("equilibrium", "{ dim = 10 }")) {
    TableReader equilibrium(*inner, "problem.equilibrium", log);
    equilibrium.read("dim", out.equilibrium.dim);
    equilibrium.read("contraction", out.equilibrium.contraction);
    equilibrium.read("spread", out.equilibrium.spread);
    equilibrium.read("huber_delta", out.equilibrium.huber_delta);
    equilibrium.read("samples", out.equilibrium.samples);
    equilibrium.read("seed", out.equilibrium.seed);
    equilibrium.finish();
  }
  reader.finish();
}

void read_data(const toml::table& table, DataSpec& out, ReadLog& log) {
  TableReader reader(table, "data", log);
  reader.read("source", out.source, kDataSourceNames);
  reader.read("path", out.path);
  reader.read("validation_path", out.validation_path);
  reader.read("train", out.train);
  reader.read("validation", out.validation);
  reader.read("split_seed", out.split_seed);
  reader.read("labels", out.labels, kLabelRuleNames);
  reader.read("label_noise", out.label_noise);
  if (const toml::table* inner = reader.take_table("sparse", "{ features = 10000 }")) {
    TableReader sparse(*inner, "data.sparse", log);
    sparse.read("features", out.sparse.features);
    sparse.read("nonzeros", out.sparse.nonzeros);
    sparse.read("noise", out.sparse.noise);
    sparse.read("seed", out.sparse.seed);
    sparse.finish();
  }
  reader.finish();
}

void read_checkpoints(TableReader& parent, CheckpointSpec& out) {
  const toml::node* node = parent.take("checkpoints");
  if (node == nullptr) return;
  const std::string field = parent.field("checkpoints");
  if (const toml::array* list = node->as_array()) {
    out.spacing = CheckpointSpec::Spacing::list;
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (const auto value = parent.whole((*list)[i], fmt::format("{}[{}]", field, i + 1))) {
        out.list.push_back(*value);
      }
    }
    if (list->empty()) {
      parent.log().add(field + " = []: must hold at least one iteration.",
                       internal::place_of(list->source()));
    }
  } else if (const toml::table* table = node->as_table()) {
    TableReader reader(*table, field, parent.log());
    reader.read("count", out.count);
    reader.read("spacing", out.spacing, kSpacingNames);
    reader.finish();
  } else {
    parent.add(
        *node, field, "must be { count = 40, spacing = \"log\" } or a list like [1, 2, 5, 10].");
  }
}

void read_run(const toml::table& table, RunSettings& out, ReadLog& log) {
  TableReader reader(table, "run", log);
  reader.read("iterations", out.iterations);
  read_checkpoints(reader, out.checkpoints);
  reader.read("replicas", out.replicas);
  reader.read("seed", out.seed);
  reader.read("vary_split", out.vary_split);
  reader.read("decomposition", out.decomposition, kDecompositionNames);
  reader.read("inner_replicas", out.inner_replicas);
  reader.read("certificate", out.certificate);
  reader.finish();
}

void read_step(const toml::table& table, const std::string& path, StepSpec& out, ReadLog& log) {
  TableReader reader(table, path, log);
  reader.read("kind", out.kind, kStepKindNames);
  reader.read("eta", out.eta);
  reader.read("beta", out.beta);
  reader.read("beta_factor", out.beta_factor);
  reader.read("gamma_factor", out.gamma_factor);
  reader.read("switch_at", out.switch_at);
  if (const toml::node* gamma = reader.take("gamma")) {
    const auto* word = gamma->as_string();
    if (word != nullptr && word->get() == "theorem") {
      out.gamma_theorem = true;
    } else if (word != nullptr) {
      reader.not_a_number(*gamma, reader.field("gamma"), "a number or \"theorem\"");
    } else {
      out.gamma = reader.number(*gamma, reader.field("gamma"));
    }
  }
  reader.finish();
}

/// A kind from the command line takes the place of another one, whose settings go with it. What is
/// set on the command line itself stays, for validate() to judge.
MethodSpec without_replaced_settings(MethodSpec out, const std::string& path, const ReadLog& log) {
  const auto set = [&](const char* key) {
    const std::string field = path + "." + key;
    for (auto at = log.places.lower_bound(field);
         at != log.places.end() && at->first.starts_with(field);
         ++at) {
      const bool inside = at->first.size() == field.size() || at->first[field.size()] == '.';
      if (inside && at->second.starts_with("--set ")) return true;
    }
    return false;
  };
  if (!set("kind")) return out;
  MethodSpec own = with_own_settings(out);
  if (set("minibatch")) own.minibatch = out.minibatch;
  if (set("sampling")) own.sampling = out.sampling;
  if (set("step")) own.step = out.step;
  if (set("linear_step")) own.linear_step = out.linear_step;
  if (set("k")) own.k = out.k;
  if (set("jacobian_samples")) own.jacobian_samples = out.jacobian_samples;
  if (set("step_factor")) own.step_factor = out.step_factor;
  if (set("refresh_probability")) own.refresh_probability = out.refresh_probability;
  if (set("copies")) own.copies = out.copies;
  if (set("mixing")) own.mixing = out.mixing;
  if (set("lower_solver")) own.lower_solver = out.lower_solver;
  if (set("linear_solver")) own.linear_solver = out.linear_solver;
  if (set("lower_tolerance")) own.lower_tolerance = out.lower_tolerance;
  if (set("linear_tolerance")) own.linear_tolerance = out.linear_tolerance;
  return own;
}

MethodSpec read_method(const toml::table& table, const std::string& path, ReadLog& log) {
  MethodSpec out;
  TableReader reader(table, path, log);
  reader.read("name", out.name);
  reader.read("kind", out.kind, kMethodKindNames);
  reader.read("minibatch", out.minibatch);
  reader.read("sampling", out.sampling, kSamplingNames);
  constexpr const char* kExample = "{ kind = \"constant\", eta = 1.0 }";
  if (const toml::table* step = reader.take_table("step", kExample)) {
    read_step(*step, path + ".step", out.step, log);
  }
  if (const toml::table* step = reader.take_table("linear_step", kExample)) {
    out.linear_step.emplace();
    read_step(*step, path + ".linear_step", *out.linear_step, log);
  }
  reader.read("t", out.t);
  reader.read("k", out.k);
  reader.read("jacobian_samples", out.jacobian_samples);
  reader.read("step_factor", out.step_factor);
  reader.read("refresh_probability", out.refresh_probability);
  reader.read("copies", out.copies);
  reader.read("mixing", out.mixing);
  reader.read("lower_solver", out.lower_solver, kLowerIterationNames);
  reader.read("linear_solver", out.linear_solver, kLinearIterationNames);
  reader.read("lower_tolerance", out.lower_tolerance);
  reader.read("linear_tolerance", out.linear_tolerance);
  reader.finish();
  return without_replaced_settings(std::move(out), path, log);
}

void read_methods(TableReader& top, RunSpec& out) {
  const toml::node* node = top.take("method");
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    top.log().add("methods are a list: write [[method]] with two brackets.",
                  internal::place_of(node->source()));
    return;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = fmt::format("method[{}]", i + 1);
    const toml::table* table = (*list)[i].as_table();
    if (table == nullptr) {
      top.add((*list)[i], path, "must be a table; write [[method]] with two brackets.");
      continue;
    }
    top.log().places[path] = internal::place_of(table->source());
    out.methods.push_back(read_method(*table, path, top.log()));
  }
}

void read_outer(const toml::table& table, OuterSpec& out, ReadLog& log) {
  TableReader reader(table, "outer", log);
  reader.read("coordinate", out.coordinate, kOuterCoordinateNames);
  reader.read("step", out.step);
  reader.read("decay", out.decay);
  reader.read("low", out.low);
  reader.read("high", out.high);
  reader.read("steps", out.steps);
  reader.read("start", out.start);
  reader.read("t", out.t);
  reader.read("k", out.k);
  reader.read("warm_start", out.warm_start);
  reader.read("replicas", out.replicas);
  reader.finish();
}

void read_spec(const toml::table& root, RunSpec& out, ReadLog& log) {
  TableReader top(root, "", log);
  top.read("title", out.title);
  // An absent section is read as an empty one, so that its keys are known to the messages.
  const toml::table empty;
  const auto section = [&](std::string_view key) -> const toml::table& {
    const toml::table* table = top.take_table(key, fmt::format("[{}]", key));
    return table == nullptr ? empty : *table;
  };
  read_problem(section("problem"), out.problem, log);
  read_data(section("data"), out.data, log);
  read_run(section("run"), out.run, log);
  read_methods(top, out);
  OuterSpec outer;
  read_outer(section("outer"), outer, log);
  if (root.contains("outer")) out.outer = outer;
  TableReader theory(section("theory"), "theory", log);
  theory.read("constants", out.ladder, kLadderNames);
  theory.finish();
  top.finish();
}

std::string explain(const toml::parse_error& error) {
  const std::string_view what = error.description();
  if (what.find("not representable in 64 bits") != std::string_view::npos) {
    return fmt::format("this whole number is too large; they end at {}. Use a smaller one.",
                       std::numeric_limits<std::int64_t>::max());
  }
  if (what.find("floating-point") != std::string_view::npos &&
      what.find("could not be interpreted") != std::string_view::npos) {
    return "this number is too large; they end at 1.8e308. Use a smaller one.";
  }
  return fmt::format("this is not TOML: {}.", what);
}

/// A path that exists beside the spec file becomes absolute; others stay.
void resolve_path(std::string& path, const std::filesystem::path& folder) {
  if (path.empty() || std::filesystem::path(path).is_absolute()) return;
  std::error_code error;
  const auto candidate = std::filesystem::absolute(folder / path, error).lexically_normal();
  if (!error && std::filesystem::exists(candidate, error)) path = candidate.string();
}

}  // namespace

std::string SpecDocument::place_of(const std::string& field) const {
  for (std::string key = field; !key.empty();) {
    const auto found = places.find(key);
    if (found != places.end()) return found->second;
    const auto cut = key.find_last_of(".[");
    if (cut == std::string::npos) break;
    key.resize(cut);
  }
  return name;
}

tl::expected<SpecDocument, Errors> parse_spec(std::string_view text,
                                              const std::string& name,
                                              std::span<const std::string> overrides) {
  const auto refuse = [&](std::string message, std::string place) {
    return tl::unexpected(Errors{{ErrorCode::bad_input, std::move(message), std::move(place)}});
  };
  if (text.find('\0') != std::string_view::npos) {
    return refuse("is not a text file; a spec is TOML text.", name);
  }
  if (text.find_first_not_of(" \t\r\n\xEF\xBB\xBF") == std::string_view::npos) {
    return refuse("is empty; a spec needs at least a line such as [problem].", name);
  }
  ReadLog log;
  SpecDocument out;
  out.name = name;
  try {
    toml::table root = toml::parse(text, name);
    const bool default_methods = !root.contains("method");
    if (default_methods) {
      toml::table defaults = toml::parse(kDefaultMethods, name);
      root.insert("method", std::move(*defaults["method"].as_array()));
    }
    internal::write_overrides(root, overrides, log);
    read_spec(root, out.spec, log);
    if (default_methods) {
      std::erase_if(log.places,
                    [](const auto& entry) { return entry.first.starts_with("method"); });
    }
  } catch (const toml::parse_error& error) {
    return refuse(explain(error), internal::place_of(error.source()));
  }
  log.report_strays();
  if (!log.errors.empty()) return tl::unexpected(std::move(log.errors));
  out.places = std::move(log.places);
  return out;
}

tl::expected<SpecDocument, Errors> load_spec(const std::string& path,
                                             std::span<const std::string> overrides) {
  const Result<std::string> text = read_file(path, kLargestSpec);
  if (!text) return tl::unexpected(Errors{text.error()});
  auto document = parse_spec(*text, path, overrides);
  if (!document) return document;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  resolve_path(document->spec.data.path, folder);
  resolve_path(document->spec.data.validation_path, folder);
  if (auto* file = std::get_if<LambdaFile>(&document->spec.problem.lambda)) {
    resolve_path(file->path, folder);
  }
  return document;
}

std::vector<MethodSpec> default_methods() {
  return parse_spec("[run]", "default methods")->spec.methods;
}

tl::expected<RunSpec, Errors> apply_overrides(const RunSpec& spec,
                                              std::span<const std::string> overrides) {
  auto document = parse_spec(write_spec(spec), "the current settings", overrides);
  if (!document) return tl::unexpected(std::move(document.error()));
  return std::move(document->spec);
}

}  // namespace sid
