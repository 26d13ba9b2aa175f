#include "sid/app/cli/arguments.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "sid/io/presets.hpp"
#include "sid/run/validation.hpp"

namespace sid::cli {

namespace {

/// Why stdout lost something first; 0: it has not. Later calls succeed or fail for other reasons.
int output_error = 0;

void note_output_error() {
  if (output_error == 0) output_error = errno;
}

/// Names come from users and files: what would move a terminal's cursor or colour it is shown.
std::string visible(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

tl::expected<SpecDocument, Errors> load_document(const SpecArguments& arguments) {
  auto document = open_spec(arguments.spec, arguments.settings);
  if (!document) return tl::unexpected(std::move(document.error()));
  RunSpec& spec = document->spec;
  if (!arguments.data_folder.empty()) {
    if (spec.data.source != DataSource::mnist) {
      return tl::unexpected(Errors{{ErrorCode::bad_input,
                                    "is for the MNIST files, but the experiment does not use them; "
                                    "add --set data.source=mnist.",
                                    "--data"}});
    }
    spec.data.path = arguments.data_folder;
  }
  Errors errors;
  for (const SpecIssue& issue : validate(spec)) {
    errors.push_back({ErrorCode::bad_input, issue.to_string(), document->place_of(issue.field)});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return document;
}

tl::expected<RunSpec, Errors> load_experiment(const SpecArguments& arguments) {
  return load_document(arguments).map(
      [](SpecDocument&& document) { return std::move(document.spec); });
}

void say(const std::string& text) {
  // One write a line: those of several processes do not mix. If it fails, there is nowhere to tell.
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = "sidlab: " + visible(text.substr(begin, end - begin)) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
    begin = end + 1;
  }
}

void print_error(const Error& error) {
  // Names may hold line breaks; a sentence does not.
  say(visible(to_string(error)));
}

void print_errors(const Errors& errors) {
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(errors.size(), kMost); ++i) print_error(errors[i]);
  if (errors.size() > kMost) {
    say(fmt::format("and {} more like these.", errors.size() - kMost));
  }
}

void print(const std::string& text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_output_error();
}

int flush_output() {
  errno = 0;
  if (std::fflush(stdout) != 0) note_output_error();
  if (output_error == 0 && std::ferror(stdout) == 0) return kOk;
  const std::string reason =
      output_error == 0 ? "" : ": " + std::generic_category().message(output_error);
  say(fmt::format("the output could not be written{}.", reason));
  return kFailed;
}

std::size_t display_width(const std::string& text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    // U+0300 to U+036F, the hat of Φ̂, stand on the letter before.
    const bool combining = byte == 0xCCU || (byte == 0xCDU && next <= 0xAFU);
    if ((byte & 0xC0U) != 0x80U && !combining) ++columns;
  }
  return columns;
}

std::string pad_left(const std::string& text, std::size_t width) {
  const std::size_t used = display_width(text);
  return used >= width ? text : std::string(width - used, ' ') + text;
}

std::string pad_right(const std::string& text, std::size_t width) {
  const std::size_t used = display_width(text);
  return used >= width ? text : text + std::string(width - used, ' ');
}

std::string align_columns(const std::vector<std::vector<std::string>>& rows, std::size_t words) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    if (row.size() > widths.size()) widths.resize(row.size(), 0);
    for (std::size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], display_width(row[c]));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c > 0) line += "  ";
      line += c < words ? pad_right(row[c], widths[c]) : pad_left(row[c], widths[c]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace sid::cli
