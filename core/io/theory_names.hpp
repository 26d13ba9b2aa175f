#pragma once

#include <array>

#include "sid/io/spec_names.hpp"
#include "sid/theory/report.hpp"

namespace sid {

inline constexpr std::array kQuantityNames = {
    EnumName<Quantity>{Quantity::hypergradient, "hypergradient"},
    EnumName<Quantity>{Quantity::lower_level, "lower level"},
    EnumName<Quantity>{Quantity::linear_system, "linear system"}};

inline constexpr std::array kCurveKindNames = {
    EnumName<CurveKind>{CurveKind::bound, "bound"},
    EnumName<CurveKind>{CurveKind::exact, "exact"},
    EnumName<CurveKind>{CurveKind::prediction, "prediction"},
    EnumName<CurveKind>{CurveKind::floor, "floor"}};

inline constexpr std::array kVerdictNames = {
    EnumName<Verdict>{Verdict::holds, "holds"},
    EnumName<Verdict>{Verdict::holds_on_ball, "holds on a ball"},
    EnumName<Verdict>{Verdict::fails, "fails"},
    EnumName<Verdict>{Verdict::not_covered, "not covered"}};

}  // namespace sid
