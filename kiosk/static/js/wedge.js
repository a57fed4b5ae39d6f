// A scanner is a keyboard that types very fast and ends with Enter.
//
// Characters are taken from `code`, the place of the key: so neither CapsLock nor a
// Chinese input method can garble a card. Nobody types sixteen keys 50 ms apart.

const PLACES = /^(?:Key([A-Z])|Digit([0-9])|Numpad([0-9]))$/
const ENDS = new Set(["Enter", "NumpadEnter", "Tab"])

export function character({ code = "", key = "" }) {
  const place = PLACES.exec(code)
  if (place) return place[1] ?? place[2] ?? place[3]
  // Not in any card of ours; kept, so that a foreign code is answered and not overlooked.
  return key.length === 1 ? key : ""
}

export class Wedge {
  #typed = ""
  #last = -Infinity

  constructor({ gap = 50, least = 16, most = 160 } = {}) {
    this.gap = gap
    this.least = least
    this.most = most
  }

  // One key at a time (milliseconds). `began`: this key may be the first of a code;
  // `read`: the code, once it is complete; `bursting`: far too fast for fingers.
  feed(event, at) {
    const began = at - this.#last > this.gap
    if (began) this.#typed = ""
    this.#last = at
    if (ENDS.has(event.code)) return { began, ...this.#end() }
    this.#typed += character(event)
    return { began, read: null, bursting: this.#typed.length >= this.least }
  }

  #end() {
    const read = this.#typed.length >= this.least ? this.#typed.slice(0, this.most) : null
    this.#typed = ""
    return { read, bursting: read !== null }
  }
}
