#include <string>

#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

RunSpec sparse_spec() {
  RunSpec spec = preset_spec("ridge");
  spec.problem.kind = ProblemKind::logistic;
  spec.data.source = DataSource::sparse;
  spec.data.train = 120;
  spec.data.validation = 60;
  spec.data.sparse = {.features = 400, .nonzeros = 20, .noise = 0.1, .seed = 1};
  return spec;
}

Driver make(const RunSpec& spec) {
  return Driver({.spec = spec, .preset = "", .height = 1600.0F});
}

TEST(DataSection, SparseRowsHaveColumnsEntriesAndNoise) {
  Driver driver = make(sparse_spec());
  driver.frames(2);
  EXPECT_FALSE(driver.shown("data-path"));
  driver.type_into("sparse-features", "900");
  EXPECT_EQ(driver.spec().data.sparse.features, 900);
  driver.type_into("sparse-nonzeros", "40");
  EXPECT_EQ(driver.spec().data.sparse.nonzeros, 40);
  driver.type_into("sparse-nonzeros", "1000");
  EXPECT_LE(driver.spec().data.sparse.nonzeros, 225) << "at most a quarter of the columns";
  driver.type_into("sparse-noise/value", "0.25");
  EXPECT_EQ(driver.spec().data.sparse.noise, 0.25);
  EXPECT_TRUE(driver.bench().session().issues().empty());
}

TEST(DataSection, FewerColumnsTakeEntriesAlong) {
  Driver driver = make(sparse_spec());
  driver.frames(2);
  driver.type_into("sparse-features", "16");
  EXPECT_EQ(driver.spec().data.sparse.features, 16);
  EXPECT_EQ(driver.spec().data.sparse.nonzeros, 4);
  EXPECT_TRUE(driver.bench().session().issues().empty());
  driver.click("undo");
  driver.frames(1);
  EXPECT_EQ(driver.spec(), sparse_spec());
}

TEST(DataSection, OtherSourcesHaveNoSparseRows) {
  Driver driver = make(preset_spec("ridge"));
  driver.frames(2);
  EXPECT_FALSE(driver.shown("sparse-features"));
  EXPECT_FALSE(driver.shown("sparse-noise"));
}

}  // namespace
}  // namespace sid::app
