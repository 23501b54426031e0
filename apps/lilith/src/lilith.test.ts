import { DEFAULT_SETTINGS } from '@dchat/net'
import type { Settings } from '@dchat/net'
import { MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { LilithNetwork } from './config.ts'
import { Lilith } from './lilith.ts'

function network(name: string, settings: Partial<Settings> = {}): LilithNetwork {
  return { name, datastore: `/${name}`, settings: { ...DEFAULT_SETTINGS, ...settings } }
}

const TIMES = { whitelistRefineryIntervalMs: 120_000 }

test('all networks take over their settings, or none does', async () => {
  const logger = new MemoryLogger()
  const lilith = new Lilith({ networks: [network('one'), network('two')], ...TIMES }, { logger })
  const changes = (): unknown[] => logger.records.splice(0).map(({ fields }) => fields['changed'])

  const faster = { greylistRefineryIntervalMs: 1_000 }
  await lilith.reload({ networks: [network('two', faster), network('one')], ...TIMES })
  expect(changes()).toEqual([[], ['greylistRefineryIntervalMs']])

  const moved = { magicBytes: Uint8Array.of(1, 2, 3, 4) }
  const mixed = [network('one', faster), network('two', { ...faster, ...moved })]
  await expect(lilith.reload({ networks: mixed, ...TIMES })).rejects.toMatchObject({ data: { key: 'magicBytes' } })
  expect(changes()).toEqual([['greylistRefineryIntervalMs'], ['greylistRefineryIntervalMs']])
  await lilith.reload({ networks: [network('one'), network('two', faster)], ...TIMES })
  expect(changes()).toEqual([[], []])
  await lilith.reload({ networks: [network('one'), network('two', faster)], whitelistRefineryIntervalMs: 1_000 })
  expect(changes()).toEqual([['whitelistRefineryIntervalMs'], ['whitelistRefineryIntervalMs']])
})

test('a line of a network says which, and so does a setting that is refused', async () => {
  const logger = new MemoryLogger()
  const lilith = new Lilith({ networks: [network('one'), network('two')], ...TIMES }, { logger })
  await lilith.reload({ networks: [network('one'), network('two')], ...TIMES })
  expect(logger.records.map(({ fields }) => fields['network'])).toEqual(['one', 'two'])

  const moved = network('two', { magicBytes: Uint8Array.of(1, 2, 3, 4) })
  const refusal = lilith.reload({ networks: [network('one'), moved], ...TIMES }, (_error, name) => new Error(`of ${name}`))
  await expect(refusal).rejects.toThrow('of two')
})
