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

/// The data of a spec before the split: either all examples, or two files that are the parts.
struct LoadedData {
  Dataset all;                                  ///< empty where `pair` is set
  std::shared_ptr<const TrainValidation> pair;  ///< null where `all` is to be split
};

/// Generates or reads the data. Labels of text files: with "two-values" they must be two distinct
/// values; with "odd-even" two distinct values of any kind are accepted too, and more than two must
/// be digits. What is wrong with a file is said with its place.
Result<LoadedData> load_data(const DataSpec& spec, const std::stop_token& stop);

/// Training and validation part number `replica` (0: the split that split_seed names; others only
/// where splits vary). Fails where train + validation is more than there is.
Result<std::shared_ptr<const TrainValidation>> split_data(const LoadedData& data,
                                                          const DataSpec& spec,
                                                          std::int64_t replica);

}  // namespace sid
