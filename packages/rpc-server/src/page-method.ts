/** `net.page`: where the page of the network is, with a ticket that opens it. */
import { isLoopbackHost, rpcError } from '@dchat/rpc'
import type { RpcAddress } from '@dchat/rpc'
import { PAGE_PATH } from './http-gate.ts'
import { method } from './methods.ts'
import type { Method } from './methods.ts'
import type { PagePasses } from './page-passes.ts'

/** @param addresses where the server listens by now */
export function pageMethod(passes: PagePasses, addresses: () => readonly RpcAddress[]): Method {
  return method('net.page', (_params, { token }) => {
    if (token !== undefined)
      throw rpcError('forbidden', 'tickets are given to the owner alone; a token opens the page by itself: enter it there')
    const address = addresses().find((each) => each.kind === 'tcp')
    if (address === undefined)
      throw rpcError(
        'not_found',
        'no TCP address is listened on, which a browser needs: set rpc_listen = "tcp://127.0.0.1:51054"',
      )
    const { ticket, expiresMs } = passes.issue()
    // In the fragment: it is sent to no server, and stands in no log.
    return { url: `${pageUrl(address)}#${ticket}`, expires: expiresMs }
  })
}

/** Who listens on all addresses is reached at that of this machine. */
function pageUrl({ host, port, tls }: Extract<RpcAddress, { kind: 'tcp' }>): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : isLoopbackHost(host) ? host.toLowerCase() : host
  return `${tls ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}${PAGE_PATH}`
}
