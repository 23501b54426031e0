/**
 * Dials a node of dchatd's network and prints what it says of itself.
 * Usage: node examples/who-is-there.ts URL [--localnet]
 */
import { parseArgs } from 'node:util'
import { P2p, isNetError } from '@dchat/net'
import { formatSemver } from '@dchat/serial'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { localnet: { type: 'boolean', default: false } } })
const [url] = positionals
if (url === undefined) throw new TypeError('usage: who-is-there.ts URL [--localnet]')

// No slots: it looks for nobody else. TLS where the URL says so.
await using p2p = P2p.create({ outboundConnections: 0, activeProfiles: ['tcp', 'tcp+tls'], localnet: values.localnet })
await p2p.start()
void p2p.run()
await p2p.untilState('run')
try {
  const { peerVersion } = await p2p.connect(url)
  const { appName, version, nodeId, features, extSendAddr } = peerVersion!
  console.log(`application  ${appName} ${formatSemver(version)}`)
  console.log(`features     ${features.map(([name, number]) => `${name} ${number}`).join(', ') || 'none'}`)
  console.log(`reached at   ${extSendAddr.join(' ') || 'not told'}`)
  if (nodeId !== '') console.log(`name         ${JSON.stringify(nodeId)}`)
} catch (error) {
  if (!isNetError(error)) throw error
  console.error(`${url}: ${error.message}`)
  process.exitCode = 1
}
