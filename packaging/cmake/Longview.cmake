# Options every target of ours shares, and the three kinds of target there are.
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Threads REQUIRED)

add_library(longview_options INTERFACE)
add_library(Longview::Options ALIAS longview_options)
target_compile_features(longview_options INTERFACE cxx_std_20)
target_compile_options(longview_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2)
# GCC 12 sees libstdc++'s own stop_source as used before it is set, and an overlap in "text" + std::string() (its bug 105651).
target_compile_options(longview_options INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict>")
if(LONGVIEW_WERROR)
  target_compile_options(longview_options INTERFACE -Werror)
endif()
if(LONGVIEW_SANITIZER)
  target_compile_options(longview_options INTERFACE -fsanitize=${LONGVIEW_SANITIZER} -fno-omit-frame-pointer -g)
  target_link_options(longview_options INTERFACE -fsanitize=${LONGVIEW_SANITIZER})
  if(LONGVIEW_SANITIZER MATCHES undefined)
    target_compile_options(longview_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()

# longview_module(corpus SOURCES a.cpp LINK Longview::Base): one folder of core/ as a static library, alias Longview::Corpus.
# Headers are included from core/ on: #include "corpus/reader.h".
function(longview_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
  add_library(longview_${name} STATIC ${ARG_SOURCES})
  string(SUBSTRING ${name} 0 1 first)
  string(SUBSTRING ${name} 1 -1 rest)
  string(TOUPPER ${first} first)
  add_library(Longview::${first}${rest} ALIAS longview_${name})
  target_include_directories(longview_${name} PUBLIC "${CMAKE_SOURCE_DIR}/core")
  target_link_libraries(longview_${name} PUBLIC ${ARG_LINK} PRIVATE Longview::Options ${ARG_PRIVATE})
endfunction()
