#!/bin/sh
# Everything that `npm run demo` and `npm test` need on a fresh Debian machine: Debian packages,
# npm packages and the build. Does nothing where nothing is missing.
set -eu
cd "$(dirname "$0")/../.."

sh src/lab/packages.sh
sh src/build.sh
