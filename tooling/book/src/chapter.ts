/**
 * A chapter of docs/book as what is done in it, in order: files are written and changed, and things are typed and seen in terminals.
 * The notation is told in docs/book/README.md; whatever else looks like code is an error, so that no block is left out.
 */
import type { Code, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'
import { visit } from 'unist-util-visit'

const CHANGES = ['new', 'rewritten', 'at its end', 'changed'] as const
/** What a block does to its file: make it, replace all of it, add to it, or replace some of its lines. */
export type FileChange = (typeof CHANGES)[number]

export interface FileStep {
  readonly kind: 'file'
  /** Relative to the program's folder. */
  readonly file: string
  readonly change: FileChange
  /** What is in the block, without the last line's end. */
  readonly text: string
  /** Where it stands, as `NAME:LINE`. */
  readonly at: string
}

export interface SessionStep {
  readonly kind: 'session'
  readonly terminal: string
  /** What the terminal shows, typed lines included. */
  readonly rows: readonly string[]
  readonly at: string
}

export type Step = FileStep | SessionStep

export interface Chapter {
  /** Of its file, without the ending. */
  readonly name: string
  readonly steps: readonly Step[]
}

/** @throws {Error} naming the block: it is not told what is to be done with it */
export function readChapter(name: string, markdown: string): Chapter {
  const { children } = fromMarkdown(markdown)
  const steps: Step[] = []
  children.forEach((node, index) => {
    if (node.type !== 'code') {
      visit(node, 'code', (code) => fail(code, name, 'stands within something else'))
      return
    }
    if (node.lang !== 'text') steps.push(stepOf(node, { name, label: children[index - 1] }))
  })
  return { name, steps }
}

function stepOf(code: Code, { name, label }: { readonly name: string; readonly label: RootContent | undefined }): Step {
  const at = placeOf(code, name)
  const [bold] = label?.type === 'paragraph' ? label.children : []
  if (label === undefined || bold?.type !== 'strong') return fail(code, name, 'has no bold line above it')
  if (code.lang === 'console') return { kind: 'session', terminal: toString(label), rows: code.value.split('\n'), at }
  const [, change] = /, (.+):$/.exec(toString(label)) ?? []
  if (bold.children[0]?.type !== 'inlineCode' || !isChange(change)) return fail(code, name, 'is not told of which file it is')
  if ((code.lang === 'diff') !== (change === 'changed')) return fail(code, name, 'is a diff if, and only if, the file is changed')
  return { kind: 'file', file: toString(bold), change, text: code.value, at }
}

function isChange(text: string | undefined): text is FileChange {
  return CHANGES.some((change) => change === text)
}

function placeOf(code: Code, name: string): string {
  return `${name}:${code.position?.start.line ?? 0}`
}

function fail(code: Code, name: string, why: string): never {
  throw new Error(`${placeOf(code, name)}: the block ${why}`)
}
