#!/bin/sh
# Installs the Debian packages that the lab needs on this machine, and nothing when all are there.
# To be run as root; `npm test` and `npm run demo` do so before they boot hosts.
set -eu

# Each program that src/lab/machine.ts asks for, with the package that brings it.
missing=
while read -r program package; do
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || missing="$missing $package"
done <<LIST
ip iproute2
nft nftables
mmdebstrap mmdebstrap
unshare util-linux
nsenter util-linux
setpriv util-linux
prlimit util-linux
flock util-linux
mount mount
ssh openssh-client
ssh-keygen openssh-client
LIST
# No program tells that the archive's keys are there.
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing="$missing debian-archive-keyring"

[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null || {
  echo "this machine has no apt-get; the lab needs:$missing" >&2
  exit 1
}
export DEBIAN_FRONTEND=noninteractive
# Lists that are old, or not there at all, fail the first attempt.
# shellcheck disable=SC2086 # a list of words
apt-get install -q -y --no-install-recommends $missing >/dev/null 2>&1 || {
  apt-get update -q >&2
  apt-get install -q -y --no-install-recommends $missing >&2
}
