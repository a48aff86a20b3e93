# The data partition: its file system (docs/decisions/0056), and its cipher where it has one (0057).

data_options=lazytime,noatime,nosuid,nodev,noexec  # docs/decisions/0014

# file_system_of DEVICE: by its mark, of which f2fs has two: a torn one must not make another file system of it.
file_system_of() {
  for offset in 1024 5120; do
    if [ "$(dd if="$1" bs=1 skip="$offset" count=4 2>/dev/null | hexdump -ve '1/1 "%02x"')" = 1020f5f2 ]; then
      echo f2fs
      return
    fi
  done
  echo ext4
}

# mount_as FILE_SYSTEM DEVICE FOLDER
mount_as() {
  case $1 in
    f2fs) mount -t f2fs -o "$data_options,fsync_mode=strict" "$2" "$3" 2>/dev/null ;;
    *) mount -t ext4 -o "$data_options" "$2" "$3" 2>/dev/null ;;
  esac
}

# mount_whole FILE_SYSTEM DEVICE FOLDER: false, and not mounted, where a name has no file either. f2fs mounts all the same after
# a cut that left a part of a block, and only its fsck takes the name away (docs/decisions/0056).
mount_whole() {
  mount_as "$@" || return 1
  [ "$1" != f2fs ] || ls -lR "$3" >/dev/null 2>&1 || { umount "$3" && return 1; }
}

# mend FILE_SYSTEM DEVICE: asks nobody. fsck.f2fs has one question that -y does not answer: to copy what lost its folder here.
mend() {
  case $1 in
    f2fs) echo n | fsck.f2fs -f -y "$2" ;;
    *) e2fsck -f -y "$2" </dev/null || [ $? -lt 4 ] || mend_from_copy "$2" ;;
  esac >/run/fsck.log 2>&1
}

# mend_from_copy DEVICE: a mount writes the superblock of ext4 in place, and a cut may tear it: its checksum is wrong then.
# e2fsck looks for copies where other sizes of groups have them; ./tools/image makes groups of 4096 blocks of 4096 bytes.
mend_from_copy() {
  e2fsck -f -y -b 4096 -B 4096 "$1" </dev/null
}

make_anew() {
  case $1 in
    # With checksums f2fs knows a torn inode; without them it takes one for whole, name and all.
    f2fs) mkfs.f2fs -q -f -l data -O extra_attr,inode_checksum "$2" ;;
    *) mke2fs -q -F -t ext4 "$2" ;;
  esac
}

# grow FILE_SYSTEM DEVICE: to the end of its partition. A no-op when it is there already. f2fs can only be grown while it is
# away, and a cut would cost it: so before it was ever used.
grow() {
  case $1 in
    f2fs)
      [ ! -d /data/holdfast ] || return 0
      umount /data
      resize.f2fs "$2" </dev/null
      mount_as "$1" "$2" /data
      ;;
    *) resize2fs "$2" && sync ;;  # its copies of the superblock too
  esac >/run/resize.log 2>&1 || say "the data partition does not grow: see /run/resize.log"
}

# The key lies twice behind the identity, in a sector each: written whole or not at all.
key_sectors='1536 1792'
key_mark=holdfast-data-key

# write_key KEY: or `forgotten` in its place.
write_key() {
  for sector in $key_sectors; do
    echo "$key_mark $1 $(echo "$1" | sha256sum)" |
      dd of="$by_name/identity" bs=512 seek="$sector" conv=sync,fsync 2>/dev/null || return 1
  done
}

# find_key: into `key`: 64 digits, `forgotten`, or nothing where there never was one. False: it cannot be read.
find_key() {
  key=
  read_all=yes
  for sector in $key_sectors; do
    (umask 077 && dd if="$by_name/identity" bs=512 skip="$sector" count=1 2>/dev/null >/run/key) || read_all=
    read -r mark text sum _ </run/key
    [ "$mark" != "$key_mark" ] || [ "$(echo "$text" | sha256sum)" != "$sum  -" ] || key=${key:-$text}
  done
  rm /run/key
  [ "$key" ] || [ "$read_all" ]
}

# decipher: sets `data` to what is behind the cipher, where this board has a key or is to have one; `is_new` where it was made
# now, and what was there cannot be read.
decipher() {
  [ -b "$by_name/identity" ] || return 0
  find_key || return 1
  is_new=
  if [ "$key" = forgotten ] || { [ ! "$key" ] && [ "$(setting ENCRYPT_DATA no)" = yes ]; }; then
    key=$(dd if=/dev/random bs=32 count=1 2>/dev/null | hexdump -ve '1/1 "%02x"')  # waits until there is chance in it
    [ ${#key} -eq 64 ] && write_key "$key" || return 1
    is_new=yes
  fi
  [ "$key" ] || return 0
  modprobe -a dm-crypt adiantum aes-arm chacha-neon nhpoly1305-neon 2>/dev/null
  partition=$(readlink -f "$data")
  # Sectors of 512 bytes, as the medium's own: a cut tears no more than it would without a cipher.
  echo "0 $(cat "/sys/class/block/${partition##*/}/size") crypt xchacha12,aes-adiantum-plain64 $key 0 $partition 0" |
    DM_DISABLE_UDEV=1 dmsetup create data || return 1
  data=/dev/mapper/data
}

# open_data: the partition, at /data: mended when it does not mount, made anew when it cannot be mended. False: `why` not.
open_data() {
  why="no data partition"
  [ -b "$data" ] || return 1
  found=$(file_system_of "$data")
  why="the data partition has a key that cannot be used"
  decipher || return 1
  [ "$is_new" ] || found=$(file_system_of "$data")
  modprobe "$found"
  if [ "$is_new" ]; then
    say "the data partition has a new key and begins anew: what was there cannot be read any more"
  else
    ! mount_whole "$found" "$data" /data || return 0
    say "the data partition does not mount: mending it"
    mend "$found" "$data"
    ! mount_as "$found" "$data" /data || return 0
    say "the data partition cannot be mended: making it anew, what it held is lost"
  fi
  why="the data partition cannot be made anew"
  make_anew "$found" "$data" && mount_as "$found" "$data" /data
}

mount_data() {
  data=$by_name/data
  if open_data; then
    grow "$found" "$data"
  else
    say "$why: keeping in memory only"
    mount -t tmpfs -o mode=755,size=16m tmpfs /data
  fi
  mkdir -p /data/holdfast  # in memory too: the gateway does not start without a folder
  chown holdfast:holdfast /data/holdfast
}
