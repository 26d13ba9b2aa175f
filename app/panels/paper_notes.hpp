#pragma once

#include <span>
#include <string>

#include "sid/app/panels/ui.hpp"
#include "sid/theory/gaps.hpp"

namespace sid::app {

/// Where it stands, what is printed there, what holds, and why.
std::string note_words(const PaperNote& note);

/// The notes below the assumptions: what to read with care in the paper, each with what holds; why
/// on hover. Registers "paper-note/<id>". Nothing where there are none.
void draw_paper_notes(const Ui& ui, std::span<const PaperNote* const> notes, float width);
/// What they take at this width, in pixels.
float paper_notes_height(const Ui& ui, std::span<const PaperNote* const> notes, float width);

}  // namespace sid::app
