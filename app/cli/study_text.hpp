#pragma once

#include <string>

#include "sid/run/error_study.hpp"

namespace sid::cli {

/// What the theorems say at the checkpoint of the study, with numbers, and the symbols they use
/// that `theory.constants` does not have; those that do not apply share a line with their reason.
///   scale: Panel::hypergradient_scale.
std::string statement_lines(const TheoryStudy& study, const MethodTheory& theory, double scale);

/// Where the decades between Theorem 3.4 and the error are lost.
std::string looseness_lines(const ErrorStudy& study);

/// What ten per cent more or less of each constant does to the bound.
std::string sensitivity_lines(const TheoryStudy& study);

/// One note on the paper.
std::string note_lines(const PaperNote& note);

}  // namespace sid::cli
