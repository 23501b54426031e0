/** Which dchatd belongs to this program: the one that was installed with it, else the one that a shell would start. */
import { realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { isExecutable } from '@dchat/system'

/** How a program is started. */
export interface ProgramCommand {
  readonly command: string
  readonly args: readonly string[]
}

export interface FindDchatdOptions {
  /** The file that Node runs, as `process.argv[1]` has it: perhaps a link. */
  readonly script: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** Node itself, which runs scripts: theirs may be another one. */
  readonly node: string
}

/** From the folder of the launcher of one program to that of another: in the repository, and as `install` puts them. */
const SIBLING = join('..', '..', 'dchatd', 'bin', 'dchatd.js')

/** Null when there is none. */
export function findDchatd({ script, env, node }: FindDchatdOptions): ProgramCommand | null {
  const own = script === undefined ? null : resolved(script)
  const sibling = own === null ? null : resolved(join(dirname(own), SIBLING))
  if (sibling !== null) return { command: node, args: [sibling] }
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue
    const found = resolved(join(folder, 'dchatd'))
    if (found === null || !isExecutable(found)) continue
    return /\.[cm]?js$/u.test(found) ? { command: node, args: [found] } : { command: found, args: [] }
  }
  return null
}

/** A file with all links followed; null when there is none. */
function resolved(path: string): string | null {
  try {
    const real = realpathSync(path)
    return statSync(real).isFile() ? real : null
  } catch {
    return null
  }
}
