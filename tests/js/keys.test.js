import assert from "node:assert/strict"
import { test } from "node:test"

import { digits, grouped, missing, press } from "../../kiosk/static/js/keys.js"

const at = (value, caret = value.length) => ({ value, start: caret, end: caret })

test("a key types where the caret stands", () => {
  assert.deepEqual(press(at("Li", 1), "u"), at("Lui", 2))
})

test("a key replaces what is selected", () => {
  assert.deepEqual(press({ value: "Lin", start: 0, end: 3 }, "W"), at("W"))
})

test("erase takes the character before the caret, or what is selected", () => {
  assert.deepEqual(press(at("Lin"), "erase"), at("Li"))
  assert.deepEqual(press({ value: "Lin", start: 1, end: 3 }, "erase"), at("L"))
  assert.deepEqual(press(at(""), "erase"), at(""))
})

test("erase takes a rare character whole", () => {
  assert.deepEqual(press(at("李𠮷"), "erase"), at("李"))
})

test("clear takes everything", () => {
  assert.deepEqual(press(at("Lin", 1), "clear"), at(""))
})

test("a number is grouped as people read it out", () => {
  assert.equal(grouped("13800001234"), "138 0000 1234")
  assert.equal(grouped("138-00"), "138 00")
  assert.equal(grouped(""), "")
})

test("full-width digits are digits, and there are never more than eleven", () => {
  assert.equal(digits("１３８"), "138")
  assert.equal(digits("138000012349"), "13800001234")
})

test("it says how many digits are missing", () => {
  assert.equal(missing("138 0000 12"), 2)
  assert.equal(missing("138 0000 1234"), 0)
})
