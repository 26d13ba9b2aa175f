# Compiler flags, in one interface target. Nothing here depends on the machine that compiles:
# no -march=native and no -ffast-math, and products and sums are never fused behind our back, so
# that the same binary gives the same bits on every processor.
add_library(sid_flags INTERFACE)
add_library(sid::flags ALIAS sid_flags)
target_compile_features(sid_flags INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
target_compile_options(sid_flags INTERFACE -ffp-contract=off -Wall -Wextra -Wconversion -Wshadow)
# Broken contracts name the place in the sources; where those lay on the machine that compiled is
# nobody's business and would make builds of the same sources differ.
target_compile_options(sid_flags INTERFACE
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/include/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of overlapping copies inside std::string's own assignment (GCC bug 105329).
  target_compile_options(sid_flags INTERFACE -Wno-restrict)
endif()
if(SID_WARNINGS_AS_ERRORS)
  target_compile_options(sid_flags INTERFACE -Werror)
endif()
if(SID_DEVELOPMENT_CHECKS)
  target_compile_definitions(sid_flags INTERFACE SID_DEVELOPMENT_CHECKS=1)
else()
  # Eigen's own assertions cost more than our boundary checks and repeat them.
  target_compile_definitions(sid_flags INTERFACE $<$<CONFIG:Release>:EIGEN_NO_DEBUG>)
endif()
if(SID_SANITIZE)
  set(known "address" "undefined" "thread")
  foreach(sanitizer IN LISTS SID_SANITIZE)
    if(NOT sanitizer IN_LIST known)
      message(FATAL_ERROR "SID_SANITIZE: unknown sanitizer '${sanitizer}'; known are ${known}.")
    endif()
  endforeach()
  if("thread" IN_LIST SID_SANITIZE AND "address" IN_LIST SID_SANITIZE)
    message(FATAL_ERROR "SID_SANITIZE: 'thread' and 'address' cannot be combined.")
  endif()
  list(JOIN SID_SANITIZE "," sanitizers)
  add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC sees values of a std::variant as uninitialised once the sanitizers' calls are in between.
    target_compile_options(sid_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  add_link_options(-fsanitize=${sanitizers})
endif()
