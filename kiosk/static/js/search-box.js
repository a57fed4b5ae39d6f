// <search-box> is reached from anywhere: "/" puts the cursor in, arrows walk the results,
// Escape clears, Enter asks for the whole page. A card shown to the scanner is looked up at
// once; a form that is being filled in stays.

import { opens, step, unsaved } from "./walking.js"

export class SearchBox extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this)
    this.addEventListener("card-shown", this)
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this)
  }

  handleEvent(event) {
    if (event.type === "card-shown") return this.#ask(event.detail.code)
    if (opens(event)) {
      event.preventDefault()
      this.#box.select()
    } else if (this.contains(event.target)) this.#walk(event)
  }

  get #box() {
    return this.querySelector("input[type=search]")
  }

  #walk(event) {
    if (event.key === "Escape") this.#clear()
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return
    event.preventDefault()
    const links = [...this.querySelectorAll(".results a")]
    const next = step(links, document.activeElement, event.key) ?? this.#box
    next.focus()
  }

  #clear() {
    this.#box.value = ""
    this.querySelector(".results").replaceChildren()
    this.#box.focus()
  }

  #ask(code) {
    this.#box.value = code
    if (unsaved(document.querySelectorAll("main input, main textarea"))) {
      this.#box.dispatchEvent(new Event("input", { bubbles: true })) // beside what is being typed
    } else this.#box.form.submit()
  }
}

customElements.define("search-box", SearchBox)
