#include "sid/data/internal/text_table.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/math/numbers.hpp"
#include "sid/random/stream.hpp"

namespace sid::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A text with one defect, where it is and what the sentence about it contains.
struct Defect {
  std::string text;
  std::string place;
  std::string message;
};

TextTable libsvm(const std::string& text, std::optional<Index> columns = std::nullopt) {
  Result<TextTable> table = parse_libsvm(text, "f", columns);
  EXPECT_TRUE(table.has_value()) << to_string(table.error());
  return table ? *std::move(table) : TextTable{};
}

TextTable csv(const std::string& text) {
  Result<TextTable> table = parse_csv(text, "f");
  EXPECT_TRUE(table.has_value()) << to_string(table.error());
  return table ? *std::move(table) : TextTable{};
}

TEST(Libsvm, ReadsLabelsAndFeatures) {
  const TextTable table = libsvm("+1 1:0.5 3:-2e-3\n-1 2:1 4:7\n");
  EXPECT_THAT(table.labels, ElementsAre(1.0, -1.0));
  EXPECT_THAT(table.lines, ElementsAre(1, 2));
  ASSERT_EQ(table.features.rows(), 2);
  ASSERT_EQ(table.features.cols(), 4);
  EXPECT_EQ(table.features.at(0, 0), 0.5);
  EXPECT_EQ(table.features.at(0, 2), -2e-3);
  EXPECT_EQ(table.features.at(0, 1), 0.0);
  EXPECT_EQ(table.features.at(1, 3), 7.0);
}

TEST(Libsvm, ForgivesWhatDoesNoHarm) {
  // Carriage returns, spaces at both ends, tabs, empty lines, comments, a byte order mark, no
  // newline at the end, an example without features, an entry given as zero.
  const TextTable table =
      libsvm("\xef\xbb\xbf# header\r\n\r\n  1\t1:1  \r\n2 # note 9:9\r\n \t \n3 2:0 5:2 #end");
  EXPECT_THAT(table.labels, ElementsAre(1.0, 2.0, 3.0));
  EXPECT_THAT(table.lines, ElementsAre(3, 4, 6));
  EXPECT_EQ(table.features.cols(), 5);
  EXPECT_EQ(std::get<SparseRows>(table.features.storage()).values.size(), 2u);
}

TEST(Libsvm, KeepsTheGivenNumberOfColumns) {
  EXPECT_EQ(libsvm("1 3:1\n", 10).features.cols(), 10);
  EXPECT_EQ(libsvm("1\n2\n", 10).features.cols(), 10);
  EXPECT_EQ(libsvm("1 10000000:1\n").features.cols(), 10000000);
}

