#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "sid/data/dataset.hpp"
#include "sid/data/label_rule.hpp"
#include "sid/math/result.hpp"

namespace sid {

// Every reader returns the whole file or one sentence about its first defect, never a part. Files
// are limited to 2^31 bytes (unpacked) and 10^7 columns. Not-a-number, infinite and unrepresentable
// values are defects. The number format does not depend on the locale. `stop` is looked at about
// once a megabyte of work; then they fail with ErrorCode::stopped.

/// Reads the IDX pair that find_idx_files (locate.hpp) finds in `folder`, which may also be the
/// path of the images file itself. Features are bytes / 255. Lengths must fit the headers exactly.
Result<Dataset> read_idx_folder(const std::string& folder,
                                LabelRule labels,
                                const std::string& prefix = {},
                                const std::stop_token& stop = {});

/// LIBSVM text, plain or gzip: "label index:value index:value ...", indices from 1, ascending, "#"
/// begins a comment. `columns` is the number of columns if known (a file may use fewer), else the
/// largest index found. Sparse storage where at most a quarter of the entries is non-zero, else as
/// make_features. Defects are placed by line and character.
Result<Dataset> read_libsvm(const std::string& path,
                            LabelRule labels,
                            std::optional<Index> columns = std::nullopt,
                            const std::stop_token& stop = {});
/// Comma-, semicolon- or tab-separated numbers, plain or gzip, one example a line; blank lines and
/// lines that begin with "#" are skipped; double quotes around a field are allowed. The first line
/// is a header if none of its fields is a number, or if one is named "label", "y" or "target" (in
/// any case). The label is the column of that name, else the last. Defects are placed by line and
/// number of the field.
Result<Dataset> read_csv(const std::string& path,
                         LabelRule labels,
                         const std::stop_token& stop = {});

enum class TextFormat { libsvm, csv };

/// Training and validation files of one format. LIBSVM: both get the larger number of columns. CSV:
/// numbers of columns, and names where both files have them, must agree. The label rule takes its
/// two values from the training file; the validation file may lack one of them.
Result<TrainValidation> read_pair(TextFormat format,
                                  const std::string& train_path,
                                  const std::string& validation_path,
                                  LabelRule labels,
                                  const std::stop_token& stop = {});

/// What a file holds, in a few lines of text, or what is wrong with it and where. Recognises IDX,
/// LIBSVM, CSV (also gzipped) and folders with IDX files.
Result<std::string> describe_data_file(const std::string& path);

}  // namespace sid
