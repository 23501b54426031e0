/** What somebody is called by who writes to him in private. */
import { RpcError } from '@dchat/rpc'
import type { Message, MethodParams } from '@dchat/rpc'
import type { DaemonNode } from './daemon-node.ts'
import { until } from './until.ts'

/** The key of the node's identity, in hex. */
export async function keyOf(node: DaemonNode): Promise<string> {
  return (await node.client.call('identity.get', [])).key
}

/** Says something once the box key of the other has come: until then it is refused, and nothing is sent. */
export function writes(node: DaemonNode, said: MethodParams<'chat.send'>): Promise<Message> {
  return until(`${node.program.name} has a box key`, async () => {
    try {
      return await node.client.call('chat.send', said)
    } catch (error) {
      if (error instanceof RpcError && error.data?.kind === 'no_key') return undefined
      throw error
    }
  })
}
