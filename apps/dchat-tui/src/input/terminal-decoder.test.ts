import { describe, expect, it } from 'vitest'
import { MAX_ANSWER_BYTES, MAX_PASTE_BYTES } from '../limits.ts'
import type { InputEvent } from './key-sequences.ts'
import { TerminalDecoder } from './terminal-decoder.ts'

const ESC = '\u001b'
const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')

function decode(text: string | Uint8Array): InputEvent[] {
  const decoder = new TerminalDecoder()
  return [...decoder.push(typeof text === 'string' ? bytes(text) : text), ...decoder.flush()]
}

/** Events in few words: chords by name, text in quotes. */
function brief(events: readonly InputEvent[]): string {
  return events.map((event) => briefEvent(event)).join(' ')
}

function briefEvent(event: InputEvent): string {
  switch (event.type) {
    case 'text':
      return JSON.stringify(event.text)
    case 'key':
      return event.chord
    case 'paste':
      return `paste${event.isCut ? '!' : ''}(${JSON.stringify(event.text)})`
    case 'wheel':
      return event.by === 1 ? 'wheel-down' : 'wheel-up'
    case 'focus':
      return event.isFocused ? 'focus-in' : 'focus-out'
    case 'kitty':
      return 'kitty'
  }
}

/** What terminals send for keys, by where it was seen. */
const KEYS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'control bytes': [
    ['\r', 'enter'],
    ['\n', 'ctrl-j'],
    ['\t', 'tab'],
    ['\u0000', 'ctrl-space'],
    ['\u0001', 'ctrl-a'],
    ['\u0003', 'ctrl-c'],
    ['\u0008', 'ctrl-h'],
    ['\u001a', 'ctrl-z'],
    ['\u001c', 'ctrl-\\'],
    ['\u001d', 'ctrl-]'],
    ['\u001e', 'ctrl-^'],
    ['\u001f', 'ctrl-_'],
    ['\u007f', 'backspace'],
    [ESC, 'esc'],
  ],
  'Alt as Escape': [
    ['\u001ba', 'alt-a'],
    ['\u001bA', 'alt-shift-a'],
    ['\u001b1', 'alt-1'],
    ['\u001b/', 'alt-/'],
    ['\u001b_', 'alt-_'],
    ['\u001b]', 'alt-]'],
    ['\u001bP', 'alt-shift-p'],
    ['\u001b[', 'alt-['],
    ['\u001bO', 'alt-shift-o'],
    ['\u001b ', 'alt-space'],
    ['\u001b\r', 'alt-enter'],
    ['\u001b\t', 'alt-tab'],
    ['\u001b\u007f', 'alt-backspace'],
    ['\u001b\u0008', 'ctrl-alt-h'],
    ['\u001b\u0018', 'ctrl-alt-x'],
    ['\u001bé', 'alt-é'],
    ['\u001bЖ', 'alt-shift-ж'],
    ['\u001b世', 'alt-世'],
  ],
  xterm: [
    ['\u001b[A', 'up'],
    ['\u001bOA', 'up'],
    ['\u001b[B', 'down'],
    ['\u001b[C', 'right'],
    ['\u001b[D', 'left'],
    ['\u001b[H', 'home'],
    ['\u001bOF', 'end'],
    ['\u001b[1;2A', 'shift-up'],
    ['\u001b[1;3B', 'alt-down'],
    ['\u001b[1;4B', 'alt-shift-down'],
    ['\u001b[1;5C', 'ctrl-right'],
    ['\u001b[1;6D', 'ctrl-shift-left'],
    ['\u001b[1;7A', 'ctrl-alt-up'],
    ['\u001b[1;8A', 'ctrl-alt-shift-up'],
    ['\u001b[1;9A', 'alt-up'],
    ['\u001b[1;5H', 'ctrl-home'],
    ['\u001b[1;3F', 'alt-end'],
    ['\u001b[5~', 'pageup'],
    ['\u001b[6;3~', 'alt-pagedown'],
    ['\u001b[5;2~', 'shift-pageup'],
    ['\u001b[2~', 'insert'],
    ['\u001b[3~', 'delete'],
    ['\u001b[3;5~', 'ctrl-delete'],
    ['\u001b[Z', 'shift-tab'],
    ['\u001bOP', 'f1'],
    ['\u001bOS', 'f4'],
    ['\u001b[15~', 'f5'],
    ['\u001b[17~', 'f6'],
    ['\u001b[24~', 'f12'],
    ['\u001b[1;2P', 'shift-f1'],
    ['\u001b[1;5R', 'ctrl-f3'],
    ['\u001b[15;5~', 'ctrl-f5'],
    ['\u001bO5A', 'ctrl-up'],
    ['\u001bO1;5D', 'ctrl-left'],
    ['\u001bOM', 'enter'],
    ['\u001bOI', 'tab'],
    ['\u001bOq', '"1"'],
    ['\u001bOk', '"+"'],
    ['\u001b[27;5;9~', 'ctrl-tab'],
    ['\u001b[27;2;13~', 'shift-enter'],
    ['\u001b[27;6;78~', 'ctrl-shift-n'],
    ['\u001b[27;3;95~', 'alt-_'],
  ],
  rxvt: [
    ['\u001b[7~', 'home'],
    ['\u001b[8~', 'end'],
    ['\u001b[a', 'shift-up'],
    ['\u001b[d', 'shift-left'],
    ['\u001bOa', 'ctrl-up'],
    ['\u001bOd', 'ctrl-left'],
    ['\u001b[5$', 'shift-pageup'],
    ['\u001b[5^', 'ctrl-pageup'],
    ['\u001b[5@', 'ctrl-shift-pageup'],
    ['\u001b[7^', 'ctrl-home'],
    ['\u001b\u001b[A', 'alt-up'],
    ['\u001b\u001b[5~', 'alt-pageup'],
    ['\u001b\u001bOa', 'ctrl-alt-up'],
    ['\u001b[11~', 'f1'],
    ['\u001b[14~', 'f4'],
  ],
  'screen, tmux and the Linux console': [
    ['\u001b[1~', 'home'],
    ['\u001b[4~', 'end'],
    ['\u001b[[A', 'f1'],
    ['\u001b[[E', 'f5'],
    ['\u001b[1;3D', 'alt-left'],
    ['\u001b[21~', 'f10'],
  ],
  kitty: [
    ['\u001b[27u', 'esc'],
    ['\u001b[13;2u', 'shift-enter'],
    ['\u001b[13;3u', 'alt-enter'],
    ['\u001b[13;5u', 'ctrl-enter'],
    ['\u001b[9;2u', 'shift-tab'],
    ['\u001b[127;5u', 'ctrl-backspace'],
    ['\u001b[97;5u', 'ctrl-a'],
    ['\u001b[97;3u', 'alt-a'],
    ['\u001b[110:78;4u', 'alt-shift-n'],
    ['\u001b[110;4u', 'alt-shift-n'],
    ['\u001b[99;7u', 'ctrl-alt-c'],
    ['\u001b[106;5u', 'ctrl-j'],
    ['\u001b[105;5u', 'tab'],
    ['\u001b[109;5u', 'enter'],
    ['\u001b[91;5u', 'esc'],
    ['\u001b[47;5u', 'ctrl-_'],
    ['\u001b[45:95;4u', 'alt-_'],
    ['\u001b[45;4u', 'alt-_'],
    ['\u001b[45:95;6u', 'ctrl-_'],
    ['\u001b[47:63;4u', 'alt-?'],
    ['\u001b[55:47;4u', 'alt-/'],
    ['\u001b[32;5u', 'ctrl-space'],
    ['\u001b[1089::99;5u', 'ctrl-c'],
    ['\u001b[228;3u', 'alt-ä'],
    ['\u001b[1;5:1A', 'ctrl-up'],
    ['\u001b[1;5:2A', 'ctrl-up'],
    ['\u001b[1;69A', 'ctrl-up'],
    ['\u001b[1;129A', 'up'],
    ['\u001b[13~', 'f3'],
    ['\u001b[57414u', 'enter'],
    ['\u001b[57400u', '"1"'],
    ['\u001b[57417;5u', 'ctrl-left'],
    ['\u001b[57426u', 'delete'],
    ['\u001b[97;;97u', '"a"'],
    ['\u001b[97:65;2;65u', '"A"'],
    ['\u001b[228u', '"ä"'],
  ],
  'the mouse and focus': [
    ['\u001b[<64;10;5M', 'wheel-up'],
    ['\u001b[<65;200;50M', 'wheel-down'],
    ['\u001b[<69;1;1M', 'wheel-down'],
    ['\u001b[M`!!', 'wheel-up'],
    ['\u001b[Ma!!', 'wheel-down'],
    ['\u001b[I', 'focus-in'],
    ['\u001b[O', 'focus-out'],
    ['\u001b[?1u', 'kitty'],
    ['\u001b[?0u', 'kitty'],
  ],
}

