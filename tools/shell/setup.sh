# shellcheck shell=bash
# Packages: what a command needs from Debian, installed once.

# list_packages PURPOSE...: as packages.txt has them.
list_packages() {
  local purpose
  for purpose in "$@"; do
    awk -v purpose="$purpose" '$1 == purpose { print $2 }' "$ROOT/tools/shell/packages.txt"
  done
}

# install_packages PURPOSE...: without network or rights when nothing is missing.
install_packages() {
  local missing as_root=()
  mapfile -t missing < <(comm -23 <(list_packages "$@" | sort) <(list_installed | sort))
  if [[ ${#missing[@]} -eq 0 ]]; then
    return
  fi
  if [[ $(id --user) -ne 0 ]]; then
    command -v sudo >/dev/null || fail "run this as root first: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}"
  "${as_root[@]}" apt-get --quiet=2 update || echo "trying with the lists that apt has"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --yes --no-install-recommends \
    -o DPkg::Lock::Timeout=300 install "${missing[@]}" >/dev/null
  if [[ " ${missing[*]} " == *" mosquitto "* && -d /run/systemd/system ]]; then
    # Debian starts a broker for the whole machine at once. Ours has its own port and leaves none.
    "${as_root[@]}" systemctl disable --now --quiet mosquitto
  fi
}

list_installed() {
  dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p'
}
