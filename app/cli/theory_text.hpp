#pragma once

#include <string>
#include <vector>

#include "sid/run/error_study.hpp"

namespace sid::cli {

/// Everything known without a run, for people: what `sidlab theory` prints, in lines of at most
/// kLineWidth columns. Constants and assumptions that all methods share come once for each lambda,
/// then for each method what is its own, its curves at the checkpoint of its study, and the study;
/// at the end the notes on the paper that matter here.
///   studies: [panel][method], one for every method.
std::string theory_report(const RunSpec& spec,
                          const ProblemBench& bench,
                          const std::vector<std::vector<MethodTheory>>& theory,
                          const std::vector<std::vector<ErrorStudy>>& studies);

/// "✓", "◐", "✕" or "–".
const char* verdict_mark(Verdict verdict);

}  // namespace sid::cli
