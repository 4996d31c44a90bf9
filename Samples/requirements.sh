# What Samples/run and Tests/run have in common: they install what they need, or say what is missing.
# Sourced by both; `me` is the name of the script that sources it.

# fail MESSAGE LINE...: ends the script, and says what to do.
fail() {
    echo "$me: $1" >&2
    shift
    [ $# = 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

# install_packages PACKAGE...: installs Debian packages as root, else returns non-zero.
install_packages() {
    [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || return 1
    echo "$me: installing $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q --no-install-recommends "$@" < /dev/null >&2 && return
    apt-get update -q < /dev/null >&2 && apt-get install -y -q --no-install-recommends "$@" < /dev/null >&2
}

require_swift() {
    command -v swift > /dev/null \
        || fail "swift was not found." "Install Swift 6.2 or later: swift.org/install"
}

# The headers of OpenSSL 3, which ParleySecurity is compiled with.
has_openssl() {
    pkg-config --atleast-version=3 openssl 2> /dev/null && return
    echo '#include <openssl/ssl.h>
#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error
#endif' | clang -fsyntax-only -x c - 2> /dev/null
}

require_openssl() {
    has_openssl || { install_packages libssl-dev && has_openssl; } \
        || fail "the headers of OpenSSL 3.0 or later were not found. Install them:" \
            "Debian, Ubuntu: apt-get install libssl-dev" "Fedora: dnf install openssl-devel" \
            "Arch: pacman -S openssl"
}

# The headers of SQLite 3.37, which ParleyStore is compiled with. A build of the package compiles all of it.
has_sqlite() {
    pkg-config --atleast-version=3.37 sqlite3 2> /dev/null && return
    echo '#include <sqlite3.h>
#if SQLITE_VERSION_NUMBER < 3037000
#error
#endif' | clang -fsyntax-only -x c - 2> /dev/null
}

require_sqlite() {
    has_sqlite || { install_packages libsqlite3-dev && has_sqlite; } \
        || fail "the headers of SQLite 3.37 or later were not found. Install them:" \
            "Debian, Ubuntu: apt-get install libsqlite3-dev" "Fedora: dnf install sqlite-devel" \
            "Arch: pacman -S sqlite"
}
