import { describe, expect, it } from 'vitest'
import { TestTerminal } from '../testing/terminal.ts'
import { ScreenStream } from './screen-stream.ts'

function setUp(size: { columns?: number; rows?: number } = { columns: 20, rows: 4 }) {
  const written: string[] = []
  const output = {
    isTTY: true,
    ...size,
    write: (data: string, done?: () => void) => {
      written.push(data)
      done?.()
      return true
    },
  }
  return { stream: new ScreenStream(output), written, output }
}

describe('ScreenStream', () => {
  it('names the window, and gives it back the name it had on every way out', async () => {
    const { stream, written } = setUp()
    const terminal = new TestTerminal({ columns: 20, rows: 4 })
    stream.setTitle('dchat: cats')
    stream.setTitle('dchat: dogs (2)')
    expect(written).toEqual(['\u001b[22;2t\u001b]2;dchat: cats\u0007', '\u001b]2;dchat: dogs (2)\u0007'])
    await terminal.write(written.join(''))
    expect(terminal.title).toBe('dchat: dogs (2)')
    expect(stream.lend()).toBe('\u001b[23;2t')
    stream.setTitle('dchat: fish')
    expect(written).toHaveLength(2)
    expect(stream.takeBack()).toBe('\u001b[22;2t\u001b]2;dchat: fish\u0007')
    expect(stream.restore()).toBe('\u001b[23;2t')
    stream.setTitle('late')
    stream.beside('\u0007')
    expect(written).toHaveLength(2)
  })

  it('does not push the title again once it was given back', () => {
    const { stream, written } = setUp()
    stream.setTitle(null)
    stream.setTitle('one')
    stream.setTitle(null)
    expect(written).toEqual(['\u001b[22;2t\u001b]2;one\u0007', '\u001b[23;2t'])
    expect(stream.restore()).toBe('')
  })

  it('turns off what was turned on, once, in the order that undoes it', () => {
    const { stream, written } = setUp()
    stream.begin()
    stream.write('\u001b[?1049h\u001b[?25l')
    stream.write('\u001b[?2004h text')
    expect(stream.restore()).toBe('\u001b[?2004l\u001b[?7h\u001b[?1049l\u001b[?25h')
    expect(stream.restore()).toBe('')
    const count = written.length
    expect(stream.write('late')).toBe(true)
    expect(written).toHaveLength(count)
  })

  it('lends the terminal as it was, and takes it back as it is to be then', () => {
    const { stream, written } = setUp()
    stream.write('\u001b[?1049h\u001b[?2004h\u001b[?1004h\u001b[>5u\u001b[?1000h\u001b[?1006h')
    const off = ['\u001b[<u', '\u001b[?1006l', '\u001b[?1000l', '\u001b[?1004l', '\u001b[?2004l', '\u001b[?1049l']
    expect(stream.lend()).toBe(off.join(''))
    const count = written.length
    stream.write('a frame\u001b[?25l')
    stream.write('\u001b[?1006l\u001b[?1000l')
    expect(written).toHaveLength(count)
    expect(stream.takeBack()).toBe('\u001b[?25l\u001b[?1049h\u001b[?2004h\u001b[?1004h\u001b[>5u')
    stream.write('x')
    expect(written.at(-1)).toBe('x')
    stream.lend()
    expect(stream.restore()).toBe('')
  })

  it('has nothing to turn off when it was turned off already', () => {
    const { stream } = setUp()
    stream.write('\u001b[?1049h\u001b[?25l')
    stream.write('\u001b[?25h\u001b[?1049l')
    expect(stream.restore()).toBe('')
  })

  it('calls back for what it does not write', async () => {
    const { stream } = setUp()
    stream.restore()
    await new Promise<void>((resolve) => stream.write('x', resolve))
    await new Promise<void>((resolve) => stream.write('', resolve))
    expect(stream.restore()).toBe('')
  })

  it('puts the next frame on an empty screen, without touching the scrollback', async () => {
    const { stream, written } = setUp()
    const terminal = new TestTerminal({ columns: 20, rows: 4 })
    await terminal.write('old 1\r\nold 2\r\nold 3\r\nold 4')
    stream.discardFrame(() => stream.write('what the renderer erases'))
    expect(written).toEqual([])
    stream.write('new')
    await terminal.write(written.join(''))
    expect(terminal.rows).toEqual(['new', '', '', ''])
    expect(terminal.allRows).toHaveLength(4)
  })

  it('takes sensible sizes only', () => {
    expect(setUp({ columns: 0, rows: Number.NaN }).stream).toMatchObject({ columns: 80, rows: 24 })
    expect(setUp({ columns: 1e9, rows: 1e9 }).stream).toMatchObject({ columns: 1_000, rows: 500 })
  })
})
