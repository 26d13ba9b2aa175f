#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// A whole spec as one line to read over the phone or paste into a paper:
///
///   sid1;t=500;r=64;m=batch;m=sid,b:10,eta:0.2;m=sid,b:10,step:decreasing#7f3a~0.205
///
/// "sid1" is the format; then key=value settings, defaults left out; '#' and a checksum of what
/// stands before it; '~' and, if known, the mean-square error of the last method at its last
/// checkpoint in the last panel to six digits, which shows whether a run reproduces it.
///
///   p kind · l scalars "0.1,1" · lv vectors "1,2/3,4" · le "low,high,seed" · lf file
///   lower, upper (mean, sum) · alpha
///   d dim · k condition · L smoothness · nm, na, nl noise (multiplicative, additive, lambda)
///   n samples · ps problem seed
///   src, path, vpath, train, val, split, labels: [data]
///   t iterations · cp checkpoints "log,40" or "1,2,5" · r replicas · seed · vary
///   c constants of the theory · title
///   m one method: kind, then name, b minibatch, s sampling, step, eta, beta, gamma (number or
///     "theorem"), bf, gf (factors), sw switch_at, t, k, J jacobian_samples; with "v." before it:
///     the same for the step of the linear system
///
/// In texts ; , # = : ~ / % and white space stand as %XX. White space in a string is ignored.
struct ShareString {
  RunSpec spec;
  std::optional<double> value;  ///< after '~'
  /// A setting this version does not know; kept when the string is written again.
  struct Unknown {
    std::size_t method = 0;  ///< 1-based; 0: not inside a method
    std::string key, value;
    bool operator==(const Unknown&) const = default;
  };
  std::vector<Unknown> unknown;
  bool operator==(const ShareString&) const = default;
};

/// True if `text` begins like a share string ("sid" and digits and ';').
bool looks_like_share_string(std::string_view text);

/// parse_share_string(write_share_string(s)) gives s again, up to value being rounded to six
/// digits, under the conditions of write_spec.
std::string write_share_string(const ShareString& share);

/// Errors: another format version, checksum that does not match, malformed values, a setting given
/// twice. A string without '#' is taken without check.
Result<ShareString> parse_share_string(std::string_view text);

/// A sentence for each unknown setting that names the nearest known one.
std::vector<Error> unknown_settings(const ShareString& share);

}  // namespace sid
