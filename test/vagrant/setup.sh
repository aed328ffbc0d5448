#!/bin/sh
# Everything that `npm run test:vagrant` needs: installed here where that can be done, or named.
set -eu
cd "$(dirname "$0")/../.."

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  sh src/lab/packages.sh test/vagrant/packages
elif ! command -v vagrant >/dev/null; then
  sh vagrant/needs.sh >&2
  exit 1
fi
sh src/build/prepare.sh
