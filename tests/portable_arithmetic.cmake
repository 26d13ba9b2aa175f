# cmake -DNM=... -DLIBRARIES=a.a,b.a -P portable_arithmetic.cmake
# The last bit of a C library's elementary functions differs between libraries and processors, so
# what decides a number of a run must not call them (sid/math/elementary.hpp has ours). Square roots
# and rounding to whole numbers are exact everywhere.
set(functions
    acos|acosh|asin|asinh|atan|atan2|atanh|cbrt|cos|cosh|erf|erfc|exp|exp2|expm1|hypot|lgamma|log)
string(APPEND functions "|log10|log1p|log2|pow|sin|sincos|sinh|tan|tanh|tgamma")
set(found "")
string(REPLACE "," ";" libraries "${LIBRARIES}")
foreach(library IN LISTS libraries)
  execute_process(COMMAND "${NM}" -u "${library}" OUTPUT_VARIABLE symbols RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${NM} cannot read ${library}")
  endif()
  string(REGEX MATCHALL "U _?(${functions})f?(@[^\n]*)?\n" calls "${symbols}")
  if(calls)
    list(REMOVE_DUPLICATES calls)
    string(REGEX REPLACE "[\n;]" " " calls "${calls}")
    string(APPEND found "\n${library}: ${calls}")
  endif()
endforeach()
if(found)
  message(FATAL_ERROR "Functions whose bits depend on the C library are called:${found}")
endif()
