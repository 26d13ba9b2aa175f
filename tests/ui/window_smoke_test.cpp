#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using Json = nlohmann::json;
using std::chrono::steady_clock;

/// A child process that ends with the test.
class Child {
 public:
  Child(const std::vector<std::string>& arguments,
        const std::vector<std::string>& environment,
        const std::string& log) {
    pid_ = fork();
    if (pid_ != 0) return;
    if (std::freopen(log.c_str(), "w", stdout) == nullptr ||
        std::freopen(log.c_str(), "a", stderr) == nullptr) {
      _exit(126);
    }
    for (const std::string& setting : environment) {
      const std::size_t equals = setting.find('=');
      setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
    }
    std::vector<char*> argv;
    for (const std::string& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { stop(); }

  bool running() {
    if (pid_ > 0 && waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }
  void stop() {
    if (!running()) return;
    kill(pid_, SIGTERM);
    for (int i = 0; i < 200 && running(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (running()) kill(pid_, SIGKILL);
    while (running()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  int exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }

 private:
  pid_t pid_ = -1;
  int status_ = 0;
};

bool wait_for(const std::function<bool()>& condition, int seconds = 60) {
  const auto deadline = steady_clock::now() + std::chrono::seconds(seconds);
  while (steady_clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return condition();
}

bool has_program(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

/// The real program in a real X server without a screen, driven from outside.
class WindowSmoke : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_program("Xvfb") || !has_program("xdotool")) {
      GTEST_SKIP() << "Xvfb and xdotool are not installed.";
    }
    start_server();
  }
  void TearDown() override {
    window_.reset();
    server_.reset();
  }

  /// The server takes a free display number by itself and writes it once it is ready.
  void start_server() {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    server_ = std::make_unique<Child>(std::vector<std::string>{"Xvfb",
                                                               "-displayfd",
                                                               std::to_string(ends[1]),
                                                               "-screen",
                                                               "0",
                                                               "1400x900x24",
                                                               "-noreset",
                                                               "-nolisten",
                                                               "tcp"},
                                      std::vector<std::string>{},
                                      folder_.file("server.log"));
    close(ends[1]);
    std::string number;
    for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) number += c;
    close(ends[0]);
    ASSERT_FALSE(number.empty()) << "no X server could be started";
    display_ = ":" + number;
  }

  void open(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SID_PROGRAM);
    arguments.insert(arguments.end(), {"--ui-dump", dump_path()});
    window_ = std::make_unique<Child>(
        arguments,
        std::vector<std::string>{"DISPLAY=" + display_, "LIBGL_ALWAYS_SOFTWARE=1"},
        folder_.file("window.log"));
  }

  std::string dump_path() const { return folder_.file("ui.json"); }
  std::string log() const { return folder_.read("window.log"); }

  Json widgets() const {
    std::ifstream file(dump_path());
    const Json dump = Json::parse(file, nullptr, false);
    return dump.is_discarded() || !dump.contains("widgets") ? Json::object() : dump["widgets"];
  }
  std::string value(const std::string& name) const {
    const Json all = widgets();
    return all.contains(name) ? all[name]["value"].get<std::string>() : "";
  }

  void xdotool(const std::string& arguments) const {
    const std::string command =
        "DISPLAY=" + display_ + " timeout 20 xdotool " + arguments + " >/dev/null 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
  /// Moves the pointer to the middle of a widget and waits until the program has seen it there.
  void point_at(const std::string& name) const {
    const Json all = widgets();
    ASSERT_TRUE(all.contains(name)) << name;
    const double x = all[name]["x"].get<double>() + 0.5 * all[name]["width"].get<double>();
    const double y = all[name]["y"].get<double>() + 0.5 * all[name]["height"].get<double>();
    xdotool("mousemove " + std::to_string(static_cast<int>(x)) + " " +
            std::to_string(static_cast<int>(y)));
    EXPECT_TRUE(wait_for([&] {
      const Json now = widgets();
      return now.contains(name) && now[name]["hovered"].get<bool>();
    })) << name;
  }

  test::TemporaryFolder folder_;
  std::string display_;
  std::unique_ptr<Child> server_, window_;
};

TEST_F(WindowSmoke, RunsTheStartPresetAndObeysMouseAndKeyboard) {
  open({"start"});
  ASSERT_TRUE(wait_for([&] { return value("progress") == "100" || !window_->running(); })) << log();
  ASSERT_TRUE(window_->running()) << log();
  EXPECT_FALSE(value("readout/2/measured").empty());
  EXPECT_FALSE(value("readout/2/bound").empty());

  xdotool("search --class sidlab windowfocus");
  const std::string field = "method[2].step.eta/value";
  const std::string before = value(field), bound = value("readout/2/bound");
  point_at(field);
  xdotool("click 1");
  EXPECT_TRUE(wait_for([&] { return widgets()[field]["active"].get<bool>(); }));
  xdotool("key ctrl+a");
  xdotool("type 0.125");
  EXPECT_TRUE(wait_for([&] { return value(field) == "0.125"; })) << value(field);
  xdotool("key Return");
  EXPECT_TRUE(wait_for([&] { return value("readout/2/bound") != bound; }));
  EXPECT_TRUE(wait_for([&] { return value("progress") == "100"; }));

  xdotool("key ctrl+z");
  EXPECT_TRUE(wait_for([&] { return value(field) == before; })) << value(field);

  point_at("theme");
  xdotool("click 1");
  EXPECT_TRUE(wait_for([&] { return value("theme") == "Dark"; }));
  EXPECT_TRUE(window_->running()) << log();
}

TEST_F(WindowSmoke, SleepsWhenNothingHappens) {
  open({"start"});
  ASSERT_TRUE(wait_for([&] { return value("progress") == "100" || !window_->running(); })) << log();
  // The previous run fades for three seconds; then frames stop coming.
  const auto frame = [&] {
    std::ifstream file(dump_path());
    const Json dump = Json::parse(file, nullptr, false);
    return dump.is_discarded() ? -1 : dump["frame"].get<int>();
  };
  int last = -2;
  auto since = steady_clock::now();
  EXPECT_TRUE(wait_for([&] {
    if (frame() != last) {
      last = frame();
      since = steady_clock::now();
    }
    return steady_clock::now() - since > std::chrono::seconds(3);
  }));
}

TEST_F(WindowSmoke, EndsByItselfWhenAsked) {
  open({"start", "--close-after", "0.5"});
  EXPECT_TRUE(wait_for([&] { return !window_->running(); })) << log();
  EXPECT_EQ(window_->exit_code(), 0) << log();
}

}  // namespace
}  // namespace sid
