import { parseToml } from '@dchat/config'
import { expect, test } from 'vitest'
import { magicBytes } from './magic-bytes.ts'

test('four bytes', () => {
  expect(magicBytes(parseToml('m = [1, 2, 3, 255]', 'f.toml'), 'm')).toEqual(Uint8Array.of(1, 2, 3, 255))
  expect(magicBytes(parseToml('', 'f.toml'), 'm')).toBeUndefined()
})

test.each([
  ['m = [1, 2, 3]', 'f.toml:1: m: must be four whole numbers from 0 to 255; for example [217, 239, 182, 125]'],
  ['m = [1, 2, 3, 256]', 'f.toml:1: m: must be four whole numbers from 0 to 255; for example [217, 239, 182, 125]'],
  ['m = [1, 2, 3, "4"]', 'f.toml:1: m: must be four whole numbers from 0 to 255; for example [217, 239, 182, 125]'],
  ['m = 0xd9efb67d', 'f.toml:1: m: must be a list, is a number'],
])('%s is refused', (text, message) => {
  expect(() => magicBytes(parseToml(text, 'f.toml'), 'm')).toThrow(message)
})
