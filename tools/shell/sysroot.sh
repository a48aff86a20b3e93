# shellcheck shell=bash
# Trees of a board's Debian packages, unpacked beside the build, never installed: the sysroot that
# programs are built against, and the packages that an image is made of.
#
# `dpkg --add-architecture` would change the machine, and fails whenever one suite of a foreign
# architecture is out of step with its Release file. So each tree has an apt of its own, with
# private state, that knows one architecture and Debian's main suite only.

# make_sysroot ARCH: into .build/sysroot/ARCH, what is built against.
make_sysroot() {
  make_package_tree "$BUILD/sysroot/$1" "${debian_names[$1]}" library board
}

# make_image_packages ARCH: into .build/image/ARCH/packages, what an image is made of.
make_image_packages() {
  make_package_tree "$BUILD/image/$1/packages" "${debian_names[$1]}" library board target
}

# make_package_tree FOLDER DEBIAN_NAME PURPOSE...: unless one made for the same wish list is there.
#
# Work goes on in FOLDER.partial and is renamed when complete, so an interrupted run leaves either
# no tree or a whole one; packages already fetched are not fetched again.
make_package_tree() {
  local tree=$1 debian=$2 partial=$1.partial wanted
  mapfile -t wanted < <(list_packages "${@:3}")
  mkdir -p "${tree%/*}"
  hold_lock "$tree.lock"
  if tree_is_current "$tree"; then
    echo "$tree is current: $(grep --count '^package ' "$tree/manifest") packages"
  else
    fetch_packages "$debian" "$partial"
    unpack_packages "$partial"
    rm -rf "$tree"
    mv "$partial/root" "$tree"
    rm -rf "$partial"
  fi
}

# tree_is_current TREE: whole, and made for what is wanted today.
tree_is_current() {
  [[ -f $1/manifest && $(sed -n 's/^wanted //p' "$1/manifest") == $(printf '%s\n' "${wanted[@]}") ]]
}

# fetch_packages DEBIAN_NAME FOLDER: what is wanted and all it depends on.
fetch_packages() {
  local debian=$1 folder=$2 mirror
  mirror=$(debian_mirror)
  mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial"
  : >"$folder/apt/status"  # nothing is installed there, and apt's lock lies beside this file
  echo "deb $mirror $debian_suite main" >"$folder/apt/sources.list"
  cat >"$folder/apt/apt.conf" <<EOF
APT::Architecture "$debian";
APT::Architectures { "$debian"; };
APT::Sandbox::User "$(id --user --name)";
Acquire::Languages "none";
Dir::Cache "$folder/apt";
Dir::Etc::SourceList "$folder/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "$folder/apt";
Dir::State::Lists "$folder/apt/lists";
Dir::State::Status "$folder/apt/status";
EOF
  export APT_CONFIG=$folder/apt/apt.conf
  apt-get --quiet update
  apt-get --quiet --yes --no-install-recommends --download-only install "${wanted[@]}"
  apt-get --quiet autoclean  # an earlier, interrupted run may have fetched versions since replaced
}

# debian_mirror: the address this machine itself gets Debian from.
debian_mirror() {
  local mirrors
  mirrors=$(apt-get update --print-uris |
    sed -n "s|^'\(.*\)/dists/$debian_suite/InRelease'.*|\1|p")
  [[ $mirrors ]] || fail "apt knows no source of Debian $debian_suite: see /etc/apt/sources.list.d"
  echo "${mirrors%%$'\n'*}"
}

# unpack_packages FOLDER: into FOLDER/root, with a manifest of exactly what went in, and `owners`,
# which says of each path what package it came with.
unpack_packages() {
  local root=$1/root file package version
  rm -rf "$root"
  mkdir -p "$root"
  printf 'wanted %s\n' "${wanted[@]}" >"$root/manifest"
  for file in "$1"/apt/archives/*.deb; do
    package=$(dpkg-deb --field "$file" Package)
    version=$(dpkg-deb --field "$file" Version)
    if brought_by_compiler "$package"; then
      continue
    fi
    dpkg-deb --extract "$file" "$root"
    dpkg-deb --fsys-tarfile "$file" | tar --list --quoting-style=literal | sed "s|^\.|$package |" >>"$root/owners"
    echo "package $package $version $(sha256sum "$file" | cut -d ' ' -f 1)" >>"$root/manifest"
  done
  echo "unpacked $(grep --count '^package ' "$root/manifest") packages"
}

# The cross compiler has its own headers of the C library and of the kernel; a second set beside
# them could only differ.
brought_by_compiler() {
  case $1 in
    libc6-dev | libc-dev-bin | linux-libc-dev | libcrypt-dev) true ;;
    libnsl-dev | libtirpc-dev | rpcsvc-proto) true ;;
    *) false ;;
  esac
}
