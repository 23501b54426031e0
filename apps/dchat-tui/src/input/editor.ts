/**
 * The input line: text, caret, one kill buffer, undo. Pure, and independent of the screen but for moving between rows.
 * The caret always stands between graphemes; the text holds no control but newlines and at most MAX_INPUT_BYTES of UTF-8.
 */
import { MAX_INPUT_BYTES, MAX_UNDO_STEPS } from '../limits.ts'
import {
  blankStartBefore,
  lineEnd,
  lineStart,
  nextBoundary,
  previousBoundary,
  toBoundary,
  wordEndAfter,
  wordStartBefore,
} from './graphemes.ts'

interface Snapshot {
  readonly text: string
  readonly caret: number
}

export interface Editor {
  readonly text: string
  /** Code units before the caret. */
  readonly caret: number
  readonly killed: string
  readonly undo: readonly Snapshot[]
  readonly redo: readonly Snapshot[]
  /** What the last command was, so that typing is undone in words and kills add up. */
  readonly last: 'type' | 'kill' | 'other'
  /** The column that moves between rows aim at; null after any other command. */
  readonly goal: number | null
}

export const EMPTY_EDITOR: Editor = { text: '', caret: 0, killed: '', undo: [], redo: [], last: 'other', goal: null }

/** The actions that edit the input. */
export const EDIT_COMMANDS = [
  'cursor-left',
  'cursor-right',
  'word-left',
  'word-right',
  'line-start',
  'line-end',
  'delete-left',
  'delete-right',
  'delete-blank-left',
  'delete-word-left',
  'delete-word-right',
  'delete-line-start',
  'delete-line-end',
  'yank',
  'transpose',
  'undo',
  'redo',
] as const

export type EditCommand = (typeof EDIT_COMMANDS)[number]

/** Whether the action `name` edits the input. */
export function isEdit(name: string): name is EditCommand {
  return (EDIT_COMMANDS as readonly string[]).includes(name)
}

const LINE_BREAKS = /\r\n?|\n/g
// oxlint-disable-next-line no-control-regex -- taking control characters out is what this is for
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g

/** `text` as the input holds it: every line break a newline, a tab four spaces, other controls and lone surrogates gone. */
export function inputText(text: string): string {
  return text.toWellFormed().replace(LINE_BREAKS, '\n').replaceAll('\t', '    ').replace(CONTROLS, '')
}

/** With `text` at the caret, as much of it as fits. */
export function insertText(editor: Editor, text: string): Editor {
  const clean = fitting(inputText(text), MAX_INPUT_BYTES - Buffer.byteLength(editor.text))
  if (clean === '') return editor
  const isTyping = clean.length <= 2 && !/\s/u.test(clean)
  const changed = replaced(editor, { from: editor.caret, to: editor.caret, text: clean })
  const continues = isTyping && editor.last === 'type' && editor.undo.length > 0
  return { ...changed, undo: continues ? editor.undo : changed.undo, last: isTyping ? 'type' : 'other' }
}

/** Whether all of `text` fits into the input beside what is there. */
export function hasRoomFor(editor: Editor, text: string): boolean {
  return Buffer.byteLength(editor.text) + Buffer.byteLength(inputText(text)) <= MAX_INPUT_BYTES
}

/** With `text` in place of all, the caret at its end; one undo step. */
export function setText(editor: Editor, text: string): Editor {
  if (text === editor.text) return { ...editor, caret: text.length, last: 'other', goal: null }
  return {
    ...replaced(editor, { from: 0, to: editor.text.length, text: fitting(inputText(text), MAX_INPUT_BYTES) }),
    last: 'other',
  }
}

/** With `text` in place of what is between `from` and `to`, the caret after it. */
export function replaceRange(editor: Editor, range: { from: number; to: number; text: string }): Editor {
  return { ...replaced(editor, { ...range, text: inputText(range.text) }), last: 'other' }
}

/** Empty, as after sending: nothing of the sent line can be undone into the next, the kill buffer stays. */
export function clearedAfterSend(editor: Editor): Editor {
  return { ...EMPTY_EDITOR, killed: editor.killed }
}

