// What the blanks of a verdict are filled with, from the server's answer.

const clock = (at) => at?.slice(11, 16)

export function words(result, lang = "zh") {
  const { member, session, other, card } = result
  return present({
    name: member?.name_masked,
    title: title(session, lang),
    place: session?.place,
    time: span(session),
    starts: clock(session?.starts_at),
    present: session?.present,
    places: session?.places,
    count: result.count,
    position: result.position,
    left: result.places_left,
    first_time: clock(result.first_at),
    first_place: result.first_place,
    other_title: title(other, lang),
    other_place: other?.place,
    other_starts: clock(other?.starts_at),
    opens: clock(result.opens_at),
    closed: clock(result.closed_at),
    card: card?.serial_tail,
    since: day(card?.since, lang),
    attended: result.attended,
    state: card?.state,
    now: clock(result.at),
  })
}

export function title(session, lang) {
  return lang.startsWith("en") ? session?.title_en || session?.title : session?.title
}

export function span(session) {
  if (!session?.starts_at) return undefined
  return [clock(session.starts_at), clock(session.ends_at)].filter(Boolean).join("–")
}

function day(at, lang) {
  if (!at) return undefined
  const [year, month, date] = at.slice(0, 10).split("-").map(Number)
  const format = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric", timeZone: "UTC" })
  return format.format(new Date(Date.UTC(year, month - 1, date)))
}

function present(slots) {
  const known = Object.entries(slots).filter(([, value]) => value !== undefined && value !== null && value !== "")
  return Object.fromEntries(known.map(([slot, value]) => [slot, String(value)]))
}

// Fill what is known; what needs something unknown goes.
export function fill(root, slots) {
  for (const part of root.querySelectorAll("[data-needs]"))
    if (!part.dataset.needs.split(" ").every((slot) => slot in slots)) part.remove()
  for (const part of root.querySelectorAll("[data-lacks]")) if (part.dataset.lacks in slots) part.remove()
  for (const blank of root.querySelectorAll("[data-slot]")) blank.textContent = slots[blank.dataset.slot] ?? ""
}
