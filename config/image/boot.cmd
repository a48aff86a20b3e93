# The boot loader's part: which slot, and how often it may be tried. Compiled into boot.scr by tools/image.
#
# One sector (partition 1, `bootenv`) holds these variables with a checksum; a sector is written whole or not at
# all. Where it cannot be read, these are in force (and for the system: etc/u-boot-initial-env):
setenv BOOT_ORDER "A B"
setenv BOOT_A_LEFT 3
setenv BOOT_B_LEFT 0
setenv GOOD A
setenv SPARE
setenv FAILS 0
setenv TURNS 0
setenv kept "BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT GOOD SPARE FAILS TURNS"
part start ${devtype} ${devnum} 1 env_start
if virtio read ${pxefile_addr_r} ${env_start} 1; then
  env import -c ${pxefile_addr_r} 200 ${kept}
fi
if test "${FAILS}" = ""; then setenv FAILS 0; fi
if test "${TURNS}" = ""; then setenv TURNS 0; fi

# The slot that proved itself before the present one (SPARE) takes its place when starts in a row (FAILS) did not get as
# far as a gateway that answers. Cuts of the supply may look the same; then the other system runs, which is good too.
# When both have had their turn and neither got so far (TURNS), going on like that would help nobody: the board is told that
# it has no spare, and runs as far as it goes.
setenv fails_max 6
setenv turns_max 2
if test "${SPARE}" != "" -a ${FAILS} -ge ${fails_max}; then
  echo "holdfast: slot ${GOOD} does not start: slot ${SPARE} takes its place"
  setenv BOOT_${GOOD}_LEFT 0
  setenv left ${GOOD}
  setenv GOOD ${SPARE}
  setenv SPARE ${left}
  setenv FAILS 0
  if test ${TURNS} -lt ${turns_max}; then setexpr TURNS ${TURNS} + 1; fi
fi
setenv told ${SPARE}
if test ${TURNS} -ge ${turns_max}; then setenv told; fi

# A slot that has proved itself (GOOD) is tried for ever where there is no other: cuts of the supply must not cost us a
# good system. One on trial has as many boots as RAUC gave it (BOOT_x_LEFT). Each is counted before it begins.
setenv order "${BOOT_ORDER} ${GOOD}"
for slot in ${order}; do
  if test "${slot}" = "A"; then
    setenv left ${BOOT_A_LEFT}
    setenv kernel_part 4
  else
    setenv left ${BOOT_B_LEFT}
    setenv kernel_part 6
  fi
  if test "${slot}" = "${GOOD}" -o ${left} -gt 0; then
    setenv trial 0
    if test "${slot}" != "${GOOD}"; then
      setenv trial 1
      setexpr left ${left} - 1
      setenv BOOT_${slot}_LEFT ${left}
    elif test "${SPARE}" != ""; then
      setexpr FAILS ${FAILS} + 1
    fi
    if test "${trial}" = "1" -o "${SPARE}" != ""; then
      env export -c -s 200 ${pxefile_addr_r} ${kept}
      virtio write ${pxefile_addr_r} ${env_start} 1
    fi
    echo "holdfast: slot ${slot}, trials left ${left}"
    setenv bootargs "console=ttyAMA0 quiet panic=5 cryptomgr.notests rauc.slot=${slot} holdfast.trial=${trial} holdfast.spare=${told}"
    part start ${devtype} ${devnum} ${kernel_part} start
    part size ${devtype} ${devnum} ${kernel_part} size
    virtio read ${ramdisk_addr_r} ${start} ${size}
    bootm ${ramdisk_addr_r}#holdfast ${ramdisk_addr_r}#holdfast ${fdtcontroladdr}
    echo "holdfast: slot ${slot} does not load"
    if test "${slot}" = "${GOOD}" -a "${SPARE}" != ""; then
      setenv FAILS ${fails_max}
      env export -c -s 200 ${pxefile_addr_r} ${kept}
      virtio write ${pxefile_addr_r} ${env_start} 1
      if test ${TURNS} -ge ${turns_max}; then sleep 60; fi
      reset
    fi
  fi
done
echo "holdfast: no slot loads"
sleep 5
reset
