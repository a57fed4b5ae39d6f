// <ticking-clock> keeps the time that the server wrote up to date, in the centre's time zone.

import { reading } from "./reading.js"

export class TickingClock extends HTMLElement {
  #ticking = 0

  connectedCallback() {
    this.#ticking = setInterval(() => this.tick(new Date()), 1000)
    this.tick(new Date())
  }

  disconnectedCallback() {
    clearInterval(this.#ticking)
  }

  tick(now) {
    const { time, date } = reading(now, document.documentElement.lang, this.dataset.zone)
    write(this.querySelector(".clock__time"), time)
    write(this.querySelector(".clock__date"), date)
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}

customElements.define("ticking-clock", TickingClock)
