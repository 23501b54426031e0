import type { Key } from 'ink'
import { describe, expect, it } from 'vitest'
import { decodeKey } from './keys.ts'

const NO_KEY: Key = {
  upArrow: false, downArrow: false, leftArrow: false, rightArrow: false, pageDown: false, pageUp: false, home: false, end: false,
  return: false, escape: false, ctrl: false, shift: false, tab: false, backspace: false, delete: false, meta: false, super: false,
  hyper: false, capsLock: false, numLock: false,
}
const edit = (command: string): unknown[] => [{ type: 'edit', command }]
const screen = (command: string): unknown[] => [{ type: 'screen', command }]
const insert = (text: string): unknown[] => [{ type: 'insert', text }]

describe('decodeKey', () => {
  it.each<[string, string, Partial<Key>, unknown[]]>([
    ['a letter', 'a', {}, insert('a')],
    ['a capital', 'A', { shift: true }, insert('A')],
    ['an emoji', '👍🏽', {}, insert('👍🏽')],
    ['Enter', '', { return: true }, screen('submit')],
    ['Alt+Enter', '', { return: true, meta: true }, insert('\n')],
    ['Shift+Enter', '', { return: true, shift: true }, insert('\n')],
    ['Ctrl+J', '\n', {}, insert('\n')],
    ['Ctrl+J of kitty', 'j', { ctrl: true }, insert('\n')],
    ['Backspace', '', { backspace: true }, edit('backspace')],
    ['Alt+Backspace', '', { backspace: true, meta: true }, edit('killWordLeft')],
    ['Delete', '', { delete: true }, edit('delete')],
    ['Ctrl+A', 'a', { ctrl: true }, edit('lineStart')],
    ['Ctrl+E', 'e', { ctrl: true }, edit('lineEnd')],
    ['Ctrl+W', 'w', { ctrl: true }, edit('killBlankLeft')],
    ['Ctrl+U', 'u', { ctrl: true }, edit('killLineStart')],
    ['Ctrl+K', 'k', { ctrl: true }, edit('killLineEnd')],
    ['Ctrl+Y', 'y', { ctrl: true }, edit('yank')],
    ['Ctrl+T', 't', { ctrl: true }, edit('transpose')],
    ['Ctrl+_', '_', { ctrl: true }, edit('undo')],
    ['Ctrl+_ of kitty', '-', { ctrl: true, shift: true }, edit('undo')],
    ['Alt+_', '_', { meta: true }, edit('redo')],
    ['Alt+B', 'b', { meta: true }, edit('wordLeft')],
    ['Alt+F', 'f', { meta: true }, edit('wordRight')],
    ['Alt+D', 'd', { meta: true }, edit('killWordRight')],
    ['Ctrl+Left', '', { leftArrow: true, ctrl: true }, edit('wordLeft')],
    ['Right', '', { rightArrow: true }, edit('right')],
    ['Up', '', { upArrow: true }, screen('up')],
    ['Shift+Up', '', { upArrow: true, shift: true }, screen('linesUp')],
    ['Page Up', '', { pageUp: true }, screen('pageUp')],
    ['Alt+Page Down', '', { pageDown: true, meta: true }, screen('linesDown')],
    ['Ctrl+Home', '', { home: true, ctrl: true }, screen('toStart')],
    ['Alt+End', '', { end: true, meta: true }, screen('toEnd')],
    ['Home', '', { home: true }, screen('home')],
    ['Tab', '', { tab: true }, screen('complete')],
    ['Shift+Tab', '', { tab: true, shift: true }, screen('completeBack')],
    ['Escape', '', { escape: true }, screen('escape')],
    ['Ctrl+C', 'c', { ctrl: true }, screen('interrupt')],
    ['Ctrl+D', 'd', { ctrl: true }, screen('endOfInput')],
    ['Ctrl+L', 'l', { ctrl: true }, screen('redraw')],
    ['Ctrl+R', 'r', { ctrl: true }, screen('searchHistory')],
    ['Ctrl+Space', ' ', { ctrl: true }, []],
    ['an unknown Ctrl key', ']', { ctrl: true }, []],
    ['an unknown Alt key', 'z', { meta: true }, []],
    ['a key with Super', 'a', { super: true }, []],
    ['a key that is let go', 'a', { eventType: 'release' }, []],
    ['F5, which has no text', '', {}, []],
    ['keys typed fast', 'hello\r', {}, [...insert('hello'), ...screen('submit')]],
    ['text and a Ctrl key in one piece', 'ab\u0001c', {}, [...insert('ab'), ...edit('lineStart'), ...insert('c')]],
    ['two lines at once', 'a\rb\r', {}, [{ type: 'paste', text: 'a\rb\r' }]],
    ['a line end inside', 'a\nb', {}, [{ type: 'paste', text: 'a\nb' }]],
  ])('%s', (_name, input, key, expected) => {
    expect(decodeKey(input, { ...NO_KEY, ...key })).toEqual(expected)
  })
})
