/** The JSON-RPC of a seed: what the dnet viewer asks of one, for all its networks together. Source: docs/rpc.md. */
import type { DaemonLogger } from '@dchat/daemon'
import { checkCanNotify, forwardEvents, method } from '@dchat/rpc-server'
import type { MethodTable, RpcConnection, RpcContext } from '@dchat/rpc-server'
import type { Logger } from '@dchat/system'
import type { Lilith } from './lilith.ts'

/** One table serves one server: subscriptions live in it. */
export function createMethods(lilith: Lilith, logger: DaemonLogger, metrics: () => Promise<string>): MethodTable {
  const subscriptions = new EventSubscriptions(lilith, logger.child('rpc'))
  return [
    method('ping', () => 'pong'),
    method('spawns', () => lilith.spawns()),
    method('p2p.get_info', () => lilith.p2pInfo()),
    method('dnet.switch', ({ on }) => {
      lilith.switchDnet(on)
      return true
    }),
    method('node.metrics', () => metrics()),
    method('log.set_level', ({ level, module }) => {
      logger.setLevel(level, module)
      return true
    }),
    method('dnet.subscribe_events', (_params, context) => subscriptions.subscribe(context)),
  ]
}

/** One for each connection, which it ends with. */
class EventSubscriptions {
  readonly #lilith: Lilith
  readonly #logger: Logger
  readonly #ids = new WeakMap<RpcConnection, string>()
  #lastId = 0

  constructor(lilith: Lilith, logger: Logger) {
    this.#lilith = lilith
    this.#logger = logger
  }

  /** Gives the subscription's id, a string as the dnet viewer needs it; asking again gives the same. */
  subscribe(context: RpcContext): string {
    const { connection } = context
    const known = this.#ids.get(connection)
    if (known !== undefined) return known
    checkCanNotify(connection)
    this.#lastId += 1
    const id = `dnet-${this.#lastId}`
    this.#ids.set(connection, id)
    const unsubscribe = forwardEvents(context, {
      name: 'dnet.subscribe_events',
      logger: this.#logger,
      subscribe: (listener) => this.#lilith.onDnetEvent(listener),
    })
    connection.onClose(unsubscribe)
    return id
  }
}
