// <verdict-panel> answers a shown card over whatever the screen shows.
//
// The sentences are templates from the server, in the visitor's language; only the blanks
// are filled here. Nothing of it stays in the page once the panel closes.

import { draw } from "./draw.js"
import { Hold } from "./hold.js"
import { compose, face, send, undo } from "./scan.js"
import { play } from "./sounds.js"

export class VerdictPanel extends HTMLElement {
  #hold = new Hold(() => this.close())
  #turn = 0
  #code = ""

  connectedCallback() {
    document.addEventListener("card-shown", this)
    this.addEventListener("click", this)
    this.addEventListener("cancel", this, true)
  }

  disconnectedCallback() {
    document.removeEventListener("card-shown", this)
    this.close()
  }

  handleEvent(event) {
    if (event.type === "cancel") return this.close()
    if (event.type === "card-shown") return event.defaultPrevented || this.scan(event.detail.code)
    const { act, scan, session } = event.target.closest("[data-act]")?.dataset ?? {}
    if (act === "close") return this.close()
    if (act === "undo") return this.answer(undo(scan))
    if (act === "choose") return this.scan(this.#code, Number(session))
    return this.#hold.touch()
  }

  scan(code, session = Number(this.dataset.session) || null) {
    this.#code = code
    return this.answer(send(compose(code, session)))
  }

  // A later card replaces the answer to an earlier one, whichever comes back first.
  async answer(asked) {
    const turn = ++this.#turn
    const slow = setTimeout(() => this.#show({ verdict: "checking" }), 400)
    const result = await asked
    clearTimeout(slow)
    if (turn === this.#turn) this.#show(result)
  }

  close() {
    this.#turn += 1
    this.#code = ""
    this.#hold.end()
    this.querySelector("dialog")?.remove()
  }

  #show(result) {
    const drawn = draw(this.querySelector(`[data-verdict="${face(result)}"]`), result)
    this.querySelector("dialog")?.remove()
    this.append(drawn)
    drawn.showModal()
    play(drawn.dataset.sound)
    this.#hold.start(drawn)
    this.dispatchEvent(new CustomEvent("verdict-shown", { bubbles: true, detail: result }))
  }
}

customElements.define("verdict-panel", VerdictPanel)
