/**
 * A PNG of at most 256 colours: of a picture of text a third as long as one of all its shades, which nobody tells apart.
 * Source: https://www.w3.org/TR/png-3/, chunks IHDR, PLTE, IDAT and IEND.
 */
import { crc32, deflateSync } from 'node:zlib'

export interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green, blue and a byte that is not looked at, for each, row by row. */
  readonly pixels: Uint8Array
}

const SIGNATURE = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const COLORS_MAX = 256

export function palettePng({ width, height, pixels }: Pixels): Buffer {
  const { palette, indexOf } = paletteOf(pixels)
  const rows = Buffer.alloc(height * (width + 1)) // each begins with 0: it is not filtered
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1)
      rows[row * (width + 1) + 1 + column] = indexOf(colorAt(pixels, row * width + column))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8) // 8 bits, which count in a palette
  const body = deflateSync(rows, { level: 9 })
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 0xff, color & 0xff]))
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('IDAT', body),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function colorAt(pixels: Uint8Array, index: number): number {
  return (pixels[4 * index]! << 16) | (pixels[4 * index + 1]! << 8) | pixels[4 * index + 2]!
}

/** The colours that are there most often; each other one is shown as the one of them that is nearest. */
function paletteOf(pixels: Uint8Array): { palette: number[]; indexOf: (color: number) => number } {
  const counts = new Map<number, number>()
  for (let index = 0; index < pixels.length / 4; index += 1) {
    const color = colorAt(pixels, index)
    counts.set(color, (counts.get(color) ?? 0) + 1)
  }
  const palette = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([color]) => color)
    .slice(0, COLORS_MAX)
  const indices = new Map(palette.map((color, index) => [color, index]))
  const indexOf = (color: number): number => {
    const known = indices.get(color) ?? nearest(palette, color)
    indices.set(color, known)
    return known
  }
  return { palette, indexOf }
}

function nearest(palette: readonly number[], color: number): number {
  let best = 0
  for (const [index, other] of palette.entries()) if (distance(other, color) < distance(palette[best]!, color)) best = index
  return best
}

function distance(one: number, other: number): number {
  return [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 0xff) - ((other >> shift) & 0xff)) ** 2, 0)
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
