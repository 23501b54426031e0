/** Daemons for tests of what is encrypted. */
import { DaemonNode } from '@dchat/e2e'
import type { RoomInfo } from '@dchat/rpc'

/** A line of nodes with these nicks, each connected to the one before it and to nobody else. */
export async function nodesOf<const N extends readonly string[]>(
  running: AsyncDisposableStack,
  nicks: N,
): Promise<{ [K in keyof N]: DaemonNode }> {
  const nodes: DaemonNode[] = []
  for (const nick of nicks) {
    const last = nodes.at(-1)
    const peers = last === undefined ? '' : `"${await last.url()}"`
    const net = [`peers = [${peers}]`, 'outbound_connections = 0']
    nodes.push(running.use(await DaemonNode.running({ config: { net, chat: [`nick = "${nick}"`] }, hasTcpRpc: true })))
  }
  for (const [index, node] of nodes.entries()) await node.hasPeers(index === 0 || index === nodes.length - 1 ? 1 : 2)
  return nodes as { [K in keyof N]: DaemonNode }
}

/** A room as the node lists it; undefined when it does not. */
export async function roomOf(node: DaemonNode, room: string): Promise<RoomInfo | undefined> {
  return (await node.client.call('chat.rooms', {})).find((each) => each.room === room)
}
