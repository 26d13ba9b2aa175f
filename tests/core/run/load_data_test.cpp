#include "sid/run/load_data.hpp"

#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include "sid/files/free_memory.hpp"

#include "core/run/test_specs.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

DataSpec text_spec(DataSource source, const std::string& path) {
  DataSpec spec;
  spec.source = source;
  spec.path = path;
  spec.train = 2;
  spec.validation = 1;
  return spec;
}

TEST(LoadData, TwoValuesOfAnyKindAreClasses) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("two.csv", "0.5,1,7\n0.25,2,3\n-1,0,7\n");
  const auto data = load_data(text_spec(DataSource::csv, path), {});
  ASSERT_TRUE(data) << to_string(data.error());
  EXPECT_EQ(data->all.labels, (Vector(3) << 1.0, -1.0, 1.0).finished());
}

TEST(LoadData, ManyDigitsAreOddOrEvenUnlessTwoValuesAreAskedFor) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("digits.svm", "3 1:0.5\n8 1:1\n5 1:2\n0 1:3\n");
  DataSpec spec = text_spec(DataSource::libsvm, path);
  const auto data = load_data(spec, {});
  ASSERT_TRUE(data) << to_string(data.error());
  EXPECT_EQ(data->all.labels, (Vector(4) << 1.0, -1.0, 1.0, -1.0).finished());
  spec.labels = LabelRule::two_values;
  EXPECT_FALSE(load_data(spec, {}));
}

TEST(LoadData, LabelsThatAreAskedForAreNotGuessed) {
  const test::TemporaryFolder folder;
  // Two values of which the smaller is odd: by size 2 is +1, by oddness 1 is.
  DataSpec spec = text_spec(DataSource::csv, folder.write("two.csv", "0.5,1\n0.25,2\n-1,1\n"));
  const Vector larger = (Vector(3) << -1.0, 1.0, -1.0).finished();
  EXPECT_EQ(load_data(spec, {})->all.labels, larger);
  spec.labels = LabelRule::two_values;
  EXPECT_EQ(load_data(spec, {})->all.labels, larger);
  spec.labels = LabelRule::odd_even;
  EXPECT_EQ(load_data(spec, {})->all.labels, -larger);
  spec.path = folder.write("signs.csv", "0.5,1\n0.25,-1\n");
  const auto signs = load_data(spec, {});
  ASSERT_FALSE(signs);
  EXPECT_NE(to_string(signs.error()).find("use labels = \"two-values\""), std::string::npos);
}

TEST(LoadData, OneClassIsRefusedWithThePlace) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("one.svm", "1 1:0.5\n1 1:1\n");
  const auto data = load_data(text_spec(DataSource::libsvm, path), {});
  ASSERT_FALSE(data);
  EXPECT_NE(to_string(data.error()).find(path), std::string::npos);
}

TEST(LoadData, TwoFilesAreTheSplit) {
  const test::TemporaryFolder folder;
  DataSpec spec = text_spec(DataSource::libsvm, folder.write("train.svm", "1 1:0.5\n-1 2:1\n"));
  spec.validation_path = folder.write("validation.svm", "-1 3:4\n");
  spec.train = 999;  // not looked at
  const auto data = load_data(spec, {});
  ASSERT_TRUE(data) << to_string(data.error());
  const auto parts = split_data(*data, spec, 5);
  ASSERT_TRUE(parts);
  EXPECT_EQ((*parts)->train.rows(), 2);
  EXPECT_EQ((*parts)->validation.rows(), 1);
  EXPECT_EQ((*parts)->train.cols(), 3);
}

TEST(LoadData, SplitsDifferByReplicaAndRepeatBySeed) {
  const test::TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 30; ++i) text += std::to_string(i) + "," + std::to_string(i % 2) + "\n";
  const std::string path = folder.write("split.csv", text);
  DataSpec spec = text_spec(DataSource::csv, path);
  spec.train = 20;
  spec.validation = 10;
  const auto data = load_data(spec, {});
  ASSERT_TRUE(data) << to_string(data.error());
  const auto first = split_data(*data, spec, 0);
  const auto second = split_data(*data, spec, 1);
  EXPECT_NE((*first)->train.fingerprint, (*second)->train.fingerprint);
  spec.split_seed = 2;
  EXPECT_EQ((*split_data(*data, spec, 0))->train.fingerprint, (*second)->train.fingerprint);
  spec.validation = 11;
  const auto too_many = split_data(*data, spec, 0);
  ASSERT_FALSE(too_many);
  EXPECT_NE(too_many.error().message.find("20 + 11 must be ≤ 30"), std::string::npos);
}

