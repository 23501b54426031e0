/** What is printed from the table of keys: the commented file of a first run, and the tables of the documents. */
import { defaultOf } from './config-key.ts'
import type { ConfigSection, KeySpec } from './config-key.ts'
import { tomlText } from './key-values.ts'
import { placedKeys } from './overrides.ts'

/** Columns of a comment. */
const COLUMNS = 118

/**
 * A file with every key. Lines that begin with `#` and no space are keys with their defaults: taking the `#` away changes
 * nothing, and the file as it is says nothing but defaults.
 */
export function commentedFile(intro: readonly string[], sections: readonly ConfigSection[]): string {
  return `${[...intro.map((line) => `# ${line}`), ...sections.flatMap(sectionLines)].join('\n')}\n`
}

function sectionLines(section: ConfigSection): string[] {
  const { path, title, shownTitle, text, examples, keys, isList } = section
  const about = text === undefined ? [] : comment(text)
  const shown = (examples ?? []).map((line) => `#     ${line}`)
  if (isList === true) return ['', ...about, ...shown]
  const lines = Object.entries(keys).flatMap(([name, spec]) => keyLines(name, spec, shownName(section)))
  return ['', ...(path.length === 0 ? [] : [shownTitle ?? title]), ...about, ...shown, ...lines]
}

function shownName({ shownTitle }: ConfigSection): string {
  return /"(.+)"/.exec(shownTitle ?? '')?.[1] ?? ''
}

function keyLines(name: string, spec: KeySpec<unknown>, table: string): string[] {
  const usual = defaultOf(spec, table)
  const line = usual === undefined ? `# ${spec.sample}` : `${spec.isShown === true ? '' : '#'}${name} = ${tomlText(usual)}`
  return [
    ...(spec.startsGroup === true ? [''] : []),
    ...comment(spec.text),
    ...(spec.examples ?? []).map((example) => `#     ${example}`),
    ...(usual === undefined && spec.sample === undefined ? [] : [line]),
  ]
}

/** Markdown as a comment: without its marks, each sentence ended. */
function comment(text: string): string[] {
  const plain = text.replaceAll(/[`*]/g, '').replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
  const lines: string[] = []
  let line = '#'
  for (const word of `${plain}.`.split(' ')) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line)
      line = '#'
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** The rows of a section for the documents; whether SIGHUP takes a key over only where the program knows SIGHUP. */
export function keyTable({ keys }: ConfigSection): string {
  const specs = Object.entries(keys)
  const knowsSighup = specs.some(([, { isLive }]) => isLive !== undefined)
  const rows = specs.map(([name, spec]) => {
    const usual = defaultOf(spec)
    const shown = spec.defaultDoc ?? (usual === undefined ? '–' : `\`${tomlText(usual)}\``)
    const cells = [`\`${name}\``, spec.kind.doc, shown, spec.text]
    return knowsSighup ? [...cells, spec.isLive === true ? 'at once' : 'restart'] : cells
  })
  return markdownTable(['Key', 'Type', 'Default', 'Meaning', ...(knowsSighup ? ['SIGHUP'] : [])], rows)
}

/** The flags that win over keys. */
export function flagTable(sections: readonly ConfigSection[]): string {
  const rows = placedKeys(sections).flatMap(({ path, name, spec }) => {
    if (spec.flag === undefined) return []
    const value = 'value' in spec.flag ? ` ${spec.flag.value}` : ''
    return [[`\`--${spec.flag.name}${value}\``, `\`${[...path, name].join('.')}\``]]
  })
  return markdownTable(['Flag', 'Overrides'], rows)
}

/** A table of Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
