# What the toolchains share: Debian's cross compiler, a sysroot, and an emulator for the tests.
# Each toolchain sets HOLDFAST_ARCH, _TRIPLE, _CPU_FLAGS and _EMULATOR, then includes this file.
# `./tools/cross ARCH` makes the sysroot; docs/hacking.md tells how.
set(CMAKE_SYSTEM_NAME Linux)

# Debian's cross GCC, of the same version as the host's, brings its own C and C++ libraries;
# the sysroot adds only the libraries we use.
set(CMAKE_C_COMPILER ${HOLDFAST_TRIPLE}-gcc)
set(CMAKE_CXX_COMPILER ${HOLDFAST_TRIPLE}-g++)
set(CMAKE_C_FLAGS_INIT "${HOLDFAST_CPU_FLAGS}")
set(CMAKE_CXX_FLAGS_INIT "${HOLDFAST_CPU_FLAGS}")

# Kept in the cache, and handed to CMake's trial builds, so that a later run without the
# environment variable still finds the same sysroot.
if(DEFINED ENV{HOLDFAST_BUILD_DIR})
  set(sysroots "$ENV{HOLDFAST_BUILD_DIR}/sysroot")
else()
  get_filename_component(sysroots "${CMAKE_CURRENT_LIST_DIR}/../.build/sysroot" ABSOLUTE)
endif()
set(HOLDFAST_SYSROOT "${sysroots}/${HOLDFAST_ARCH}" CACHE PATH "Debian libraries of the board")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES HOLDFAST_SYSROOT)
if(NOT EXISTS "${HOLDFAST_SYSROOT}/manifest")
  message(FATAL_ERROR "No sysroot in ${HOLDFAST_SYSROOT}: run ./tools/cross ${HOLDFAST_ARCH}")
endif()
set(CMAKE_SYSROOT "${HOLDFAST_SYSROOT}")
set(CMAKE_LIBRARY_ARCHITECTURE ${HOLDFAST_TRIPLE})

# A library of the build machine must never be linked by mistake; its programs are ours to run.
set(CMAKE_FIND_ROOT_PATH "${CMAKE_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR}
    "${CMAKE_SYSROOT}/usr/lib/${HOLDFAST_TRIPLE}/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")

# ctest runs the board's programs through this, on the board's own C library.
set(CMAKE_CROSSCOMPILING_EMULATOR ${HOLDFAST_EMULATOR} -L "${CMAKE_SYSROOT}")
