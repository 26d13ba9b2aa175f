#include "sid/app/platform/key_queue.hpp"

#include <vector>

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

namespace sid::app {
namespace {

std::vector<KeyEvent> frame(KeyQueue& queue, bool typing = true) {
  std::vector<KeyEvent> events;
  queue.drain(typing, [&](const KeyEvent& event) { events.push_back(event); });
  return events;
}

KeyEvent key(int code, int action, int mods = 0) {
  return {false, code, 0, action, mods};
}

TEST(KeyQueue, GivesATapTwoFrames) {
  KeyQueue queue;
  queue.push(key(GLFW_KEY_BACKSPACE, GLFW_PRESS));
  queue.push(key(GLFW_KEY_BACKSPACE, GLFW_RELEASE));
  EXPECT_EQ(frame(queue).size(), 1U);
  EXPECT_EQ(frame(queue).size(), 1U);
  EXPECT_TRUE(queue.empty());
}

TEST(KeyQueue, LosesNoneOfManyFastTaps) {
  KeyQueue queue;
  for (int i = 0; i < 10; ++i) {
    queue.push(key(GLFW_KEY_BACKSPACE, GLFW_PRESS));
    queue.push(key(GLFW_KEY_BACKSPACE, GLFW_RELEASE));
  }
  int presses = 0;
  for (int i = 0; i < 20; ++i) {
    int down = 0;
    for (const KeyEvent& event : frame(queue)) down += event.action == GLFW_PRESS ? 1 : 0;
    EXPECT_LE(down, 1);
    presses += down;
  }
  EXPECT_EQ(presses, 10);
  EXPECT_TRUE(queue.empty());
}

TEST(KeyQueue, LetsTypedCharactersShareAFrame) {
  KeyQueue queue;
  for (const char c : std::string("0.25")) {
    queue.push(key(c, GLFW_PRESS));
    queue.push({true, c, 0, 0, 0});
    queue.push(key(c, GLFW_RELEASE));
  }
  EXPECT_EQ(frame(queue).size(), 12U);
}

TEST(KeyQueue, KeepsCharactersBehindEditingKeys) {
  KeyQueue queue;
  queue.push(key(GLFW_KEY_ENTER, GLFW_PRESS));
  queue.push({true, 'a', 0, 0, 0});
  EXPECT_EQ(frame(queue).size(), 1U);
  const std::vector<KeyEvent> next = frame(queue);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_TRUE(next[0].character);
}

TEST(KeyQueue, HoldsModifiersForAFrameWithTheirKey) {
  KeyQueue queue;
  queue.push(key(GLFW_KEY_Z, GLFW_PRESS, GLFW_MOD_CONTROL));
  queue.push(key(GLFW_KEY_LEFT_CONTROL, GLFW_RELEASE, GLFW_MOD_CONTROL));
  queue.push(key(GLFW_KEY_Z, GLFW_RELEASE));
  for (const bool typing : {true, false}) {
    KeyQueue copy = queue;
    const std::vector<KeyEvent> first = frame(copy, typing);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].code, GLFW_KEY_Z);
    EXPECT_EQ(frame(copy, typing).size(), 2U);
  }
}

TEST(KeyQueue, GivesSingleKeysAFrameWhileNobodyTypes) {
  KeyQueue queue;
  queue.push(key(GLFW_KEY_B, GLFW_PRESS));
  queue.push({true, 'b', 0, 0, 0});
  queue.push(key(GLFW_KEY_B, GLFW_RELEASE));
  EXPECT_EQ(frame(queue, false).size(), 2U);
  EXPECT_EQ(frame(queue, false).size(), 1U);
}

}  // namespace
}  // namespace sid::app
