# 64-bit ARM boards (Debian arm64): the larger gateways.
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(HOLDFAST_ARCH arm64)
set(HOLDFAST_TRIPLE aarch64-linux-gnu)

# The first ARMv8-A runs everywhere; atomics of younger cores are found at run time by libgcc.
# Time and file offsets are 64 bits wide from the start.
set(HOLDFAST_CPU_FLAGS "-march=armv8-a")

set(HOLDFAST_EMULATOR qemu-aarch64-static -cpu cortex-a53)

include(${CMAKE_CURRENT_LIST_DIR}/sysroot.cmake)
