import { describe, expect, it } from 'vitest'
import { ACTIONS } from './action-table.ts'
import { DEFAULT_KEY_MAP, keyMapWith, parseChord } from './key-map.ts'
import { toKeyActions } from './keys.ts'
import type { KeyAction } from './keys.ts'
import { TerminalDecoder } from './terminal-decoder.ts'

/** What bytes that come in one piece mean. */
function meant(bytes: string, keyMap = DEFAULT_KEY_MAP): KeyAction[] {
  const decoder = new TerminalDecoder()
  return toKeyActions([...decoder.push(Buffer.from(bytes)), ...decoder.flush()], keyMap)
}
const insert = (text: string): KeyAction => ({ type: 'insert', text })
const act = (name: string): KeyAction => ({ type: 'action', name }) as KeyAction

describe('toKeyActions', () => {
  it.each<[string, string, KeyAction[]]>([
    ['a letter', 'a', [insert('a')]],
    ['a capital', 'A', [insert('A')]],
    ['an emoji', '👍🏽', [insert('👍🏽')]],
    ['Enter', '\r', [act('submit')]],
    ['Alt+Enter', '\u001b\r', [act('newline')]],
    ['Shift+Enter of kitty', '\u001b[13;2u', [act('newline')]],
    ['Ctrl+J', '\n', [act('newline')]],
    ['Ctrl+J of kitty', '\u001b[106;5u', [act('newline')]],
    ['Ctrl+U', '\u0015', [act('delete-line-start')]],
    ['Ctrl+_', '\u001f', [act('undo')]],
    ['Ctrl+_ of kitty', '\u001b[45:95;6u', [act('undo')]],
    ['Alt+_', '\u001b_', [act('redo')]],
    ['Alt+Up, which has no action in every version', '\u001b[1;7A', []],
    ['a key without an action', '\u001b[24;8~', []],
    ['the wheel', '\u001b[<64;1;1M', [{ type: 'wheel', by: -1 }]],
    ['focus', '\u001b[I', []],
    ['keys typed fast', 'hello\r', [insert('hello'), act('submit')]],
    ['text and a Ctrl key in one piece', 'ab\u0001c', [insert('ab'), act('line-start'), insert('c')]],
    ['two lines at once', 'a\rb\r', [{ type: 'paste', text: 'a\nb\n' }]],
    ['a line end inside', 'a\n\tb', [{ type: 'paste', text: 'a\n\tb' }]],
    ['Enter twice', '\r\r', [act('submit'), act('submit')]],
    ['lines with a key among them', 'a\rb\u001b[A', [insert('a'), act('submit'), insert('b'), act('input-up')]],
    ['a marked paste', '\u001b[200~a\rb\u001b[201~', [{ type: 'paste', text: 'a\rb' }]],
    ['a paste without an end', '\u001b[200~a', [{ type: 'paste', text: 'a', isCut: true }]],
  ])('%s', (_name, bytes, expected) => {
    expect(meant(bytes)).toEqual(expected)
  })
})

describe('the key map', () => {
  it('has every default chord once, as the decoder names it', () => {
    const chords = ACTIONS.flatMap(({ keys }) => [...keys])
    expect(new Set(chords).size).toBe(chords.length)
    for (const chord of chords) expect([chord, parseChord(chord)]).toEqual([chord, chord])
  })

  it('takes other chords for an action, and takes them from others', () => {
    const keys = keyMapWith(
      new Map([
        ['undo', ['ctrl-z']],
        ['submit', ['f5', 'ctrl-j']],
        ['yank', []],
      ]),
    )
    expect(meant('\u001a', keys)).toEqual([act('undo')])
    expect(meant('\u001f', keys)).toEqual([])
    expect(meant('\n', keys)).toEqual([act('submit')])
    expect(meant('\u001b[15~', keys)).toEqual([act('submit')])
    expect(meant('\r', keys)).toEqual([])
    expect(meant('\u0019', keys)).toEqual([])
    expect(meant('\u0001', keys)).toEqual([act('line-start')])
  })

  it.each([
    ['ctrl-a', 'ctrl-a'],
    ['Shift-Alt-N', 'alt-shift-n'],
    ['alt-ctrl-x', 'ctrl-alt-x'],
    ['f12', 'f12'],
    ['alt--', 'alt--'],
    ['ctrl-i', 'tab'],
    ['ctrl-m', 'enter'],
    ['ctrl-/', 'ctrl-_'],
    ['ctrl-space', 'ctrl-space'],
    ['alt-ä', 'alt-ä'],
    ['a', null],
    ['shift-a', null],
    ['space', null],
    ['alt-shift-1', null],
    ['ctrl-ctrl-a', null],
    ['super-a', null],
    ['f13', null],
    ['ctrl-', null],
    ['', null],
  ])('reads %j as %j', (text, chord) => {
    expect(parseChord(text)).toBe(chord)
  })
})
