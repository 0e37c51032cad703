"""A real PostGIS for the tests: a cluster of this machine's PostgreSQL, alive as long as the tests are.

It runs as an unprivileged user, listens on a socket in its own folder only, never syncs to disk, and is removed with
its folder when the test process ends in any way, killed included: the shell that keeps it waits on a pipe.
"""

import itertools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from geodata.sql import open_store

KEEPER = """
bin=$1; folder=$2; cd "$folder" || exit 1
start() {
  "$bin/postgres" -D data -k "$folder" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c shared_buffers=64MB \
    >>log 2>&1 </dev/null &
  server=$!
}
"$bin/initdb" -D data -U gridmap -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >log 2>&1 || exit 1
start
while read -r word; do
  case $word in
    halt) kill -QUIT $server; wait $server ;;
    start) start ;;
  esac
done
kill -QUIT $server 2>/dev/null; wait $server; cd /; rm -rf "$folder"
"""


class PostgisAbsent(Exception):  # noqa: N818
    """PostgreSQL with PostGIS cannot be had on this machine."""


def programs():
    """Return the folder of the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise PostgisAbsent("no PostgreSQL found: sh tests/install_postgis.sh")
    return (found[-1] if found else Path(on_path)).parent


def unprivileged():
    """Return how to start a process as somebody whom PostgreSQL accepts: it refuses to run as root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise PostgisAbsent("running as root, and there is neither a user postgres nor nobody")


def content(url):
    """Return the bytes of every table's file as they lie on the disk."""
    query = """SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class
               WHERE relkind IN ('r', 't', 'i') AND relnamespace <> 'pg_catalog'::regnamespace"""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        return b"".join(bytes(part) for (part,) in connection.execute(query))


class Cluster:
    """A running PostgreSQL with a template database that holds PostGIS and the tables of Gridmap."""

    def __init__(self):
        self._numbers = itertools.count(1)
        binaries, who = programs(), unprivileged()
        # a short path: the name of a socket may have 107 bytes
        self.folder = Path(tempfile.mkdtemp(prefix="gridmap-pg-", dir="/tmp"))
        self.folder.chmod(0o711)
        if who:
            os.chown(self.folder, who["user"], who["group"])
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", str(binaries), str(self.folder)], stdin=subprocess.PIPE, **who
        )
        try:
            self._wait()
            self._make_templates()
        except BaseException:
            self.stop()
            raise

    def url(self, name):
        """Return the address of a database."""
        return f"postgresql://gridmap@/{name}?host={self.folder}"

    def _wait(self):
        for _ in range(600):
            if self._keeper.poll() is not None:
                raise PostgisAbsent(f"initdb failed: {(self.folder / 'log').read_text()[-500:]}")
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise PostgisAbsent("PostgreSQL did not start within 30 s")

    def _run(self, command):
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(command)

    def _make_templates(self):
        try:
            # a language whose order of letters is not that of the code points, to see that frames do not depend on it
            self._run("CREATE DATABASE bare TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh'")
        except psycopg.Error:
            self._run("CREATE DATABASE bare TEMPLATE template0")
        try:
            with psycopg.connect(self.url("bare")) as connection:
                connection.execute("CREATE EXTENSION postgis")
        except psycopg.Error as error:
            raise PostgisAbsent(f"PostgreSQL without PostGIS: {error}") from None
        self._run("CREATE DATABASE ready TEMPLATE bare")
        open_store(None, self.url("ready"), create=True).close()

    def database(self, template="ready"):
        """Make a database and return its address; `bare` has PostGIS, `ready` also the tables of Gridmap."""
        name = f"city_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url):
        """Remove a database, whoever is still connected."""
        name = re.search(r"/(\w+)\?", url).group(1)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def halt(self):
        """Stop the server at once, as if its machine lost power, and keep what is on the disk."""
        self._tell("halt")
        for _ in range(600):
            if not (self.folder / "data" / "postmaster.pid").exists():
                return
            time.sleep(0.05)
        raise PostgisAbsent("PostgreSQL did not stop within 30 s")

    def start(self):
        """Start the server that was halted."""
        self._tell("start")
        self._wait()

    def _tell(self, word):
        self._keeper.stdin.write(f"{word}\n".encode())
        self._keeper.stdin.flush()

    def stop(self):
        """End the cluster and remove its folder."""
        self._keeper.stdin.close()
        self._keeper.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)
