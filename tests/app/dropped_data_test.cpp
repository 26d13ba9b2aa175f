#include "sid/app/state/dropped_data.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

RunSpec spec_with(std::int64_t minibatch) {
  RunSpec spec;
  spec.methods.resize(1);
  spec.methods[0].minibatch = minibatch;
  return spec;
}

std::string lines(int count, const std::string& line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line + "\n";
  return text;
}

TEST(DroppedData, IsRecognisedByItsName) {
  const test::TemporaryFolder folder;
  const auto source = [&](const std::string& path) {
    return with_dropped_data(spec_with(1), path).data.source;
  };
  EXPECT_EQ(source(folder.path()), DataSource::mnist);
  EXPECT_EQ(source(folder.file("train-images-idx3-ubyte.gz")), DataSource::mnist);
  EXPECT_EQ(source(folder.file("wine.csv")), DataSource::csv);
  EXPECT_EQ(source(folder.file("wine.tsv.gz")), DataSource::csv);
  EXPECT_EQ(source(folder.file("a9a")), DataSource::libsvm);
  EXPECT_EQ(with_dropped_data(spec_with(1), folder.file("train-images-idx3-ubyte")).data.path,
            folder.path());
}

TEST(DroppedData, BecomesLogisticRegression) {
  RunSpec spec = spec_with(1);
  ASSERT_EQ(spec.problem.kind, ProblemKind::quadratic);
  EXPECT_EQ(with_dropped_data(spec, "a9a").problem.kind, ProblemKind::logistic);
  spec.problem.kind = ProblemKind::logistic_multi;
  EXPECT_EQ(with_dropped_data(spec, "a9a").problem.kind, ProblemKind::logistic_multi);
}

TEST(DroppedData, KeepsNothingThatWasSaidOfOtherLabels) {
  RunSpec spec = spec_with(1);
  spec.problem.kind = ProblemKind::data_weights;
  spec.problem.lambda = std::vector<double>{0.0};
  spec.data.label_noise = 0.3;
  spec.data.labels = LabelRule::odd_even;
  const RunSpec dropped = with_dropped_data(spec, "a9a");
  EXPECT_EQ(dropped.problem.kind, ProblemKind::data_weights);
  EXPECT_EQ(dropped.data.label_noise, 0.0);
  EXPECT_EQ(dropped.data.labels, std::nullopt);
}

TEST(DroppedData, SplitsFewRowsInHalvesAndKeepsMinibatchesWithin) {
  const test::TemporaryFolder folder;
  const std::string rows = "# comment\n\n" + lines(41, "1 1:0.5 2:0.25");
  const RunSpec few = with_dropped_data(spec_with(50), folder.write("few", rows));
  EXPECT_EQ(few.data.train, 20);
  EXPECT_EQ(few.data.validation, 21);
  EXPECT_EQ(few.methods[0].minibatch, 20);
  RunSpec small = spec_with(5);
  small.problem.kind = ProblemKind::logistic;
  small.data.train = 15;
  small.data.validation = 10;
  const RunSpec enough = with_dropped_data(small, folder.file("few"));
  EXPECT_EQ(enough.data.train, 15);
  EXPECT_EQ(enough.data.validation, 10);
  EXPECT_EQ(enough.methods[0].minibatch, 5);
}

TEST(DroppedData, DoesNotCountAHeader) {
  const test::TemporaryFolder folder;
  const auto used = [&](const std::string& text) {
    const DataSpec data = with_dropped_data(spec_with(1), folder.write("a.csv", text)).data;
    return data.train + data.validation;
  };
  EXPECT_EQ(used("height,weight,label\n" + lines(30, "1.5,2,1")), 30);
  EXPECT_EQ(used(lines(30, "1.5,2,yes")), 30);
}

TEST(DroppedData, LeavesWhatItCannotCount) {
  const test::TemporaryFolder folder;
  const RunSpec absent = with_dropped_data(spec_with(50), folder.file("absent.csv"));
  EXPECT_EQ(absent.data.train, DataSpec{}.train);
  EXPECT_EQ(absent.data.path, folder.file("absent.csv"));
  EXPECT_EQ(with_dropped_data(spec_with(50), folder.write("one", "1 1:2\n")).data.train,
            DataSpec{}.train);
}

}  // namespace
}  // namespace sid::app
