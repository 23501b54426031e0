/** Other users of the computer put compiled code where programs might look for theirs. */
import { chmodSync, chownSync } from 'node:fs'
import { join } from 'node:path'
import { promise } from '../experiment.ts'
import type { Experiment, Finding } from '../experiment.ts'
import { PlantedCode } from './planted-code.ts'

const PROGRAMS = ['dchatd', 'lilith', 'dchat-cli', 'dchat-tui'] as const
/** An id that nobody has to have an account for. */
const STRANGER = 61_201

/** Where code is planted, and how the folder comes to be a stranger's. */
const PLACES: Readonly<Record<string, (code: PlantedCode) => NodeJS.ProcessEnv>> = {
  'the shared folder for temporary files': (code) => {
    const shared = code.folder('tmp')
    code.plant(join(shared, 'node-compile-cache'))
    return { TMPDIR: shared, HOME: code.folder('home') }
  },
  'a cache folder that belongs to him': (code) => {
    const cache = code.folder('cache')
    code.plant(join(cache, 'dchat'))
    chmodSync(join(cache, 'dchat'), 0o700)
    chownSync(join(cache, 'dchat'), STRANGER, STRANGER)
    return { XDG_CACHE_HOME: cache, HOME: code.folder('home') }
  },
  'a cache folder that everybody may write': (code) => {
    const cache = code.folder('cache')
    code.plant(join(cache, 'dchat'))
    chmodSync(join(cache, 'dchat'), 0o777)
    return { XDG_CACHE_HOME: cache, HOME: code.folder('home') }
  },
}

function tryAll(): Finding[] {
  let controls = 0
  const findings = Object.entries(PLACES).map(([place, prepare]) => {
    const ran = PROGRAMS.filter((name) => {
      using code = new PlantedCode(name)
      const env = prepare(code)
      // The attack is one: where nobody guards against it the planted code runs.
      if (env['TMPDIR'] !== undefined && code.runsWithoutGuard(env)) controls += 1
      return code.runsIn(env)
    })
    const outcome = ran.length === 0 ? 'run by none' : `run by ${ran.join(', ')}`
    return promise(`code planted in ${place}, for each of ${PROGRAMS.length} programs`, {
      outcome,
      aim: 'run by none',
      isMet: ran.length === 0,
    })
  })
  return [
    promise('the same code, for launchers that leave the place of compiled code to Node', {
      outcome: `run by ${controls} of ${PROGRAMS.length}`,
      aim: 'run by all: the attack works',
      isMet: controls === PROGRAMS.length,
    }),
    ...findings,
  ]
}

export const FOREIGN_CODE: Experiment = {
  part: 'secrets',
  name: 'foreign-code',
  claim: 'no program runs compiled code that another user of the computer has put where programs keep theirs',
  needs: ['root'],
  run: async () => tryAll(),
}
