/** The page of the network: what it is, and what it may call. */
import type { MethodName } from '@dchat/rpc'
import type { RpcServerOptions } from '@dchat/rpc-server'

/** All that it shows. None of them tells a line of a room, or changes anything. */
const METHODS = ['ping', 'net.status', 'net.subscribe', 'hosts.list', 'node.get_info'] as const satisfies readonly MethodName[]

export const netPage: NonNullable<RpcServerOptions['page']> = {
  load: async () => (await import('@dchat/net-page')).NET_PAGE,
  methods: METHODS,
}
