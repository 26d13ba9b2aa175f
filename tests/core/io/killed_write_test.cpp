#include <cstdio>
#include <filesystem>
#include <set>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sid/io/results.hpp"
#include "sid/run/runner.hpp"

#include "support/temporary_folder.hpp"

namespace {

/// Renamings and removals that this process may still do; the next one kills it. Negative: any
/// number.
int changes_left = -1;

void count_change() {
  if (changes_left == 0) ::_exit(9);
  if (changes_left > 0) --changes_left;
}

}  // namespace

// The program's own definitions take the place of the C library's.
extern "C" int rename(const char* from, const char* to) noexcept {
  count_change();
  return ::renameat(AT_FDCWD, from, AT_FDCWD, to);
}

extern "C" int unlink(const char* path) noexcept {
  count_change();
  return ::unlinkat(AT_FDCWD, path, 0);
}

namespace sid {
namespace {

using testing::HasSubstr;

ResultTables tables_with_seed(std::int64_t seed) {
  RunSpec spec;
  spec.problem.kind = ProblemKind::quadratic;
  spec.problem.quadratic.dim = 3;
  spec.run.iterations = 4;
  spec.run.replicas = 2;
  spec.run.seed = seed;
  MethodSpec method;
  method.minibatch = 5;
  method.step.eta = 0.1;
  spec.methods = {method};
  const RunSnapshot run = run_to_end(spec);
  EXPECT_EQ(run.status, RunStatus::finished) << run.message;
  return make_tables(run, evaluate_theory(spec, *run.bench), this_program(1, {}));
}

/// Writes in a process of its own that is killed before its change number `changes`. Whether it got
/// to the end.
bool write_killed_at(int changes, const std::string& folder, const ResultTables& tables) {
  const pid_t child = ::fork();
  if (child == 0) {
    changes_left = changes;
    ::_exit(write_tables(folder, tables) ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_NE(WEXITSTATUS(status), 1);
  return WEXITSTATUS(status) == 0;
}

TEST(KilledWrite, NeverLooksLikeResults) {
  const ResultTables old = tables_with_seed(1), young = tables_with_seed(2);
  ASSERT_NE(old.curves, young.curves);
  int incomplete = 0;
  for (int changes = 0;; ++changes) {
    const test::TemporaryFolder folder;
    ASSERT_TRUE(write_tables(folder.path(), old));
    for (const char* name : {"figure.svg", "figure.tex"}) folder.write(name, "of the old run");
    const bool whole = write_killed_at(changes, folder.path(), young);
    const auto read = read_results(folder.path());
    if (!read) {
      ++incomplete;
      EXPECT_THAT(to_string(read.error()), HasSubstr("the results are incomplete")) << changes;
      EXPECT_FALSE(whole);
      continue;
    }
    const ResultTables& found = read->snapshot.spec.run.seed == 1 ? old : young;
    EXPECT_EQ(folder.read("curves.csv"), found.curves) << changes;
    EXPECT_EQ(folder.read("summary.csv"), found.summary) << changes;
    EXPECT_EQ(folder.read("theory.json"), found.theory) << changes;
    EXPECT_EQ(folder.read("spec.toml"), found.spec) << changes;
    EXPECT_EQ(folder.read("run.json"), found.run) << changes;
    for (const char* name : {"figure.svg", "figure.tex"}) {
      EXPECT_TRUE(&found == &old || !folder.names().contains(name)) << name << " " << changes;
    }
    if (whole) {
      EXPECT_EQ(&found, &young);
      EXPECT_EQ(folder.names(),
                (std::set<std::string>{
                    "curves.csv", "summary.csv", "theory.json", "spec.toml", "run.json"}));
      break;
    }
    ASSERT_LT(changes, 100);
  }
  EXPECT_GE(incomplete, 4) << "the kill came between the renamings";
}

}  // namespace
}  // namespace sid
