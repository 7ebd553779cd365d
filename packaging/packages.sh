# Shared by run.sh and test.sh: installs what is missing on Debian 12 and Ubuntu 24.04, says what to install elsewhere.
# Everything it prints goes to standard error.

say() { printf 'switchyard: %s\n' "$*" >&2; }

build_packages() {
  echo g++ cmake ninja-build ccache pkg-config git \
    qt6-base-dev libqt6svg6-dev qt6-websockets-dev qtkeychain-qt6-dev qcoro-qt6-dev libgl-dev \
    libpqxx-dev libpq-dev libspdlog-dev libyaml-cpp-dev libldns-dev libssl-dev libhiredis-dev
}

run_packages() {
  echo ca-certificates libqt6svg6 libqt6sql6-sqlite qt6-qpa-plugins libsecret-1-0 fontconfig fonts-inter fonts-jetbrains-mono \
    postgresql redis-server util-linux procps
}

test_packages() {
  echo xvfb xdotool openbox x11-utils dbus dbus-x11 gnome-keyring python3
}

# installed NAME...: prints the names that are not installed.
missing_packages() {
  local name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"
  done
}

system_id() { (. /etc/os-release 2>/dev/null && echo "${ID:-unknown}-${VERSION_ID:-}") || echo unknown; }

# The PostgreSQL and Redis packages start servers of their own; Switchyard starts its own throw-away ones and wants none of these.
keep_daemons_off() {
  [ -x /usr/bin/pg_createcluster ] && had_postgres=1 || had_postgres=
  if [ -z "$had_postgres" ]; then
    $SUDO install -d /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' | $SUDO tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  guard=
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    guard=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' | $SUDO tee $guard >/dev/null
    $SUDO chmod 755 $guard
  fi
}

allow_daemons_again() { [ -z "${guard:-}" ] || $SUDO rm -f "$guard"; }

need_packages() {
  local wanted missing
  wanted="$*"
  case "$(system_id)" in
    debian-12*|ubuntu-24.04*) ;;
    *)
      if [ -z "${SWITCHYARD_SKIP_PACKAGES:-}" ]; then
        say "This is $(system_id); packages are installed for you on Debian 12 and Ubuntu 24.04 only."
        say "Install these by hand, under the names your system has for them, then start again with SWITCHYARD_SKIP_PACKAGES=1:"
        say "$wanted"
        exit 2
      fi
      return 0 ;;
  esac
  missing=$(missing_packages $wanted)
  [ -n "$missing" ] || return 0
  SUDO=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { say "These packages are missing: $missing"; say "They need root. Install sudo, or run as root: apt-get install $missing"; exit 2; }
    SUDO=sudo
  fi
  say "installing" $missing
  export DEBIAN_FRONTEND=noninteractive
  $SUDO apt-get update -q >&2 || say "the package lists could not be read again; going on with the old ones"
  keep_daemons_off
  if ! $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold $missing >&2; then
    allow_daemons_again
    say "The packages could not be installed. Nothing was built. Look at the messages above, then start again."
    exit 2
  fi
  allow_daemons_again
}

# configure_and_build PRESET [TARGET...]
configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" >"build/$preset.configure.log" 2>&1 || { cat "build/$preset.configure.log" >&2; return 1; }
  cmake --build "build/$preset" ${1:+--target "$@"} >&2
}
