// <screen-keys for="name"> types into a field; the field keeps the focus. Keys carry what
// they put in `data-key`, or one of: erase, clear, shift. `data-digits` groups a number and
// says how many digits are missing.

import { grouped, missing, press } from "./keys.js"

export class ScreenKeys extends HTMLElement {
  connectedCallback() {
    this.hidden = false // without script there is nothing to tap
    this.addEventListener("pointerdown", (event) => event.preventDefault())
    this.addEventListener("click", (event) => this.tap(event.target.closest("[data-key]")?.dataset.key))
    this.field.addEventListener("input", () => this.tidy())
    this.tidy()
  }

  get field() {
    return this.ownerDocument.getElementById(this.getAttribute("for"))
  }

  tap(key) {
    if (!key) return
    if (key === "shift") return this.toggleAttribute("data-capitals")
    const { value, selectionStart: start, selectionEnd: end } = this.field
    const put = this.hasAttribute("data-capitals") && key.length === 1 ? key.toUpperCase() : key
    const after = press({ value, start, end }, put)
    this.removeAttribute("data-capitals")
    this.field.value = after.value
    this.field.setSelectionRange(after.start, after.end)
    this.field.dispatchEvent(new Event("input", { bubbles: true }))
    this.field.focus()
  }

  tidy() {
    if (!this.hasAttribute("data-digits")) return
    const { value, selectionStart } = this.field
    const atEnd = selectionStart === value.length
    if (grouped(value) !== value) this.field.value = grouped(value)
    if (!atEnd) this.field.setSelectionRange(selectionStart, selectionStart)
    this.count(missing(value))
  }

  count(left) {
    const output = this.ownerDocument.getElementById(this.dataset.count)
    const words = left > 0 ? this.dataset.missing : this.dataset.complete
    output.textContent = left === 11 ? "" : words.replace("#", left)
  }
}

customElements.define("screen-keys", ScreenKeys)
