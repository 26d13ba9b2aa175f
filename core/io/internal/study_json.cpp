#include "sid/io/internal/study_json.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "sid/io/theory_names.hpp"

namespace sid::internal {

namespace {

constexpr std::array kErrorNames = {EnumName<ErrorKnown>{ErrorKnown::no, "unknown"},
                                    EnumName<ErrorKnown>{ErrorKnown::exact, "exact"},
                                    EnumName<ErrorKnown>{ErrorKnown::measured, "measured"},
                                    EnumName<ErrorKnown>{ErrorKnown::predicted, "predicted"}};

template <class List>
Json texts(const List& list) {
  Json out = Json::array();
  for (const auto& text : list) out.push_back(text);
  return out;
}

Json symbol_json(const StatementSymbol& symbol) {
  Json out;
  out["symbol"] = symbol.symbol;
  out["meaning"] = symbol.meaning;
  out["value"] = json_number(symbol.value);
  out["unit"] = symbol.unit;
  out["source"] = symbol.source;
  out["depends_on"] = texts(symbol.depends_on);
  return out;
}

Json statement_json(const TheoremStatement& statement) {
  Json out;
  out["id"] = statement.id;
  out["title"] = statement.title;
  out["source"] = statement.source;
  out["curve"] = statement.curve;
  out["verdict"] = name_of(statement.verdict, kVerdictNames);
  out["hypotheses"] = texts(statement.hypotheses);
  out["lines"] = texts(statement.lines);
  Json symbols = Json::array();
  for (const StatementSymbol& symbol : statement.symbols) symbols.push_back(symbol_json(symbol));
  out["symbols"] = std::move(symbols);
  return out;
}

Json step_json(const LoosenessStep& step) {
  Json out;
  out["id"] = step.id;
  out["label"] = step.label;
  out["from"] = json_number(step.from);
  out["to"] = json_number(step.to);
  out["decades"] = json_number(step.decades);
  out["sentence"] = step.sentence;
  return out;
}

Json sensitivity_json(const Sensitivity& one) {
  Json out;
  out["id"] = one.id;
  out["symbol"] = one.symbol;
  out["meaning"] = one.meaning;
  out["value"] = json_number(one.value);
  out["up"] = json_number(one.up);
  out["down"] = json_number(one.down);
  out["up_lost"] = one.up_lost;
  out["down_lost"] = one.down_lost;
  return out;
}

/// Those that are known.
Json errors_json(const TrueErrors& errors) {
  Json out = Json::object();
  if (std::isfinite(errors.hypergradient)) out["hypergradient"] = json_number(errors.hypergradient);
  if (std::isfinite(errors.lower)) out["lower"] = json_number(errors.lower);
  if (std::isfinite(errors.linear)) out["linear"] = json_number(errors.linear);
  return out;
}

}  // namespace

Json study_json(const ErrorStudy& study) {
  Json out;
  const TheoryStudy& theory = study.theory;
  out["checkpoint"] = theory.place.checkpoint;
  out["t"] = theory.at.t;
  out["k"] = theory.at.k;
  out["epoch"] = json_number(theory.at.epochs);
  out["error"] = name_of(study.error, kErrorNames);
  out["exact"] = errors_json(study.exact);
  out["measured"] = errors_json(study.measured);
  if (!out["measured"].empty()) out["replicas"] = study.replicas;
  if (study.error == ErrorKnown::measured) {
    out["interval"] = {json_number(study.hypergradient.ci_low),
                       json_number(study.hypergradient.ci_high)};
  }
  Json statements = Json::array(), looseness = Json::array(), sensitivities = Json::array();
  for (const TheoremStatement& one : theory.statements) statements.push_back(statement_json(one));
  for (const LoosenessStep& step : theory.looseness) looseness.push_back(step_json(step));
  for (const Sensitivity& one : theory.sensitivities) {
    sensitivities.push_back(sensitivity_json(one));
  }
  out["statements"] = std::move(statements);
  out["looseness"] = std::move(looseness);
  out["sensitivities"] = std::move(sensitivities);
  return out;
}

Json notes_json(const std::vector<const PaperNote*>& notes) {
  Json out = Json::array();
  for (const PaperNote* note : notes) {
    Json item;
    item["id"] = note->id;
    item["where"] = note->where;
    item["printed"] = note->printed;
    item["holds"] = note->holds;
    item["why"] = note->why;
    item["matters_to"] = texts(note->matters_to);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace sid::internal
