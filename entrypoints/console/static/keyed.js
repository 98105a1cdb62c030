// A list whose items keep their elements: what is focused, open or selected stays so.

/**
 * Makes the children of `parent` those of `items`, in order. `make(item)` gives a new element;
 * `update(element, item)` brings it up to date.
 */
export function keyed(parent, items, key, make, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const element = known.get(name) ?? make(item);
    known.delete(name);
    element.dataset.key = name;
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of known.values()) gone.remove();
}
