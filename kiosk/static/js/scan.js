// One showing of a card on its way to the server.

import { next, uuid, wall } from "./ids.js"

const BOOT = uuid() // the monotonic clock starts with the page
const BUDGET = 2000

export function compose(code, session, { storage = localStorage, now = new Date(), mono = performance.now() } = {}) {
  const { epoch, seq } = next(storage)
  const at = { wall: wall(now), mono: Math.round(mono) }
  const item = { scan_id: uuid(), seq, boot_id: BOOT, code, session, direction: "in", ...at }
  return { epoch, boot_id: BOOT, sent_wall: at.wall, sent_mono: at.mono, items: [item] }
}

// The server's result, or one of our own: "unreached" (nothing is known to be recorded),
// "unpaired" (this device may not record).
export async function send(batch, { ask = fetch, budget = BUDGET } = {}) {
  const scan_id = batch.items[0].scan_id
  try {
    const answer = await post("/api/v1/scans", batch, ask, budget)
    if (answer.ok) return (await answer.json()).results[0]
    return { scan_id, verdict: [401, 403].includes(answer.status) ? "unpaired" : "unreached" }
  } catch {
    return { scan_id, verdict: "unreached" }
  }
}

export async function undo(scan_id, { ask = fetch, budget = BUDGET } = {}) {
  try {
    const answer = await post(`/api/v1/scans/${scan_id}/amend`, { reason: "not_me" }, ask, budget)
    return { scan_id, verdict: answer.ok ? "amended" : "unamended" }
  } catch {
    return { scan_id, verdict: "unamended" }
  }
}

// Which template says it. With nothing open a kiosk shows the card itself, or what is wrong with it.
export function face({ status, verdict, member, card }) {
  if (verdict) return verdict
  if (status === "malformed") return "unknown"
  if (status !== "none_open") return "unreached"
  if (!member) return "unknown"
  return ["lost", "replaced", "stopped"].includes(card?.state) ? card.state : "none_open"
}

function post(path, body, ask, budget) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Doorstep": "1" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(budget),
  })
}
