#pragma once

#include <cairo.h>

#include "sid/figure/raster.hpp"

namespace sid::internal {

/// The pixels of an image surface of format ARGB32; empty if the surface has failed.
Raster raster_of(cairo_surface_t* surface);

}  // namespace sid::internal