TEST(Libsvm, ReportsEveryDefectWithItsPlace) {
  const std::vector<Defect> defects = {
      {"", "f", "no example"},
      {"\n\n# only a comment\n", "f", "no example"},
      {"1\n2\n", "f", "No example has a feature"},
      {"1 1:1\nx 1:1\n", "f:2:1", "The label 'x' is not a number"},
      {"  nan 1:1\n", "f:1:3", "is not a finite number"},
      {"inf 1:1\n", "f:1:1", "is not a finite number"},
      {"1e999 1:1\n", "f:1:1", "outside the range of double precision"},
      {"1,2 1:1\n", "f:1:1", "The label '1,2' is not a number"},
      {"1:1 2:1\n", "f:1:1", "The label '1:1' is not a number"},
      {"1 1:1 2\n", "f:1:7", "'2' is not of the form index:value"},
      {"1 qid:3 1:1\n", "f:1:3", "The index 'qid' is not a whole number"},
      {"1 :1\n", "f:1:3", "The index '' is not a whole number"},
      {"1 1.5:1\n", "f:1:3", "The index '1.5' is not a whole number"},
      {"1 0:1\n", "f:1:3", "The index 0 is below 1"},
      {"1 -4:1\n", "f:1:3", "The index -4 is below 1"},
      {"1 2:1 2:1\n", "f:1:7", "The index 2 stands twice"},
      {"1 1:1 3:1 2:1\n", "f:1:11", "The index 2 follows 3"},
      {"1 10000001:1\n", "f:1:3", "'10000001' is above 10000000"},
      {"1 99999999999999999999:1\n", "f:1:3", "is above 10000000"},
      {"1 -99999999999999999999:1\n", "f:1:3", "is above 10000000"},
      {"1 1:\n", "f:1:5", "The value '' of feature 1 is not a number"},
      {"1 1:1x\n", "f:1:5", "'1x' of feature 1 is not a number"},
      {"1 1:0x10\n", "f:1:5", "is not a number"},
      {"1 1:+-1\n", "f:1:5", "is not a number"},
      {"1 1:1:2\n", "f:1:5", "'1:2' of feature 1 is not a number"},
      {"1 1:nan\n", "f:1:5", "is not a finite number"},
      {"1 1:-inf\n", "f:1:5", "is not a finite number"},
      {"1 1:1e400\n", "f:1:5", "outside the range"},
      {"1 1:1 \x01\x02\n", "f:1:7", "'?\?' is not of the form"},
      {std::string("1 1:1\0 2:1\n", 10), "f:1:5", "'1?' of feature 1"},
      {"1 1:1\r2 1:1\n", "f:1:7", "'2' is not of the form"},
      {std::string("1 ").append(100, 'z'), "f:1:3", "zzz...' is not of the form"},
  };
  for (const Defect& defect : defects) {
    const Result<TextTable> table = parse_libsvm(defect.text, "f");
    ASSERT_FALSE(table.has_value()) << defect.text;
    EXPECT_EQ(table.error().place, defect.place) << defect.text;
    EXPECT_THAT(table.error().message, HasSubstr(defect.message)) << defect.text;
    EXPECT_EQ(table.error().code, ErrorCode::bad_input);
    EXPECT_TRUE(table.error().message.ends_with('.')) << table.error().message;
  }
  const Result<TextTable> beyond = parse_libsvm("1 3:1\n1 4:1\n", "f", 3);
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().place, "f:2:3");
  EXPECT_THAT(beyond.error().message, HasSubstr("above 3, the number of columns"));
}

TEST(Libsvm, ReadsBackWhatWasWrittenExactly) {
  Stream stream(StreamKey{.seed = 51});
  std::string text;
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 40; ++i) {
    rows.emplace_back(30, 0.0);
    text += i % 2 == 0 ? "1" : "-1";
    for (std::size_t j = 0; j < 30; ++j) {
      if (stream.uniform() < 0.7) continue;
      rows.back()[j] = std::ldexp(stream.normal(), static_cast<int>(stream.index_below(200)) - 100);
      text.append(" ").append(std::to_string(j + 1)).append(":");
      text.append(format_shortest(rows.back()[j]));
    }
    text += "\n";
  }
  const FeatureMatrix sparse = libsvm(text, 30).features;
  const FeatureMatrix settled = settle(sparse);
  EXPECT_TRUE(std::holds_alternative<DenseDouble>(settled.storage()));
  const FeatureMatrix wide = widen(sparse, 200);
  EXPECT_EQ(wide.cols(), 200);
  EXPECT_TRUE(std::holds_alternative<SparseRows>(settle(wide).storage()));
  for (Index i = 0; i < 40; ++i) {
    for (Index j = 0; j < 30; ++j) {
      const double expected = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
      EXPECT_EQ(sparse.at(i, j), expected);
      EXPECT_EQ(settled.at(i, j), expected);
      EXPECT_EQ(wide.at(i, j), expected);
    }
  }
}

TEST(Csv, ReadsNumbersWithTheLabelLast) {
  const TextTable table = csv("1,2.5,-1\n3,-4e1,1\n");
  EXPECT_THAT(table.labels, ElementsAre(-1.0, 1.0));
  EXPECT_THAT(table.names, IsEmpty());
  ASSERT_EQ(table.features.cols(), 2);
  EXPECT_EQ(table.features.at(0, 1), 2.5);
  EXPECT_EQ(table.features.at(1, 1), -40.0);
}

