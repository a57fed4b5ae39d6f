import assert from "node:assert/strict"
import { test } from "node:test"

import { hex, next, uuid, wall } from "../../kiosk/static/js/ids.js"

class Storage extends Map {
  getItem(key) {
    return this.get(key) ?? null
  }

  setItem(key, value) {
    this.set(key, value)
  }
}

test("a uuid is a version 4 uuid", () => {
  assert.equal(uuid(new Uint8Array(16)), "00000000-0000-4000-8000-000000000000")
  assert.equal(uuid(new Uint8Array(16).fill(255)), "ffffffff-ffff-4fff-bfff-ffffffffffff")
  assert.notEqual(uuid(), uuid())
})

test("bytes become two hex digits each", () => {
  assert.equal(hex([0, 15, 255]), "000fff")
})

test("scans are numbered from one within an epoch", () => {
  const storage = new Storage()
  const fresh = () => "0123456789abcdef"

  const numbers = [1, 2, 3].map(() => next(storage, fresh))

  assert.deepEqual(numbers.map(({ seq }) => seq), [1, 2, 3])
  assert.deepEqual(new Set(numbers.map(({ epoch }) => epoch)), new Set(["0123456789abcdef"]))
})

test("a lost storage begins a new epoch", () => {
  const [before, after] = [next(new Storage()), next(new Storage())]

  assert.match(before.epoch, /^[0-9a-f]{16}$/)
  assert.notEqual(before.epoch, after.epoch)
  assert.equal(after.seq, 1)
})

test("the wall clock carries its offset", () => {
  const noon = new Date("2026-11-22T04:00:00.000Z")

  assert.equal(wall(noon, 480), "2026-11-22T12:00:00.000+08:00")
  assert.equal(wall(noon, -210), "2026-11-22T00:30:00.000-03:30")
  assert.equal(Date.parse(wall(noon)), noon.getTime())
})
