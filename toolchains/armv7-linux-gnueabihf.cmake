# ARMv7-A boards with hardware floating point (Debian armhf): most gateways in the field.
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(HOLDFAST_ARCH armv7)
set(HOLDFAST_TRIPLE arm-linux-gnueabihf)

# The plainest ARMv7-A: 16 double registers, no NEON, no hardware division. It runs on every
# board of the family; what a newer core could add is not worth a second image.
set(HOLDFAST_CPU_FLAGS "-march=armv7-a+vfpv3-d16 -mfloat-abi=hard -mthumb")

# Debian 12 keeps the 32-bit time_t by default here, and a gateway outlives January 2038.
# glibc demands 64-bit file offsets along with 64-bit time.
string(APPEND HOLDFAST_CPU_FLAGS " -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64")

# A Cortex-A8 traps on the hardware division that a slip in the flags above would bring in.
set(HOLDFAST_EMULATOR qemu-arm-static -cpu cortex-a8)

include(${CMAKE_CURRENT_LIST_DIR}/sysroot.cmake)