TEST(Csv, FindsTheLabelByItsName) {
  for (const char* name : {"label", "Y", "Target"}) {
    const TextTable table = csv(std::string("a,") + name + ",b\n1,2,3\n4,5,6\n");
    EXPECT_THAT(table.labels, ElementsAre(2.0, 5.0)) << name;
    EXPECT_THAT(table.names, ElementsAre("a", "b"));
    EXPECT_THAT(table.lines, ElementsAre(2, 3));
    EXPECT_EQ(table.features.at(1, 1), 6.0);
  }
  const TextTable last = csv("a,b,c\n1,2,3\n");
  EXPECT_THAT(last.labels, ElementsAre(3.0));
  EXPECT_THAT(last.names, ElementsAre("a", "b"));
  const TextTable numbered = csv("1,2,label\n7,8,9\n");
  EXPECT_THAT(numbered.labels, ElementsAre(9.0));
}

TEST(Csv, ForgivesWhatDoesNoHarm) {
  const TextTable table =
      csv("\xef\xbb\xbf# made by hand\r\n\r\n \"a, or so\" ; \"b \"\"c\"\"\" ;label \r\n"
          "# more\n 1 ;\t+2 ; 3\r\n\n\"4\";5;6");
  EXPECT_THAT(table.names, ElementsAre("a, or so", "b \"c\""));
  EXPECT_THAT(table.labels, ElementsAre(3.0, 6.0));
  EXPECT_THAT(table.lines, ElementsAre(5, 7));
  EXPECT_EQ(table.features.at(0, 1), 2.0);
  EXPECT_EQ(csv("1\t2\t3\n4\t5\t6\n").features.cols(), 2);
}

TEST(Csv, ReportsEveryDefectWithItsPlace) {
  const std::vector<Defect> defects = {
      {"", "f", "no line with numbers"},
      {"# nothing\n\n", "f", "no line with numbers"},
      {"a,b,label\n", "f", "a header but no example"},
      {"1\n2\n", "f:1", "no comma, semicolon or tab"},
      {"1 2 3\n", "f:1", "no comma, semicolon or tab"},
      {"1,2\n1,2,3\n", "f:2", "3 columns where the first has 2"},
      {"1,2,3\n1,2\n", "f:2", "2 columns where the first has 3"},
      {"1,2,3\n1,2,\n", "f:2:3", "Column 3 is empty"},
      {"1,,3\n", "f:1:2", "Column 2 is empty"},
      {"a,alcohol,label\n1,n/a,2\n", "f:2:2", "Column 2 ('alcohol'): 'n/a' is not a number"},
      {"1,n/a,3\n", "f:1:2", "Column 2: 'n/a' is not a number"},
      {"1,2\nnan,2\n", "f:2:1", "is not a finite number"},
      {"1,2\n1,-inf\n", "f:2:2", "is not a finite number"},
      {"1,2\n1e999,2\n", "f:2:1", "outside the range"},
      {"1;2\n1,5;2\n", "f:2:1", "write decimal points, not commas"},
      {"y,label\n1,2\n", "f:1", "More than one column is named"},
      {"1,2\n\"3,4\n", "f:2:1", "opened but not closed"},
      {"1,2\n\"3\"x,4\n", "f:2:1", "Text follows the closing quote"},
      {std::string("1,2\n3\0,4\n", 9), "f:2:1", "'3?' is not a number"},
      {"1,2\n\x80,4\n", "f:2:1", "'?' is not a number"},
      {"a,b\nc,d\n", "f:2:1", "Column 1 ('a'): 'c' is not a number"},
  };
  for (const Defect& defect : defects) {
    const Result<TextTable> table = parse_csv(defect.text, "f");
    ASSERT_FALSE(table.has_value()) << defect.text;
    EXPECT_EQ(table.error().place, defect.place) << defect.text;
    EXPECT_THAT(table.error().message, HasSubstr(defect.message)) << defect.text;
    EXPECT_EQ(table.error().code, ErrorCode::bad_input);
    EXPECT_TRUE(table.error().message.ends_with('.')) << table.error().message;
  }
}

TEST(ParseNumber, AgreesWithTheStandardReader) {
  EXPECT_EQ(parse_number("0.1").value, 0.1);
  EXPECT_EQ(parse_number("+.5").value, 0.5);
  EXPECT_EQ(parse_number("5e-324").value, 5e-324);
  for (const char* text : {"", "+", "+-1", "++1", " 1", "1 ", "1f", "1e", "--1", "0x1"}) {
    EXPECT_NE(parse_number(text).defect, nullptr) << "'" << text << "'";
  }
}

}  // namespace
}  // namespace sid::internal