/** What says nothing to us: keys let go, keys without a use, answers to others' questions, and what no terminal sends. */
const NOTHING: readonly string[] = [
  '\u001b[97;5:3u',
  '\u001b[97;9u',
  '\u001b[97;17u',
  '\u001b[1;5:3A',
  '\u001b[57441;2u',
  '\u001b[57361u',
  '\u001b[55296;5u',
  '\u001b[99999999999;5u',
  '\u001b[<0;10;5M',
  '\u001b[<0;10;5m',
  '\u001b[<35;10;5M',
  '\u001b[<66;10;5M',
  '\u001b[M !!',
  '\u001b[24;80R',
  '\u001b[?62;4c',
  '\u001b[>41;354;0c',
  '\u001b[0n',
  '\u001b[?2026;2$y',
  '\u001b[8;24;80t',
  '\u001b[201~',
  '\u001b[99~',
  '\u001b[E',
  '\u001b]11;rgb:1e1e/1e1e/2e2e\u0007',
  '\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\',
  '\u001bP>|XTerm(390)\u001b\\',
  '\u001bP1+r544e=787465726d\u001b\\',
  '\u001bP!|00000000\u001b\\',
  '\u001b_Gi=31;OK\u001b\\',
  `\u001b[${'1;'.repeat(200)}A`,
  '\u001b[1;\u0018',
  '\u001b[1;',
  '\u001b]11;rgb:',
  '\u001b[<64;1',
]

