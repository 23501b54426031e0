/** `rpc.auth`: a connection that carries one request after another shows its secret once, in a request. */
import { rpcError } from '@dchat/rpc'
import type { FailedAuths } from './failed-auths.ts'
import type { Keyring } from './keyring.ts'
import { method } from './methods.ts'
import type { Method } from './methods.ts'
import { PageRights } from './page-passes.ts'
import { PeerConnection } from './peer-connection.ts'

/**
 * A secret that is known gives its rights to the connection, in place of those it had. A connection that needs none answers true to
 * any other and changes nothing, and so does HTTP, where each request shows its own.
 */
export function authMethod(keyring: Keyring, failures: FailedAuths): Method {
  return method('rpc.auth', ({ cookie: secret }, context) => {
    const { connection } = context
    if (!(connection instanceof PeerConnection)) return true
    if (connection.rights instanceof PageRights)
      throw rpcError('forbidden', 'a page keeps the rights that it was opened with, whatever secret it shows')
    const rights = keyring.find(secret)
    if (rights !== undefined) connection.authorise(rights)
    if (rights !== undefined || !connection.entrance.needsSecret) return true
    if (failures.note(connection.entrance.address) > 0) {
      const error = rpcError('too_many', 'too many wrong secrets came from this address: wait a little')
      context.afterAnswer(() => connection.end(error))
      throw error
    }
    throw rpcError('unauthorized', 'the secret is wrong; the cookie is new at each start of the daemon')
  })
}
