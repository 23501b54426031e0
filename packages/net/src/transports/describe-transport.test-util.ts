/** The contract of transports as tests. */
import { describe, expect, test } from 'vitest'
import { transportContract } from '../testing/transport-contract.ts'

export function describeTransport(transport: string, ...contract: Parameters<typeof transportContract>): void {
  describe(`${transport}:`, () => {
    test.each(transportContract(...contract))('$name', ({ run }) => expect(run()).resolves.toBeUndefined())
  })
}