TEST(LoadData, SparseRowsAreDrawnPartByPart) {
  DataSpec spec;
  spec.source = DataSource::sparse;
  spec.train = 23;
  spec.validation = 11;
  spec.sparse = {.features = 70, .nonzeros = 5, .noise = 0.1, .seed = 2};
  const auto data = load_data(spec, {});
  ASSERT_TRUE(data) << to_string(data.error());
  EXPECT_EQ(data->all.rows(), 0) << "no row is held before the split";
  const auto parts = *split_data(*data, spec, 0);
  EXPECT_EQ(parts->train.rows(), 23);
  EXPECT_EQ(parts->validation.rows(), 11);
  EXPECT_EQ(parts->train.cols(), 70);
  spec.split_seed += 3;
  EXPECT_EQ((*split_data(*data, spec, 0))->train.fingerprint, [&] {
    DataSpec before = spec;
    before.split_seed -= 3;
    return (*split_data(*data, before, 3))->train.fingerprint;
  }()) << "replica 3 has split_seed + 3";
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(split_data(*data, spec, 0, stop.get_token()).error().code, ErrorCode::stopped);
}

TEST(LoadData, SparseRowsThatCannotFitAreRefusedBeforeTheyAreDrawn) {
  if (!free_memory_bytes()) GTEST_SKIP() << "this system does not say what is free";
  DataSpec spec;
  spec.source = DataSource::sparse;
  spec.train = spec.validation = 1'000'000'000;
  spec.sparse = {.features = 10'000'000, .nonzeros = 2'500'000, .noise = 0.1, .seed = 2};
  const auto data = load_data(spec, {});
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, ErrorCode::bad_input);
  EXPECT_EQ(data.error().place, "data.train");
  EXPECT_NE(data.error().message.find("2000000000 rows of 2500000 entries take about 6e+07 GB"),
            std::string::npos)
      << data.error().message;
}

TEST(LoadData, SparseRowsCountWithTheirCopies) {
  DataSpec spec;
  spec.source = DataSource::sparse;
  spec.train = 600;
  spec.validation = 400;
  spec.sparse = {.features = 70, .nonzeros = 5, .noise = 0.1, .seed = 2};
  const double rows = 1000 * (12.0 * 5 + 16.0), drawing = 28.0 * 70 + 4.0 * 1000;
  EXPECT_EQ(sparse_data_bytes(spec, {}), rows + drawing);
  EXPECT_EQ(sparse_data_bytes(spec, {.count = 7, .made_at_once = 3}), 7 * rows + 3 * drawing);
  EXPECT_EQ(sparse_data_bytes(spec, {.count = 2, .made_at_once = 3}), 2 * (rows + drawing));
  spec.label_noise = 0.2;
  EXPECT_EQ(sparse_data_bytes(spec, {}), 2 * rows);
  EXPECT_EQ(sparse_data_bytes(spec, {.count = 7, .made_at_once = 3}), 10 * rows);
  EXPECT_EQ(sparse_data_bytes(spec, {.count = 0, .made_at_once = 3}), 0.0);
}

TEST(LoadData, RefusesSparseRowsOfMoreSplitsThanFit) {
  if (!free_memory_bytes()) GTEST_SKIP() << "this system does not say what is free";
  DataSpec spec;
  spec.source = DataSource::sparse;
  spec.train = spec.validation = 1000;
  spec.sparse = {.features = 10'000, .nonzeros = 50, .noise = 0.1, .seed = 2};
  EXPECT_TRUE(load_data(spec, {}));
  const auto data = load_data(spec, {}, {.count = 10'000'000'000, .made_at_once = 2});
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().place, "data.train");
  EXPECT_NE(data.error().message.find("in 10000000000 splits"), std::string::npos);
  EXPECT_NE(data.error().message.find("fewer replicas"), std::string::npos);
}

TEST(LoadData, StopsWhileReadingFromEverySource) {
  const test::TemporaryFolder folder;
  const DataSpec csv = text_spec(DataSource::csv, folder.write("f.csv", "1,2\n3,4\n5,2\n"));
  const DataSpec svm =
      text_spec(DataSource::libsvm, folder.write("f.svm", "1 1:2\n2 1:3\n1 1:4\n"));
  DataSpec pair = csv;
  pair.validation_path = csv.path;
  DataSpec mnist = text_spec(DataSource::mnist, folder.path());
  folder.write(
      "t10k-images-idx3-ubyte",
      std::string("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x05\x06", 18));
  folder.write("t10k-labels-idx1-ubyte",
               std::string("\x00\x00\x08\x01\x00\x00\x00\x02\x03\x04", 10));
  std::stop_source stop;
  stop.request_stop();
  for (const DataSpec& spec : {csv, svm, pair, mnist, DataSpec{}}) {
    EXPECT_TRUE(spec.source == DataSource::digits || load_data(spec, {})) << spec.path;
    const auto data = load_data(spec, stop.get_token());
    ASSERT_FALSE(data) << spec.path;
    EXPECT_EQ(data.error().code, ErrorCode::stopped) << to_string(data.error());
  }
}

}  // namespace
}  // namespace sid
