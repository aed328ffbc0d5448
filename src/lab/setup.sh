#!/bin/sh
# Everything that `npm run demo` and `npm test` need on a fresh Debian machine: Debian packages (the
# lab's and those of the lists that are named), npm packages and the build. Does nothing where
# nothing is missing.
set -eu
cd "$(dirname "$0")/../.."

sh src/lab/packages.sh src/lab/packages "$@"
sh src/build/prepare.sh
