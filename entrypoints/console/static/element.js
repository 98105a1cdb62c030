// Elements from plain values. A text becomes a text node, so nothing that a person or a partner
// wrote is ever read as markup.

/** `h("p", { class: "note", onclick }, "text", child)`; children that are null are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** Sets attributes; `on…` adds a listener; null, undefined and false remove the attribute. */
export function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value == null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  return element;
}

/** Writes only what differs, so that a screen reader is told only of changes. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}

/** Fills an element anew. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child != null && child !== false));
  return element;
}
