// <type-code> lets the code of a card be typed or pasted where nothing can scan it. From there it
// goes the way of a scanned one, and nothing of it stays in the page.

import { LENGTH, tidy } from "./codes.js"

const QUIET = 60_000 // nobody types any more

export class TypeCode extends HTMLElement {
  #quiet = 0

  connectedCallback() {
    this.hidden = false // without script nothing could be sent
    for (const sign of ["click", "input", "submit"]) this.addEventListener(sign, this)
    this.addEventListener("close", this, true) // by Escape, too; it does not bubble
    document.addEventListener("card-shown", this)
  }

  disconnectedCallback() {
    document.removeEventListener("card-shown", this)
    clearTimeout(this.#quiet)
  }

  handleEvent(event) {
    if (event.type === "submit") return this.#send(event)
    if (["card-shown", "close"].includes(event.type)) return this.#forget()
    const { act } = event.target.closest("[data-act]")?.dataset ?? {}
    if (act === "type") this.#dialog.showModal()
    if (act === "leave") return this.#forget()
    return this.#tick()
  }

  get #dialog() {
    return this.querySelector("dialog")
  }

  #send(event) {
    event.preventDefault()
    const code = tidy(event.target.elements.typed.value)
    if (!code) return
    this.#forget()
    document.querySelector("scan-listener").show(code, event.timeStamp)
  }

  #tick() {
    const { typed, count } = this.querySelector("form").elements
    count.value = `${tidy(typed.value).length} / ${LENGTH}`
    clearTimeout(this.#quiet)
    if (this.#dialog.open) this.#quiet = setTimeout(() => this.#forget(), QUIET)
  }

  #forget() {
    this.querySelector("form").reset()
    this.#dialog.close()
    this.#tick()
  }
}

customElements.define("type-code", TypeCode)
