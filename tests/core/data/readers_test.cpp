#include "sid/data/readers.hpp"

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/gzip.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::gzip;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
std::string message_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? std::string() : to_string(result.error());
}

std::string idx_images(std::uint8_t count, const std::string& pixels) {
  return std::string("\0\0\x08\x03\0\0\0", 7) + static_cast<char>(count) +
         std::string("\0\0\0\x01\0\0\0\x02", 8) + pixels;
}

std::string idx_labels(std::uint8_t count, const std::string& labels) {
  return std::string("\0\0\x08\x01\0\0\0", 7) + static_cast<char>(count) + labels;
}

TEST(ReadIdxFolder, ReadsImagesAndLabels) {
  const TemporaryFolder folder;
  folder.write("t10k-images-idx3-ubyte", idx_images(3, std::string("\0\xff\x33\0\1\2", 6)));
  folder.write("t10k-labels-idx1-ubyte.gz", gzip(idx_labels(3, "\4\7\2")));
  for (const std::string& path : {folder.path(), folder.file("t10k-images-idx3-ubyte")}) {
    const Result<Dataset> data = read_idx_folder(path, LabelRule::odd_even);
    ASSERT_TRUE(data.has_value()) << to_string(data.error());
    ASSERT_EQ(data->rows(), 3);
    ASSERT_EQ(data->cols(), 2);
    EXPECT_THAT(data->labels, ElementsAre(-1, 1, -1));
    EXPECT_EQ(data->features.at(0, 1), 1.0);
    EXPECT_EQ(data->features.at(1, 0), 51.0 / 255.0);
    EXPECT_EQ(data->description, "t10k-images-idx3-ubyte, odd against even");
    EXPECT_EQ(data->fingerprint.size(), 16u);
  }
  const Result<Dataset> digits = read_idx_folder(folder.path(), LabelRule::as_given);
  EXPECT_THAT(digits->labels, ElementsAre(4, 7, 2));
}

TEST(ReadIdxFolder, ReportsFilesThatDoNotBelongTogether) {
  const TemporaryFolder folder;
  const std::string images = "t10k-images-idx3-ubyte", labels = "t10k-labels-idx1-ubyte";
  const auto read = [&](const std::string& image_bytes, const std::string& label_bytes) {
    folder.write(images, image_bytes);
    folder.write(labels, label_bytes);
    return message_of(read_idx_folder(folder.path(), LabelRule::odd_even));
  };
  const std::string good_images = idx_images(2, "abcd"), good_labels = idx_labels(2, "\1\2");
  EXPECT_THAT(read(idx_images(3, "abcdef"), good_labels), HasSubstr("3 images but 2 labels"));
  EXPECT_THAT(read(idx_images(2, "abc"), good_labels), HasSubstr("2 x 1 x 2 bytes but 3 follow"));
  EXPECT_THAT(read(good_images, idx_labels(2, "\1")), HasSubstr("2 bytes but 1 follow"));
  EXPECT_THAT(read(good_labels, good_labels), HasSubstr("may be the labels file"));
  EXPECT_THAT(read(good_images, good_images), HasSubstr("may be the images file"));
  EXPECT_THAT(read(good_images, idx_labels(2, "\2\4")), HasSubstr("All 2 labels are even"));
  EXPECT_THAT(read(good_images, idx_labels(2, "\2\13")),
              HasSubstr(folder.file(labels) + ", label 2: The label 11 is not a digit"));
  EXPECT_THAT(read(good_images, ""), HasSubstr("The file is empty"));
  EXPECT_THAT(read("1 1:1\n", good_labels), HasSubstr("not an IDX file"));
  EXPECT_THAT(read(gzip(good_images).substr(0, 20), good_labels), HasSubstr("ends too early"));
  EXPECT_THAT(message_of(read_idx_folder(folder.file("none"), LabelRule::odd_even)),
              HasSubstr("no such file or folder"));
}

