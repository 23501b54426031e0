/** What experiments need of the machine beside Node. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Each with the programs by which it is known; `root`, `nft` and `ext4` are for root alone. */
const PROGRAMS = {
  root: [],
  nft: ['nft', 'ip'],
  faketime: ['faketime'],
  ext4: ['mkfs.ext4', 'mount', 'umount'],
  gdb: ['gdb'],
  prlimit: ['prlimit'],
} as const

export type Need = keyof typeof PROGRAMS

const FOR_ROOT: ReadonlySet<Need> = new Set<Need>(['root', 'nft', 'ext4'])
/** Administrators' programs are often not on a user's path. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']

/** Those of `needs` that this machine, or this user, lacks, each in words. */
export function lacking(needs: readonly Need[]): string[] {
  const words = needs.flatMap((need) => [
    ...(FOR_ROOT.has(need) && process.getuid?.() !== 0 ? ['root'] : []),
    ...PROGRAMS[need].filter((program) => !FOLDERS.some((folder) => existsSync(join(folder, program)))),
  ])
  return [...new Set(words)]
}
