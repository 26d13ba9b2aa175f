#pragma once

#include <memory>
#include <stop_token>

#include "sid/data/dataset.hpp"
#include "sid/math/result.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// Images that the built-in digits can be asked for.
inline constexpr std::int64_t kMaxDigits = 200'000;
/// Images that are generated unless more are needed for train + validation.
inline constexpr std::int64_t kDefaultDigits = 10'000;

/// Rows that built-in sparse rows can be asked for: minibatch indices have 32 bits.
inline constexpr std::int64_t kMaxSparseRows = 2'147'483'647;

/// The data of a spec before the split: either all examples, or two files that are the parts.
/// Neither for generated sparse rows: split_data draws each part where it is needed, so that no row
/// is held twice.
struct LoadedData {
  Dataset all;                                  ///< empty where `pair` is set
  std::shared_ptr<const TrainValidation> pair;  ///< null where `all` is to be split
};

/// Splits of one data set that a run keeps.
struct SplitsKept {
  std::int64_t count = 1;
  std::int64_t made_at_once = 1;  ///< by the threads, at most
};

/// The rule that the labels of `spec` are read by, if one is settled before the file is seen: as
/// asked for; odd against even for images; as they stand for ridge regression on a text file.
std::optional<LabelRule> label_rule(const RunSpec& spec);

/// Generates or reads the data. Labels of text files: by the rule that the spec names; where it
/// names none, two distinct values of any kind are the classes, and more than two must be digits,
/// odd against even. What is wrong with a file is said with its place. Polls `stop`
/// while digits are drawn and about once a megabyte while files are read, and then fails with
/// ErrorCode::stopped. Generated sparse rows of which sparse_data_bytes alone is more than the
/// memory that is known to be free are refused before anything is drawn.
Result<LoadedData> load_data(const DataSpec& spec,
                             const std::stop_token& stop,
                             const SplitsKept& splits = {});

/// Expected bytes of generated sparse rows in all the splits that are kept, and of those being
/// made: what drawing takes besides, and the second copy of the rows that turning labels makes.
/// What a run needs beside its data is not counted.
double sparse_data_bytes(const DataSpec& spec, const SplitsKept& splits);

/// Training and validation part number `replica` (0: the split that split_seed names; others only
/// where splits vary). Fails where train + validation is more than there is, and with
/// ErrorCode::stopped, which is looked for while sparse rows are drawn.
Result<std::shared_ptr<const TrainValidation>> split_data(const LoadedData& data,
                                                          const DataSpec& spec,
                                                          std::int64_t replica,
                                                          const std::stop_token& stop = {});

}  // namespace sid
