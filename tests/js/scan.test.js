import assert from "node:assert/strict"
import { test } from "node:test"

import { compose, face, send, undo } from "../../kiosk/static/js/scan.js"

const SCAN = "11111111-2222-4333-8444-555555555555"
const batch = { items: [{ scan_id: SCAN }] }
const storage = { getItem: () => "7", setItem: () => {} }
const answers = (status, body) => async () => ({ ok: status < 400, status, json: async () => body })

test("a scan is composed as the server reads it", () => {
  const sent = compose("K1ABC", 12, { storage, now: new Date(0), mono: 41.6 })

  const [item] = sent.items
  assert.deepEqual({ ...item, scan_id: "", boot_id: "", wall: "" }, {
    scan_id: "", seq: 8, boot_id: "", code: "K1ABC", session: 12, direction: "in", wall: "", mono: 42,
  })
  assert.equal(item.boot_id, sent.boot_id)
  assert.equal(item.wall, sent.sent_wall)
  assert.equal(item.mono, sent.sent_mono)
})

test("the server's result is shown", async () => {
  const result = { scan_id: SCAN, status: "stored", verdict: "welcome" }

  assert.deepEqual(await send(batch, { ask: answers(200, { results: [result] }) }), result)
})

test("what did not reach the server is never drawn as a welcome", async () => {
  const asks = [answers(503), answers(500), answers(429), async () => Promise.reject(new TypeError("away"))]

  for (const ask of asks) assert.equal((await send(batch, { ask })).verdict, "unreached")
})

test("a server that is silent too long counts as unreached", async () => {
  const ask = (_path, { signal }) =>
    new Promise((_, refuse) => signal.addEventListener("abort", () => refuse(signal.reason)))

  assert.equal((await send(batch, { ask, budget: 1 })).verdict, "unreached")
})

test("a device that may not record says so", async () => {
  for (const status of [401, 403]) assert.equal((await send(batch, { ask: answers(status) })).verdict, "unpaired")
})

test("taking a scan back says whether it worked", async () => {
  assert.equal((await undo(SCAN, { ask: answers(200) })).verdict, "amended")
  assert.equal((await undo(SCAN, { ask: answers(403) })).verdict, "unamended")
})

test("each result has a face", () => {
  assert.equal(face({ status: "stored", verdict: "full" }), "full")
  assert.equal(face({ status: "malformed", verdict: null }), "unknown")
  assert.equal(face({ status: "id_reused", verdict: null }), "unreached")
})

test("with nothing open a kiosk shows the card, or what is wrong with it", () => {
  const none = (more) => face({ status: "none_open", verdict: null, ...more })

  assert.equal(none({ member: { name_masked: "王*" }, card: { state: "printed" } }), "none_open")
  assert.equal(none({ member: { name_masked: "王*" }, card: { state: "lost" } }), "lost")
  assert.equal(none({}), "unknown")
})
