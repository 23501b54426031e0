/** Programs are made to dump a core, with no limit on its size, while they know secrets. */
import { statSync } from 'node:fs'
import { Program, SeedNode } from '@dchat/e2e'
import { count, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { CoreDumps, ownMemoryBytes } from './core-dump.ts'
import { SecretSearch } from './secret-search.ts'
import { SecretTalk } from './secret-talk.ts'

async function dumpAll({ random }: Trial): Promise<Finding[]> {
  using dumps = new CoreDumps()
  const program = { within: dumps.within }
  await using talk = await SecretTalk.held({ random, nodes: { ann: { program }, bob: { program } } })
  const search = new SecretSearch(talk.secrets)
  await using follower = new Program('dchat-cli', ['--home', talk.ann.home.path, 'tail', '-f'], program)
  await using chat = new Program('dchat-tui', ['--home', talk.ann.home.path, '--plain'], program)
  await using seed = await SeedNode.started({ program })
  chat.write('/query bob\n')
  for (const reader of [follower, chat]) await reader.says(talk.words.answer)

  const findings: Finding[] = []
  for (const { pid, name } of [follower, chat, seed.program, talk.ann.program]) {
    const core = await dumps.of(pid)
    const memory = ownMemoryBytes(core)
    const found = search.inFile(core)
    // A register holds a few bytes of what was worked on last: that is left in a dump, and said in docs/security.md.
    const where = found.length === 0 ? 'no secret' : `in registers: ${found.join(', ')}`
    const outcome = `${count(memory / 1024)} KiB of its memory, ${where} in ${count(statSync(core).size / 1024)} KiB in all`
    findings.push(
      promise(`a core dump of ${name.split(' ')[0]}, searched for ${search.size} secrets`, {
        outcome,
        aim: 'none of its memory',
        isMet: memory === 0,
      }),
    )
  }
  dumps.unguard(talk.bob.program.pid)
  const core = await dumps.of(talk.bob.program.pid)
  const found = search.inFile(core)
  const outcome = `${count(ownMemoryBytes(core) / 1024)} KiB of its memory, ${found.length} of ${search.size} secrets`
  const control = { outcome, aim: 'some: the search finds them', isMet: found.length > 0 }
  return [...findings, promise('the same of a dchatd whose guard was taken away', control)]
}

export const CORE_DUMPS: Experiment = {
  part: 'secrets',
  name: 'core-dumps',
  claim:
    'a core dump of any program holds none of its memory, where keys, credentials and texts are, even if cores of any size are allowed',
  needs: ['gdb'],
  run: dumpAll,
}
