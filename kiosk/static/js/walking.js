// Which of the results the arrow keys reach, and which key opens the box from anywhere.

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
