import { DEFAULT_SETTINGS } from '@dchat/net'
import { expect, test } from 'vitest'
import type { LilithConfig } from './config.ts'
import { checkSameNetworks } from './same-networks.ts'

function config(networks: Record<string, string>): Pick<LilithConfig, 'networks' | 'paths'> {
  return {
    networks: Object.entries(networks).map(([name, datastore]) => ({ name, datastore, settings: DEFAULT_SETTINGS })),
    paths: { configFile: 'l.toml', cookiePath: '', tlsFingerprintPath: '' },
  }
}

const before = config({ one: '/1', two: '/2' })

test('the same networks, in any order', () => {
  expect(() => checkSameNetworks(before, config({ two: '/2', one: '/1' }))).not.toThrow()
})

test.each([
  [{ one: '/1' }, 'network.two: cannot be taken away while the seeds run'],
  [{ one: '/1', two: '/2', 'the third': '/3' }, 'network."the third": cannot be added while the seeds run'],
  [{ one: '/1', two: '/1' }, 'network.two.datastore: cannot change while the node runs'],
])('%j is refused', (networks, message) => {
  expect(() => checkSameNetworks(before, config(networks))).toThrow(`l.toml: ${message}; restart to change it`)
})
