/* What pages that decide one thing at a time share: making elements, asking the server, one task at a time. */

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

/** Put values into a text where it names them in braces. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** Say what stopped a task. */
export const refusal = (title, error) =>
  node("div", { class: "notice notice-error" }, node("strong", {}, title), node("p", { class: "quiet" }, error.message));

/** Return what does a task unless another is being done, and meanwhile says so of an element; `failed` is told what stops it. */
export function oneAtATime(element, failed) {
  let busy = false;
  return async (task) => {
    if (busy) return;
    busy = true;
    element.setAttribute("aria-busy", "true");
    try {
      await task();
    } catch (error) {
      await failed(error);
    } finally {
      busy = false;
      element.removeAttribute("aria-busy");
    }
  };
}
