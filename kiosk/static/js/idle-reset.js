// <idle-reset> forgets a visitor who has left: quiet, then a warning, then the first screen.
//
// Times are compared, not counted down, so a sleeping machine forgets too. Any touch
// stays; there is no limit to staying.

import { phase } from "./idle.js"

const SIGNS = ["pointerdown", "keydown", "input", "wheel", "card-shown"]

export class IdleReset extends HTMLElement {
  #last = Date.now()
  #ticking = 0

  connectedCallback() {
    for (const sign of SIGNS) addEventListener(sign, this, { capture: true, passive: true })
    this.addEventListener("click", this)
    addEventListener("pageshow", this)
    this.#ticking = setInterval(() => this.#tick(), 500)
  }

  disconnectedCallback() {
    for (const sign of SIGNS) removeEventListener(sign, this, { capture: true })
    removeEventListener("pageshow", this)
    clearInterval(this.#ticking)
  }

  handleEvent(event) {
    if (event.type === "pageshow") return event.persisted && location.reload()
    if (event.target.closest?.("[data-act=end]")) return event.type === "click" && this.end(event)
    this.#last = Date.now()
    if (event.type !== "keydown") this.#warning?.close()
  }

  // The page is emptied before anything else, so nothing is left to go back to.
  async end(event) {
    event?.preventDefault()
    const form = this.querySelector("form")
    const [action, body] = [form.action, new FormData(form)]
    const broken = this.querySelector("template").content.cloneNode(true)
    document.body.replaceChildren()
    history.replaceState(null, "", "/")
    try {
      await fetch(action, { method: "POST", body })
      location.replace("/")
    } catch {
      document.body.replaceChildren(broken)
      setInterval(() => fetch("/healthz").then(() => location.replace("/"), () => {}), 5000)
    }
  }

  #tick() {
    if (document.querySelector("verdict-panel > dialog")) this.#last = Date.now()
    const { quiet, warn } = phase(this.dataset, Date.now() - this.#last)
    if (warn <= 0) return this.end()
    if (quiet > 0 || !this.#warning) return
    if (!this.#warning.open) this.#warning.showModal()
    this.querySelector("[data-slot=seconds]").textContent = warn
  }

  get #warning() {
    return this.querySelector("dialog")
  }
}

customElements.define("idle-reset", IdleReset)
