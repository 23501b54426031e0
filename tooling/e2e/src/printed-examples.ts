/** The examples of docs/rpc.md: a request and its answer in each block. */
import { readFileSync } from 'node:fs'

export interface PrintedExample {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

const RPC_DOCUMENT = new URL('../../../docs/rpc.md', import.meta.url)

/** In the order of the document. */
export function printedExamples(): PrintedExample[] {
  const blocks = readFileSync(RPC_DOCUMENT, 'utf8').matchAll(/^```json\n(.+)\n.+\n```$/gm)
  return Array.from(blocks, ([, line]) => {
    const { method, params = {} } = JSON.parse(line!) as { method: string; params?: Record<string, unknown> }
    return { method, params }
  })
}
