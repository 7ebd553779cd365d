#!/bin/bash
# Installs what is missing, builds, and runs the default test suite. The last line is ctest's own summary.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
cd "$here"
. packaging/packages.sh
mkdir -p build

need_packages $(build_packages) $(run_packages) $(test_packages)
configure_and_build ci
exec ctest --preset ci -j "${SWITCHYARD_TEST_JOBS:-2}" "$@"
