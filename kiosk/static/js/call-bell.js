// <call-bell latest="12"> rings once for each new call from a kiosk, on whichever page one is.

import { play } from "./sounds.js"

const RUNG = "doorstep-rung" // the number of a call, and nothing about anybody

export class CallBell extends HTMLElement {
  static observedAttributes = ["latest"]

  attributeChangedCallback(_name, _before, latest) {
    if (Number(latest) <= Number(sessionStorage.getItem(RUNG))) return
    sessionStorage.setItem(RUNG, latest)
    play("ask")
  }
}

customElements.define("call-bell", CallBell)
