/** The node: what it says of itself, and its store. */
import { method } from '@dchat/rpc-server'
import type { Method } from '@dchat/rpc-server'
import type { NodeBackend } from './backend.ts'

export function nodeMethods(backend: NodeBackend): Method[] {
  return [
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
