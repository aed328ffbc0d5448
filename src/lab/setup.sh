#!/bin/sh
# Everything that `npm run demo` and `npm test` need on a fresh Debian machine: Debian packages,
# npm packages and the build. Does nothing where nothing is missing.
set -eu
cd "$(dirname "$0")/../.."

sh src/lab/packages.sh

# npm leaves this file behind when an installation is complete.
installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  echo 'installing npm packages' >&2
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
fi

built=dist/cli/main.js
if [ ! -e "$built" ] || [ -n "$(find src package.json tsconfig.json tsconfig.build.json -newer "$built" -print -quit)" ]; then
  echo 'building' >&2
  npm run --silent build >&2
fi
