#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "sid/data/internal/idx_bytes.hpp"
#include "sid/data/locate.hpp"

namespace sid::internal {

/// The two files of a set of images, read and parsed. Not movable: the arrays point into the bytes.
struct IdxPair {
  IdxPair() = default;
  IdxPair(const IdxPair&) = delete;
  IdxPair& operator=(const IdxPair&) = delete;

  std::string image_bytes, label_bytes;
  IdxArray images;  ///< two to four dimensions
  IdxArray labels;  ///< one dimension; as many as there are images
};

/// Errors: those of read_bytes() and parse_idx() for either file, and files that do not belong
/// together: images and labels interchanged, other counts.
Result<std::unique_ptr<const IdxPair>> read_idx_pair(const IdxFiles& files,
                                                     const std::stop_token& stop = {});

}  // namespace sid::internal
