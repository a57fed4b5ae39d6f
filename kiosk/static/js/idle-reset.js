// <idle-reset> forgets a visitor who has left: quiet, then a warning, then the first screen.
//
// Times are compared, not counted down, so a sleeping machine forgets too. Any touch
// stays; there is no limit to staying.

import { phase } from "./idle.js"

const SIGNS = ["pointerdown", "click", "keydown", "input", "wheel", "card-shown"]

export class IdleReset extends HTMLElement {
  #last = Date.now()
  #ticking = 0

  connectedCallback() {
    for (const sign of SIGNS) addEventListener(sign, this, true)
    addEventListener("pageshow", this)
    this.#ticking = setInterval(() => this.#tick(), 500)
  }

  disconnectedCallback() {
    for (const sign of SIGNS) removeEventListener(sign, this, true)
    removeEventListener("pageshow", this)
    clearInterval(this.#ticking)
  }

  handleEvent(event) {
    if (event.type === "pageshow") return event.persisted && location.reload()
    this.#last = Date.now()
    if (event.type === "card-shown") return this.#warning?.close()
    if (event.type !== "click") return undefined
    // Any touch stays, except one on a button that ends.
    return event.target.closest("[data-act=end]") ? this.end(event) : this.#warning?.close()
  }

  // The page is emptied before anything else, so nothing is left to go back to.
  async end(event) {
    event?.preventDefault()
    const form = this.querySelector("form")
    const broken = this.querySelector("template").content.cloneNode(true)
    document.body.replaceChildren()
    history.replaceState(null, "", "/")
    if (await forgotten(form)) return location.replace("/")
    document.body.replaceChildren(broken)
    setInterval(again, 5000)
  }

  #tick() {
    if (document.querySelector("verdict-panel > dialog")) this.#last = Date.now()
    const own = document.getElementById("step")?.dataset // a question may give more time
    const { quiet, warn } = phase({ ...this.dataset, ...own }, Date.now() - this.#last)
    if (warn <= 0) return this.end()
    if (quiet > 0 || !this.#warning) return
    if (!this.#warning.open) this.#warning.showModal()
    this.querySelector("[data-slot=seconds]").textContent = warn
  }

  get #warning() {
    return this.querySelector("dialog")
  }
}

// Only a server that says so has forgotten.
async function forgotten(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null)
  return answer?.ok
}

// The page may have been open too long to end anything, so each try is made from a new one.
async function again() {
  const answer = await fetch("/").catch(() => null)
  const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "", "text/html")
  const form = page.querySelector("idle-reset form")
  if (form && (await forgotten(form))) location.replace("/")
}

customElements.define("idle-reset", IdleReset)
