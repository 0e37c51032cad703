/* What pages that decide one thing at a time share: making elements, and asking the server. */

export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** Ask for JSON; a refusal is thrown with its words and its code. */
export async function ask(method, address, body) {
  const headers = { "Accept-Language": document.documentElement.lang, ...(body && { "Content-Type": "application/json" }) };
  const reply = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  const told = await reply.json();
  if (!reply.ok) throw Object.assign(new Error(told.detail), { code: told.code });
  return told;
}
