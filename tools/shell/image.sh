# shellcheck shell=bash
# Images: the steps from packages and our program to a disk and to a signed bundle.
#
# Reads what tools/image was asked for: work, version, development, keys, data_size, data_fs. All work is done in
# .build/image/ARCH/work, and only what is complete is moved out of it.

readonly image_config=$ROOT/config/image
readonly compatible=holdfast-armv7-virt   # which bundles a board takes: kind of board, not version
readonly image_limit_kb=$((25 * 1024))    # kernel and root, compressed: docs/budgets.md
readonly program_limit_kb=2048            # our programs, stripped
readonly programs=(holdfast holdfast-link)
# All that mke2fs would else leave to chance or to the first mount.
readonly data_uuid=48464449-534b-4000-8000-0000000000da
readonly ext4_extras=hash_seed=$data_uuid,root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0

# project_version: the project's own three numbers, and the count of commits.
project_version() {
  local numbers
  numbers=$(sed -n 's/^project(holdfast VERSION \([0-9.]*\) .*/\1/p' "$ROOT/CMakeLists.txt")
  echo "$numbers.$(git -C "$ROOT" rev-list --count HEAD 2>/dev/null || echo 0)"
}

# image_epoch: the date of everything in an image, that of the last commit unless told otherwise.
image_epoch() {
  echo "${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || echo 0)}"
}

# make_system ARCH: kernel.img and root.squashfs, which a slot holds.
make_system() {
  local packages=$BUILD/image/$1/packages prefix
  prefix=$(compiler_prefix "$1")
  mkdir -p "$work"
  hold_lock "$work.lock"
  local program
  mkdir -p "$work/programs"
  for program in "${programs[@]}"; do
    "${prefix}strip" --strip-all -o "$work/programs/$program" "$BUILD/$1/platform/linux/program/$program"
  done
  make_keys
  "$ROOT/tools/images/tree.py" --packages "$packages" --config "$image_config" \
    --programs "$work/programs" --readelf "${prefix}readelf" --out "$work/trees"
  complete_root "$work/trees/root"
  rm -f "$work/root.squashfs"
  mksquashfs "$work/trees/root" "$work/root.squashfs" -all-root -comp zstd -Xcompression-level 19 \
    -noappend -no-progress -no-xattrs
  "$ROOT/tools/images/verity.py" "$work/root.squashfs" >"$work/trees/early/verity"
  pack_initramfs
  cp "$work/trees/vmlinuz" "$work/vmlinuz"
  sed "s/@VERSION@/$version/" "$image_config/kernel.its" >"$work/kernel.its"
  (cd "$work" && mkimage -f kernel.its kernel.img)
  "$ROOT/tools/images/sbom.py" --packages "$packages" --used "$work/trees/used" --programs "$work/programs" \
    --version "$version" --epoch "$SOURCE_DATE_EPOCH" >"$work/sbom.json"
}

compiler_prefix() {
  echo "${toolchains[$1]#*-}" | sed 's/^/arm-/;s/$/-/'
}

# complete_root FOLDER: what depends on what was asked for.
complete_root() {
  local shell_line=
  if [[ $development ]]; then
    shell_line='ttyAMA0::respawn:-/bin/sh'
    echo "GENERATE=100" >"$1/etc/holdfast-defaults"
    chmod 644 "$1/etc/holdfast-defaults"
  fi
  sed -i "s|^@CONSOLE@$|$shell_line|" "$1/etc/inittab"
  sed -i "s/@COMPATIBLE@/$compatible/" "$1/etc/rauc/system.conf"
  cp "$keys/bundle.cert.pem" "$1/etc/rauc/keyring.pem"
  printf 'VERSION=%s\nCOMPATIBLE=%s\n' "$version" "$compatible" >"$1/etc/holdfast-release"
  chmod 644 "$1/etc/rauc/keyring.pem" "$1/etc/holdfast-release"
  "$ROOT/tools/images/model_keys.py" "$keys/model-keys" "$1/usr/share/holdfast/model-keys"
}

# make_keys: development keys, once per clone. A product brings its own with --keys.
make_keys() {
  if [[ $keys == "$BUILD/image/keys" && ! -e $keys/model-keys/development.key ]]; then
    "$ROOT/tools/model" key development --out "$keys/model-keys"
  fi
  if [[ -f $keys/bundle.key.pem && -f $keys/bundle.cert.pem ]]; then
    return
  fi
  [[ $keys == "$BUILD/image/keys" ]] || fail "--keys: no bundle.key.pem and bundle.cert.pem in $keys"
  mkdir -p "$keys"
  openssl req -x509 -newkey rsa:3072 -nodes -days 7300 -subj "/CN=holdfast development bundles" \
    -keyout "$keys/bundle.key.pem" -out "$keys/bundle.cert.pem"
}

