import assert from "node:assert/strict"
import { test } from "node:test"

import { opens, step, unsaved } from "../../kiosk/static/js/walking.js"

const [first, second] = [{}, {}]
const nowhere = { closest: () => null }
const field = { closest: () => ({}) }

test("the arrow down goes from the box through the results and stays at the last", () => {
  assert.equal(step([first, second], null, "ArrowDown"), first)
  assert.equal(step([first, second], first, "ArrowDown"), second)
  assert.equal(step([first, second], second, "ArrowDown"), second)
})

test("the arrow up leads back into the box", () => {
  assert.equal(step([first, second], second, "ArrowUp"), first)
  assert.equal(step([first, second], first, "ArrowUp"), null)
})

test("without results the box keeps the cursor", () => {
  assert.equal(step([], null, "ArrowDown"), null)
  assert.equal(step([], null, "ArrowUp"), null)
})

test("a slash opens the box where nobody is typing", () => {
  assert.ok(opens({ key: "/", target: nowhere }))
  assert.ok(!opens({ key: "/", target: field }))
  assert.ok(!opens({ key: "/", target: nowhere, ctrlKey: true }))
  assert.ok(!opens({ key: "a", target: nowhere }))
})

test("a form counts as begun once a field differs from how it came", () => {
  const came = { type: "text", value: "陈梅", defaultValue: "陈梅" }
  assert.ok(!unsaved([came]))
  assert.ok(unsaved([came, { ...came, value: "陈" }]))
  assert.ok(!unsaved([{ type: "hidden", value: "1", defaultValue: "" }]))
})
