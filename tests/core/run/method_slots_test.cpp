#include "sid/run/method_slots.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

using test::batch;
using test::constant;
using test::decreasing;
using Places = std::vector<std::optional<std::size_t>>;

RunSpec with(std::vector<MethodSpec> methods) {
  RunSpec spec;
  spec.methods = std::move(methods);
  return spec;
}

std::vector<Places> slots(const std::vector<RunSpec>& specs) {
  std::vector<Places> out;
  for (const MethodSlot& slot : match_methods(specs)) out.push_back(slot.methods);
  return out;
}

TEST(MethodSlots, EqualSpecsMatchInOrder) {
  const RunSpec spec = with({batch(), constant(0.5), decreasing()});
  EXPECT_EQ(slots({spec, spec, spec}), (std::vector<Places>{{0, 0, 0}, {1, 1, 1}, {2, 2, 2}}));
  EXPECT_TRUE(slots({}).empty());
}

TEST(MethodSlots, AnAddedMethodStandsAlone) {
  const RunSpec three = with({batch(), constant(0.5), decreasing()});
  const RunSpec four = with({batch(), constant(0.1), constant(0.5), decreasing()});
  EXPECT_EQ(slots({three, four}), (std::vector<Places>{{0, 0}, {1, 2}, {2, 3}, {std::nullopt, 1}}));
  EXPECT_EQ(slots({four, three}), (std::vector<Places>{{0, 0}, {1, std::nullopt}, {2, 1}, {3, 2}}));
}

TEST(MethodSlots, ChangedSettingsKeepTheirMethod) {
  MethodSpec named = constant(0.5);
  named.name = "mine";
  MethodSpec changed = decreasing();
  changed.name = "mine";
  EXPECT_EQ(slots({with({batch(), named, constant(0.5)}), with({constant(0.5), batch(), changed})}),
            (std::vector<Places>{{0, 1}, {1, 2}, {2, 0}}))
      << "by name, whatever the kind and the place";
  EXPECT_EQ(slots({with({batch(), constant(0.5)}), with({batch(), decreasing()})}),
            (std::vector<Places>{{0, 0}, {1, 1}}))
      << "what is left, in order";
}

TEST(MethodSlots, ThirdSpecsMatchWhatOnlyTheSecondHas) {
  const RunSpec one = with({batch()}), two = with({batch(), constant(0.5)});
  EXPECT_EQ(slots({one, two, two}), (std::vector<Places>{{0, 0, 0}, {std::nullopt, 1, 1}}));
}

TEST(MethodSlots, EqualMethodsStayAtTheirPlaces) {
  const RunSpec twins = with({constant(0.5), constant(0.5)});
  EXPECT_EQ(slots({twins, twins}), (std::vector<Places>{{0, 0}, {1, 1}}));
}

}  // namespace
}  // namespace sid
