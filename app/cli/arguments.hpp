#pragma once

#include <string>
#include <vector>

#include "sid/io/spec_file.hpp"

namespace sid::cli {

/// What the program returns to the shell.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,    ///< the run failed, diverged or was stopped; what there is was written
  kBadInput = 2,  ///< wrong use, or something wrong with a file or a setting
};

/// An experiment as named on the command line.
struct SpecArguments {
  std::string spec = "start";         ///< file, preset or share string
  std::vector<std::string> settings;  ///< --set key=value
  std::string data_folder;            ///< --data: where the MNIST files are
};

/// Reads and validates. Every issue has the place in the file (or the --set) it came from.
tl::expected<SpecDocument, Errors> load_document(const SpecArguments& arguments);
/// The same, where only the spec matters.
tl::expected<RunSpec, Errors> load_experiment(const SpecArguments& arguments);

/// Each line of `text` on stderr, after "sidlab: ", with control characters made visible. Whether
/// that succeeds is not looked at: it never throws for a full disk.
void say(const std::string& text);

/// Each error as a line on stderr; of very many the first twenty.
void print_errors(const Errors& errors);
void print_error(const Error& error);

/// kOk if everything printed so far reached its destination, else a sentence and kFailed.
int flush_output();

/// Prints text to stdout as it is.
void print(const std::string& text);

/// Columns that `text` takes on a terminal: UTF-8 code points but for those that combine.
std::size_t display_width(const std::string& text);

/// `text` filled up with spaces to `width` columns, on the left or on the right.
std::string pad_left(const std::string& text, std::size_t width);
std::string pad_right(const std::string& text, std::size_t width);

/// Rows as lines with aligned columns: the first `words` columns to the left, the rest to the
/// right; two spaces between.
std::string align_columns(const std::vector<std::vector<std::string>>& rows, std::size_t words);

}  // namespace sid::cli
