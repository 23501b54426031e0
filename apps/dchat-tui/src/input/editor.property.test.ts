import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_INPUT_BYTES } from '../limits.ts'
import { EDIT_COMMANDS, EMPTY_EDITOR, applyEdit, insertText, movedTo, setText } from './editor.ts'
import type { EditCommand, Editor } from './editor.ts'
import { layoutInput, movedBetweenRows, rowText } from './editor-layout.ts'
import { textWidth } from '../view/width.ts'

const piece = fc.constantFrom(
  'a',
  'word',
  ' ',
  '\n',
  '世',
  '👩‍👩‍👧‍👦',
  '👍🏽',
  'é',
  'e\u0301',
  '\u0301',
  '🇪🇺',
  '🇪',
  '\u200d',
  '\ufe0f',
  'क्षि',
  '\t',
  '\r\n',
  '\u0007',
  '\ud800',
)
type Step = { insert: string } | { command: EditCommand } | { rows: 1 | -1 }
const step: fc.Arbitrary<Step> = fc.oneof(
  piece.map((insert) => ({ insert })),
  fc.constantFrom(...EDIT_COMMANDS).map((command) => ({ command })),
  fc.constantFrom<1 | -1>(1, -1).map((rows) => ({ rows })),
)
const steps = fc.array(step, { maxLength: 60 })
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function boundaries(text: string): Set<number> {
  return new Set([...graphemes.segment(text)].map((part) => part.index).concat(text.length))
}

function run(editor: Editor, step: Step): Editor {
  if ('insert' in step) return insertText(editor, step.insert)
  if ('command' in step) return applyEdit(editor, step.command)
  return movedBetweenRows(editor, { width: 8, by: step.rows }) ?? editor
}

describe('the editor', () => {
  it('never splits a grapheme, never leaves the text, holds no control', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let editor = EMPTY_EDITOR
        for (const next of all) {
          editor = run(editor, next)
          expect(boundaries(editor.text).has(editor.caret)).toBe(true)
          // oxlint-disable-next-line no-control-regex -- none of these may be in it
          expect(editor.text).toMatch(/^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$/u)
          expect(editor.text.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('undoes all and does it again', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const edited = all
          .filter((next) => !('command' in next && (next.command === 'undo' || next.command === 'redo')))
          .reduce(run, EMPTY_EDITOR)
        let editor = edited
        for (let count = edited.undo.length; count > 0; count -= 1) editor = applyEdit(editor, 'undo')
        expect(editor.text).toBe('')
        for (let count = editor.redo.length; count > 0; count -= 1) editor = applyEdit(editor, 'redo')
        expect(editor.text).toBe(edited.text)
      }),
    )
  })

  it('takes whole graphemes away with Backspace', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let editor = insertText(EMPTY_EDITOR, pieces.join(''))
        for (let left = boundaries(editor.text).size; left > 1; left -= 1) editor = applyEdit(editor, 'delete-left')
        expect(editor.text).toBe('')
      }),
    )
  })

  it('never grows beyond the bytes of a message', () => {
    fc.assert(
      fc.property(fc.constantFrom('a', '世', '👩‍👩‍👧‍👦', 'é'), fc.integer({ min: 1, max: 40_000 }), (unit, count) => {
        const editor = insertText(insertText(EMPTY_EDITOR, unit.repeat(count)), unit.repeat(count))
        expect(Buffer.byteLength(editor.text)).toBeLessThanOrEqual(MAX_INPUT_BYTES)
        expect(boundaries(editor.text.slice(-64)).size).toBeGreaterThan(0)
        expect(Buffer.byteLength(setText(EMPTY_EDITOR, unit.repeat(2 * count)).text)).toBeLessThanOrEqual(MAX_INPUT_BYTES)
      }),
      { numRuns: 20 },
    )
  })
})

describe('the layout of the input', () => {
  it('keeps rows and caret within the width, and all of the text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 2, max: 20 }), fc.nat(200), (pieces, width, at) => {
        const editor = movedTo(insertText(EMPTY_EDITOR, pieces.join('')), at)
        const layout = layoutInput(editor, width)
        for (const row of layout.rows) expect(textWidth(rowText(editor.text, row, width))).toBeLessThanOrEqual(width)
        expect(layout.rows[layout.caretRow]).toBeDefined()
        expect(layout.caretColumn).toBeLessThanOrEqual(width)
        const covered = layout.rows.map((row) => editor.text.slice(row.start, row.end)).join('')
        expect(covered).toBe(editor.text.replaceAll('\n', ''))
      }),
      { numRuns: 1_000 },
    )
  })
})
