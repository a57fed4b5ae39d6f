import assert from "node:assert/strict"
import { test } from "node:test"

import { span, title, words } from "../../kiosk/static/js/slots.js"

const session = {
  title: "夜课堂", title_en: "Night class", place: "二楼乡音厅",
  starts_at: "2026-11-22T18:30:00+08:00", ends_at: "2026-11-22T20:00:00+08:00", places: null, present: 38,
}

test("times are read off the centre's own clock", () => {
  const slots = words({ session, first_at: "2026-11-22T18:10:59+08:00" })

  assert.equal(slots.time, "18:30–20:00")
  assert.equal(slots.first_time, "18:10")
})

test("what is unknown is no slot at all", () => {
  const slots = words({ session, member: null, position: null, first_place: "" })

  assert.deepEqual(["name", "position", "first_place", "places", "other_title"].filter((slot) => slot in slots), [])
})

test("nought is known", () => {
  assert.equal(words({ places_left: 0 }).left, "0")
})

test("an event has its English title in English", () => {
  assert.equal(title(session, "en"), "Night class")
  assert.equal(title({ ...session, title_en: "" }, "en"), "夜课堂")
  assert.equal(title(session, "zh-Hans-CN"), "夜课堂")
})

test("a date is written in the reader's language", () => {
  const card = { since: "2026-11-18T23:30:00+08:00" }

  assert.equal(words({ card }, "zh-Hans-CN").since, "11月18日")
  assert.equal(words({ card }, "en").since, "Nov 18")
})

test("a session without times has no span", () => {
  assert.equal(span(undefined), undefined)
})
