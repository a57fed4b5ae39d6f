// What the search box has to know: where the arrow keys lead, which key opens it, and whether
// a form would be lost.

// The next link in that direction; null: back into the box.
export function step(links, present, key) {
  const at = links.indexOf(present)
  if (key === "ArrowDown") return links[Math.min(at + 1, links.length - 1)] ?? null
  return at > 0 ? links[at - 1] : null
}

// "/" where nobody is typing.
export function opens({ key, target, ctrlKey, metaKey, altKey }) {
  const typing = target.closest?.("input, textarea, select")
  return key === "/" && !typing && !ctrlKey && !metaKey && !altKey
}

// Has somebody begun to fill in a form on this page?
export function unsaved(fields) {
  return [...fields].some((field) => field.type !== "hidden" && field.value !== field.defaultValue)
}
