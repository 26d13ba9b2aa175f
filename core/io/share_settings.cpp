#include "sid/io/share_settings.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sid/io/spec_names.hpp"
#include "sid/math/numbers.hpp"

namespace sid::internal {

std::vector<std::string_view> pieces(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto cut = text.find(separator);
    out.push_back(text.substr(0, cut));
    if (cut == std::string_view::npos) return out;
    text.remove_prefix(cut + 1);
  }
}

bool decode_number(std::string_view text, double& out) {
  const auto value = parse_double(text);
  if (!value || !std::isfinite(*value)) return false;
  out = *value;
  return true;
}

namespace {

// --- Values as text -------------------------------------------------------------------------

constexpr std::string_view kReserved = ";,#=:~/%";

std::string encode(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || kReserved.find(c) != std::string_view::npos) {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}
std::string encode(double value) {
  return format_shortest(value);
}
std::string encode(std::int64_t value) {
  return std::to_string(value);
}
std::string encode(bool value) {
  return value ? "1" : "0";
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool decode(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return false;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}
bool decode(std::string_view text, double& out) {
  return decode_number(text, out);
}
bool decode(std::string_view text, std::int64_t& out) {
  const auto value = parse_int(text);
  if (value) out = *value;
  return value.has_value();
}
bool decode(std::string_view text, bool& out) {
  out = text == "1";
  return text == "0" || text == "1";
}

template <class T>
std::string encode_list(const std::vector<T>& values) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    out += encode(values[i]);
  }
  return out;
}

template <class T>
bool decode_list(std::string_view text, std::vector<T>& out) {
  out.clear();
  for (const std::string_view piece : pieces(text, ',')) {
    T value{};
    if (!decode(piece, value)) return false;
    out.push_back(value);
  }
  return true;
}

// --- Settings: a key with how it is written and read ----------------------------------------

/// A plain member; `get` returns a reference to it for const and non-const specs.
template <class Spec, class Get>
Setting<Spec> plain(std::string key, Get get) {
  return {std::move(key),
          [get](const Spec& spec) -> std::optional<std::string> {
            const Spec fresh{};
            if (get(spec) == get(fresh)) return std::nullopt;
            return encode(get(spec));
          },
          [get](Spec& spec, std::string_view text) { return decode(text, get(spec)); }};
}

/// An optional member: written whenever it is set.
template <class Spec, class Get>
Setting<Spec> maybe(std::string key, Get get) {
  return {std::move(key),
          [get](const Spec& spec) -> std::optional<std::string> {
            if (!get(spec)) return std::nullopt;
            return encode(*get(spec));
          },
          [get](Spec& spec, std::string_view text) { return decode(text, get(spec).emplace()); }};
}

/// An enumerator by its word.
template <class Spec, class Get, class Names>
Setting<Spec> word(std::string key, Get get, const Names& names) {
  return {std::move(key),
          [get, names](const Spec& spec) -> std::optional<std::string> {
            const Spec fresh{};
            if (get(spec) == get(fresh)) return std::nullopt;
            return std::string(name_of(get(spec), names));
          },
          [get, names](Spec& spec, std::string_view text) {
            const auto value = value_of(text, names);
            if (value) get(spec) = *value;
            return value.has_value();
          }};
}

#define SID_MEMBER(path) ([](auto& spec) -> auto& { return spec.path; })

Setting<RunSpec> scalars_setting() {
  using Scalars = std::vector<double>;
  return {"l",
          [](const RunSpec& spec) -> std::optional<std::string> {
            const auto* values = std::get_if<Scalars>(&spec.problem.lambda);
            if (values == nullptr || spec.problem.lambda == ProblemSpec{}.lambda) return {};
            return encode_list(*values);
          },
          [](RunSpec& spec, std::string_view text) {
            return decode_list(text, spec.problem.lambda.emplace<Scalars>());
          }};
}

Setting<RunSpec> vectors_setting() {
  using Vectors = std::vector<std::vector<double>>;
  return {"lv",
          [](const RunSpec& spec) -> std::optional<std::string> {
            const auto* panels = std::get_if<Vectors>(&spec.problem.lambda);
            if (panels == nullptr) return std::nullopt;
            std::string out;
            for (const auto& values : *panels) {
              if (!out.empty()) out += '/';
              out += encode_list(values);
            }
            return out;
          },
          [](RunSpec& spec, std::string_view text) {
            Vectors panels;
            for (const std::string_view piece : pieces(text, '/')) {
              if (!decode_list(piece, panels.emplace_back())) return false;
            }
            spec.problem.lambda = std::move(panels);
            return true;
          }};
}

