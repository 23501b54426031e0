/** The table of keys as sections of a man page. */
import type { Entry, SectionDescription } from '@dchat/manual'
import { defaultOf } from './config-key.ts'
import type { ConfigSection, KeySpec } from './config-key.ts'
import { tomlText } from './key-values.ts'

/** A section a table of the file, with an entry a key. */
export function describeKeys(sections: readonly ConfigSection[]): SectionDescription[] {
  return sections.map(({ title, text = '', examples = [], keys }) => ({
    title,
    text: [sentence(text), kept(examples)].filter((part) => part !== '').join('\n\n'),
    entries: Object.entries(keys).map(([name, spec]): Entry => [name, describeKey(spec)]),
  }))
}

function describeKey(spec: KeySpec<unknown>): string {
  const { text, kind, defaultDoc, examples = [], sample, isLive } = spec
  const usual = defaultOf(spec)
  const shown = defaultDoc ?? (usual === undefined ? 'none' : `\`${tomlText(usual)}\``)
  const facts = [`Takes: ${kind.doc}.`, `Default: ${shown}.`, ...(isLive === undefined ? [] : [whenTaken(isLive)])].join(' ')
  return [sentence(text), kept([...examples, ...(sample === undefined ? [] : [sample])]), facts]
    .filter((part) => part !== '')
    .join('\n\n')
}

function whenTaken(isLive: boolean): string {
  return isLive ? 'SIGHUP takes a change over.' : 'A change needs a restart.'
}

/** Markdown without its links and stars; backquotes stay. */
function sentence(markdown: string): string {
  const pieces = markdown.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').split('`')
  const plain = pieces.map((piece, index) => (index % 2 === 0 ? piece.replaceAll('*', '') : piece)).join('`')
  return plain === '' || plain.endsWith('.') ? plain : `${plain}.`
}

/** Lines that a text keeps as they are. */
function kept(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')
}