/** With the caret at the boundary at or before `caret`. */
export function movedTo(editor: Editor, caret: number): Editor {
  const at = toBoundary(editor.text, Math.min(Math.max(0, caret), editor.text.length))
  return { ...editor, caret: at, last: 'other', goal: null }
}

export function applyEdit(editor: Editor, command: EditCommand): Editor {
  const { text, caret } = editor
  switch (command) {
    case 'cursor-left':
      return movedTo(editor, previousBoundary(text, caret))
    case 'cursor-right':
      return movedTo(editor, nextBoundary(text, caret))
    case 'word-left':
      return movedTo(editor, wordStartBefore(text, caret))
    case 'word-right':
      return movedTo(editor, wordEndAfter(text, caret))
    case 'line-start':
      return movedTo(editor, lineStart(text, caret))
    case 'line-end':
      return movedTo(editor, lineEnd(text, caret))
    case 'delete-left':
      return removed(editor, previousBoundary(text, caret), caret)
    case 'delete-right':
      return removed(editor, caret, nextBoundary(text, caret))
    case 'delete-blank-left':
      return killed(editor, blankStartBefore(text, caret), caret)
    case 'delete-word-left':
      return killed(editor, wordStartBefore(text, caret), caret)
    case 'delete-word-right':
      return killed(editor, caret, wordEndAfter(text, caret))
    case 'delete-line-start':
      return killed(editor, lineStart(text, caret), caret)
    case 'delete-line-end':
      return killed(editor, caret, lineEnd(text, caret) === caret ? nextBoundary(text, caret) : lineEnd(text, caret))
    case 'yank':
      return { ...insertText({ ...editor, last: 'other' }, editor.killed), last: 'other' }
    case 'transpose':
      return transposed(editor)
    case 'undo':
      return undone(editor)
    case 'redo':
      return redone(editor)
  }
}

function replaced(editor: Editor, range: { from: number; to: number; text: string }): Editor {
  const text = editor.text.slice(0, range.from) + range.text + editor.text.slice(range.to)
  const undo = [...editor.undo, { text: editor.text, caret: editor.caret }].slice(-MAX_UNDO_STEPS)
  const end = range.from + range.text.length
  const at = toBoundary(text, end)
  return { ...editor, text, caret: at === end ? end : nextBoundary(text, at), undo, redo: [], goal: null }
}

function removed(editor: Editor, from: number, to: number): Editor {
  return from === to ? editor : { ...replaced(editor, { from, to, text: '' }), last: 'other' }
}

function killed(editor: Editor, from: number, to: number): Editor {
  if (from === to) return editor
  const text = editor.text.slice(from, to)
  const isForward = from === editor.caret
  const before = editor.last === 'kill' ? editor.killed : ''
  return { ...replaced(editor, { from, to, text: '' }), killed: isForward ? before + text : text + before, last: 'kill' }
}

/** Swaps the graphemes on both sides of the caret, at the end the last two. */
function transposed(editor: Editor): Editor {
  const { text } = editor
  const atEnd = editor.caret === lineEnd(text, editor.caret)
  const middle = atEnd ? previousBoundary(text, editor.caret) : editor.caret
  const start = previousBoundary(text, middle)
  const end = nextBoundary(text, middle)
  if (start === middle || middle === end || start < lineStart(text, editor.caret)) return editor
  return {
    ...replaced(editor, { from: start, to: end, text: text.slice(middle, end) + text.slice(start, middle) }),
    last: 'other',
  }
}

function undone(editor: Editor): Editor {
  const step = editor.undo.at(-1)
  if (step === undefined) return editor
  const redo = [...editor.redo, { text: editor.text, caret: editor.caret }]
  return { ...editor, ...step, undo: editor.undo.slice(0, -1), redo, last: 'other', goal: null }
}

function redone(editor: Editor): Editor {
  const step = editor.redo.at(-1)
  if (step === undefined) return editor
  const undo = [...editor.undo, { text: editor.text, caret: editor.caret }]
  return { ...editor, ...step, undo, redo: editor.redo.slice(0, -1), last: 'other', goal: null }
}

/** The longest start of `text` that has at most `bytes` bytes of UTF-8 and ends between graphemes. */
function fitting(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  if (bytes <= 0) return ''
  const cut = Buffer.from(text)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\ufffd+$/u, '')
  return text.slice(0, toBoundary(text, cut.length))
}
