#include "sid/data/internal/idx_pair.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "sid/data/file_bytes.hpp"

namespace sid::internal {

namespace {

Result<void> read_array(const std::string& path,
                        std::string& bytes,
                        IdxArray& array,
                        const std::stop_token& stop) {
  Result<std::string> content = read_bytes(path, kMaxFileBytes, stop);
  if (!content) return tl::unexpected<Error>(std::move(content.error()));
  bytes = *std::move(content);
  Result<IdxArray> parsed = parse_idx(bytes, path);
  if (!parsed) return tl::unexpected<Error>(std::move(parsed.error()));
  array = *std::move(parsed);
  return {};
}

Result<void> check_pair(const IdxPair& pair, const IdxFiles& files) {
  if (pair.images.sizes.size() < 2) {
    return fail(ErrorCode::bad_input,
                "The images file has one dimension; it may be the labels file.",
                files.images);
  }
  if (pair.labels.sizes.size() != 1) {
    return fail(ErrorCode::bad_input,
                fmt::format("The labels file has {} dimensions instead of one; it may be the "
                            "images file.",
                            pair.labels.sizes.size()),
                files.labels);
  }
  if (pair.images.count() != pair.labels.count()) {
    return fail(ErrorCode::bad_input,
                fmt::format("There are {} images but {} labels in {}; the two files do not belong "
                            "together.",
                            pair.images.count(),
                            pair.labels.count(),
                            std::filesystem::path(files.labels).filename().string()),
                files.images);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<const IdxPair>> read_idx_pair(const IdxFiles& files,
                                                     const std::stop_token& stop) {
  auto pair = std::make_unique<IdxPair>();
  Result<void> good = read_array(files.images, pair->image_bytes, pair->images, stop);
  if (good) good = read_array(files.labels, pair->label_bytes, pair->labels, stop);
  if (good) good = check_pair(*pair, files);
  if (!good) return tl::unexpected<Error>(std::move(good.error()));
  return std::unique_ptr<const IdxPair>(std::move(pair));
}

}  // namespace sid::internal
