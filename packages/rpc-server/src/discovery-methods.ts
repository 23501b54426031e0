/** What the server says about itself: the methods it offers, to each caller those that it may call. */
import { rpcError } from '@dchat/rpc'
import { helpOf, helpOverview, openRpcDocument } from '@dchat/rpc/schemas'
import { method } from './methods.ts'
import type { Method } from './methods.ts'

/** Characters of a caller's own words that a hint repeats. */
const MAX_QUOTED = 64

/** @param title the program's name */
export function discoveryMethods(title: string): Method[] {
  return [
    method('rpc.discover', (_params, context) => openRpcDocument({ methods: context.callable(), title })),
    method('help', ({ method: name }, context) => {
      if (name === undefined) return helpOverview(context.callable())
      const spec = context.callable().find((each) => each.name === name)
      if (spec === undefined)
        throw rpcError(
          'not_found',
          `no method ${JSON.stringify(name.slice(0, MAX_QUOTED))} here that you may call; help lists them`,
        )
      return helpOf(spec)
    }),
  ]
}
