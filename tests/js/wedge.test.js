import assert from "node:assert/strict"
import { test } from "node:test"

import { Wedge } from "../../kiosk/static/js/wedge.js"

const CODE = "K1J3SKA47DXDJJZ7GOJDW4J5GEGE"

// The keys that a scanner presses for a text, `gap` milliseconds apart.
function typed(wedge, text, { gap = 5, from = 0, end = "Enter", key = (char) => char } = {}) {
  const keys = [...text].map((char) => ({ code: place(char), key: key(char) })).concat({ code: end, key: end })
  return keys.map((event, index) => wedge.feed(event, from + index * gap))
}

function place(char) {
  if (/[0-9]/.test(char)) return `Digit${char}`
  return /[a-z]/i.test(char) ? `Key${char.toUpperCase()}` : "Slash"
}

const read = (answers) => answers.map((answer) => answer.read).filter(Boolean)

test("a code typed by a scanner is read", () => {
  assert.deepEqual(read(typed(new Wedge(), CODE)), [CODE])
})

test("Tab ends a code as Enter does", () => {
  assert.deepEqual(read(typed(new Wedge(), CODE, { end: "Tab" })), [CODE])
})

test("neither CapsLock nor an input method garbles a code", () => {
  assert.deepEqual(read(typed(new Wedge(), CODE, { key: (char) => char.toLowerCase() })), [CODE])
  assert.deepEqual(read(typed(new Wedge(), CODE, { key: () => "Process" })), [CODE])
})

test("a person who types is not a scanner", () => {
  assert.deepEqual(read(typed(new Wedge(), CODE, { gap: 120 })), [])
})

test("a short burst is not a code", () => {
  assert.deepEqual(read(typed(new Wedge(), "13800001234")), [])
})

test("what was typed before the burst is not part of the code", () => {
  const wedge = new Wedge()

  wedge.feed({ code: "KeyW", key: "w" }, 0)

  assert.deepEqual(read(typed(wedge, CODE, { from: 400 })), [CODE])
})

test("only the first key of a burst may begin a code", () => {
  const began = typed(new Wedge(), CODE).map((answer) => answer.began)

  assert.equal(began.indexOf(true), 0)
  assert.equal(began.lastIndexOf(true), 0)
})

test("a foreign code is read too, so that it gets an answer", () => {
  const address = "https://example.org/a/b"

  assert.equal(read(typed(new Wedge(), address)).length, 1)
})

test("an endless code is cut", () => {
  assert.equal(read(typed(new Wedge(), "A".repeat(4296)))[0].length, 160)
})

test("two cards in a row are two codes", () => {
  const wedge = new Wedge()

  const codes = [...read(typed(wedge, CODE)), ...read(typed(wedge, CODE, { from: 150 }))]

  assert.deepEqual(codes, [CODE, CODE])
})
