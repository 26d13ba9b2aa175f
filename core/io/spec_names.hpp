#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "sid/run/run_spec.hpp"

namespace sid {

/// An enumerator and the word for it in spec files, tables and share strings.
template <class Enum>
struct EnumName {
  Enum value;
  std::string_view name;
};

inline constexpr std::array kProblemKindNames = {
    EnumName<ProblemKind>{ProblemKind::quadratic, "quadratic"},
    EnumName<ProblemKind>{ProblemKind::ridge, "ridge"},
    EnumName<ProblemKind>{ProblemKind::ridge_multi, "ridge-multi"},
    EnumName<ProblemKind>{ProblemKind::logistic, "logistic"},
    EnumName<ProblemKind>{ProblemKind::logistic_multi, "logistic-multi"},
    EnumName<ProblemKind>{ProblemKind::data_weights, "data-weights"},
    EnumName<ProblemKind>{ProblemKind::equilibrium, "equilibrium"}};

inline constexpr std::array kUpperLevelNames = {
    EnumName<UpperLevel>{UpperLevel::logistic, "logistic"},
    EnumName<UpperLevel>{UpperLevel::squares, "squares"},
    EnumName<UpperLevel>{UpperLevel::pseudo_huber, "pseudo-huber"}};

inline constexpr std::array kLossScaleNames = {EnumName<LossScale>{LossScale::mean, "mean"},
                                               EnumName<LossScale>{LossScale::sum, "sum"}};

inline constexpr std::array kAlphaRuleNames = {
    EnumName<AlphaRule>{AlphaRule::optimal, "2/(L+tau)"},
    EnumName<AlphaRule>{AlphaRule::inverse_smoothness, "1/L"}};

inline constexpr std::array kDataSourceNames = {EnumName<DataSource>{DataSource::digits, "digits"},
                                                EnumName<DataSource>{DataSource::mnist, "mnist"},
                                                EnumName<DataSource>{DataSource::libsvm, "libsvm"},
                                                EnumName<DataSource>{DataSource::csv, "csv"},
                                                EnumName<DataSource>{DataSource::sparse, "sparse"}};

inline constexpr std::array kLabelRuleNames = {
    EnumName<LabelRule>{LabelRule::odd_even, "odd-even"},
    EnumName<LabelRule>{LabelRule::two_values, "two-values"},
    EnumName<LabelRule>{LabelRule::as_given, "as-given"}};

/// The spacing `list` has no word: an explicit list is written as a list.
inline constexpr std::array kSpacingNames = {
    EnumName<CheckpointSpec::Spacing>{CheckpointSpec::Spacing::log, "log"},
    EnumName<CheckpointSpec::Spacing>{CheckpointSpec::Spacing::linear, "linear"}};

inline constexpr std::array kDecompositionNames = {
    EnumName<DecompositionRoute>{DecompositionRoute::none, "none"},
    EnumName<DecompositionRoute>{DecompositionRoute::nested, "nested"},
    EnumName<DecompositionRoute>{DecompositionRoute::conditional_mean, "conditional-mean"}};

/// The first word of a kind is written; "aid-fp" is read too.
inline constexpr std::array kMethodKindNames = {
    EnumName<MethodKind>{MethodKind::batch, "batch"},
    EnumName<MethodKind>{MethodKind::batch, "aid-fp"},
    EnumName<MethodKind>{MethodKind::sid, "sid"},
    EnumName<MethodKind>{MethodKind::itd, "itd"},
    EnumName<MethodKind>{MethodKind::aid_cg, "aid-cg"},
    EnumName<MethodKind>{MethodKind::aid_cgnr, "aid-cgnr"},
    EnumName<MethodKind>{MethodKind::saga, "saga"},
    EnumName<MethodKind>{MethodKind::svrg, "svrg"},
    EnumName<MethodKind>{MethodKind::neumann, "neumann"},
    EnumName<MethodKind>{MethodKind::fp_km, "fp-km"},
    EnumName<MethodKind>{MethodKind::stochastic_itd, "stochastic-itd"},
    EnumName<MethodKind>{MethodKind::inexact, "inexact"}};

inline constexpr std::array kLowerIterationNames = {
    EnumName<LowerIteration>{LowerIteration::gradient, "gradient"},
    EnumName<LowerIteration>{LowerIteration::heavy_ball, "heavy-ball"},
    EnumName<LowerIteration>{LowerIteration::accelerated, "accelerated"}};

inline constexpr std::array kLinearIterationNames = {
    EnumName<LinearIteration>{LinearIteration::gradient, "gradient"},
    EnumName<LinearIteration>{LinearIteration::heavy_ball, "heavy-ball"},
    EnumName<LinearIteration>{LinearIteration::conjugate_gradients, "conjugate-gradient"}};

inline constexpr std::array kSamplingNames = {
    EnumName<Sampling>{Sampling::iid, "iid"},
    EnumName<Sampling>{Sampling::without_replacement, "without-replacement"},
    EnumName<Sampling>{Sampling::reshuffle, "reshuffle"}};

inline constexpr std::array kStepKindNames = {
    EnumName<StepKind>{StepKind::constant, "constant"},
    EnumName<StepKind>{StepKind::decreasing, "decreasing"},
    EnumName<StepKind>{StepKind::two_phase, "two-phase"},
    EnumName<StepKind>{StepKind::bound_optimal, "bound-optimal"}};

inline constexpr std::array kOuterCoordinateNames = {
    EnumName<OuterCoordinate>{OuterCoordinate::logarithm, "log"},
    EnumName<OuterCoordinate>{OuterCoordinate::lambda, "lambda"}};

inline constexpr std::array kLadderNames = {EnumName<Ladder>{Ladder::paper, "paper"},
                                            EnumName<Ladder>{Ladder::sharpened, "sharpened"},
                                            EnumName<Ladder>{Ladder::prediction, "prediction"}};

/// The word for `value`; empty if the list has none.
template <class Enum, std::size_t N>
constexpr std::string_view name_of(Enum value, const std::array<EnumName<Enum>, N>& names) {
  for (const EnumName<Enum>& entry : names) {
    if (entry.value == value) return entry.name;
  }
  return {};
}

/// The enumerator that `name` stands for.
template <class Enum, std::size_t N>
constexpr std::optional<Enum> value_of(std::string_view name,
                                       const std::array<EnumName<Enum>, N>& names) {
  for (const EnumName<Enum>& entry : names) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

}  // namespace sid
