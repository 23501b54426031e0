/** What posts cost: docs/chat.md. Each part of it measures itself and gives rows. */
import { postWorkRows } from './post-work-bench.ts'
import { relayRows } from './relay-bench.ts'
import { sealedRows } from './sealed-bench.ts'

export interface PostsRow {
  readonly label: string
  readonly value: number
  /** `/s` is better when larger, the others when smaller. */
  readonly unit: '/s' | 'µs' | 'ms'
  /** Undefined for what is only there to compare with. */
  readonly aim?: number
}

export async function postsBench(): Promise<PostsRow[]> {
  return [...(await postWorkRows()), ...(await sealedRows()), ...(await relayRows())]
}
