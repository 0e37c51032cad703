#!/bin/sh
# Install what the browser tests need, where that is missing and allowed: Chromium and a small Chinese font.
# Never fails: without a browser those tests are skipped and say so.
set -u

browser=""
for name in "${GRIDMAP_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then browser=$name; break; fi
done
font=""
if command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]; then font=yes; fi
if [ -n "$browser" ] && [ -n "$font" ]; then exit 0; fi

wanted=""
[ -n "$browser" ] || wanted="chromium"
[ -n "$font" ] || wanted="$wanted fontconfig fonts-wqy-microhei"
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "*** browser tests will be skipped or show no Chinese: install$(printf ' %s' $wanted) yourself ***" >&2
    exit 0
fi
echo "installing for the browser tests: $wanted"
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends $wanted; } >/dev/null; then
    echo "*** browser tests will be skipped: apt-get could not install$(printf ' %s' $wanted) ***" >&2
fi
exit 0
