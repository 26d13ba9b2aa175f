#include "sid/app/render/formula_textures.hpp"

#include <utility>

namespace sid::app {

const FormulaPicture* FormulaTextures::get(const FormulaRequest& request) {
  for (const Entry& entry : entries_) {
    const FormulaRequest& r = entry.request;
    if (r.id == request.id && r.em == request.em && r.vertical == request.vertical &&
        r.colours == request.colours) {
      return entry.picture.texture != nullptr ? &entry.picture : nullptr;
    }
  }
  Entry entry{request, {}};
  if (const Formula* const formula = library_.find(request.id)) {
    const Raster raster = formula->raster(request.em, request.colours, request.vertical);
    if (raster.width > 0 && raster.height > 0) {
      entry.picture = {
          textures_.create(raster.rgba, raster.width, raster.height), raster.width, raster.height};
    }
  }
  entries_.push_back(std::move(entry));
  const FormulaPicture& picture = entries_.back().picture;
  return picture.texture != nullptr ? &picture : nullptr;
}

FormulaExtent FormulaTextures::extent(std::string_view id, double em) {
  const Formula* const formula = library_.find(id);
  return formula != nullptr ? formula->extent(em) : FormulaExtent{};
}

Rect FormulaTextures::box(std::string_view id, std::string_view element, double em) {
  std::string key(id);
  key.append("#").append(element);
  auto found = boxes_.find(key);
  if (found == boxes_.end()) {
    const Formula* const formula = library_.find(id);
    const Rect box = formula != nullptr ? formula->element(element, 1.0).value_or(Rect{}) : Rect{};
    found = boxes_.emplace(std::move(key), box).first;
  }
  const Rect& box = found->second;
  return {box.x * em, box.y * em, box.width * em, box.height * em};
}

void FormulaTextures::clear() {
  for (const Entry& entry : entries_) {
    if (entry.picture.texture != nullptr) textures_.destroy(entry.picture.texture);
  }
  entries_.clear();
  cells_.clear();
}

}  // namespace sid::app
