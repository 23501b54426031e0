/** The node: peers, hosts, bans, what it says of itself, and its store. */
import { DEFAULT_BAN_HOURS, rpcError } from '@dchat/rpc'
import { method } from '@dchat/rpc-server'
import type { Method } from '@dchat/rpc-server'
import type { NodeBackend } from './backend.ts'

export function nodeMethods(backend: NodeBackend): Method[] {
  return [
    method('p2p.connect', ({ url }, { signal }) => backend.connect(url, signal).then(() => true as const)),
    method('p2p.disconnect', async ({ channel }) => {
      if (!(await backend.disconnect(channel))) throw rpcError('not_found', 'there is no channel with this id')
      return true as const
    }),
    method('hosts.list', ({ color }) => backend.hosts(color)),
    method('bans.list', () => backend.bans()),
    method('bans.add', ({ target, hours = DEFAULT_BAN_HOURS }) => backend.ban(target, hours).then(() => true as const)),
    method('bans.remove', ({ target }) => {
      if (!backend.unban(target)) throw rpcError('not_found', 'nothing of this name is banned; bans.list lists what is')
      return true
    }),
    method('store.check', ({ full = false }) => backend.checkStore(full)),
    method('store.backup', ({ path }) => backend.backup(path).then(() => true as const)),
    method('node.get_info', () => backend.nodeInfo()),
    method('node.metrics', () => backend.metrics()),
    method('log.set_level', (setting) => {
      backend.setLogLevel(setting)
      return true
    }),
    method('node.stop', (_params, context) => {
      context.afterAnswer(() => backend.stop())
      return true
    }),
  ]
}