TEST(ReadIdxFolder, ReadsTheRealTestImages) {
  const char* folder = std::getenv("SIDLAB_MNIST_DIR");
  if (folder == nullptr || *folder == '\0') {
    GTEST_SKIP() << "Set SIDLAB_MNIST_DIR to the folder with the t10k files of MNIST.";
  }
  const Result<Dataset> data = read_idx_folder(folder, LabelRule::odd_even, "t10k");
  ASSERT_TRUE(data.has_value()) << to_string(data.error());
  ASSERT_EQ(data->rows(), 10000);
  ASSERT_EQ(data->cols(), 784);
  EXPECT_EQ(data->description, "MNIST t10k, odd against even");
  const auto& bytes = std::get<DenseBytes>(data->features.storage()).bytes;
  const auto zeros = std::count(bytes.begin(), bytes.end(), 0);
  EXPECT_NEAR(1.0 - static_cast<double>(zeros) / static_cast<double>(bytes.size()), 0.19, 0.005);
  const Result<Dataset> digits = read_idx_folder(folder, LabelRule::as_given, "t10k");
  std::array<int, 10> counts{};
  for (const double label : digits->labels) ++counts[static_cast<std::size_t>(label)];
  EXPECT_THAT(counts, ElementsAre(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009));
  EXPECT_EQ((data->labels.array() > 0.0).count(), 1135 + 1010 + 892 + 1028 + 1009);
}

TEST(ReadLibsvm, ReadsPlainAndPackedFilesAlike) {
  const TemporaryFolder folder;
  const std::string text = "2 1:0.1 9:3\n1 4:1\n2 2:5\n";
  const auto plain = read_libsvm(folder.write("a.txt", text), LabelRule::two_values);
  const auto packed = read_libsvm(folder.write("a.gz", gzip(text)), LabelRule::two_values);
  ASSERT_TRUE(plain.has_value()) << to_string(plain.error());
  ASSERT_TRUE(packed.has_value()) << to_string(packed.error());
  EXPECT_EQ(plain->fingerprint, packed->fingerprint);
  EXPECT_THAT(plain->labels, ElementsAre(1, -1, 1));
  EXPECT_EQ(plain->cols(), 9);
  EXPECT_TRUE(std::holds_alternative<SparseRows>(plain->features.storage()));
  EXPECT_EQ(plain->description, "a.txt");
}

TEST(ReadLibsvm, StoresDenseFilesDensely) {
  const TemporaryFolder folder;
  const auto floats = read_libsvm(folder.write("f", "1 1:0.5 2:1\n2 1:2\n"), LabelRule::two_values);
  EXPECT_TRUE(std::holds_alternative<DenseFloat>(floats->features.storage()));
  const auto doubles =
      read_libsvm(folder.write("d", "1 1:0.1 2:1\n2 1:2\n"), LabelRule::two_values);
  EXPECT_TRUE(std::holds_alternative<DenseDouble>(doubles->features.storage()));
  EXPECT_EQ(doubles->features.at(0, 0), 0.1);
}

TEST(ReadLibsvm, ReportsBadFilesAndLabels) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& text) {
    return message_of(read_libsvm(folder.write("f", text), LabelRule::two_values));
  };
  EXPECT_EQ(read("1 1:1\n2 2:x\n"),
            folder.file("f") + ":2:5: The value 'x' of feature 2 is not a number.");
  EXPECT_THAT(read("1 1:1\n2 1:1\n\n3 1:1\n"), HasSubstr("f:4: The label 3 is a third value"));
  EXPECT_THAT(read("1 1:1\n1 1:1\n"), HasSubstr("All 2 labels are 1"));
  EXPECT_THAT(read(""), HasSubstr("empty"));
  EXPECT_THAT(message_of(read_libsvm(folder.path(), LabelRule::two_values)), HasSubstr("a folder"));
}

TEST(ReadCsv, ReadsPlainAndPackedFilesAlike) {
  const TemporaryFolder folder;
  const std::string text = "x1,label,x2\n0.5,0,1.5\n2.5,1,3.5\n";
  const auto plain = read_csv(folder.write("a.csv", text), LabelRule::two_values);
  const auto packed = read_csv(folder.write("a.csv.gz", gzip(text)), LabelRule::two_values);
  ASSERT_TRUE(plain.has_value()) << to_string(plain.error());
  ASSERT_TRUE(packed.has_value()) << to_string(packed.error());
  EXPECT_EQ(plain->fingerprint, packed->fingerprint);
  EXPECT_THAT(plain->labels, ElementsAre(-1, 1));
  EXPECT_EQ(plain->features.at(1, 1), 3.5);
  const auto targets = read_csv(folder.file("a.csv"), LabelRule::as_given);
  EXPECT_THAT(targets->labels, ElementsAre(0, 1));
}

