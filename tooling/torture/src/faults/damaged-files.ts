import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DaemonNode, SeedNode } from '@dchat/e2e'
import type { Experiment } from '../experiment.ts'
import { damageEach } from './file-damages.ts'
import type { DamagedHome, Victim } from './file-damages.ts'

const USAGE_CODE = 2
const DATA_CODE = 5
/** Of a seed whose configuration names no network any more. */
const NO_NETWORK_CODE = 1
const HOSTS = Array.from({ length: 40 }, (_, index) => `white\ttcp://10.1.${index}.1:9999/\t1700000000\n`)
const BANS = Array.from({ length: 10 }, (_, index) => `10.2.${index}.1\t9999999999\t1\tknown\n`)

export const damagedFiles: Experiment = {
  part: 'faults',
  name: 'damaged-files',
  claim:
    'With any file of its home damaged a daemon runs with what is sound, or ends at once naming the file and leaving it as it is; it never becomes somebody else, and never hangs.',
  reference: 'A host list that is no UTF-8 is dropped without a word.',
  run: async (trial) => {
    await using node = new DaemonNode({ hasTcpRpc: true, config: { net: ['outbound_connections = 0'] } })
    await using seed = new SeedNode({ networks: { ants: [217, 239, 182, 125] } })
    return [await damageEach(await usedNode(node), trial), await damageEach(await usedSeed(seed), trial)]
  },
}

/** Its line, its key and the cookie are looked at. */
async function usedNode(node: DaemonNode): Promise<DamagedHome> {
  const { paths } = node.home
  const anchorsPath = join(paths.dataDir, 'anchors.tsv')
  await node.start()
  await node.reaches('run')
  await node.client.call('chat.send', { text: 'kept' })
  await node.client.call('room.create', { name: 'cats' })
  const { key } = await node.client.call('identity.get', [])
  const cookie = readFileSync(paths.cookiePath)
  await node.kill('SIGTERM')
  writeFileSync(paths.hostlistPath, HOSTS.join(''))
  writeFileSync(paths.bansPath, BANS.join(''))
  writeFileSync(anchorsPath, 'tcp://10.1.1.1:9999/\n')
  writeFileSync(paths.cookiePath, cookie, { mode: 0o600 })
  return {
    program: 'dchatd',
    daemon: node,
    proves: 'with the same key',
    victims: [
      mayRefuse('configuration', paths.configFile, USAGE_CODE),
      runs('host list', paths.hostlistPath),
      runs('bans', paths.bansPath),
      runs('anchors', anchorsPath),
      runs('cookie', paths.cookiePath),
      mayRefuse('own key', paths.identityPath, DATA_CODE),
      mayRefuse('box keys', paths.boxKeysPath, DATA_CODE),
      mayRefuse('room keys', paths.roomKeysPath, DATA_CODE),
      mayRefuse('lock', paths.lockPath, DATA_CODE),
    ],
    look: async () => {
      await node.reaches('run')
      assert.equal((await node.client.call('identity.get', [])).key, key)
      const lines = await node.history()
      assert.equal(
        lines.some(({ text }) => text === 'kept'),
        true,
      )
    },
  }
}

/** That it serves its network is looked at. */
async function usedSeed(seed: SeedNode): Promise<DamagedHome> {
  const { path } = seed.home
  const hostlistPath = join(path, 'ants.tsv')
  await seed.start()
  await seed.url()
  await seed.kill('SIGTERM')
  writeFileSync(hostlistPath, HOSTS.join(''))
  return {
    program: 'lilith',
    daemon: seed,
    proves: 'and serves its network',
    victims: [
      mayRefuse('configuration', join(path, 'lilith.toml'), USAGE_CODE, NO_NETWORK_CODE),
      runs('host list', hostlistPath),
      mayRefuse('lock', join(path, 'ants', 'lock.db'), DATA_CODE),
    ],
    look: async () => assert.match(await seed.url(), /^tcp:/),
  }
}

function runs(name: string, path: string): Victim {
  return { name, path, may: ['runs'], codes: [] }
}

function mayRefuse(name: string, path: string, ...codes: number[]): Victim {
  return { name, path, may: ['runs', 'refuses'], codes }
}
