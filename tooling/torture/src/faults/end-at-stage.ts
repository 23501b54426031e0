/**
 * Loaded before a program by `--import`: sends its own process the signal END_WITH as the log names the stage END_AT of a start, before anything of
 * that stage is done. A signal from outside would come milliseconds later, at whatever the start is at by then.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { END_AT, END_WITH } = process.env
const real = fs.writeSync as (...args: unknown[]) => number
let isSent = false

Object.assign(fs, {
  writeSync: (...args: unknown[]): number => {
    const written = real(...args)
    if (isSent || !(args[1] instanceof Uint8Array)) return written
    if (Buffer.from(args[1]).toString('latin1').includes(`"stage":"${END_AT}"`)) {
      isSent = true
      process.kill(process.pid, END_WITH)
    }
    return written
  },
})
syncBuiltinESMExports()
