#!/bin/sh
# Installs the Debian packages that lists call for (`packages.sh LIST…`; src/lab/packages shows what
# one looks like), and nothing when all is there. `npm test` and `npm run demo` begin with it.
set -eu

missing= services=
while read -r program package service; do
  case "$program" in
  '' | '#'*) continue ;;
  /*) [ ! -e "$program" ] || continue ;;
  *) ! PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || continue ;;
  esac
  missing="$missing $package" services="$services $service"
done <<LISTS
$(cat "$@")
LISTS

[ -n "$missing" ] || exit 0
fail() {
  echo "the lab cannot run here: $1, and these packages of Debian's are missing:$missing" >&2
  echo '  hint: virtual machines do as well, made with Vagrant on Linux, macOS and WSL:' \
    'see "On virtual machines" in README.md' >&2
  exit 1
}
command -v apt-get >/dev/null || fail 'this machine has no apt-get'
[ "$(id -u)" = 0 ] || fail 'it needs root'
echo "installing$missing" >&2

# No service is to start only because we need its program (policy-rc.d is Debian's way to say so).
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

# shellcheck disable=SC2086 # lists of words
install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 $missing
}
# Lists that are old, or not there at all, fail the first attempt.
install >/dev/null 2>&1 || {
  apt-get update -q >&2
  install >&2
}
for service in $services; do
  # Debian's own way, with systemd or without.
  update-rc.d "$service" disable >/dev/null
done
