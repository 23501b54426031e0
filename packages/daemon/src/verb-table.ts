import { markdownTable } from '@dchat/config'
import type { VerbSpec } from './flags.ts'

/** What a program can be told to do. */
export function verbTable(verbs: Readonly<Record<string, VerbSpec>>): string {
  const rows = Object.entries(verbs).map(([verb, { argument, flags = {}, help }]) => {
    const names = Object.entries(flags).map(([name, spec]) => ` [--${name}${'value' in spec ? ` ${spec.value}` : ''}]`)
    return [`\`${verb}${argument === undefined ? '' : ` [${argument}]`}${names.join('')}\``, help]
  })
  return markdownTable(['Verb', 'What it does'], rows)
}
