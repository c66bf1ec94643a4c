# libtorch from the PyPI wheel, without its own CMake config (that one demands a CUDA toolkit).
# Gives Torch::Torch: torch_cpu and c10 alone. libtorch_cuda.so is loaded at run time where a GPU is (core/model/device.cpp).
# LONGVIEW_TORCH_DIR is the folder that holds include/ and lib/ (the wheel's torch/).
set(LONGVIEW_TORCH_DIR "$ENV{LONGVIEW_TORCH_DIR}" CACHE PATH "The torch/ folder of the installed wheel")
set(_torch_hints ${LONGVIEW_TORCH_DIR})
file(GLOB _torch_installed LIST_DIRECTORIES true "$ENV{HOME}/.local/share/longview/libtorch-*/torch")
list(APPEND _torch_hints ${_torch_installed})

find_path(Torch_INCLUDE_DIR NAMES ATen/ATen.h HINTS ${_torch_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(Torch_CPU_LIBRARY NAMES torch_cpu HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(Torch_C10_LIBRARY NAMES c10 HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
if(Torch_INCLUDE_DIR AND EXISTS "${Torch_INCLUDE_DIR}/torch/headeronly/version.h")
  file(STRINGS "${Torch_INCLUDE_DIR}/torch/headeronly/version.h" _torch_version REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9]+" "." Torch_VERSION "${_torch_version}")
  string(SUBSTRING "${Torch_VERSION}" 1 -1 Torch_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Torch
  REQUIRED_VARS Torch_CPU_LIBRARY Torch_C10_LIBRARY Torch_INCLUDE_DIR
  VERSION_VAR Torch_VERSION
  REASON_FAILURE_MESSAGE "packaging/test.sh installs it. LONGVIEW_TORCH_DIR can name the torch/ folder of the PyPI wheel")

if(Torch_FOUND AND NOT TARGET Torch::Torch)
  # The wheel's include/ also holds other libraries' headers (fmt, nlohmann, …) of other versions than the system's; they
  # would be found first. Only torch's own folders are let in.
  set(_torch_headers "${CMAKE_BINARY_DIR}/torch-headers")
  file(MAKE_DIRECTORY "${_torch_headers}")
  foreach(_folder ATen c10 torch)
    file(CREATE_LINK "${Torch_INCLUDE_DIR}/${_folder}" "${_torch_headers}/${_folder}" SYMBOLIC)
  endforeach()
  add_library(Torch::C10 SHARED IMPORTED)
  set_target_properties(Torch::C10 PROPERTIES IMPORTED_LOCATION "${Torch_C10_LIBRARY}")
  add_library(Torch::Torch SHARED IMPORTED)
  set_target_properties(Torch::Torch PROPERTIES
    IMPORTED_LOCATION "${Torch_CPU_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${_torch_headers}"
    INTERFACE_LINK_LIBRARIES Torch::C10)
endif()
mark_as_advanced(Torch_INCLUDE_DIR Torch_CPU_LIBRARY Torch_C10_LIBRARY)
