# sid_module(NAME DIR dir SOURCES ... [DEPENDS module ...] [PUBLIC target ...] [PRIVATE target ...])
#
# One static library per folder. A module's headers are visible only to the targets that link it:
# each module gets an include folder of its own in the build tree, holding a single link
# sid/<name> -> <source folder>. An include that points against the layering therefore does not
# compile, and the layering is the link graph.
function(sid_module name)
  cmake_parse_arguments(M "" "DIR" "SOURCES;DEPENDS;PUBLIC;PRIVATE" ${ARGN})
  set(root "${CMAKE_BINARY_DIR}/include/${name}")
  file(MAKE_DIRECTORY "${root}/sid")
  file(CREATE_LINK "${M_DIR}" "${root}/sid/${name}" SYMBOLIC)
  if(M_SOURCES)
    add_library(sid_${name} STATIC ${M_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(sid_${name} PRIVATE sid::flags ${M_PRIVATE})
  else()
    add_library(sid_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(sid_${name} ${scope} "${root}")
  target_compile_features(sid_${name} ${scope} cxx_std_20)
  target_link_libraries(sid_${name} ${scope} ${M_PUBLIC})
  foreach(dependency IN LISTS M_DEPENDS)
    target_link_libraries(sid_${name} ${scope} sid::${dependency})
  endforeach()
  add_library(sid::${name} ALIAS sid_${name})
endfunction()
