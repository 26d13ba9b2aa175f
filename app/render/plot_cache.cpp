#include "sid/app/render/plot_cache.hpp"

#include <algorithm>

#include "sid/app/render/imgui_painter.hpp"
#include "sid/figure/ticks.hpp"

namespace sid::app {
namespace {

bool same(const Margins& a, const Margins& b) {
  return a.left == b.left && a.right == b.right && a.top == b.top && a.bottom == b.bottom;
}

}  // namespace

void append_draw_list(ImDrawList& target, const ImDrawList& source) {
  for (const ImDrawCmd& command : source.CmdBuffer) {
    if (command.ElemCount == 0) continue;
    const ImDrawIdx* const indices = source.IdxBuffer.Data + command.IdxOffset;
    const auto [low, high] = std::minmax_element(indices, indices + command.ElemCount);
    const int count = static_cast<int>(*high) - static_cast<int>(*low) + 1;
    const ImDrawVert* const vertices = source.VtxBuffer.Data + command.VtxOffset + *low;
    target.PushClipRect(
        {command.ClipRect.x, command.ClipRect.y}, {command.ClipRect.z, command.ClipRect.w}, true);
    target.PushTextureID(command.TextureId);
    target.PrimReserve(static_cast<int>(command.ElemCount), count);
    const unsigned base = target._VtxCurrentIdx;
    std::copy_n(vertices, count, target._VtxWritePtr);
    for (unsigned i = 0; i < command.ElemCount; ++i) {
      target._IdxWritePtr[i] = static_cast<ImDrawIdx>(base + indices[i] - *low);
    }
    target._VtxWritePtr += count;
    target._IdxWritePtr += command.ElemCount;
    target._VtxCurrentIdx = base + static_cast<unsigned>(count);
    target.PopTextureID();
    target.PopClipRect();
  }
}

const PlotGeometry& PlotCache::draw(const PlotPanel& plot,
                                    std::uint64_t version,
                                    const ImRect& area,
                                    Appearance appearance,
                                    const DrawOptions& options,
                                    const Fonts& fonts,
                                    FormulaTextures& formulas,
                                    std::optional<AxesSize> ticked) {
  Entry& entry = entries_[plot.id];
  const Margins margins = options.margins.value_or(Margins{});
  const bool fresh = entry.list && entry.version == version && entry.area.Min.x == area.Min.x &&
                     entry.area.Min.y == area.Min.y && entry.area.Max.x == area.Max.x &&
                     entry.area.Max.y == area.Max.y && entry.appearance == appearance &&
                     entry.scale == fonts.scale && entry.emphasised == options.emphasised &&
                     same(entry.margins, margins) && entry.title == options.title &&
                     entry.y_labels == options.y_labels && entry.x_labels == options.x_labels;
  if (!fresh) {
    entry.list = std::make_unique<ImDrawList>(ImGui::GetDrawListSharedData());
    entry.list->_ResetForNewFrame();
    entry.list->PushClipRect(area.Min, area.Max);
    entry.list->PushTextureID(ImGui::GetIO().Fonts->TexID);
    ImGuiPainter painter(*entry.list, fonts, formulas);
    std::optional<PlotPanel> copy;
    if (ticked) set_ticks(copy.emplace(plot), ticked->width, ticked->height);
    entry.geometry = draw_panel(painter,
                                copy ? *copy : plot,
                                to_points(area, fonts.scale),
                                figure_theme(appearance),
                                options);
    entry.version = version;
    entry.area = area;
    entry.appearance = appearance;
    entry.scale = fonts.scale;
    entry.emphasised = options.emphasised;
    entry.margins = margins;
    entry.title = options.title;
    entry.y_labels = options.y_labels;
    entry.x_labels = options.x_labels;
    ++rebuilds_;
  }
  append_draw_list(*ImGui::GetWindowDrawList(), *entry.list);
  return entry.geometry;
}

const PlotGeometry* PlotCache::geometry(const std::string& plot_id) const {
  const auto found = entries_.find(plot_id);
  return found == entries_.end() || !found->second.list ? nullptr : &found->second.geometry;
}

}  // namespace sid::app
