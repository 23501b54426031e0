/**
 * What each program does before anything else, for its launcher: nothing of its memory, files or compiled code is for other users
 * of the computer. Loads nothing but Node's own modules.
 */
import { lstatSync, writeFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { boundMemory } from './bound-memory.ts'
import { makeFolder } from './make-folder.ts'

/** Takes all rights of the group and of others from what is written. */
const OWNER_ONLY = 0o077

/** No memory of the process: core(5). Its children inherit it. */
const NO_MEMORY = '0'
const CORE_FILTER = '/proc/self/coredump_filter'

export interface GuardOptions {
  /** What the process list shows in place of the command line, for programs whose arguments are what somebody says. @default the command line */
  readonly title?: string
  /** Whether it runs for long: then its memory is bounded (`boundMemory`), at the price of starting Node twice. @default false */
  readonly isDaemon?: boolean
}

/**
 * Files are made for their owner alone; a core dump holds no memory, where the system knows how (Linux), and a diagnostic report no
 * environment; SIGUSR1, at which Node would open its debugger to every user of the computer, does nothing; compiled code is kept in
 * a folder that only this user can write. What the system does not let it do is left out: it never throws.
 */
export function guardProcess({ title, isDaemon = false }: GuardOptions = {}): void {
  process.umask(OWNER_ONLY)
  if (title !== undefined) process.title = title
  leaveMemoryOutOfCores()
  if (isDaemon) boundMemory() // what was set before holds for the program that starts anew, too
  if (process.report !== undefined) process.report.excludeEnv = true
  process.on('SIGUSR1', () => {})
  const folder = codeFolder(process.env)
  if (folder !== undefined && isOwn(folder)) enableCompileCache(folder)
}

function leaveMemoryOutOfCores(): void {
  try {
    writeFileSync(CORE_FILTER, NO_MEMORY, { flag: 'r+' })
  } catch {
    // Another system, or one that lets nobody do it: docs/security.md says what is left then.
  }
}

/** `DCHAT_HOME/cache`, else `$XDG_CACHE_HOME/dchat`, else `~/.cache/dchat`; undefined for a user without a home. */
export function codeFolder(env: NodeJS.ProcessEnv): string | undefined {
  const { DCHAT_HOME: home, XDG_CACHE_HOME: cache, HOME: userHome } = env
  if (home !== undefined && home !== '') return join(resolve(home), 'cache')
  if (cache !== undefined && isAbsolute(cache)) return join(cache, 'dchat')
  try {
    return join(userHome !== undefined && isAbsolute(userHome) ? userHome : homedir(), '.cache/dchat')
  } catch {
    return undefined
  }
}

/**
 * Whether `folder` is there, or could be made, as a folder that nobody but this user can write or read. Code that lies there is run
 * as it is: in a folder of somebody else it would be his.
 */
function isOwn(folder: string): boolean {
  try {
    makeFolder(folder)
    const { uid, mode } = lstatSync(folder)
    return (mode & OWNER_ONLY) === 0 && (process.getuid === undefined || uid === process.getuid())
  } catch {
    return false
  }
}
