#include "sid/app/render/plot_cache.hpp"

#include <algorithm>
#include <cmath>

#include "sid/app/render/imgui_painter.hpp"
#include "sid/figure/ticks.hpp"

namespace sid::app {
namespace {

// Copying fewer vertices than this costs less than a picture saves.
constexpr int kManyVertices = 40'000;

bool same(const Margins& a, const Margins& b) {
  return a.left == b.left && a.right == b.right && a.top == b.top && a.bottom == b.bottom;
}

/// Whole pixels around an area.
ImVec2 picture_min(const ImRect& area) {
  return {std::floor(area.Min.x), std::floor(area.Min.y)};
}
ImVec2 picture_max(const ImRect& area) {
  return {std::ceil(area.Max.x), std::ceil(area.Max.y)};
}

}  // namespace

void append_draw_list(ImDrawList& target, const ImDrawList& source) {
  for (const ImDrawCmd& command : source.CmdBuffer) {
    if (command.ElemCount == 0) continue;
    const ImDrawIdx* const indices = source.IdxBuffer.Data + command.IdxOffset;
    // Two plain loops, which compilers turn into vector instructions.
    ImDrawIdx low = indices[0], high = indices[0];
    for (unsigned i = 0; i < command.ElemCount; ++i) low = std::min(low, indices[i]);
    for (unsigned i = 0; i < command.ElemCount; ++i) high = std::max(high, indices[i]);
    const int count = static_cast<int>(high) - static_cast<int>(low) + 1;
    const ImDrawVert* const vertices = source.VtxBuffer.Data + command.VtxOffset + low;
    target.PushClipRect(
        {command.ClipRect.x, command.ClipRect.y}, {command.ClipRect.z, command.ClipRect.w}, true);
    target.PushTextureID(command.TextureId);
    target.PrimReserve(static_cast<int>(command.ElemCount), count);
    const unsigned base = target._VtxCurrentIdx;
    std::copy_n(vertices, count, target._VtxWritePtr);
    ImDrawIdx* const out = target._IdxWritePtr;
    const auto shift = static_cast<ImDrawIdx>(base - low);
    for (unsigned i = 0; i < command.ElemCount; ++i) {
      out[i] = static_cast<ImDrawIdx>(indices[i] + shift);
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
  store_ = &formulas.store();
  if (fresh && !entry.pictured && entry.list->VtxBuffer.Size >= kManyVertices) {
    entry.picture = store_->draw(*entry.list, picture_min(area), picture_max(area));
    entry.pictured = true;
  }
  if (!fresh) {
    drop_picture(entry);
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
  show(entry);
  return entry.geometry;
}

void PlotCache::show(Entry& entry) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (entry.picture == nullptr) {
    append_draw_list(list, *entry.list);
  } else {
    store_->show(list, entry.picture, picture_min(entry.area), picture_max(entry.area));
  }
}

void PlotCache::drop_picture(Entry& entry) {
  if (entry.picture != nullptr) store_->destroy(entry.picture);
  entry.picture = nullptr;
  entry.pictured = false;
}

void PlotCache::clear() {
  for (auto& [id, entry] : entries_) drop_picture(entry);
  entries_.clear();
}

const PlotGeometry* PlotCache::geometry(const std::string& plot_id) const {
  const auto found = entries_.find(plot_id);
  return found == entries_.end() || !found->second.list ? nullptr : &found->second.geometry;
}

}  // namespace sid::app
