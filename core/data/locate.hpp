#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sid/math/result.hpp"

namespace sid {

/// An IDX pair on disk.
struct IdxFiles {
  std::string images, labels;  ///< paths
  std::string prefix;          ///< what the names have before "images": "t10k", "train"
};

/// The pair in a folder: `<prefix>-images-idx3-ubyte[.gz]` and `<prefix>-labels-idx1-ubyte[.gz]`
/// (or with a point before idx), where prefix is the one given, else "t10k" if those exist, else
/// "train". Instead of the folder, the path of the images or labels file itself, whatever its
/// prefix; its partner is looked for beside it. The error lists what was looked for.
Result<IdxFiles> find_idx_files(const std::string& path, const std::string& prefix = {});

/// Where MNIST is: `path` if it is not empty, else the first that holds an IDX pair of the
/// environment variables SIDLAB_MNIST_DIR and SIDLAB_DATA (or its subfolder "mnist") and
/// $XDG_DATA_HOME/sidlab/mnist (~/.local/share/sidlab/mnist where that is unset). The error lists
/// all places and file names. Returns a path for read_idx_folder.
Result<std::string> locate_mnist(const std::string& path = {}, const std::string& prefix = {});

/// The places that locate_mnist looks at, in order, each with where it comes from:
/// "SIDLAB_DATA: /data/mnist".
std::vector<std::string> mnist_places(const std::string& path = {});

}  // namespace sid