TEST(ReadCsv, ReportsBadFiles) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of(read_csv(folder.write("wine.csv", "ash,alcohol,label\n1,n/a,0\n"),
                                LabelRule::two_values)),
            folder.file("wine.csv") + ":2:2: Column 2 ('alcohol'): 'n/a' is not a number.");
}

TEST(ReadPair, GivesBothFilesTheLargerNumberOfColumns) {
  const TemporaryFolder folder;
  const std::string train = folder.write("train", "1 1:1 3:1\n-1 2:1\n");
  const std::string validation = folder.write("validation", "1 7:2\n1 1:1\n");
  for (const bool swapped : {false, true}) {
    const auto pair = swapped
                          ? read_pair(TextFormat::libsvm, train, train, LabelRule::two_values)
                          : read_pair(TextFormat::libsvm, train, validation, LabelRule::two_values);
    ASSERT_TRUE(pair.has_value()) << to_string(pair.error());
    EXPECT_EQ(pair->train.cols(), swapped ? 3 : 7);
    EXPECT_EQ(pair->validation.cols(), pair->train.cols());
  }
  const auto pair = read_pair(TextFormat::libsvm, train, validation, LabelRule::two_values);
  EXPECT_THAT(pair->validation.labels, ElementsAre(1, 1)) << "one class is enough here";
  EXPECT_EQ(pair->validation.features.at(0, 6), 2.0);
  EXPECT_THAT(message_of(read_pair(TextFormat::libsvm, validation, train, LabelRule::two_values)),
              HasSubstr("All 2 labels are 1"));
}

TEST(ReadPair, NeedsTheSameColumnsInCsvFiles) {
  const TemporaryFolder folder;
  const std::string train = folder.write("train.csv", "a,b,label\n1,2,0\n3,4,1\n");
  const auto read = [&](const std::string& text) {
    return read_pair(TextFormat::csv, train, folder.write("v.csv", text), LabelRule::two_values);
  };
  EXPECT_TRUE(read("a,b,label\n1,2,0\n").has_value());
  EXPECT_TRUE(read("label,a,b\n0,1,2\n").has_value());
  EXPECT_TRUE(read("1,2,0\n").has_value());
  EXPECT_THAT(message_of(read("1,2,3,0\n")),
              HasSubstr("3 feature columns here but 2 in train.csv"));
  EXPECT_THAT(message_of(read("b,a,label\n1,2,0\n")), HasSubstr("column 1 is 'b' here but 'a'"));
  EXPECT_THAT(message_of(read("1,2,5\n")), HasSubstr("5 is neither 0 nor 1"));
  EXPECT_THAT(message_of(read("1,2\n")), HasSubstr("1 feature columns"));
  EXPECT_THAT(message_of(read("")), HasSubstr("v.csv: The file is empty"));
}

