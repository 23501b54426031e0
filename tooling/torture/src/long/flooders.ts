/** Peers that write lines without end: see flood-process.ts. */
import { Child } from '../peers/child.ts'

export interface FloodTask {
  /** A flooder for each: where it connects to. */
  readonly urls: readonly string[]
}

export type FloodOrder = { readonly want: 'begin' | 'report' }

export interface FloodReport {
  /** Written by all of them so far; what the node has not read is among them. */
  lines: number
}

export class Flooders extends Child<FloodOrder, FloodReport> {
  constructor(task: FloodTask) {
    super(new URL('flood-process.ts', import.meta.url), { within: [], task })
  }
}
