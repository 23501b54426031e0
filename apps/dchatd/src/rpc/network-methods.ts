/** The network: peers, hosts, bans, and how it all does. */
import { DEFAULT_BAN_HOURS, rpcError } from '@dchat/rpc'
import { method } from '@dchat/rpc-server'
import type { Method } from '@dchat/rpc-server'
import type { NodeBackend } from './backend.ts'
import type { Subscriptions } from './subscriptions.ts'

export function networkMethods(backend: NodeBackend, subscriptions: Subscriptions): Method[] {
  return [
    method('net.status', () => backend.netStatus()),
    method('net.subscribe', (_params, context) => subscriptions.watchNetwork(context)),
    method('p2p.connect', ({ url }, { signal }) => backend.connect(url, signal).then(() => true as const)),
    method('p2p.disconnect', async ({ channel }) => {
      if (!(await backend.disconnect(channel))) throw rpcError('not_found', 'there is no channel with this id')
      return true as const
    }),
    method('hosts.list', ({ color }) => backend.hosts(color)),
    method('bans.list', () => backend.bans()),
    method('bans.add', ({ target, hours = DEFAULT_BAN_HOURS }) => backend.ban(target, hours).then(() => true as const)),
    method('bans.remove', ({ target }) => {
      if (backend.unban(target)) return true
      const host = backend.hostBanOf(target)
      const hint = host === undefined ? 'bans.list lists what is' : `its host is, with all ports: ${host}`
      throw rpcError('not_found', `nothing of this name is banned; ${hint}`)
    }),
  ]
}