TEST(DescribeDataFile, SaysWhatAFileHolds) {
  const TemporaryFolder folder;
  const auto describe = [&](const std::string& content) {
    const auto text = describe_data_file(folder.write("file", content));
    EXPECT_TRUE(text.has_value()) << to_string(text.error());
    return text.value_or("");
  };
  const std::string libsvm = describe("1 1:1 9:-2\n-1 2:0.5\n");
  EXPECT_THAT(libsvm, HasSubstr("LIBSVM, 2 examples, 9 features"));
  EXPECT_THAT(libsvm, HasSubstr("labels: -1 (1), 1 (1)"));
  EXPECT_THAT(libsvm, HasSubstr("entries: -2 to 1, 16.7 % not zero"));
  EXPECT_EQ(describe(gzip("1 1:1 9:-2\n-1 2:0.5\n")), libsvm);
  EXPECT_THAT(describe("# c\n1\n2 3:1\n"), HasSubstr("LIBSVM"));
  EXPECT_THAT(describe("a,b,label\n1,2.5,0\n3,4,1\n"),
              HasSubstr("CSV with a header, 2 examples, 2 features"));
  EXPECT_THAT(describe("1;2.5;0\n"), HasSubstr("CSV, 1 examples"));
  EXPECT_THAT(describe(idx_labels(3, "\1\2\2")), HasSubstr("IDX, 3 labels\nlabels: 1 (1), 2 (2)"));
  EXPECT_THAT(describe(idx_images(2, "abcd")), HasSubstr("IDX, 2 x 1 x 2 bytes\n2 examples"));
  std::string many = "0.5,0\n";
  for (int i = 1; i <= 12; ++i) many += "1," + std::to_string(i) + "\n";
  EXPECT_THAT(describe(many), HasSubstr("labels: more than 10 values from 0 to 12"));

  folder.write("t10k-images-idx3-ubyte", idx_images(2, "abcd"));
  folder.write("t10k-labels-idx1-ubyte", idx_labels(2, "\1\2"));
  const auto both = describe_data_file(folder.path());
  ASSERT_TRUE(both.has_value()) << to_string(both.error());
  EXPECT_THAT(*both, HasSubstr("t10k-images-idx3-ubyte: IDX, 2 x 1 x 2 bytes"));
  EXPECT_THAT(*both, HasSubstr("t10k-labels-idx1-ubyte: IDX, 2 labels"));
}

TEST(DescribeDataFile, SaysWhatIsWrongAndWhere) {
  const TemporaryFolder folder;
  const auto describe = [&](const std::string& content) {
    return message_of(describe_data_file(folder.write("file", content)));
  };
  EXPECT_THAT(describe("1 1:1\n1 1:y\n"), HasSubstr("file:2:5: The value 'y'"));
  EXPECT_THAT(describe("1,2\n1,y\n"), HasSubstr("file:2:2: Column 2: 'y'"));
  EXPECT_THAT(describe(idx_images(2, "abc")), HasSubstr("but 3 follow"));
  EXPECT_THAT(describe(std::string("\x89PNG\0\0", 6)), HasSubstr("neither text nor IDX"));
  EXPECT_THAT(describe(std::string("\0\0", 2)), HasSubstr("not an IDX file"));
  EXPECT_THAT(describe(""), HasSubstr("empty"));
  EXPECT_THAT(message_of(describe_data_file(folder.file("missing"))), HasSubstr("no such file"));
  EXPECT_THAT(message_of(describe_data_file(folder.path())), HasSubstr("does not hold"));
}

TEST(DescribeDataFile, SaysThatTheFilesOfAFolderDoNotBelongTogether) {
  const TemporaryFolder folder;
  folder.write("t10k-images-idx3-ubyte", idx_images(2, "abcd"));
  folder.write("t10k-labels-idx1-ubyte", idx_labels(3, "\1\2\3"));
  EXPECT_EQ(message_of(describe_data_file(folder.path())),
            folder.file("t10k-images-idx3-ubyte") +
                ": There are 2 images but 3 labels in t10k-labels-idx1-ubyte; the two files do not "
                "belong together.");
  folder.write("t10k-labels-idx1-ubyte", idx_images(2, "abcd"));
  EXPECT_THAT(message_of(describe_data_file(folder.path())), HasSubstr("may be the images file"));
  folder.write("t10k-images-idx3-ubyte", idx_labels(2, "\1\2"));
  EXPECT_THAT(message_of(describe_data_file(folder.path())), HasSubstr("may be the labels file"));
}

TEST(Readers, DoNotDependOnTheLocale) {
  bool changed = false;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"}) {
    changed = changed || std::setlocale(LC_ALL, name) != nullptr;
  }
  const TemporaryFolder folder;
  const auto data = read_libsvm(folder.write("f", "1.5 1:0.25\n2 1:1\n"), LabelRule::as_given);
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(data->labels[0], 1.5);
  EXPECT_EQ(data->features.at(0, 0), 0.25);
  if (!changed) GTEST_SKIP() << "No locale with a decimal comma is installed.";
}

}  // namespace
}  // namespace sid
