import { describe, expect, it } from 'vitest'
import { MAX_UNDO_STEPS } from '../limits.ts'
import { EMPTY_EDITOR, applyEdit, clearedAfterSend, hasRoomFor, insertText, movedTo, setText } from './editor.ts'
import type { EditCommand, Editor } from './editor.ts'
import { layoutInput, movedBetweenRows, rowText } from './editor-layout.ts'

/** An editor whose caret stands at the `|` of `text`. */
function editor(text: string): Editor {
  return movedTo(setText(EMPTY_EDITOR, text.replace('|', '')), text.indexOf('|'))
}

function shown({ text, caret }: Editor): string {
  return `${text.slice(0, caret)}|${text.slice(caret)}`
}

describe('applyEdit', () => {
  it.each<[EditCommand, string, string]>([
    ['cursor-left', 'a👍🏽|b', 'a|👍🏽b'],
    ['cursor-right', 'a|👨‍👩‍👧b', 'a👨‍👩‍👧|b'],
    ['cursor-left', '|ab', '|ab'],
    ['cursor-right', 'ab|', 'ab|'],
    ['word-left', 'one two,|', 'one |two,'],
    ['word-right', 'one| two', 'one two|'],
    ['line-start', 'one\ntwo|', 'one\n|two'],
    ['line-end', '|one\ntwo', 'one|\ntwo'],
    ['delete-left', 'ae\u0301|b', 'a|b'],
    ['delete-right', 'a|🇪🇺b', 'a|b'],
    ['delete-left', '|a', '|a'],
    ['delete-blank-left', 'one two-three  |', 'one |'],
    ['delete-word-left', 'one two-three|', 'one two-|'],
    ['delete-word-right', '|one two', '| two'],
    ['delete-line-start', 'a\none two|!', 'a\n|!'],
    ['delete-line-end', 'o|ne\ntwo', 'o|\ntwo'],
    ['delete-line-end', 'one|\ntwo', 'one|two'],
    ['transpose', 'ab|', 'ba|'],
    ['transpose', 'a|b', 'ba|'],
    ['transpose', '|ab', '|ab'],
    ['transpose', 'a|', 'a|'],
    ['yank', 'a|', 'a|'],
    ['undo', '|', '|'],
  ])('%s makes of %j %j', (command, before, after) => {
    const start = { ...editor(before), undo: [], redo: [] }
    expect(shown(applyEdit(start, command))).toBe(after)
  })

  it('adds kills that follow each other, and yanks them', () => {
    const killed = applyEdit(applyEdit(editor('one two three|'), 'delete-word-left'), 'delete-word-left')
    expect(shown(applyEdit(movedTo(killed, 0), 'yank'))).toBe('two three|one ')
    const separate = applyEdit(movedTo(applyEdit(editor('one two|'), 'delete-word-left'), 3), 'delete-word-left')
    expect(separate.killed).toBe('one')
  })

  it('undoes typing by words', () => {
    let typed = EMPTY_EDITOR
    for (const key of ['h', 'i', ' ', 'y', 'o', 'u']) typed = insertText(typed, key)
    expect(applyEdit(typed, 'undo').text).toBe('hi ')
    expect(applyEdit(applyEdit(applyEdit(typed, 'undo'), 'undo'), 'undo').text).toBe('')
    expect(applyEdit(applyEdit(typed, 'undo'), 'redo').text).toBe('hi you')
  })

  it('keeps a bounded number of steps', () => {
    let current = EMPTY_EDITOR
    for (let count = 0; count <= 2 * MAX_UNDO_STEPS; count += 1) current = insertText(current, 'word ')
    expect(current.undo).toHaveLength(MAX_UNDO_STEPS)
  })

  it('forgets the sent line but not what was killed', () => {
    const sent = clearedAfterSend(applyEdit(editor('one two|'), 'delete-word-left'))
    expect(applyEdit(sent, 'undo').text).toBe('')
    expect(applyEdit(sent, 'yank').text).toBe('two')
  })

  it('tells when text does not fit', () => {
    const full = insertText(EMPTY_EDITOR, 'x'.repeat(65_536))
    expect(hasRoomFor(full, 'x')).toBe(false)
    expect(hasRoomFor(EMPTY_EDITOR, 'x'.repeat(65_536))).toBe(true)
    expect(insertText(full, 'x')).toBe(full)
  })
})

describe('layoutInput', () => {
  it('gives a caret after a full row a row of its own', () => {
    expect(layoutInput(editor('abcd|'), 4)).toMatchObject({ caretRow: 1, caretColumn: 0 })
    expect(layoutInput(editor('ab世|'), 5)).toMatchObject({ caretRow: 0, caretColumn: 4 })
  })

  it('cuts a row that the sanitiser makes wider', () => {
    const flags = editor('🇪\ufe0f🇪🇺\u0301|')
    const layout = layoutInput(flags, 2)
    expect(layout.rows.map((row) => rowText(flags.text, row, 2))).toEqual(['🇪🇪', ''])
    expect(layout).toMatchObject({ caretRow: 1, caretColumn: 0 })
  })

  it('moves between rows near the column', () => {
    const down = movedBetweenRows(editor('abcdef\nx|y\n123456'), { width: 20, by: 1 })
    expect(shown(down!)).toBe('abcdef\nxy\n1|23456')
    const far = movedBetweenRows(editor('abcde|f\nxy\n123456'), { width: 20, by: 1 })!
    expect(shown(far)).toBe('abcdef\nxy|\n123456')
    expect(shown(movedBetweenRows(far, { width: 20, by: 1 })!)).toBe('abcdef\nxy\n12345|6')
    expect(movedBetweenRows(editor('a|b'), { width: 20, by: -1 })).toBeNull()
  })
})
