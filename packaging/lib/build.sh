# Sourced after install.sh: the release preset, configured once and built as far as asked for.

build=$root/build/release

# A build folder made elsewhere (a moved checkout, another libtorch) is configured afresh.
configured() {
  [ -e "$build/build.ninja" ] &&
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt" &&
    grep -qxF "LONGVIEW_TORCH_DIR:PATH=$libtorch/torch" "$build/CMakeCache.txt"
}

configure() { (cd "$root" && LC_ALL=C.UTF-8 cmake --fresh --preset release -DLONGVIEW_TORCH_DIR="$libtorch/torch"); }

# A file that includes libtorch takes up to 3 GB to compile.
compilers() {
  awk -v cores="$(nproc)" '/^MemAvailable/ { n = int($2 / 2600000); if (n > cores) n = cores; print n < 1 ? 1 : n }' /proc/meminfo
}

compile() { LC_ALL=C.UTF-8 cmake --build "$build" --parallel "$(compilers)" "$@"; }

# build_release [--target TARGET…]
build_release() {
  if ! configured; then
    need_space "$root/build" 2500 "Compiling Longview"
    step "Configuring the release preset" progress_none configure
  fi
  step "Compiling, $(compilers) at a time" progress_ninja compile "$@"
}
