#include "sid/data/locate.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::ScopedVariable;
using test::TemporaryFolder;
using testing::HasSubstr;

void write_pair(const TemporaryFolder& folder, const std::string& prefix, const std::string& end) {
  folder.write(prefix + "-images-idx3-ubyte" + end, "x");
  folder.write(prefix + "-labels-idx1-ubyte" + end, "x");
}

TEST(FindIdxFiles, PrefersTheTestImagesAndTakesTheAskedPrefix) {
  const TemporaryFolder folder;
  write_pair(folder, "train", ".gz");
  EXPECT_EQ(find_idx_files(folder.path())->images, folder.file("train-images-idx3-ubyte.gz"));
  write_pair(folder, "t10k", "");
  const auto found = find_idx_files(folder.path());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->images, folder.file("t10k-images-idx3-ubyte"));
  EXPECT_EQ(found->labels, folder.file("t10k-labels-idx1-ubyte"));
  EXPECT_EQ(found->prefix, "t10k");
  EXPECT_EQ(find_idx_files(folder.path(), "train")->prefix, "train");
  EXPECT_FALSE(find_idx_files(folder.path(), "emnist").has_value());
}

TEST(FindIdxFiles, MixesPlainAndPackedAndTheOlderSpelling) {
  const TemporaryFolder folder;
  folder.write("t10k-images.idx3-ubyte", "x");
  folder.write("t10k-labels-idx1-ubyte.gz", "x");
  const auto found = find_idx_files(folder.path());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->images, folder.file("t10k-images.idx3-ubyte"));
  EXPECT_EQ(found->labels, folder.file("t10k-labels-idx1-ubyte.gz"));
}

TEST(FindIdxFiles, TakesAFileAndFindsItsPartner) {
  const TemporaryFolder folder;
  write_pair(folder, "emnist-digits-test", "");
  for (const char* name :
       {"emnist-digits-test-images-idx3-ubyte", "emnist-digits-test-labels-idx1-ubyte"}) {
    const auto found = find_idx_files(folder.file(name));
    ASSERT_TRUE(found.has_value()) << to_string(found.error());
    EXPECT_EQ(found->images, folder.file("emnist-digits-test-images-idx3-ubyte"));
    EXPECT_EQ(found->labels, folder.file("emnist-digits-test-labels-idx1-ubyte"));
    EXPECT_EQ(found->prefix, "emnist-digits-test");
  }
  const auto lonely = find_idx_files(folder.write("a-images-idx3-ubyte", "x"));
  ASSERT_FALSE(lonely.has_value());
  EXPECT_THAT(lonely.error().message, HasSubstr("no a-labels-idx1-ubyte"));
  const auto unnamed = find_idx_files(folder.write("data.bin", "x"));
  ASSERT_FALSE(unnamed.has_value());
  EXPECT_THAT(unnamed.error().message, HasSubstr("must contain 'images' or 'labels'"));
}

TEST(FindIdxFiles, NamesWhatItLookedFor) {
  const TemporaryFolder folder;
  folder.write("t10k-images-idx3-ubyte", "x");  // without its labels
  const auto missing = find_idx_files(folder.path());
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_EQ(missing.error().place, folder.path());
  EXPECT_THAT(missing.error().message, HasSubstr("t10k-images-idx3-ubyte"));
  EXPECT_THAT(missing.error().message, HasSubstr("t10k-labels-idx1-ubyte"));
  EXPECT_THAT(missing.error().message, HasSubstr("train"));
  EXPECT_THAT(find_idx_files(folder.file("no")).error().message, HasSubstr("no such file or"));
  EXPECT_FALSE(find_idx_files("").has_value());
}

TEST(LocateMnist, LooksInTheDocumentedOrder) {
  const TemporaryFolder mnist_dir, data, data_home;
  std::filesystem::create_directories(data.file("mnist"));
  std::filesystem::create_directories(data_home.file("sidlab/mnist"));
  const ScopedVariable first("SIDLAB_MNIST_DIR", mnist_dir.path().c_str());
  const ScopedVariable second("SIDLAB_DATA", data.path().c_str());
  const ScopedVariable third("XDG_DATA_HOME", data_home.path().c_str());
  const auto nowhere = locate_mnist();
  ASSERT_FALSE(nowhere.has_value());
  for (const std::string& place :
       {mnist_dir.path(), data.path(), data.file("mnist"), data_home.file("sidlab/mnist")}) {
    EXPECT_THAT(nowhere.error().message, HasSubstr(place));
  }
  EXPECT_THAT(nowhere.error().message, HasSubstr("t10k-images-idx3-ubyte"));

  data_home.write("sidlab/mnist/train-images-idx3-ubyte", "x");
  data_home.write("sidlab/mnist/train-labels-idx1-ubyte", "x");
  EXPECT_EQ(locate_mnist().value_or(""), data_home.file("sidlab/mnist"));
  data.write("mnist/t10k-images-idx3-ubyte.gz", "x");
  data.write("mnist/t10k-labels-idx1-ubyte.gz", "x");
  EXPECT_EQ(locate_mnist().value_or(""), data.file("mnist"));
  EXPECT_EQ(locate_mnist("", "train").value_or(""), data_home.file("sidlab/mnist"));
  write_pair(data, "t10k", "");
  EXPECT_EQ(locate_mnist().value_or(""), data.path());
  write_pair(mnist_dir, "t10k", "");
  EXPECT_EQ(locate_mnist().value_or(""), mnist_dir.path());
}

TEST(LocateMnist, TakesAGivenPathOrNothing) {
  const TemporaryFolder given, elsewhere;
  write_pair(elsewhere, "t10k", "");
  const ScopedVariable variable("SIDLAB_MNIST_DIR", elsewhere.path().c_str());
  const auto missing = locate_mnist(given.path());
  ASSERT_FALSE(missing.has_value()) << "another folder was taken silently";
  EXPECT_EQ(missing.error().place, given.path());
  write_pair(given, "t10k", "");
  EXPECT_EQ(locate_mnist(given.path()).value_or(""), given.path());
}

TEST(LocateMnist, FallsBackToTheHomeFolder) {
  const ScopedVariable none("SIDLAB_MNIST_DIR", nullptr);
  const ScopedVariable empty("SIDLAB_DATA", "");
  const ScopedVariable relative("XDG_DATA_HOME", "not/absolute");
  const ScopedVariable home("HOME", "/home/ada");
  EXPECT_THAT(mnist_places(), testing::ElementsAre("home: /home/ada/.local/share/sidlab/mnist"));
  const ScopedVariable homeless("HOME", nullptr);
  EXPECT_TRUE(mnist_places().empty());
  EXPECT_FALSE(locate_mnist().has_value());
}

}  // namespace
}  // namespace sid
