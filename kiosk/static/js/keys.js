// What a tap on an on-screen key does to a text. Positions count as the browser counts.

export function press({ value, start, end }, key) {
  if (key === "clear") return { value: "", start: 0, end: 0 }
  const from = key === "erase" && start === end ? Math.max(0, start - width(value, start)) : start
  const put = key === "erase" ? "" : key
  const caret = from + put.length
  return { value: value.slice(0, from) + put + value.slice(end), start: caret, end: caret }
}

// A character outside the basic plane takes two places: 𠮷.
function width(value, before) {
  return /[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(value.slice(0, before)) ? 2 : 1
}

export const DIGITS = 11

export function digits(text) {
  return text.normalize("NFKC").replace(/\D/g, "").slice(0, DIGITS)
}

// 138 0000 0000: as people read a number to each other.
export function grouped(text) {
  const all = digits(text)
  return [all.slice(0, 3), all.slice(3, 7), all.slice(7)].filter(Boolean).join(" ")
}

export function missing(text) {
  return DIGITS - digits(text).length
}
