// How long an answer stays: six seconds when all is well, twenty when something is to be
// done; a touch adds twenty. Whoever asked for larger text or stronger contrast gets longer.

const MORE = 20

export function seconds(asked, assisted) {
  if (!assisted) return asked
  return Math.max(2 * asked, 20)
}

export function assisted(root = document.documentElement) {
  return Boolean(root.dataset.text || root.dataset.contrast)
}

export class Hold {
  #drawn = null
  #until = 0
  #ticking = 0

  constructor(over) {
    this.over = over
  }

  start(drawn) {
    this.end()
    const asked = Number(drawn.dataset.hold)
    if (!asked) return // stays until something replaces it
    this.#drawn = drawn
    this.#until = Date.now() + 1000 * seconds(asked, assisted())
    this.#ticking = setInterval(() => this.#tick(), 250)
    this.#run()
  }

  touch() {
    if (!this.#drawn) return
    this.#until += 1000 * MORE
    this.#drawn.querySelector(".timer")?.toggleAttribute("data-again")
    this.#run()
  }

  end() {
    clearInterval(this.#ticking)
    this.#drawn = null
  }

  get #left() {
    return Math.ceil((this.#until - Date.now()) / 1000)
  }

  #run() {
    this.#drawn.style.setProperty("--timer-hold", `${this.#left}s`)
    this.#tick()
  }

  #tick() {
    if (this.#left <= 0) return this.over()
    const blank = this.#drawn.querySelector("[data-slot=seconds]")
    if (blank) blank.textContent = this.#left
  }
}
