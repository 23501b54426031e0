/**
 * Replaces, or makes, a secret file in a process that kills itself just before its n-th change of the disk.
 * Arguments: path, new content, n. Exit code 0 when there were fewer changes than n.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const CHANGES = ['openSync', 'writeSync', 'fsyncSync', 'linkSync', 'renameSync', 'unlinkSync'] as const

const [path, content, countdown] = process.argv.slice(2)
let left = Number(countdown)
for (const name of CHANGES) {
  const real = fs[name] as (...args: unknown[]) => unknown
  Object.assign(fs, {
    [name]: (...args: unknown[]): unknown => {
      left -= 1
      if (left === 0) process.kill(process.pid, 'SIGKILL')
      return real(...args)
    },
  })
}
syncBuiltinESMExports()
const { SecretFile } = await import('../keys/secret-file.ts')
new SecretFile({ path: path!, of: 'KEYS', maxBytes: 1_000 }).replace(Buffer.from(content!))
