#include "sid/data/digits.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/data/internal/handwriting.hpp"
#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

namespace sid {

namespace {

// split() draws from checkpoint 0 of the same role; equal seeds must not tie the two together.
constexpr std::uint32_t kOrderStream = 1;
constexpr std::uint32_t kImageStream = 2;

}  // namespace

std::vector<std::uint8_t> digits_shown(Index count, std::uint64_t seed) {
  SID_EXPECTS(count >= 0 && count <= std::numeric_limits<std::int32_t>::max(),
              "0 to 2^31-1 images are drawn.");
  std::vector<std::uint8_t> digits(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = static_cast<std::uint8_t>(i % 10);
  Stream stream(StreamKey{.seed = seed, .role = Role::data, .checkpoint = kOrderStream});
  for (std::size_t i = 0; i + 1 < digits.size(); ++i) {
    std::swap(digits[i],
              digits[i + static_cast<std::size_t>(stream.index_below(digits.size() - i))]);
  }
  return digits;
}

Result<Dataset> make_digits(Index count, std::uint64_t seed, const std::stop_token& stop) {
  const std::vector<std::uint8_t> digits = digits_shown(count, seed);
  constexpr Index kPixels = internal::kImageSide * internal::kImageSide;
  DenseBytes images{count, kPixels, 1.0 / 255.0, {}};
  images.bytes.resize(static_cast<std::size_t>(count * kPixels));
  Vector labels(count);
  internal::Image image;
  for (Index i = 0; i < count; ++i) {
    if (stop.stop_requested()) return fail(ErrorCode::stopped, "Stopped while drawing digits.");
    const int digit = digits[static_cast<std::size_t>(i)];
    Stream stream(StreamKey{.seed = seed,
                            .role = Role::data,
                            .replica = static_cast<std::uint32_t>(i),
                            .checkpoint = kImageStream});
    internal::draw_digit(digit, stream, image);
    std::copy(image.begin(), image.end(), images.bytes.begin() + i * kPixels);
    labels[i] = digit % 2 == 1 ? 1.0 : -1.0;
  }
  return make_dataset(
      FeatureMatrix(std::move(images)),
      std::move(labels),
      fmt::format("synthetic digits, {} images, seed {}, odd against even", count, seed));
}

Dataset make_digits(Index count, std::uint64_t seed) {
  return *make_digits(count, seed, std::stop_token());
}

}  // namespace sid
