import assert from "node:assert/strict"
import { test } from "node:test"

import { assisted, seconds } from "../../kiosk/static/js/hold.js"
import { phase } from "../../kiosk/static/js/idle.js"
import { reading } from "../../kiosk/static/js/reading.js"
import { schedule } from "../../kiosk/static/js/sounds.js"

test("an answer stays longer for who asked for help with reading", () => {
  assert.deepEqual([seconds(6, false), seconds(20, false)], [6, 20])
  assert.deepEqual([seconds(6, true), seconds(20, true)], [20, 40])
  assert.equal(assisted({ dataset: { text: "large" } }), true)
  assert.equal(assisted({ dataset: { contrast: "more" } }), true)
  assert.equal(assisted({ dataset: {} }), false)
})

test("a quiet screen warns, and twenty seconds later it forgets", () => {
  const page = { quiet: "45", warn: "20" }

  assert.ok(phase(page, 44_000, false).quiet > 0)
  assert.ok(phase(page, 45_000, false).quiet <= 0)
  assert.equal(phase(page, 45_000, false).warn, 20)
  assert.ok(phase(page, 65_000, false).warn <= 0)
})

test("both times double with larger text or stronger contrast", () => {
  assert.ok(phase({ quiet: "45", warn: "20" }, 89_000, true).quiet > 0)
  assert.equal(phase({ quiet: "45", warn: "20" }, 90_000, true).warn, 40)
})

test("the clock shows the centre's time, wherever the browser thinks it is", () => {
  const moment = new Date("2026-11-22T02:24:00Z")

  assert.deepEqual(reading(moment, "zh-Hans-CN", "Asia/Shanghai"), { time: "10:24", date: "11月22日 星期日" })
  assert.equal(reading(moment, "en", "UTC").time, "02:24")
})

test("each kind of answer has a sound of its own", () => {
  const tunes = ["good", "again", "kept", "ask", "stop"].map((sound) => JSON.stringify(schedule(sound)))

  assert.equal(new Set(tunes).size, 5)
  assert.deepEqual(schedule("good").map(({ pitch, at }) => [pitch, at]), [[660, 0], [880, 0.11]])
  assert.deepEqual(schedule(""), [])
})
