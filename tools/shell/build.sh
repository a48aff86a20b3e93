# shellcheck shell=bash
# Trees: .build/host, .build/sanitized and one per board. All are configured, built and tested here.

jobs=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
readonly jobs

# Clones of the project share what ccache keeps: paths below the top are made relative, except in
# what the compiler says to people.
export CCACHE_BASEDIR=$ROOT CCACHE_ABSSTDERR=1

# build_tree TREE [TARGET...]: configures when needed; ninja does so again by itself when CMake files
# change.
build_tree() {
  local tree=$BUILD/$1 options=() targets=("${@:2}")
  if [[ $1 == sanitized ]]; then
    options=(-DHOLDFAST_SANITIZE=ON)
  elif is_board "$1"; then
    # A board is short of flash and memory sooner than of speed: -Os.
    options=(--toolchain "$ROOT/toolchains/${toolchains[$1]}.cmake" -DCMAKE_BUILD_TYPE=MinSizeRel)
  fi
  mkdir -p "$tree"
  hold_lock "$tree/lock"
  if ! grep --quiet --no-messages --line-regexp --fixed-strings \
    "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$tree/CMakeCache.txt"; then
    options+=(--fresh)  # a first build, or one that came here with a copy of the project
  fi
  cmake -S "$ROOT" -B "$tree" -G Ninja "${options[@]}" \
    -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache
  cmake --build "$tree" --parallel "$jobs" "${targets[@]/#/--target=}"
}

# test_tree TREE [CTEST-OPTION...]: ctest counts in half cores, see tests/CMakeLists.txt.
test_tree() {
  local tree=$BUILD/$1 report=$BUILD/$1/ctest.xml status=0
  shift
  hold_lock "$tree/lock"
  rm -f "$report"
  export UBSAN_OPTIONS=print_stacktrace=1
  ctest --test-dir "$tree" --parallel $((2 * jobs)) --output-on-failure --no-tests=error \
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
  sed -n "/^[[:space:]]*$1=/ { s/[^0-9]//g; p; q; }" "$2"
}

# test_board ARCH: what docs/hacking.md says of boards: all that needs only a processor on one of them, less on the others.
# Faults are swept over one medium there; HOLDFAST_MEDIA=6 is all of them. REQUIRES: the host's simulation is built.
test_board() {
  export HOLDFAST_MEDIA=${HOLDFAST_MEDIA:-1}
  if [[ $1 == armv7 ]]; then
    test_tree "$1" --label-regex '^(unit|contract|trace|fault)$'
  else
    test_tree "$1" --label-regex '^(unit|contract|trace)$' --label-exclude '^sweep$'
  fi
}

# make_test_images: what the system tests start. Made twice, because an image must not depend on when it is made.
make_test_images() {
  local folder=$BUILD/image/armv7/tests
  mkdir -p "$folder"
  "$ROOT/tools/image" --arch armv7 --development --bundle "$folder/newer.raucb" --version 1.0.0.0
  "$ROOT/tools/image" --arch armv7 --development --out "$folder/again.img"
  "$ROOT/tools/image" --arch armv7 --development --out "$folder/development.img"
  cmp "$folder/development.img" "$folder/again.img" || fail "the same sources made two different images"
  cmp "$folder/development.img.sbom.json" "$folder/again.img.sbom.json" || fail "... and bills of materials"
  rm "$folder/again.img" "$folder/again.img.sbom.json"
}

# measure_rooms TREE [--json]: fails when a core room calls the heap.
measure_rooms() {
  "$ROOT/tools/rooms/measure" "$BUILD/$1" "${@:2}"
}
