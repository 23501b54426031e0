/** Who one is, who the others are, whom one does not want to read, and what one does not want to miss. */
import { holdsInvitation, rpcError } from '@dchat/rpc'
import { method } from '@dchat/rpc-server'
import type { Method } from '@dchat/rpc-server'
import type { PeopleBackend } from './backend.ts'
import { normaliseNick } from './nick.ts'

export function peopleMethods(backend: PeopleBackend): Method[] {
  return [
    method('chat.set_nick', ({ nick }) => {
      const normal = normaliseNick(nick)
      if (normal === undefined) throw rpcError('invalid_params', 'nick must be 1 to 32 visible characters on one line')
      if (holdsInvitation(normal)) throw rpcError('would_leak', 'everybody reads a nick, and this one is an invitation')
      return backend.setNick(normal)
    }),
    method('chat.ignore', ({ key, on }) => {
      backend.ignore(key, on)
      return true
    }),
    method('chat.ignored', () => backend.ignored()),
    method('chat.highlights', () => backend.highlights()),
    method('chat.set_highlights', ({ words }) => backend.setHighlights(words)),
    method('identity.get', () => backend.identity()),
    method('identity.export', ({ passphrase }) => backend.exportIdentity(passphrase)),
    method('identity.import', ({ data, passphrase }) => backend.importIdentity(data, passphrase).then(() => true as const)),
    method('identity.verify', ({ key }) => backend.verify(backend.find(key))),
    method('identity.pin', ({ key, on }) => {
      backend.pin(key, on)
      return true
    }),
  ]
}
