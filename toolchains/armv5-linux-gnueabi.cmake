# ARMv5TE boards without floating point (Debian armel): the oldest gateways still in service.
set(CMAKE_SYSTEM_PROCESSOR armv5tel)
set(HOLDFAST_ARCH armv5)
set(HOLDFAST_TRIPLE arm-linux-gnueabi)

# Soft float and the ARM instruction set: ARMv5's Thumb is too poor to be worth its switches.
set(HOLDFAST_CPU_FLAGS "-march=armv5te -mfloat-abi=soft -marm")

# Debian 12 keeps the 32-bit time_t by default here, and a gateway outlives January 2038.
# glibc demands 64-bit file offsets along with 64-bit time.
string(APPEND HOLDFAST_CPU_FLAGS " -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64")

# ARMv5 has no atomic instructions: GCC calls libatomic, which asks the kernel's own helpers.
set(CMAKE_CXX_STANDARD_LIBRARIES "-Wl,--as-needed -latomic")

# The ARM926 is the family's last core: it traps on anything younger than ARMv5TE.
set(HOLDFAST_EMULATOR qemu-arm-static -cpu arm926)

include(${CMAKE_CURRENT_LIST_DIR}/sysroot.cmake)
