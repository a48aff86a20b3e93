# shellcheck shell=bash
# Trees: .build/host, .build/sanitized and one per board. All are configured, built and tested here.

jobs=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
readonly jobs

# Clones of the project share what ccache keeps: paths below the top are made relative, except in
# what the compiler says to people.
export CCACHE_BASEDIR=$ROOT CCACHE_ABSSTDERR=1

toolchain_of() {
  case $1 in
    armv7) echo "$ROOT/toolchains/armv7-linux-gnueabihf.cmake" ;;
    arm64) echo "$ROOT/toolchains/aarch64-linux-gnu.cmake" ;;
    armv5) echo "$ROOT/toolchains/armv5-linux-gnueabi.cmake" ;;
  esac
}

# build_tree TREE: configures when needed; ninja does so again by itself when CMake files change.
build_tree() {
  local tree=$BUILD/$1 options=()
  case $1 in
    host) ;;
    sanitized) options=(-DHOLDFAST_SANITIZE=ON) ;;
    armv7 | arm64 | armv5)
      # A board is short of flash and memory sooner than of speed: -Os.
      options=("-DCMAKE_TOOLCHAIN_FILE=$(toolchain_of "$1")" -DCMAKE_BUILD_TYPE=MinSizeRel)
      ;;
    *) fail "unknown tree '$1': host, sanitized, armv7, arm64 or armv5" ;;
  esac
  cmake -S "$ROOT" -B "$tree" -G Ninja "${options[@]}" \
    -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
  cmake --build "$tree" --parallel "$jobs"
}

# test_tree TREE [CTEST-OPTION...]
test_tree() {
  local tree=$BUILD/$1 report=$BUILD/$1/ctest.xml status=0
  shift
  rm -f "$report"
  ctest --test-dir "$tree" --parallel "$jobs" --output-on-failure --no-tests=error \
    --output-junit "$report" "$@" || status=$?
  count_tests_of "$report"
  return "$status"
}

# count_tests_of REPORT: ctest's own numbers, from the attributes of its one <testsuite>.
count_tests_of() {
  local tests failures unrun
  tests=$(read_number tests "$1")
  failures=$(read_number failures "$1")
  unrun=$(($(read_number disabled "$1") + $(read_number skipped "$1")))
  count_tests $((tests - failures - unrun)) "$failures" "$unrun"
}

read_number() {
  sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

# test_board ARCH: the tests that need only a processor. The others drive whole programs, services
# and seeds by the thousand: once, on the host, says as much about them.
test_board() {
  test_tree "$1" --label-regex '^(unit|contract)$'
}
