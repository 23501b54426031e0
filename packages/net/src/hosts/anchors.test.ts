import { describe, expect, test } from 'vitest'
import { parseAnchors } from './anchors-file.ts'
import { Anchors } from './anchors.ts'

const [A, B, C] = ['tcp://1.2.3.4:5/', 'tcp://2.2.3.4:5/', 'tcp://3.2.3.4:5/'] as const

function anchored(...urls: string[]): Anchors {
  const anchors = new Anchors()
  anchors.set(urls)
  return anchors
}

describe('anchors', () => {
  test.each([
    ['none', [], []],
    ['one', [[A]], [A]],
    ['two of three', [[A, B, C]], [A, B]],
    ['each once', [[A, A, B]], [A, B]],
    ['those named last', [[A], [B, C]], [B, C]],
    ['earlier ones where there are fewer', [[A, B], [C]], [C, A]],
    ['the earlier ones after a time without peers', [[A, B], []], [A, B]],
  ])('are %s', (_, calls, expected) => {
    const anchors = new Anchors()
    for (const urls of calls) anchors.set(urls)
    expect(anchors.urls).toEqual(expected)
  })

  test('are given once after each start, without those refused', () => {
    const anchors = anchored(A, B)
    expect(anchors.take(() => true)).toBeUndefined()
    anchors.arm()
    expect(anchors.take((url) => url === B)).toBe(B)
    expect(anchors.take(() => true)).toBeUndefined()
    anchors.arm()
    expect([anchors.take(() => true), anchors.take(() => true), anchors.take(() => true)]).toEqual([A, B, undefined])
  })

  test('have a revision that grows with changes only', () => {
    const anchors = anchored(A, B)
    const { revision } = anchors
    anchors.set([A, B])
    anchors.set([])
    expect(anchors.revision).toBe(revision)
    anchors.set([B, A])
    expect(anchors.revision).toBeGreaterThan(revision)
  })
})

describe('lines of the file', () => {
  test.each([
    ['', [], 0],
    [`${A}\n${B}\n`, [A, B], 0],
    [`TCP://1.2.3.4:5\r\n\n${B}`, [A, B], 0],
    [`junk\n${A}\n\u0000\n`, [A], 2],
    [`${A}\n${B}\n${C}\n`, [A, B], 1],
    [`tcp://${'a'.repeat(600)}:1/\n${A}\n`, [A], 1],
  ])('%j', (text, urls, badLines) => {
    expect(parseAnchors(text)).toEqual({ urls, badLines })
  })
})
