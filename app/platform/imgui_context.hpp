#pragma once

#include <imgui.h>

namespace sid::app {

/// A Dear ImGui context for a scope: no files, keys numbered as GLFW numbers them.
class ImGuiScope {
 public:
  ImGuiScope();
  ~ImGuiScope() { ImGui::DestroyContext(); }
  ImGuiScope(const ImGuiScope&) = delete;
  ImGuiScope& operator=(const ImGuiScope&) = delete;
};

}  // namespace sid::app
