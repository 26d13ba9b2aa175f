#pragma once

#include <vector>

#include "sid/io/json_text.hpp"
#include "sid/run/error_study.hpp"

namespace sid::internal {

/// "study" of a method in theory.json; theory_json.hpp says what is in it.
Json study_json(const ErrorStudy& study);

/// "notes" of theory.json.
Json notes_json(const std::vector<const PaperNote*>& notes);

}  // namespace sid::internal
