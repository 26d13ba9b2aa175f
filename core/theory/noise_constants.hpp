#pragma once

#include <string>

#include "sid/method/noisy_contraction.hpp"
#include "sid/problem/constants.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// Assumption D of one of the two iterations, and where its constants come from.
struct SourcedNoise {
  NoisyContraction map;
  std::string source;  ///< "Remark 4.2", "Theorem 4.3", "sharper σ₂", for sentences
};

/// The constants of a ladder, from which bounds are formed and by which steps are chosen. Each pair
/// (sigma1, sigma2) holds for every w, of the ball or box of `constants` where there is one;
/// infinite entries are not known.
///
/// Lower level, T = Phi(., lambda), w_0 = 0:
///   paper: sigma1 = alpha^2 sigma1', sigma2 = 0 where Remark 4.2 applies, else Theorem 4.3;
///   other ladders: alpha^2 sigma1' and sigma2' of the problem itself.
/// Linear system, T = Psi_w, v_0 = 0:
///   paper: Theorem 4.3 as Theorem 5.1 uses it, sigma1 = 2 L_hat^2 L_E^2/(1-q)^2, and the start
///   (L_E/(1-q))^2; other ladders: the constants of the problem and its own sup of ||v(w)||^2.
SourcedNoise lower_level_noise(const ProblemConstants& constants, Ladder ladder);
SourcedNoise linear_system_noise(const ProblemConstants& constants, Ladder ladder);

/// Theorem 4.3 for the lower level, whether or not Remark 4.2 applies too.
SourcedNoise lower_level_theorem_4_3(const ProblemConstants& constants);

}  // namespace sid
