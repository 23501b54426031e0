/** What the system tells everybody, or the user, of a process and of those it has started. */
import { readFileSync } from 'node:fs'

/** Files of /proc that are no memory: the command line is readable by every user, the environment by the same one. */
const FILES = ['cmdline', 'environ', 'comm', 'status'] as const

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return '' // it is gone
    throw error
  }
}

/** The same process, and all below it. */
function family(pid: number): number[] {
  const children = read(pid, `task/${pid}/children`).trim()
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => family(Number(child))))]
}

/** All of it as one text. Latin-1, so that bytes stay what they are. */
export function tracesOf(pid: number): string {
  return family(pid)
    .flatMap((each) => FILES.map((file) => read(each, file)))
    .join('\n')
}

export function commandLineOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ').trim()
}
