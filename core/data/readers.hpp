#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sid/data/dataset.hpp"
#include "sid/math/result.hpp"

namespace sid {

/// How class labels become {-1,+1}.
enum class LabelRule {
  odd_even,    ///< digit labels 0..9: odd is +1, even is -1
  two_values,  ///< exactly two distinct values: the smaller is -1, the larger +1
  as_given,    ///< real-valued targets, for regression
};

/// Reads `<folder>/<prefix>-images-idx3-ubyte[.gz]` and `<prefix>-labels-idx1-ubyte[.gz]`, where
/// prefix is "t10k" if those exist, else "train"; or the prefix given. Features are bytes / 255.
Result<Dataset> read_idx_folder(const std::string& folder,
                                LabelRule labels,
                                const std::string& prefix = {});
/// LIBSVM text, plain or gzip: "label index:value index:value ...", indices from 1, ascending.
/// `columns` is the number of columns if known (a validation file may use fewer), else the largest
/// index found. Every defect is reported with line and column; nothing half-loaded is returned.
Result<Dataset> read_libsvm(const std::string& path,
                            LabelRule labels,
                            std::optional<Index> columns = std::nullopt);
/// Comma-, semicolon- or tab-separated numbers, plain or gzip, one example a line; an optional
/// header line of names; the label is the last column, or the one named "label", "y" or "target".
Result<Dataset> read_csv(const std::string& path, LabelRule labels);

/// Training and validation LIBSVM (or CSV) files with one number of columns (the larger).
enum class TextFormat { libsvm, csv };
Result<TrainValidation> read_pair(TextFormat format,
                                  const std::string& train_path,
                                  const std::string& validation_path,
                                  LabelRule labels);

/// What a file holds, in a few lines of text, or what is wrong with it and where. Recognises IDX,
/// LIBSVM, CSV (also gzipped) and folders with IDX files.
Result<std::string> describe_data_file(const std::string& path);

}  // namespace sid
