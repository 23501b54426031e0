import { expect, test } from 'vitest'
import { inThousands } from './in-thousands.ts'

test.each([0, 7, 999, 1_000, 65_536, 999_999, 1_000_000, -8_192, Number.MAX_SAFE_INTEGER])('%i has its commas', (count) => {
  expect(inThousands(count)).toBe(count.toLocaleString('en'))
})
