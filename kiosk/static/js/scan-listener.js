// <scan-listener> hears a scanner wherever the focus is, and says "card-shown".
//
// A code that leaked into a field is taken out again: the field gets back what it held
// when the burst began. The same code within three seconds is one showing of the card.

import { Wedge } from "./wedge.js"

const AGAIN = 3000

export class ScanListener extends HTMLElement {
  #wedge = new Wedge()
  #before = null
  #shown = { code: "", at: -AGAIN }

  connectedCallback() {
    addEventListener("keydown", this, true)
  }

  disconnectedCallback() {
    removeEventListener("keydown", this, true)
  }

  handleEvent(event) {
    if (event.repeat || ["Shift", "CapsLock"].includes(event.key)) return
    const { began, read, bursting } = this.#wedge.feed(event, event.timeStamp)
    if (began) this.#before = held(document.activeElement)
    if (bursting) swallow(event)
    if (read === null) return
    giveBack(this.#before)
    this.show(read, event.timeStamp)
  }

  // However it was read: type-code.js shows what was typed.
  show(code, at) {
    if (code === this.#shown.code && at - this.#shown.at < AGAIN) return
    this.#shown = { code, at }
    this.dispatchEvent(new CustomEvent("card-shown", { bubbles: true, cancelable: true, detail: { code } }))
  }
}

// What a text field holds at this moment, and where its caret stands.
export function held(element) {
  if (!element?.matches?.("input, textarea")) return null
  return { element, value: element.value }
}

export function giveBack(before) {
  if (!before || before.element.value === before.value) return
  before.element.value = before.value
  before.element.dispatchEvent(new Event("input", { bubbles: true }))
}

function swallow(event) {
  event.preventDefault()
  event.stopImmediatePropagation()
}

customElements.define("scan-listener", ScanListener)
