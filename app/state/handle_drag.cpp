#include "sid/app/state/handle_drag.hpp"

namespace sid::app {

std::map<std::string, PanelLimits> present_limits(const std::vector<PlotPanel>& plots) {
  std::map<std::string, PanelLimits> limits;
  for (const PlotPanel& plot : plots) {
    limits[plot.id] = {AxisLimits{plot.x.min, plot.x.max}, AxisLimits{plot.y.min, plot.y.max}};
  }
  return limits;
}

double dragged_value(const HandleDrag& drag, const AxisMap& axis, double point, bool fine) {
  const double place = axis.to_value(point + drag.offset);
  return settled_value(drag.handle, drag.handle.value_at(place), fine);
}

}  // namespace sid::app
