import { expect, test } from 'vitest'
import { MODE, idList, rawFrame, varint } from './raw-negentropy.ts'

test('frames are laid out as the document says', () => {
  expect([0, 127, 128, 300].map((value) => varint(value).toString('hex'))).toEqual(['00', '7f', '8100', '822c'])
  const id = Buffer.alloc(32, 7)
  const frame = rawFrame(
    [{ seconds: 5 }, MODE.skip, Buffer.alloc(0)],
    [{ seconds: 7, prefix: Buffer.of(1, 2) }, MODE.ids, idList([id])],
    ['infinity', MODE.fingerprint, Buffer.alloc(16, 3)],
  )
  expect(frame.toString('hex')).toBe(`61${'060000'}${'03020102'}0201${id.toString('hex')}${'0000'}01${'03'.repeat(16)}`)
})
