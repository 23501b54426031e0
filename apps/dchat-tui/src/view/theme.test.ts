import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { ColorDepth } from './color-depth.ts'
import { nickColors } from './nick-colors.ts'
import { authorStyle, paletteOf } from './theme.ts'
import type { StyleName } from './theme.ts'

const STYLES: readonly StyleName[] = ['text', 'dim', 'own', 'mention', 'error', 'notice', 'status', 'warning', 'prompt']
const MANY: readonly ColorDepth[] = ['256', 'truecolor']

/** Red, green, blue, 0 to 255, of a colour that is the same on every terminal. */
function rgbOf(color: string): readonly number[] {
  const index = /^ansi256\((\d+)\)$/u.exec(color)?.[1]
  if (index === undefined) return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  const at = Number(index)
  if (at >= 232) return [0, 0, 0].map(() => 8 + (at - 232) * 10)
  const steps = [0, 95, 135, 175, 215, 255]
  return [Math.floor((at - 16) / 36), Math.floor((at - 16) / 6) % 6, (at - 16) % 6].map((step) => steps[step]!)
}

/** WCAG 2: 1 for equal colours, 21 for black on white. */
function contrast(one: readonly number[], other: readonly number[]): number {
  const luminance = (rgb: readonly number[]): number => {
    const [red, green, blue] = rgb
      .map((value) => value / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
  }
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

test('the contrast of black on white is 21', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21)
  expect(contrast(rgbOf('ansi256(231)'), rgbOf('#ffffff'))).toBe(1)
})

describe.each([
  ['default', [0, 0, 0]],
  ['light', [255, 255, 255]],
] as const)('%s', (theme, background) => {
  it.each(MANY)('has nicks and styles that can be read, of %s colours', (depth) => {
    const colors = nickColors({ theme, nickColors: 'extended' }, depth)
    const palette = paletteOf({ theme, nickColors: 'extended' }, depth)
    const styled = STYLES.flatMap((name) => palette.styleOf(name).color ?? [])
    expect(colors.length).toBeGreaterThan(16)
    expect(new Set(colors).size).toBe(colors.length)
    expect(styled).toHaveLength(3)
    for (const color of [...colors, ...styled])
      expect({ color, contrast: contrast(rgbOf(color), background) }).toEqual({
        color,
        contrast: expect.toSatisfy((c) => c >= 4.5),
      })
  })

  it('has the base colours where there are no more, or no more are wanted', () => {
    const base = nickColors({ theme, nickColors: 'base' }, 'truecolor')
    expect(base.length).toBeGreaterThan(4)
    expect(nickColors({ theme, nickColors: 'extended' }, '16')).toEqual(base)
    expect(base.filter((color) => /^(?:red|gray|white|black)/u.test(color))).toEqual([])
  })
})

test('an author has one colour, whichever it is, and several have several', () => {
  const { styleOf } = paletteOf({ theme: 'default', nickColors: 'base' }, '16')
  fc.assert(
    fc.property(fc.nat({ max: 0xffffffff }), (hash) => {
      expect(styleOf(authorStyle(hash))).toEqual(styleOf(authorStyle(hash)))
      expect(styleOf(authorStyle(hash)).color).toBeDefined()
    }),
  )
  expect(new Set(Array.from({ length: 100 }, (_, hash) => styleOf(authorStyle(hash)).color)).size).toBe(7)
})

test.each([
  [{ theme: 'mono', nickColors: 'extended' }, 'truecolor'],
  [{ theme: 'default', nickColors: 'base' }, 'none'],
] as const)('%j with %s has no colour, and tells apart by weight what colours tell', (settings, depth) => {
  const { styleOf } = paletteOf(settings, depth)
  for (const name of [...STYLES, authorStyle(3)]) expect(styleOf(name).color).toBeUndefined()
  for (const name of ['own', 'mention', 'error', 'notice', 'status', 'warning'] as const)
    expect(styleOf(name)).not.toEqual(styleOf('text'))
})

test('what has a colour has the weight that it has without', () => {
  const [colored, plain] = [
    paletteOf({ theme: 'light', nickColors: 'base' }, '256'),
    paletteOf({ theme: 'mono', nickColors: 'base' }, '256'),
  ]
  for (const name of STYLES) expect(colored.styleOf(name)).toMatchObject(plain.styleOf(name))
})

test('nicks are without colours when these are off', () => {
  const { styleOf } = paletteOf({ theme: 'default', nickColors: 'off' }, 'truecolor')
  expect(styleOf(authorStyle(5))).toEqual({})
  expect(styleOf('error').color).toBeDefined()
})
