#include "sid/app/cli/text_layout.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"

namespace sid::cli {

std::string wrapped(const std::string& first, const std::string& text) {
  const std::size_t indent = display_width(first);
  std::string out = first;
  std::size_t used = indent;
  bool fresh = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(' ', at);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const std::string gap = fresh ? "" : text.substr(at, begin - at);
    const std::size_t width = display_width(word);
    if (!fresh && used + gap.size() + width > kLineWidth) {
      out += '\n' + std::string(indent, ' ') + word;
      used = indent + width;
    } else {
      out += gap + word;
      used += gap.size() + width;
    }
    fresh = false;
    at = end;
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

void ReasonList::add(const std::string& mark, const std::string& name, const std::string& reason) {
  for (Group& group : groups_) {
    if (group.mark != mark || group.reason != reason) continue;
    group.names += ", " + name;
    return;
  }
  groups_.push_back({mark, reason, name});
}

std::string ReasonList::lines(const std::string& indent) const {
  std::string out;
  for (const Group& group : groups_) {
    const std::string why = group.reason.empty() ? "" : ": " + group.reason;
    out += wrapped(indent + group.mark + " ", group.names + why);
  }
  return out;
}

std::string bar(double share, int cells) {
  static constexpr std::array<const char*, 8> kParts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double bounded = share > 0.0 ? std::min(share, 1.0) : 0.0;
  const auto eighths = static_cast<std::size_t>(std::lround(bounded * 8.0 * cells));
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
  return out + kParts[eighths % 8];
}

std::string signed_decades(double value) {
  std::string digits = fmt::format("{:.2f}", std::abs(value));
  if (digits == "0.00") return digits;
  return (value < 0.0 ? "−" : "+") + digits;
}

}  // namespace sid::cli