Setting<RunSpec> random_lambda_setting() {
  return {
      "le",
      [](const RunSpec& spec) -> std::optional<std::string> {
        const auto* random = std::get_if<RandomLambda>(&spec.problem.lambda);
        if (random == nullptr) return std::nullopt;
        return fmt::format(
            "{},{},{}", encode(random->epsilon_low), encode(random->epsilon_high), random->seed);
      },
      [](RunSpec& spec, std::string_view text) {
        const auto parts = pieces(text, ',');
        RandomLambda random;
        if (parts.size() != 3 || !decode(parts[0], random.epsilon_low) ||
            !decode(parts[1], random.epsilon_high) || !decode(parts[2], random.seed)) {
          return false;
        }
        spec.problem.lambda = random;
        return true;
      }};
}

Setting<RunSpec> lambda_file_setting() {
  return {"lf",
          [](const RunSpec& spec) -> std::optional<std::string> {
            const auto* file = std::get_if<LambdaFile>(&spec.problem.lambda);
            if (file == nullptr) return std::nullopt;
            return encode(file->path);
          },
          [](RunSpec& spec, std::string_view text) {
            return decode(text, spec.problem.lambda.emplace<LambdaFile>().path);
          }};
}

Setting<RunSpec> alpha_setting() {
  return {"alpha",
          [](const RunSpec& spec) -> std::optional<std::string> {
            if (!spec.problem.alpha) return std::nullopt;
            return encode(std::string(name_of(*spec.problem.alpha, kAlphaRuleNames)));
          },
          [](RunSpec& spec, std::string_view text) {
            std::string plain_text;
            if (!decode(text, plain_text)) return false;
            spec.problem.alpha = value_of(plain_text, kAlphaRuleNames);
            return spec.problem.alpha.has_value();
          }};
}

Setting<RunSpec> upper_level_setting() {
  return {"E",
          [](const RunSpec& spec) -> std::optional<std::string> {
            if (!spec.problem.upper) return std::nullopt;
            return std::string(name_of(*spec.problem.upper, kUpperLevelNames));
          },
          [](RunSpec& spec, std::string_view text) {
            spec.problem.upper = value_of(text, kUpperLevelNames);
            return spec.problem.upper.has_value();
          }};
}

Setting<RunSpec> labels_setting() {
  return {"labels",
          [](const RunSpec& spec) -> std::optional<std::string> {
            if (!spec.data.labels) return std::nullopt;
            return std::string(name_of(*spec.data.labels, kLabelRuleNames));
          },
          [](RunSpec& spec, std::string_view text) {
            spec.data.labels = value_of(text, kLabelRuleNames);
            return spec.data.labels.has_value();
          }};
}

Setting<RunSpec> checkpoints_setting() {
  using Spacing = CheckpointSpec::Spacing;
  return {"cp",
          [](const RunSpec& spec) -> std::optional<std::string> {
            const CheckpointSpec& checkpoints = spec.run.checkpoints;
            if (checkpoints == CheckpointSpec{}) return std::nullopt;
            if (checkpoints.spacing == Spacing::list) return encode_list(checkpoints.list);
            return fmt::format(
                "{},{}", name_of(checkpoints.spacing, kSpacingNames), checkpoints.count);
          },
          [](RunSpec& spec, std::string_view text) {
            CheckpointSpec checkpoints;
            const auto parts = pieces(text, ',');
            if (const auto spacing = value_of(parts[0], kSpacingNames)) {
              checkpoints.spacing = *spacing;
              if (parts.size() != 2 || !decode(parts[1], checkpoints.count)) return false;
            } else {
              checkpoints.spacing = Spacing::list;
              if (!decode_list(text, checkpoints.list)) return false;
            }
            spec.run.checkpoints = std::move(checkpoints);
            return true;
          }};
}

/// A setting of the outer loop; the first one that is read makes the section.
template <class Get>
Setting<RunSpec> outer_maybe(std::string key, Get get) {
  return {std::move(key),
          [get](const RunSpec& spec) -> std::optional<std::string> {
            if (!spec.outer || !get(*spec.outer)) return std::nullopt;
            return encode(*get(*spec.outer));
          },
          [get](RunSpec& spec, std::string_view text) {
            OuterSpec outer = spec.outer.value_or(OuterSpec{});
            if (!decode(text, get(outer).emplace())) return false;
            spec.outer = outer;
            return true;
          }};
}

