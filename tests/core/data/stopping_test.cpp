#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include "sid/data/dataset.hpp"
#include "sid/data/file_bytes.hpp"
#include "sid/data/internal/byte_groups.hpp"
#include "sid/data/internal/pieces.hpp"
#include "sid/data/internal/text_table.hpp"
#include "sid/data/readers.hpp"

#include "support/gzip.hpp"
#include "support/temporary_folder.hpp"

namespace sid::internal {
namespace {

/// Every stage of reading looks at the token by itself: one that is asked for a stop while another
/// works ends there.
class Stopping : public testing::Test {
 protected:
  Stopping() { source_.request_stop(); }

  template <class T>
  static void expect_stopped(const Result<T>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::stopped) << to_string(result.error());
  }

  std::stop_source source_;
  const std::stop_token stop_ = source_.get_token();
};

TEST_F(Stopping, EndsWorkInPieces) {
  std::stop_source source;
  std::int64_t done = 0;
  in_pieces(10 * kPiece, source.get_token(), [&](std::int64_t begin, std::int64_t end) {
    EXPECT_EQ(begin, done);
    done = end;
    if (done == 3 * kPiece) source.request_stop();
  });
  EXPECT_EQ(done, 3 * kPiece);
  in_pieces(5, std::stop_token(), [&](std::int64_t, std::int64_t end) { done = end; });
  EXPECT_EQ(done, 5);
}

TEST_F(Stopping, EndsUnpacking) {
  expect_stopped(unpack_gzip(test::gzip("1,2\n"), "f", kMaxFileBytes, stop_));
}

TEST_F(Stopping, EndsParsing) {
  expect_stopped(parse_csv("1,2\n", "f", stop_));
  expect_stopped(parse_libsvm("1 1:2\n", "f", std::nullopt, stop_));
}

TEST_F(Stopping, EndsTheMakingOfMatrices) {
  EXPECT_FALSE(make_features(2, 1, {1.0, 2.0}, stop_));
  EXPECT_FALSE(FeatureMatrix::make(DenseDouble{1, 1, {0.1}}, stop_));
  EXPECT_FALSE(FeatureMatrix::make(SparseRows{1, 1, {0, 1}, {0}, {1.0}}, stop_));
  const FeatureMatrix sparse(SparseRows{1, 1, {0, 1}, {0}, {1.0}});
  EXPECT_FALSE(settle(sparse, stop_));
  EXPECT_FALSE(widen(sparse, 2, stop_));
  EXPECT_FALSE(make_dataset(sparse, Vector::Ones(1), "one", stop_));
  EXPECT_TRUE(group_bytes(DenseBytes{1, 16, 1.0, std::vector<std::uint8_t>(16, 0)}));
  EXPECT_TRUE(group_bytes(DenseBytes{1, 16, 1.0, std::vector<std::uint8_t>(16, 0)}, stop_)
                  ->row_begin.size() == 1);
}

TEST_F(Stopping, EndsEveryReader) {
  const test::TemporaryFolder folder;
  const std::string csv = folder.write("f.csv", "1,2\n3,4\n");
  const std::string svm = folder.write("f.svm", "1 1:2\n2 1:3\n");
  folder.write(
      "t10k-images-idx3-ubyte",
      std::string("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x05\x06", 18));
  folder.write("t10k-labels-idx1-ubyte",
               std::string("\x00\x00\x08\x01\x00\x00\x00\x02\x03\x04", 10));
  ASSERT_TRUE(read_csv(csv, LabelRule::two_values));
  expect_stopped(read_csv(csv, LabelRule::two_values, stop_));
  ASSERT_TRUE(read_libsvm(svm, LabelRule::two_values));
  expect_stopped(read_libsvm(svm, LabelRule::two_values, std::nullopt, stop_));
  ASSERT_TRUE(read_pair(TextFormat::csv, csv, csv, LabelRule::two_values));
  expect_stopped(read_pair(TextFormat::csv, csv, csv, LabelRule::two_values, stop_));
  const auto images = read_idx_folder(folder.path(), LabelRule::odd_even);
  ASSERT_TRUE(images) << to_string(images.error());
  expect_stopped(read_idx_folder(folder.path(), LabelRule::odd_even, {}, stop_));
}

}  // namespace
}  // namespace sid::internal
