// Runs a fuzz target over a seed corpus and over deterministic mutations of it, so that the targets
// are built and exercised wherever the tests are. With clang and SID_LIBFUZZER the same targets are
// linked to libFuzzer instead of this file.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// splitmix64 (Steele, Lea and Flood, 2014): the mutations are the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

 private:
  std::uint64_t state_;
};

const std::vector<std::string>& tokens() {
  static const std::vector<std::string> instance = {"nan",
                                                    "inf",
                                                    "-",
                                                    "+",
                                                    "1e999",
                                                    "1e-999",
                                                    "0",
                                                    "-1",
                                                    "10000000",
                                                    "10000001",
                                                    "2147483648",
                                                    "18446744073709551616",
                                                    ":",
                                                    ",",
                                                    ";",
                                                    "\t",
                                                    " ",
                                                    "\n",
                                                    "\r\n",
                                                    "\r",
                                                    "#",
                                                    "\"",
                                                    "\"\"",
                                                    "label",
                                                    std::string(1, '\0'),
                                                    "\xff",
                                                    "\xff\xff\xff\xff",
                                                    "\x1f\x8b",
                                                    "\xef\xbb\xbf",
                                                    "."};
  return instance;
}

std::string mutate(const std::vector<std::string>& seeds, Random& random) {
  std::string out = seeds[random.below(seeds.size())];
  const std::size_t changes = 1 + random.below(4);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = random.below(out.size() + 1);
    switch (random.below(7)) {
      case 0:
        if (at < out.size()) out[at] = static_cast<char>(random.next());
        break;
      case 1:
        if (at < out.size()) out[at] = static_cast<char>(out[at] ^ (1 << random.below(8)));
        break;
      case 2:
        out.insert(at, tokens()[random.below(tokens().size())]);
        break;
      case 3:
        out.erase(at, random.below(8));
        break;
      case 4:
        out.resize(at);
        break;
      case 5:
        out.insert(at, out.substr(random.below(out.size() + 1), random.below(20)));
        break;
      default: {
        const std::string& other = seeds[random.below(seeds.size())];
        out = out.substr(0, at) + other.substr(random.below(other.size() + 1));
      }
    }
    if (out.size() > 4096) out.resize(4096);
  }
  return out;
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::vector<std::string> read_seeds(const char* folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry);
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds = {""};
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s CORPUS-FOLDER MUTATIONS\n", argv[0]);
    return 2;
  }
  try {
    const std::vector<std::string> seeds = read_seeds(argv[1]);
    if (seeds.size() < 2) {
      std::fprintf(stderr, "%s holds no seed.\n", argv[1]);
      return 2;
    }
    for (const std::string& seed : seeds) run(seed);
    const long mutations = std::atol(argv[2]);
    for (long i = 0; i < mutations; ++i) {
      Random random(static_cast<std::uint64_t>(i));
      run(mutate(seeds, random));
    }
    std::printf("%zu seeds and %ld mutations passed.\n", seeds.size(), mutations);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "An exception left the target: %s\n", error.what());
    return 1;
  }
}
