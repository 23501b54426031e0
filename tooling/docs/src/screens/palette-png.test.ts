import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { palettePng } from './palette-png.ts'

test('pixels come back by way of the palette, and a colour too many is shown as its neighbour', () => {
  const colors = Array.from({ length: 257 }, (_, index) => [index % 256, 10 * Math.floor(index / 256), 0, 255])
  const pixels = Uint8Array.from([...colors, ...colors.slice(0, 257)].flat())
  const png = palettePng({ width: 257, height: 2, pixels: pixels.with(4 * 257, 1) })
  const at = (type: string): number => png.indexOf(type)
  const [width, height] = [png.readUInt32BE(at('IHDR') + 4), png.readUInt32BE(at('IHDR') + 8)]
  const palette = png.subarray(at('PLTE') + 4, at('PLTE') + 4 + png.readUInt32BE(at('PLTE') - 4))
  const rows = inflateSync(png.subarray(at('IDAT') + 4, at('IDAT') + 4 + png.readUInt32BE(at('IDAT') - 4)))
  const shown = (row: number, column: number): number[] => [...palette.subarray(3 * rows[row * 258 + 1 + column]!).subarray(0, 3)]
  expect([width, height, palette.length, rows.length]).toEqual([257, 2, 3 * 256, 2 * 258])
  expect([shown(0, 7), shown(1, 0), shown(1, 255)]).toEqual([
    [7, 0, 0],
    [1, 0, 0],
    [255, 0, 0],
  ])
  expect([shown(0, 256), shown(0, 0)]).toEqual([
    [0, 10, 0],
    [1, 0, 0],
  ]) // black is the rarest
})
