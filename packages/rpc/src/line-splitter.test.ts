import { describe, expect, test } from 'vitest'
import { LineSplitter, TOO_LONG } from './line-splitter.ts'

/** Everything the chunks give; the bound is 8 bytes. */
function split(chunks: string[], options: { end?: boolean } = {}): (string | typeof TOO_LONG)[] {
  const splitter = new LineSplitter(8)
  const lines: (string | typeof TOO_LONG)[] = []
  for (const chunk of chunks) {
    splitter.push(Buffer.from(chunk))
    for (let line = splitter.next(); line !== undefined; line = splitter.next())
      lines.push(line === TOO_LONG ? line : line.toString())
  }
  const last = options.end === true ? splitter.end() : undefined
  if (last !== undefined) lines.push(last.toString())
  return lines
}

describe('lines', () => {
  test.each([
    { name: 'two in one chunk', chunks: ['a\nbc\n'], lines: ['a', 'bc'] },
    { name: 'both ends', chunks: ['a\r\nb\n'], lines: ['a', 'b'] },
    { name: 'an end split between its bytes', chunks: ['a\r', '\nb\n'], lines: ['a', 'b'] },
    { name: 'a carriage return inside stays', chunks: ['a\rb\n'], lines: ['a\rb'] },
    { name: 'empty lines', chunks: ['\n\r\n\n'], lines: ['', '', ''] },
    { name: 'byte by byte', chunks: Array.from('abc\r\ndef\n'), lines: ['abc', 'def'] },
    { name: 'what is not finished waits', chunks: ['abc'], lines: [] },
    { name: 'exactly the bound', chunks: ['12345678\n12345678\r\n'], lines: ['12345678', '12345678'] },
    { name: 'exactly the bound, its end in other chunks', chunks: ['12345678', '\r', '\n'], lines: ['12345678'] },
    { name: 'one byte more', chunks: ['123456789\na\n'], lines: [TOO_LONG, 'a'] },
    { name: 'one byte more, a CR first', chunks: ['12345678\r9\na\n'], lines: [TOO_LONG, 'a'] },
    { name: 'one byte more, a CR that was no end', chunks: ['12345678\r', 'x\na\n'], lines: [TOO_LONG, 'a'] },
    { name: 'far too long, in many chunks: told once', chunks: ['1234567', '89', '000', '00\na', '\n'], lines: [TOO_LONG, 'a'] },
  ])('$name', ({ chunks, lines }) => {
    expect(split(chunks)).toEqual(lines)
  })

  test('the end of the stream ends a line, but no empty and no too long one', () => {
    expect(split(['a\nb'], { end: true })).toEqual(['a', 'b'])
    expect(split(['a\n'], { end: true })).toEqual(['a'])
    expect(split(['1234567890'], { end: true })).toEqual([TOO_LONG])
  })
})

test('a line that is too long is not held', () => {
  const splitter = new LineSplitter(1_000)
  for (let count = 0; count < 100; count += 1) {
    splitter.push(Buffer.alloc(600, 'x'))
    splitter.next()
    expect(splitter.heldBytes).toBeLessThanOrEqual(1_001)
  }
})
