#include "sid/figure/asset_dir.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace sid {
namespace {

namespace fs = std::filesystem;

/// Sets SIDLAB_ASSETS for one test.
class Environment {
 public:
  explicit Environment(const char* value) {
    if (const char* old = std::getenv("SIDLAB_ASSETS"); old != nullptr) old_ = old;
    value == nullptr ? ::unsetenv("SIDLAB_ASSETS") : ::setenv("SIDLAB_ASSETS", value, 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    old_ ? ::setenv("SIDLAB_ASSETS", old_->c_str(), 1) : ::unsetenv("SIDLAB_ASSETS");
  }

 private:
  std::optional<std::string> old_;
};

TEST(AssetDir, IsFoundAboveTheProgram) {
  const Environment unset(nullptr);
  const auto dir = asset_dir();
  ASSERT_TRUE(dir) << to_string(dir.error());
  EXPECT_TRUE(fs::exists(*dir / "formulas" / "y-hypergradient.svg"));
}

TEST(AssetDir, ObeysTheEnvironment) {
  const std::string assets = std::string(SID_SOURCE_DIR) + "/assets";
  const Environment set(assets.c_str());
  const auto dir = asset_dir();
  ASSERT_TRUE(dir);
  EXPECT_EQ(*dir, fs::path(assets));
}

TEST(AssetDir, SaysWhatIsWrongWithTheEnvironment) {
  const Environment set("/nonexistent/place");
  const auto dir = asset_dir();
  ASSERT_FALSE(dir);
  EXPECT_EQ(dir.error().place, "/nonexistent/place");
  EXPECT_NE(dir.error().message.find("SIDLAB_ASSETS"), std::string::npos);
}

}  // namespace
}  // namespace sid
