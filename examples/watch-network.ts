/**
 * Joins dchatd's network by a seed and prints what happens in it, an event a row, until it is interrupted.
 * Usage: node examples/watch-network.ts SEED [--localnet]
 */
import { parseArgs } from 'node:util'
import { NO_METERING, P2p, SESSION_DEFAULT, defineMessage } from '@dchat/net'
import type { DnetEvent } from '@dchat/net'
import { string, struct } from '@dchat/serial'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { localnet: { type: 'boolean', default: false } } })
if (positionals.length === 0) throw new TypeError('usage: watch-network.ts SEED [--localnet]')

const p2p = P2p.create({ seeds: positionals, localnet: values.localnet })

// What peers send has to be taken, or they are banned for it.
const dchatMsg = defineMessage({
  ...{ name: 'DchatMsg', maxBytes: 65_541, codec: struct({ msg: string }) },
  ...{ meteringScore: 0, metering: NO_METERING },
})
p2p.protocols.register(SESSION_DEFAULT, (channel) => {
  const messages = channel.subscribe(dchatMsg)
  return { start: () => messages.handle(() => {}) }
})

p2p.dnet.watch((event) => console.log(new Date().toISOString(), describe(event)))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void p2p.stop())
await p2p.start()
await p2p.run()

/** Every field but the time, which is now. */
function describe({ event, info }: DnetEvent): string {
  if ('cmd' in info) return `${event} ${info.cmd} ${info.chan.addr}`
  return [event, ...Object.values(info)].join(' ')
}
