#!/bin/bash
# Installs what is missing, builds, and starts Switchyard with the arguments given. Its own chatter goes to standard error.
# Without arguments: the window; with no display: the whole projectify rehearsal in the terminal.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
cd "$here"
. packaging/packages.sh
mkdir -p build

need_packages $(build_packages) $(run_packages)

# A second start takes seconds: ninja finds nothing to do.
if ! configure_and_build release switchyard; then
  say "The build failed. Nothing was started. The messages above say where."
  exit 1
fi

program=$here/build/release/app/main/switchyard
if [ $# -eq 0 ] && [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
  say "no display: rehearsing projectify in the terminal"
  exec "$program" rehearse projectify --headless --speed 60 --pictures --out "${SWITCHYARD_OUT:-$here/out/rehearsal-$(date -u +%Y%m%dT%H%M%SZ)}"
fi
exec "$program" "$@"
