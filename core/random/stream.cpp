#include "sid/random/stream.hpp"

#include <algorithm>
#include <cmath>

#include <Random123/philox.h>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {

namespace {

constexpr unsigned kWords = 4;  // words a block

std::array<std::uint32_t, kWords> philox_block(const std::array<std::uint32_t, 2>& key,
                                               const std::array<std::uint32_t, 2>& label,
                                               std::uint64_t block) {
  const philox4x32_ctr_t counter = {{static_cast<std::uint32_t>(block),
                                     static_cast<std::uint32_t>(block >> 32),
                                     label[0],
                                     label[1]}};
  const philox4x32_key_t words_of_key = {{key[0], key[1]}};
  const philox4x32_ctr_t words = philox4x32(counter, words_of_key);
  return {words.v[0], words.v[1], words.v[2], words.v[3]};
}

std::uint64_t join(std::uint32_t low, std::uint32_t high) {
  return static_cast<std::uint64_t>(low) | static_cast<std::uint64_t>(high) << 32;
}

/// floor(word * count / 2^64) for count <= 2^32, in 64-bit arithmetic.
std::uint64_t multiply_high(std::uint64_t word, std::uint64_t count) {
  const std::uint64_t low = (word & 0xffffffffu) * count;
  const std::uint64_t high = (word >> 32) * count;
  return (high + (low >> 32)) >> 32;
}

}  // namespace

Stream::Stream(const StreamKey& key) {
  SID_EXPECTS(key.checkpoint < (1u << 24), "A stream's checkpoint must be below 2^24.");
  key_ = {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)};
  SID_EXPECTS(key.repetition < (1u << 16), "A stream's repetition must be below 2^16.");
  next_block_ = static_cast<std::uint64_t>(key.repetition) << 48;
  label_ = {key.replica, static_cast<std::uint32_t>(key.role) << 24 | key.checkpoint};
}

void Stream::refill() {
  block_ = philox_block(key_, label_, next_block_);
  ++next_block_;
  used_ = 0;
}

std::uint32_t Stream::next_u32() {
  if (used_ == kWords) refill();
  return block_[used_++];
}

std::uint64_t Stream::next_u64() {
  const std::uint32_t low = next_u32();
  const std::uint32_t high = next_u32();
  return join(low, high);
}

std::uint64_t Stream::index_below(std::uint64_t count) {
  SID_EXPECTS(count >= 1 && count <= (std::uint64_t{1} << 32),
              "An index is drawn from 1 to 2^32 values.");
  return multiply_high(next_u64(), count);
}

void Stream::indices_below(std::uint64_t count, std::span<std::int32_t> out) {
  SID_EXPECTS(count >= 1 && count <= (std::uint64_t{1} << 31),
              "A 32-bit index is drawn from 1 to 2^31 values.");
  std::size_t i = 0;
  while (i < out.size() && used_ != kWords) {
    out[i++] = static_cast<std::int32_t>(multiply_high(next_u64(), count));
    if (used_ % 2 != 0) break;  // the stream stands between the halves of 64-bit draws
  }
  // Whole blocks, which the processor can work on side by side: no state passes between them.
  for (; used_ == kWords && i + 2 <= out.size(); i += 2) {
    const auto words = philox_block(key_, label_, next_block_++);
    out[i] = static_cast<std::int32_t>(multiply_high(join(words[0], words[1]), count));
    out[i + 1] = static_cast<std::int32_t>(multiply_high(join(words[2], words[3]), count));
  }
  for (; i < out.size(); ++i) {
    out[i] = static_cast<std::int32_t>(multiply_high(next_u64(), count));
  }
}

double Stream::uniform() {
  return static_cast<double>(next_u64() >> 11) * 0x1p-53;
}

double Stream::normal() {
  const double radius = std::sqrt(-2.0 * portable_log(1.0 - uniform()));
  return radius * cosine_of_turns(uniform());
}

double Stream::sign() {
  return (next_u32() & 1u) != 0 ? 1.0 : -1.0;
}

}  // namespace sid
