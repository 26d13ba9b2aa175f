// theory.json of a map that is no gradient step: constants mean other things there.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sid/io/constants_table.hpp"
#include "sid/io/theory_json.hpp"
#include "sid/run/experiment.hpp"

namespace sid {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

Json theory_of(const RunSpec& spec) {
  const auto bench = prepare_bench(spec);
  EXPECT_TRUE(bench);
  return Json::parse(write_theory_json(spec, **bench, evaluate_theory(spec, **bench), {}));
}

TEST(EquilibriumTheoryJson, SaysWhatConstantsAreWithoutALoss) {
  RunSpec spec;
  spec.problem.kind = ProblemKind::equilibrium;
  spec.problem.equilibrium = {.dim = 3, .contraction = 0.7, .samples = 60};
  spec.run.iterations = 20;
  spec.methods.resize(1);
  const Json json = theory_of(spec);
  EXPECT_THAT(json["convention"]["meaning"].get<std::string>(), HasSubstr("fixed point"));
  const Json& panel = json["panels"][0];
  EXPECT_NEAR(panel["constants"]["L"]["value"].get<double>(), 1.7, 1e-9);
  EXPECT_NEAR(panel["constants"]["tau"]["value"].get<double>(), 0.3, 1e-9);
  const Json& method = panel["methods"][0];
  EXPECT_EQ(method["gradient_map"], false);
  for (const Json* constants : {&panel["constants"], &method["constants"]}) {
    for (const auto& [name, entry] : constants->items()) {
      if (!entry["value"].is_number()) continue;  // not known
      EXPECT_THAT(entry["meaning"].get<std::string>(), Not(HasSubstr("loss"))) << name;
      EXPECT_NE(entry["source"], "Assumption F") << name;
    }
  }
}

TEST(EquilibriumTheoryJson, LeavesGradientMapsAsTheyAre) {
  RunSpec spec;
  spec.methods.resize(1);
  const Json json = theory_of(spec);
  EXPECT_FALSE(json["panels"][0]["methods"][0].contains("gradient_map"));
  const ProblemConstants constants;
  for (const ConstantEntry& entry : constant_entries()) {
    EXPECT_EQ(origin_of(entry, constants).meaning, entry.meaning);
    EXPECT_EQ(origin_of(entry, constants).source, entry.source);
  }
}

}  // namespace
}  // namespace sid
