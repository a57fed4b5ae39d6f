// <scan-question> stands on pages where something was typed: a card shown now might be a
// friend's, so it asks before the answer covers the form.

export class ScanQuestion extends HTMLElement {
  #code = ""

  connectedCallback() {
    addEventListener("card-shown", this, true)
    this.addEventListener("click", this)
  }

  disconnectedCallback() {
    removeEventListener("card-shown", this, true)
  }

  handleEvent(event) {
    if (event.type === "card-shown") return this.#ask(event)
    const act = event.target.closest("[data-act]")?.dataset.act
    if (act) this.#answer(act === "scan")
  }

  #ask(event) {
    if (event.detail.sure) return
    event.preventDefault()
    this.#code = event.detail.code
    const dialog = this.querySelector("dialog")
    if (!dialog.open) dialog.showModal()
  }

  #answer(yes) {
    const detail = { code: this.#code, sure: true }
    this.#code = ""
    this.querySelector("dialog").close()
    if (yes) this.dispatchEvent(new CustomEvent("card-shown", { bubbles: true, cancelable: true, detail }))
  }
}

customElements.define("scan-question", ScanQuestion)
