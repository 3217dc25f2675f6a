# shellcheck shell=bash
# Sourced by app/run and tests/run: finds and installs missing packages, and builds. Needs bash.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
setup_log=$root/build/setup.log

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# packages KIND…: the names of app/packages.txt, one a line.
packages() {
  local kind name
  while read -r kind name; do
    [[ " $* " == *" $kind "* ]] && printf '%s\n' "$name"
  done <"$root/app/packages.txt"
  return 0
}

# missing_packages KIND…: those of them that are not installed.
missing_packages() {
  local wanted installed
  wanted=$(packages "$@")
  # shellcheck disable=SC2086  # one word per package
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null | sed -n 's/ installed$//p' || true)
  grep -vxF -f <(printf '%s\n' "$installed") <<<"$wanted" || true
}

# run_quietly COMMAND…: on a terminal as it is, elsewhere into the log, of which the end is shown on failure.
run_quietly() {
  if [[ -t 1 ]]; then
    "$@"
  elif ! "$@" >"$setup_log" 2>&1; then
    tail -n 40 "$setup_log" >&2
    return 1
  fi
}

# install_packages KIND…: installs what is missing, or says what to do and ends with status 1. RBM_SKIP_PACKAGES=1
# leaves it out, for systems that have the libraries from elsewhere.
install_packages() {
  [[ -n ${RBM_SKIP_PACKAGES:-} ]] && return 0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "This system has no apt-get, so nothing was installed. RBM Lab needs what these Debian packages hold:
$(packages "$@" | tr '\n' ' ' | fold -s -w 100 | sed 's/^/  /')
Install their counterparts, then call this again with RBM_SKIP_PACKAGES=1 set."
  fi
  local missing as_root=()
  missing=$(missing_packages "$@" | tr '\n' ' ')
  missing=${missing% }
  [[ -z $missing ]] && return 0
  local command="apt-get install --no-install-recommends $missing"
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null ||
      fail "Packages are missing, and installing them needs root. As root, run
  $command
and then call this again."
    as_root=(sudo)
  fi
  say "Installing $(wc -w <<<"$missing") packages: $missing"
  mkdir -p "$root/build"
  # An update may fail where the lists are there already (no network, a mirror that is down): the installation decides.
  run_quietly "${as_root[@]}" apt-get -q update || say "The package lists could not be updated; trying with those that are there."
  # shellcheck disable=SC2086
  run_quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing ||
    fail "The packages could not be installed. RBM Lab is made for Debian 12 and later; what it needs is
  $missing
Install them by hand ($command), then call this again."
}

# configure PRESET [OPTION…] and build PRESET [TARGET…]
configure() {
  mkdir -p "$root/build"
  (cd "$root" && run_quietly cmake --preset "$@") || fail "CMake could not configure the build; what it said is above."
}
build() {
  local preset=$1
  shift
  (cd "$root" && run_quietly cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"}) ||
    fail "The build failed; what the compiler said is above."
}

# What a program with a window wants to find even in a container or a bare login.
set_runtime_dir() {
  [[ -n ${XDG_RUNTIME_DIR:-} && -d ${XDG_RUNTIME_DIR:-} ]] && return 0
  XDG_RUNTIME_DIR=${TMPDIR:-/tmp}/runtime-$(id -u)
  mkdir -p -m 700 "$XDG_RUNTIME_DIR"
  export XDG_RUNTIME_DIR
}
