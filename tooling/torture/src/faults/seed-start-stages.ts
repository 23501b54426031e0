import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Program, SeedNode } from '@dchat/e2e'
import type { Experiment } from '../experiment.ts'
import { cutAtEach, endAt, stagesIn } from './start-cuts.ts'
import type { Cut } from './start-cuts.ts'

/** Of two networks, each of which has stages of its own from the host list on. */
const NETWORKS = { ants: [217, 239, 182, 125], bees: [1, 2, 3, 4] }
const HOSTS = Array.from({ length: 40 }, (_, index) => `tcp://10.1.${index}.1:9999/`)

export const seedStartStages: Experiment = {
  part: 'faults',
  name: 'seed-start-stages',
  claim:
    'A start of lilith may be killed, or told to stop, at any named stage: a stop ends with 0 and leaves nothing behind, and the next start serves each network with the hosts it knew.',
  run: async (trial) => {
    const stages = await stagesOfStart()
    assert.ok(stages.length >= 6, `only ${stages.join(' ')} were named`)
    return await cutAtEach({ stages, proves: 'all hosts that it knew, on both networks', cutStart }, trial)
  },
}

/** As a start that nobody disturbs names them; each once, though both networks go through them. */
async function stagesOfStart(): Promise<string[]> {
  await using seed = new SeedNode({ networks: NETWORKS })
  await using program = new Program('lilith', ['--home', seed.home.path, '-v'])
  await program.says(/"stage":"run".*\n(?:.*\n)*.*"stage":"run"/, 'stderr')
  return [...new Set(stagesIn(program.stderr))]
}

async function cutStart(cut: Cut): Promise<number> {
  await using seed = new SeedNode({ networks: NETWORKS })
  if (!cut.isFirst) await serveAndDie(seed)
  for (const network of Object.keys(NETWORKS)) writeHosts(seed, network)
  const endMs = await endAt('lilith', seed.home, cut)
  for (let life = 0; life < 2; life += 1) await serveAndDie(seed, HOSTS)
  return endMs
}

function writeHosts(seed: SeedNode, network: string): void {
  writeFileSync(`${seed.home.path}/${network}.tsv`, HOSTS.map((url) => `white\t${url}\t1700000000\n`).join(''))
}

/** A life that ends without notice, once it serves each network. @throws {Error} when it does not know all of `hosts` on each */
async function serveAndDie(seed: SeedNode, hosts: readonly string[] = []): Promise<void> {
  await seed.start()
  for (const network of Object.keys(NETWORKS)) {
    assert.match(await seed.url(network), /^tcp:/)
    const { whitelist, greylist, goldlist } = await seed.spawn(network)
    const known = new Set([...whitelist, ...greylist, ...goldlist])
    const lost = hosts.filter((url) => !known.has(url))
    assert.deepEqual(lost, [], `hosts of ${network} that are gone`)
  }
  await seed.kill('SIGKILL')
}
