#include "sid/io/parts_table.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/results.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/runner.hpp"

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

RunSpec spec_with_parts(DecompositionRoute route) {
  RunSpec spec;
  spec.problem.lambda = std::vector<double>{0.5, 2.0};
  spec.problem.quadratic.dim = 3;
  spec.run.iterations = 40;
  spec.run.checkpoints.count = 4;
  spec.run.replicas = 6;
  spec.run.decomposition = route;
  spec.run.inner_replicas = 3;
  spec.methods = default_methods();
  return spec;
}

ResultTables tables_of(const RunSpec& spec, int threads = 2, Shard shard = {}) {
  RunnerOptions options;
  options.threads = threads;
  const RunSnapshot run = run_to_end(spec, options, {}, {}, shard);
  EXPECT_EQ(run.status, RunStatus::finished) << run.message;
  return make_tables(run, evaluate_theory(spec, *run.bench), this_program(threads, shard));
}

class PartsTables : public testing::TestWithParam<DecompositionRoute> {
 protected:
  std::string folder_of(const std::string& name, const ResultTables& tables) {
    std::string folder = folder_.file(name);
    std::filesystem::create_directory(folder);
    EXPECT_TRUE(write_tables(folder, tables));
    return folder;
  }
  test::TemporaryFolder folder_;
};

TEST_P(PartsTables, AreTheSameForAnyNumberOfThreads) {
  const RunSpec spec = spec_with_parts(GetParam());
  const ResultTables one = tables_of(spec, 1), four = tables_of(spec, 4);
  EXPECT_THAT(one.parts, StartsWith("method,lambda,t,k,epoch,replicas,mse,mse_se,bias_squared,"));
  EXPECT_THAT(one.conditional, HasSubstr("within,error_1"));
  EXPECT_EQ(one.parts, four.parts);
  EXPECT_EQ(one.conditional, four.conditional);
}

TEST_P(PartsTables, AreReadBackToTheSameBytes) {
  const ResultTables tables = tables_of(spec_with_parts(GetParam()));
  const auto read = read_results(folder_of("one", tables));
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(write_parts_csv(read->snapshot), tables.parts);
  EXPECT_EQ(write_conditional_csv(read->snapshot), tables.conditional);
}

TEST_P(PartsTables, OfShardsMakeTheBytesOfOneRun) {
  const RunSpec spec = spec_with_parts(GetParam());
  std::vector<std::string> folders;
  for (std::int64_t i : {2, 0, 1}) {
    folders.push_back(
        folder_of("s" + std::to_string(i), tables_of(spec, 2, {.index = i, .count = 3})));
  }
  const auto merged = merge_results(folders);
  ASSERT_TRUE(merged) << to_string(merged.error());
  const ResultTables whole = tables_of(spec);
  EXPECT_EQ(merged->parts, whole.parts);
  EXPECT_EQ(merged->conditional, whole.conditional);
  EXPECT_EQ(merged->curves, whole.curves);
}

TEST_P(PartsTables, MalformedOnesAreReportedWithFileAndLine) {
  const ResultTables good = tables_of(spec_with_parts(GetParam()));
  const auto sentence = [&](const char* from, const char* to) {
    ResultTables bad = good;
    const std::size_t at = bad.conditional.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    bad.conditional.replace(at, std::string(from).size(), to);
    const std::string folder = folder_.file("bad");
    std::filesystem::remove_all(folder);
    const auto read = read_results(folder_of("bad", bad));
    return read ? std::string() : to_string(read.error());
  };
  EXPECT_THAT(sentence("within", "without"), HasSubstr("conditional.csv:1:"));
  EXPECT_THAT(sentence(",0.5,", ",0.7,"), HasSubstr("the spec has no lambda '0.7'"));
  EXPECT_THAT(sentence(",0.5,0,", ",0.5,x,"), HasSubstr("'x' in column 'replica'"));
}

INSTANTIATE_TEST_SUITE_P(Routes,
                         PartsTables,
                         testing::Values(DecompositionRoute::nested,
                                         DecompositionRoute::conditional_mean),
                         [](const auto& one) {
                           return one.param == DecompositionRoute::nested
                                      ? std::string("nested")
                                      : std::string("conditional_mean");
                         });

TEST(PartsTable, IsEmptyWhereThePartsWereNotMeasured) {
  const ResultTables tables = tables_of(spec_with_parts(DecompositionRoute::none));
  EXPECT_THAT(tables.parts, IsEmpty());
  EXPECT_THAT(tables.conditional, IsEmpty());
}

}  // namespace
}  // namespace sid
