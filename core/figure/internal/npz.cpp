#include "sid/figure/internal/npz.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <zip.h>

#include "sid/math/contract.hpp"

namespace sid::internal {

namespace {

template <class Integer>
void append_little_endian(std::string& out, Integer value, int count) {
  for (int i = 0; i < count; ++i) {
    out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
}

/// Magic, version, length and dictionary, filled with spaces so that the data begin at a multiple
/// of 64 bytes.
std::string npy_header(const std::string& type, const std::string& shape) {
  constexpr std::size_t kPrefix = 10;
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", type, shape);
  text.append(63 - (kPrefix + text.size()) % 64, ' ');
  text += '\n';
  std::string out = "\x93NUMPY\x01";
  out += '\0';
  append_little_endian(out, text.size(), 2);
  return out + text;
}

/// Code points; U+FFFD for each byte that is no UTF-8.
std::vector<std::uint32_t> code_points(std::string_view text) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int more = lead < 0x80   ? 0
                     : lead < 0xC2 ? -1
                     : lead < 0xE0 ? 1
                     : lead < 0xF0 ? 2
                     : lead < 0xF5 ? 3
                                   : -1;
    std::uint32_t point = more <= 0 ? lead : lead & (0x3FU >> more);
    bool good = more >= 0 && i + static_cast<std::size_t>(more) < text.size();
    for (int j = 1; good && j <= more; ++j) {
      const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(j)]);
      good = (next & 0xC0U) == 0x80U;
      point = (point << 6U) | (next & 0x3FU);
    }
    const bool overlong = (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
    good = good && !overlong && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
    out.push_back(good ? point : kReplacement);
    i += good ? static_cast<std::size_t>(more) + 1 : 1;
  }
  return out;
}

std::string text_of(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

struct CloseSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

tl::unexpected<Error> no_archive(const std::string& why) {
  return fail(ErrorCode::breakdown, "the archive could not be made: " + why + ".");
}

Result<void> add_files(zip_t* archive,
                       const std::vector<std::pair<std::string, std::string>>& files) {
  for (const auto& [name, content] : files) {
    zip_source_t* const source =
        zip_source_buffer(archive, content.data(), static_cast<zip_uint64_t>(content.size()), 0);
    if (source == nullptr) return no_archive(zip_strerror(archive));
    const zip_int64_t index =
        zip_file_add(archive, (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      return no_archive(zip_strerror(archive));
    }
    const auto file = static_cast<zip_uint64_t>(index);
    constexpr zip_uint16_t kMidnight = 0, kFirstOfJanuary1980 = (1U << 5U) | 1U;
    if (zip_set_file_compression(archive, file, ZIP_CM_STORE, 0) != 0 ||
        zip_file_set_dostime(archive, file, kMidnight, kFirstOfJanuary1980, 0) != 0) {
      return no_archive(zip_strerror(archive));
    }
  }
  return {};
}

}  // namespace

void NpzWriter::add(const std::string& name, const std::vector<double>& values) {
  add_array(name, fmt::format("({},)", values.size()), values);
}

void NpzWriter::add(const std::string& name, const std::vector<double>& values, std::size_t rows) {
  SID_EXPECTS(rows > 0 && values.size() % rows == 0, "a matrix has whole rows");
  add_array(name, fmt::format("({}, {})", rows, values.size() / rows), values);
}

void NpzWriter::add_array(const std::string& name,
                          const std::string& shape,
                          const std::vector<double>& values) {
  std::string file = npy_header("<f8", shape);
  file.reserve(file.size() + 8 * values.size());
  for (const double value : values) {
    append_little_endian(file, std::bit_cast<std::uint64_t>(value), 8);
  }
  files_.emplace_back(name, std::move(file));
}

void NpzWriter::add_text(const std::string& name, std::string_view text) {
  const std::vector<std::uint32_t> points = code_points(text);
  // An array of dtype U0 does not exist.
  std::string file = npy_header(fmt::format("<U{}", std::max<std::size_t>(points.size(), 1)), "()");
  for (const std::uint32_t point : points) append_little_endian(file, point, 4);
  if (points.empty()) append_little_endian(file, 0U, 4);
  files_.emplace_back(name, std::move(file));
}

Result<std::string> NpzWriter::bytes() const {
  zip_error_t error;
  zip_error_init(&error);
  const std::unique_ptr<zip_source_t, CloseSource> source(
      zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!source) return no_archive(text_of(error));
  {
    std::unique_ptr<zip_t, Discard> archive(
        zip_open_from_source(source.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
    if (!archive) return no_archive(text_of(error));
    zip_source_keep(source.get());  // closing the archive gives up one
    if (auto added = add_files(archive.get(), files_); !added) {
      return tl::unexpected<Error>(added.error());
    }
    if (zip_close(archive.get()) != 0) return no_archive(zip_strerror(archive.get()));
    (void)archive.release();
  }
  zip_stat_t stat;
  if (zip_source_stat(source.get(), &stat) != 0 || zip_source_open(source.get()) != 0) {
    return no_archive("it cannot be read back");
  }
  std::string out(static_cast<std::size_t>(stat.size), '\0');
  const zip_int64_t got = zip_source_read(source.get(), out.data(), out.size());
  zip_source_close(source.get());
  if (got != static_cast<zip_int64_t>(out.size())) return no_archive("it cannot be read back");
  return out;
}

}  // namespace sid::internal
