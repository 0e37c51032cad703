#!/bin/sh
# Install PostgreSQL with PostGIS from the system's packages for the tests, where they are missing and it is allowed.
# Never fails: without them the tests say aloud what they skip (and fail where CI or GRIDMAP_REQUIRE_POSTGIS is set).
set -u

loud() { echo "!!! PostGIS cannot be installed here: $1; the PostGIS half of the tests will be skipped !!!" >&2; exit 0; }

present() {
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1
}

present && exit 0
command -v initdb >/dev/null 2>&1 && exit 0  # another system's packages: the tests see whether PostGIS is among them
command -v apt-get >/dev/null 2>&1 || loud "there is no apt-get (install PostgreSQL and PostGIS by hand)"
if [ "$(id -u)" = 0 ]; then as_root=""
elif sudo -n true 2>/dev/null; then as_root="sudo -n"
else loud "neither root nor sudo without a password"
fi

# the tests start a cluster of their own: the package need not make and run one
rule=/etc/postgresql-common/createcluster.d/gridmap-tests.conf
$as_root mkdir -p "${rule%/*}" && echo "create_main_cluster = false" | $as_root tee "$rule" >/dev/null
install() { DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1; }
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || install postgresql || { $as_root apt-get update -qq; install postgresql; }
version=$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -n 1)
install "postgresql-$version-postgis-3" || { $as_root apt-get update -qq; install "postgresql-$version-postgis-3"; }
$as_root rm -f "$rule"
present || loud "apt-get could not install postgresql and postgresql-N-postgis-3"
