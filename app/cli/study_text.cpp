#include "sid/app/cli/study_text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/app/cli/text_layout.hpp"
#include "sid/app/cli/theory_text.hpp"
#include "sid/io/constants_table.hpp"
#include "sid/math/numbers.hpp"

namespace sid::cli {

namespace {

std::string read(double value) {
  return format_for_reading(value);
}

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b)) ||
         std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

/// The tables of constants show this symbol with this value.
bool among_constants(const StatementSymbol& symbol, const MethodTheory& theory, double scale) {
  const auto entries = constant_entries();
  return std::any_of(entries.begin(), entries.end(), [&](const ConstantEntry& entry) {
    return entry.symbol == symbol.symbol &&
           same(entry.shown(theory.constants, scale), symbol.value);
  });
}

/// The symbols of the statements that apply, each once.
std::vector<StatementSymbol> further_symbols(const TheoryStudy& study,
                                             const MethodTheory& theory,
                                             double scale) {
  std::vector<StatementSymbol> out;
  for (const TheoremStatement& statement : study.statements) {
    if (!statement.has_value) continue;
    for (const StatementSymbol& symbol : statement.symbols) {
      const bool known = std::any_of(
          out.begin(), out.end(), [&](const auto& one) { return one.symbol == symbol.symbol; });
      if (!known && !among_constants(symbol, theory, scale)) out.push_back(symbol);
    }
  }
  return out;
}

/// How the whole way ends.
const char* end_of(ErrorKnown error) {
  switch (error) {
    case ErrorKnown::exact:
      return "the exact error";
    case ErrorKnown::measured:
      return "the measured error";
    case ErrorKnown::predicted:
    case ErrorKnown::no:
      break;
  }
  return "the prediction (no bound, not exact)";
}

std::string shift_text(double decades, bool lost) {
  return lost ? "lost" : signed_decades(decades);
}

}  // namespace

std::string statement_lines(const TheoryStudy& study, const MethodTheory& theory, double scale) {
  std::string out;
  ReasonList absent;
  for (const TheoremStatement& statement : study.statements) {
    const std::vector<std::string>& lines = statement.lines;
    if (!statement.has_value) {
      absent.add(
          verdict_mark(statement.verdict), statement.title, lines.empty() ? "" : lines.back());
      continue;
    }
    out += wrapped(fmt::format("      {} ", verdict_mark(statement.verdict)),
                   fmt::format("{}  [{}]", statement.title, statement.source));
    for (const std::string& line : lines) out += wrapped("          ", line);
  }
  out += absent.lines("      ");
  const std::vector<StatementSymbol> symbols = further_symbols(study, theory, scale);
  if (symbols.empty()) return out;
  out += "    further symbols in them\n";
  for (const StatementSymbol& symbol : symbols) {
    const std::string source = symbol.source.empty() ? "" : " [" + symbol.source + "]";
    out += wrapped(fmt::format("      {} {}  {} ",
                               pad_right(symbol.symbol, 17),
                               pad_left(read(symbol.value), 10),
                               pad_right(symbol.unit, 9)),
                   symbol.meaning + source);
  }
  return out;
}

std::string looseness_lines(const ErrorStudy& study) {
  const std::vector<LoosenessStep>& steps = study.theory.looseness;
  if (steps.empty()) {
    return wrapped("    ",
                   study.error == ErrorKnown::no
                       ? "Where the decades are lost takes the error, which only a run tells here: "
                         "it is neither known exactly nor predicted, and no run is named whose "
                         "replicas all came here."
                       : "Where the decades are lost cannot be said: Theorem 3.4 has no value.");
  }
  double total = 0.0, widest = 0.0;
  for (const LoosenessStep& step : steps) {
    total += step.decades;
    widest = std::max(widest, std::abs(step.decades));
  }
  std::string out =
      wrapped("    ",
              fmt::format("where {} decades are lost, from Theorem 3.4 with {} = {} to {} = {}",
                          fmt::format("{:.2f}", total),
                          steps.front().id == "noise_constants" ? "the paper's constants"
                                                                : "sharper noise constants",
                          read(steps.front().from),
                          end_of(study.error),
                          read(steps.back().to)));
  for (const LoosenessStep& step : steps) {
    out += wrapped(fmt::format("      {} {}  {}  ",
                               pad_left(signed_decades(-step.decades), 6),
                               pad_right(bar(step.decades / widest, 20), 20),
                               pad_left(read(step.to), 10)),
                   step.label);
    out += wrapped("             ", step.sentence);
  }
  return out;
}

std::string sensitivity_lines(const TheoryStudy& study) {
  if (study.sensitivities.empty()) {
    return "    No bound of the hypergradient is drawn whose constants could be moved.\n";
  }
  double widest = 0.0;
  for (const Sensitivity& one : study.sensitivities) {
    if (std::isfinite(one.size())) widest = std::max(widest, one.size());
  }
  std::string out =
      "    what the bound hangs on: its change in decades if a constant is 1.1 or 0.9 times as "
      "large\n";
  for (const Sensitivity& one : study.sensitivities) {
    const double share = widest > 0.0 ? one.size() / widest : 0.0;
    out += wrapped(fmt::format("      {} {}  {} {}  {}  ",
                               pad_right(one.symbol, 10),
                               pad_left(read(one.value), 10),
                               pad_left(shift_text(one.up, one.up_lost), 6),
                               pad_left(shift_text(one.down, one.down_lost), 6),
                               pad_right(bar(share, 14), 14)),
                   one.meaning);
  }
  return out;
}

std::string note_lines(const PaperNote& note) {
  std::string out = fmt::format("  {}  {}\n", note.id, note.where);
  const auto part = [&](const char* name, std::string_view text) {
    out += wrapped(fmt::format("      {}  ", pad_right(name, 7)), std::string(text));
  };
  part("printed", note.printed);
  part("holds", note.holds);
  part("why", note.why);
  std::string names;
  for (const std::string_view id : note.matters_to) {
    names += (names.empty() ? "" : ", ") + std::string(id);
  }
  if (!names.empty()) part("for", names);
  return out;
}

}  // namespace sid::cli
