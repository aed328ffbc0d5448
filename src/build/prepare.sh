#!/bin/sh
# Installs the npm packages and builds, where either is missing or old. npm calls it (`prepare`) also
# for `npm install --global .`, which itself installs nothing of what the build needs.
set -eu
cd "$(dirname "$0")/../.."

# npm leaves this file behind when an installation is complete.
installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  echo 'installing npm packages' >&2
  npm ci --global=false --include=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2
fi

built=dist/cli/main.js
if [ ! -e "$built" ] || [ -n "$(find src package.json tsconfig.json -newer "$built")" ]; then
  echo 'building' >&2
  npm run --silent build >&2
fi