template <class Get>
Setting<RunSpec> outer_plain(std::string key, Get get) {
  return {std::move(key),
          [get](const RunSpec& spec) -> std::optional<std::string> {
            if (!spec.outer || get(*spec.outer) == get(OuterSpec{})) return std::nullopt;
            return encode(get(*spec.outer));
          },
          [get](RunSpec& spec, std::string_view text) {
            OuterSpec outer = spec.outer.value_or(OuterSpec{});
            if (!decode(text, get(outer))) return false;
            spec.outer = outer;
            return true;
          }};
}

/// Always written where there is an outer loop, so that its section comes back.
Setting<RunSpec> outer_steps_setting() {
  return {"o",
          [](const RunSpec& spec) -> std::optional<std::string> {
            if (!spec.outer) return std::nullopt;
            return encode(spec.outer->steps);
          },
          [](RunSpec& spec, std::string_view text) {
            OuterSpec outer = spec.outer.value_or(OuterSpec{});
            if (!decode(text, outer.steps)) return false;
            spec.outer = outer;
            return true;
          }};
}

Setting<RunSpec> outer_coordinate_setting() {
  return {"oc",
          [](const RunSpec& spec) -> std::optional<std::string> {
            if (!spec.outer || !spec.outer->coordinate) return std::nullopt;
            return std::string(name_of(*spec.outer->coordinate, kOuterCoordinateNames));
          },
          [](RunSpec& spec, std::string_view text) {
            const auto coordinate = value_of(text, kOuterCoordinateNames);
            if (!coordinate) return false;
            if (!spec.outer) spec.outer.emplace();
            spec.outer->coordinate = coordinate;
            return true;
          }};
}

#define SID_OUTER(member) ([](auto&& outer) -> auto& { return outer.member; })

const std::vector<Setting<RunSpec>>& outer_settings() {
  static const std::vector<Setting<RunSpec>> settings = {outer_steps_setting(),
                                                         outer_coordinate_setting(),
                                                         outer_maybe("oh", SID_OUTER(step)),
                                                         outer_plain("od", SID_OUTER(decay)),
                                                         outer_maybe("olow", SID_OUTER(low)),
                                                         outer_maybe("ohigh", SID_OUTER(high)),
                                                         outer_maybe("ol", SID_OUTER(start)),
                                                         outer_maybe("ot", SID_OUTER(t)),
                                                         outer_maybe("ok", SID_OUTER(k)),
                                                         outer_plain("ow", SID_OUTER(warm_start)),
                                                         outer_maybe("or", SID_OUTER(replicas))};
  return settings;
}

#undef SID_OUTER

const std::vector<Setting<RunSpec>>& experiment_settings() {
  static const std::vector<Setting<RunSpec>> settings = {
      word<RunSpec>("p", SID_MEMBER(problem.kind), kProblemKindNames),
      scalars_setting(),
      vectors_setting(),
      random_lambda_setting(),
      lambda_file_setting(),
      word<RunSpec>("lower", SID_MEMBER(problem.lower_loss), kLossScaleNames),
      word<RunSpec>("upper", SID_MEMBER(problem.upper_loss), kLossScaleNames),
      alpha_setting(),
      upper_level_setting(),
      plain<RunSpec>("hd", SID_MEMBER(problem.huber_delta)),
      plain<RunSpec>("wd", SID_MEMBER(problem.weight_decay)),
      plain<RunSpec>("d", SID_MEMBER(problem.quadratic.dim)),
      plain<RunSpec>("k", SID_MEMBER(problem.quadratic.condition)),
      plain<RunSpec>("L", SID_MEMBER(problem.quadratic.smoothness)),
      plain<RunSpec>("nm", SID_MEMBER(problem.quadratic.noise_multiplicative)),
      plain<RunSpec>("na", SID_MEMBER(problem.quadratic.noise_additive)),
      plain<RunSpec>("nl", SID_MEMBER(problem.quadratic.noise_lambda)),
      plain<RunSpec>("n", SID_MEMBER(problem.quadratic.samples)),
      plain<RunSpec>("ps", SID_MEMBER(problem.quadratic.seed)),
      plain<RunSpec>("ed", SID_MEMBER(problem.equilibrium.dim)),
      plain<RunSpec>("eq", SID_MEMBER(problem.equilibrium.contraction)),
      plain<RunSpec>("es", SID_MEMBER(problem.equilibrium.spread)),
      plain<RunSpec>("eh", SID_MEMBER(problem.equilibrium.huber_delta)),
      plain<RunSpec>("en", SID_MEMBER(problem.equilibrium.samples)),
      plain<RunSpec>("eps", SID_MEMBER(problem.equilibrium.seed)),
      word<RunSpec>("src", SID_MEMBER(data.source), kDataSourceNames),
      plain<RunSpec>("path", SID_MEMBER(data.path)),
      plain<RunSpec>("vpath", SID_MEMBER(data.validation_path)),
      plain<RunSpec>("train", SID_MEMBER(data.train)),
      plain<RunSpec>("val", SID_MEMBER(data.validation)),
      plain<RunSpec>("split", SID_MEMBER(data.split_seed)),
      labels_setting(),
      plain<RunSpec>("noise", SID_MEMBER(data.label_noise)),
      plain<RunSpec>("sd", SID_MEMBER(data.sparse.features)),
      plain<RunSpec>("snz", SID_MEMBER(data.sparse.nonzeros)),
      plain<RunSpec>("sn", SID_MEMBER(data.sparse.noise)),
      plain<RunSpec>("ss", SID_MEMBER(data.sparse.seed)),
      plain<RunSpec>("t", SID_MEMBER(run.iterations)),
      checkpoints_setting(),
      plain<RunSpec>("r", SID_MEMBER(run.replicas)),
      plain<RunSpec>("seed", SID_MEMBER(run.seed)),
      plain<RunSpec>("vary", SID_MEMBER(run.vary_split)),
      word<RunSpec>("parts", SID_MEMBER(run.decomposition), kDecompositionNames),
      plain<RunSpec>("inner", SID_MEMBER(run.inner_replicas)),
      plain<RunSpec>("cert", SID_MEMBER(run.certificate)),
      word<RunSpec>("c", SID_MEMBER(ladder), kLadderNames),
      plain<RunSpec>("title", SID_MEMBER(title))};
  return settings;
}

}  // namespace

