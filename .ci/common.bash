# Shared by the scripts of this folder: where we are, how we speak, how we end.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"
export LC_ALL=C.UTF-8

say() { printf '== %s\n' "$*" >&2; }

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# swift_must_exist: the one thing that we cannot install.
swift_must_exist() {
  command -v swift >/dev/null || fail "no \`swift\` on the PATH; install the Swift 6.3 toolchain from https://swift.org/install"
}