# pack_initramfs: sorted, of root's, and of one date, so that it is the same each time.
pack_initramfs() {
  find "$work/trees/early" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  (cd "$work/trees/early" && find . -print0 | sort --zero-terminated |
    cpio --null --create --format=newc --reproducible --owner=0:0 --quiet) |
    zstd --force --quiet -19 -o "$work/initramfs.zst"
}

# make_image FILE: the disk, with FILE.sbom.json.
make_image() {
  local parts=$work/parts
  rm -rf "$parts" "$work/genimage"
  mkdir -p "$parts" "$(dirname "$1")"
  cp "$work/kernel.img" "$work/root.squashfs" "$parts"
  make_boot_partition "$parts"
  mkenvimage -s 512 -o "$parts/bootenv.bin" "$image_config/root/etc/u-boot-initial-env"
  # Nobody's identity, no system in the second slot.
  truncate --size=4096 "$parts/identity.bin" "$parts/empty.bin"
  make_data_partition "$parts/data.bin"
  sed "s/@DATA_SIZE@/$data_size/" "$image_config/layout.cfg" >"$work/layout.cfg"
  mkdir -p "$work/nothing"
  genimage --config "$work/layout.cfg" --rootpath "$work/nothing" --inputpath "$parts" \
    --outputpath "$work/genimage" --tmppath "$work/genimage.tmp"
  mv "$work/genimage/holdfast.img" "$1"
  cp "$work/sbom.json" "$1.sbom.json"
}

make_boot_partition() {
  mkimage -A arm -T script -C none -n holdfast -d "$image_config/boot.cmd" "$1/boot.scr"
  touch --date="@$SOURCE_DATE_EPOCH" "$1/boot.scr"
  truncate --size=1M "$1/boot.vfat"
  mformat -i "$1/boot.vfat" -N 48464449 -v HOLDFAST ::
  TZ=UTC mcopy -m -i "$1/boot.vfat" "$1/boot.scr" ::boot.scr
}

# make_data_partition FILE: empty. The journal of ext4 is small, because what it holds is committed by us. Its groups are
# because the superblock has its copies in the second and later ones (mend_from_copy, usr/lib/holdfast/data.sh).
make_data_partition() {
  truncate --size="$data_size" "$1"
  case $data_fs in
    ext4)
      E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -F -t ext4 -b 4096 -g 4096 -L data -m 0 -J size=4 \
        -U "$data_uuid" -E "$ext4_extras" "$1"
      ;;
    f2fs) mkfs.f2fs -q -f -r -l data -O extra_attr,inode_checksum -U "$data_uuid" -T "$SOURCE_DATE_EPOCH" "$1" ;;
  esac
}

# make_bundle FILE: signed, its blocks verified as they are read.
make_bundle() {
  local folder=$work/bundle
  rm -rf "$folder" "$1"
  mkdir -p "$folder" "$(dirname "$1")"
  cp "$work/root.squashfs" "$folder/root.img"
  cp "$work/kernel.img" "$folder/kernel.img"
  cat >"$folder/manifest.raucm" <<END
[update]
compatible=$compatible
version=$version

[bundle]
format=verity

[image.rootfs]
filename=root.img

[image.kernel]
filename=kernel.img
END
  rauc --cert="$keys/bundle.cert.pem" --key="$keys/bundle.key.pem" bundle "$folder" "$1"
}

show_sizes() {
  local kernel root program
  kernel=$(($(stat --format=%s "$work/kernel.img") / 1024))
  root=$(($(stat --format=%s "$work/root.squashfs") / 1024))
  program=$(($(cat "$work/programs/"* | wc --bytes) / 1024))
  printf '\n  version %s\n' "$version"
  printf '  %-34s %6d kB\n' "kernel and initramfs" "$kernel" "root, compressed" "$root"
  printf '  %-34s %6d kB of %d\n' "together" $((kernel + root)) "$image_limit_kb" \
    "our programs, stripped" "$program" "$program_limit_kb"
  [[ ! $out ]] || printf '  image   %s\n' "$out"
  [[ ! $bundle ]] || printf '  bundle  %s\n' "$bundle"
  [[ $keys != "$BUILD/image/keys" ]] || echo "  signed with development keys of this clone: not for the field"
  [[ $((kernel + root)) -le $image_limit_kb && $program -le $program_limit_kb ]] ||
    fail "larger than its budget: see docs/budgets.md"
}
