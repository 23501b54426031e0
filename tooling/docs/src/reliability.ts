/** The tables of docs/reliability.md: the newest recorded run of each experiment. */
import { readRecord, recordTable } from '@dchat/torture/record'
import type { PrintedDocument } from './printed-document.ts'

const FILE = 'docs/reliability.md'

export const RELIABILITY: readonly PrintedDocument[] = (['peers', 'fuzz', 'faults', 'long', 'secrets'] as const).map((part) => ({
  file: FILE,
  marker: part,
  text: () => recordTable(readRecord(), part),
}))