describe('TerminalDecoder', () => {
  for (const [terminal, keys] of Object.entries(KEYS)) {
    it.each(keys)(`${terminal}: %j`, (sequence, expected) => {
      expect(brief(decode(sequence))).toBe(expected)
    })
  }

  it.each(NOTHING)('drops %j and keeps what follows', (sequence) => {
    expect(decode(sequence)).toEqual([])
    const decoder = new TerminalDecoder()
    expect([...decoder.push(bytes(sequence)), ...decoder.flush(), ...decoder.push(bytes('ok\r'))]).toEqual([
      { type: 'text', text: 'ok' },
      { type: 'key', chord: 'enter' },
    ])
  })

  it.each([
    ['text and keys in one piece', 'hi\rho\u0001x', '"hi" enter "ho" ctrl-a "x"'],
    ['Escape twice', '\u001b\u001b', 'esc esc'],
    ['Escape, then a key with Alt', '\u001b\u001ba', 'esc alt-a'],
    ['Escape before a key of its own', '\u001b\u001b[', 'esc alt-['],
    ['an answer that a key cuts off', '\u001b]11;rgb\u0003x', 'ctrl-c "x"'],
    ['a sequence that another cuts off', '\u001b[1;\u001b[A', 'up'],
    ['a sequence that a letter of no alphabet cuts off', '\u001b[1;é', '"é"'],
    ['an answer that ends with something else', '\u001b]11;x\u001b[A', 'up'],
    ['Alt and a text of several characters', '\u001b世界', 'alt-世 "界"'],
    ['a marked paste', '\u001b[200~a\rb\u001b[A\u0003\u001b[201~c', 'paste("a\\rb\\u001b[A\\u0003") "c"'],
    ['an empty paste', '\u001b[200~\u001b[201~', 'paste("")'],
    ['a paste with half an end mark in it', '\u001b[200~\u001b[20\u001b[201\u001b[201~', 'paste("\\u001b[20\\u001b[201")'],
    ['a paste without an end', '\u001b[200~abc\u001b[20', 'paste!("abc")'],
  ])('%s', (_name, sequence, expected) => {
    expect(brief(decode(sequence))).toBe(expected)
  })

  it('shows bytes that are no UTF-8 as such, and loses nothing after them', () => {
    expect(brief(decode(Uint8Array.of(0xe9, 0x61)))).toBe('"\ufffda"')
    expect(brief(decode(Uint8Array.of(0xe4, 0xb8, 0x0d, 0x61)))).toBe('"\ufffd" enter "a"')
    expect(brief(decode(Uint8Array.of(0x1b, 0xff, 0x61)))).toBe('"a"')
    expect(brief(decode(Uint8Array.of(0x1b, 0xe4, 0xb8, 0x61)))).toBe('"a"')
    expect(brief(decode(Uint8Array.of(0x1b, 0x5b, 0x4d, 0x60, 0xc3, 0xa9, 0x61)))).toBe('wheel-up "a"')
    expect(brief(decode(Uint8Array.of(0xe4, 0xb8)))).toBe('"\ufffd"')
  })

  it('tells how long to wait for more', () => {
    const waits = (text: string): string | null => {
      const decoder = new TerminalDecoder()
      decoder.push(bytes(text))
      return decoder.waits
    }
    expect(waits('a')).toBeNull()
    for (const key of ['\u001b', '\u001b\u001b', '\u001b[', '\u001bO', '\u001b_']) expect(waits(key)).toBe('short')
    for (const part of ['\u001b[1;', '\u001bO5', '\u001b]11;', '\u001b[M!']) expect(waits(part)).toBe('long')
    expect(waits('\u001b[200~abc')).toBe('paste')
  })

  it('keeps no more of a paste than its bound, and finds its end', () => {
    const decoder = new TerminalDecoder()
    decoder.push(bytes('\u001b[200~'))
    const line = bytes(`${'x'.repeat(999)}\n`)
    for (let sent = 0; sent < 2 * MAX_PASTE_BYTES; sent += line.length) expect(decoder.push(line)).toEqual([])
    const [paste, ...rest] = decoder.push(bytes('\u001b[201~after'))
    expect(paste).toMatchObject({ type: 'paste', isCut: true })
    expect(paste?.type === 'paste' && paste.text.length).toBe(MAX_PASTE_BYTES)
    expect(rest).toEqual([{ type: 'text', text: 'after' }])
  })

  it('loses no key to an answer that has no end', () => {
    const events = decode(`\u001b]11;${'x'.repeat(MAX_ANSWER_BYTES)}typed`)
    expect(events).toHaveLength(1)
    expect(events[0]?.type === 'text' && events[0].text.endsWith('typed')).toBe(true)
  })
})
