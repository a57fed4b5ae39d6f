import assert from "node:assert/strict"
import { test } from "node:test"

import { LENGTH, tidy } from "../../kiosk/static/js/codes.js"

const CODE = "K1J3SKA47DXDJJZ7GOJDW4J5GEGE"

test("small letters, spaces and hyphens are forgiven", () => {
  assert.equal(tidy(" k1j3 ska4-7dxd–jjz7 gojd\tw4j5 gege\n"), CODE)
  assert.equal(CODE.length, LENGTH)
})

test("so are the wide signs of a Chinese keyboard", () => {
  assert.equal(tidy("Ｋ１ｊ３　ＳＫＡ４－７ＤＸＤＪＪＺ７ＧＯＪＤＷ４Ｊ５ＧＥＧＥ"), CODE)
})

test("what is wrong stays wrong", () => {
  assert.equal(tidy("K1O0!"), "K1O0!")
})
