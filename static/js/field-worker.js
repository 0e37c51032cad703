/* Service worker of the field pages: network first, and what was kept last where there is no network.
   Only the field pages, what they load, and their bundle are kept; everything in them is masked. */
const KEPT = "gridmap-field-1";
const OURS = /^\/((field|site)(\.en)?\.html|assets\/|api\/v1\/field\/(bundle|photos\/))/;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await kept.put(request, fresh.clone());
    return fresh;
  } catch (error) {
    const last = await kept.match(request, { ignoreVary: true });
    if (last) return last;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method === "GET" && origin === self.location.origin && OURS.test(pathname)) event.respondWith(answer(request));
});

/** Keep addresses one after the other, so that a slow line carries them; answer with how many are kept. */
async function keep(addresses) {
  const kept = await caches.open(KEPT);
  let count = 0;
  for (const address of addresses) {
    try {
      const { pathname } = new URL(address, self.location.href);
      if (!OURS.test(pathname)) continue;
      await kept.add(address);
      count += 1;
    } catch {
      // without network the older copy stays
    }
  }
  return count;
}

self.addEventListener("message", (event) => {
  event.waitUntil(keep(event.data.keep).then((count) => event.ports[0]?.postMessage(count)));
});