const std::vector<Setting<RunSpec>>& run_settings() {
  static const std::vector<Setting<RunSpec>> settings = [] {
    std::vector<Setting<RunSpec>> all = experiment_settings();
    all.insert(all.end(), outer_settings().begin(), outer_settings().end());
    return all;
  }();
  return settings;
}

const std::vector<Setting<MethodSpec>>& method_settings() {
  static const std::vector<Setting<MethodSpec>> settings = {
      plain<MethodSpec>("name", SID_MEMBER(name)),
      plain<MethodSpec>("b", SID_MEMBER(minibatch)),
      word<MethodSpec>("s", SID_MEMBER(sampling), kSamplingNames),
      maybe<MethodSpec>("t", SID_MEMBER(t)),
      maybe<MethodSpec>("k", SID_MEMBER(k)),
      plain<MethodSpec>("J", SID_MEMBER(jacobian_samples)),
      plain<MethodSpec>("sf", SID_MEMBER(step_factor)),
      plain<MethodSpec>("p", SID_MEMBER(refresh_probability)),
      plain<MethodSpec>("S", SID_MEMBER(copies)),
      plain<MethodSpec>("a", SID_MEMBER(mixing)),
      word<MethodSpec>("ls", SID_MEMBER(lower_solver), kLowerIterationNames),
      word<MethodSpec>("vs", SID_MEMBER(linear_solver), kLinearIterationNames),
      maybe<MethodSpec>("lt", SID_MEMBER(lower_tolerance)),
      maybe<MethodSpec>("vt", SID_MEMBER(linear_tolerance))};
  return settings;
}

const std::vector<Setting<StepSpec>>& step_settings() {
  static const std::vector<Setting<StepSpec>> settings = {
      word<StepSpec>("step", SID_MEMBER(kind), kStepKindNames),
      plain<StepSpec>("eta", SID_MEMBER(eta)),
      maybe<StepSpec>("beta", SID_MEMBER(beta)),
      {"gamma",
       [](const StepSpec& step) -> std::optional<std::string> {
         if (step.gamma_theorem) return "theorem";
         if (step.gamma) return encode(*step.gamma);
         return std::nullopt;
       },
       [](StepSpec& step, std::string_view text) {
         step.gamma_theorem = text == "theorem";
         return step.gamma_theorem || decode(text, step.gamma.emplace());
       }},
      plain<StepSpec>("bf", SID_MEMBER(beta_factor)),
      plain<StepSpec>("gf", SID_MEMBER(gamma_factor)),
      maybe<StepSpec>("sw", SID_MEMBER(switch_at))};
  return settings;
}

#undef SID_MEMBER

}  // namespace sid::internal
