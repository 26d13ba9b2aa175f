#pragma once

#include <array>

#include "sid/app/render/texture_fill.hpp"

namespace sid::app {

/// How a term of Theorem 3.4 looks wherever it is shown: colour belongs to methods, so terms are
/// told apart by texture.
struct TermLook {
  const char* id;  ///< BoundTerm::id
  Texture texture;
  const char* label;  ///< what it is, below its number
  const char* tip;
};
inline constexpr std::array<TermLook, 4> kTerms = {
    TermLook{"jacobian",
             Texture::plain,
             "noise of ∂₂Φ̂",
             "The floor: variance of the final derivative in λ. No step size removes it; more "
             "samples of ∂₂Φ̂ do."},
    TermLook{"lower",
             Texture::diagonal,
             "lower level",
             "Error of wₜ: ρ(t) bounds E‖wₜ − w(λ)‖², times 6c₁²."},
    TermLook{"linear", Texture::dots, "linear system", "Error of vₖ: σ(k) bounds E‖vₖ − v(wₜ)‖²."},
    TermLook{"product", Texture::stripes, "both", "The errors of wₜ and vₖ together."}};

}  // namespace sid::app
