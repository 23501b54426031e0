/** The contract of transports as tests. */
import { describe, test } from 'vitest'
import { transportContract } from '../testing/transport-contract.ts'

export function describeTransport(name: string, ...contract: Parameters<typeof transportContract>): void {
  describe(name, () => {
    for (const { name: claim, run } of transportContract(...contract)) test(claim, run)
  })
}
