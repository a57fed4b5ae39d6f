// A verdict, drawn from its template with the server's answer.

import { fill, title, span, words } from "./slots.js"

export function draw(template, result, lang = document.documentElement.lang) {
  const drawn = template.content.firstElementChild.cloneNode(true)
  fill(drawn, words(result, lang))
  choices(drawn, result.candidates ?? [], lang)
  for (const button of drawn.querySelectorAll("[data-act=undo]")) button.dataset.scan = result.scan_id
  return drawn
}

// The sessions a card fits, one button each.
function choices(drawn, candidates, lang) {
  const one = drawn.querySelector("template")
  if (!one) return
  for (const session of candidates.slice(0, 4)) {
    const choice = one.content.firstElementChild.cloneNode(true)
    fill(choice, { title: title(session, lang), time: span(session), place: session.place ?? "" })
    choice.dataset.session = session.id
    one.parentElement.append(choice)
  }
}
