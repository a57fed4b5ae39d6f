// <idle-lock minutes="15" address="/desk/login"> leaves the page when nobody has worked for so
// long: the server has ended the session by then, and a record must not stay on the screen.

const SIGNS = ["pointerdown", "keydown"]

export class IdleLock extends HTMLElement {
  #timer = 0

  connectedCallback() {
    for (const sign of SIGNS) addEventListener(sign, this, { passive: true })
    this.handleEvent()
  }

  disconnectedCallback() {
    for (const sign of SIGNS) removeEventListener(sign, this)
    clearTimeout(this.#timer)
  }

  handleEvent() {
    clearTimeout(this.#timer)
    const wait = Number(this.getAttribute("minutes")) * 60_000
    this.#timer = setTimeout(() => location.replace(this.getAttribute("address")), wait)
  }
}

customElements.define("idle-lock", IdleLock)
