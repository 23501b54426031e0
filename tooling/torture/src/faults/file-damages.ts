/** Files of a daemon's home, each damaged in every way, and what the daemon does about it. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Program } from '@dchat/e2e'
import type { DaemonProcess, ProgramName } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import { count, promise } from '../experiment.ts'
import type { Finding, Trial } from '../experiment.ts'

/** What a daemon may do about a file that is damaged. */
type Verdict = 'runs' | 'refuses'

export interface Victim {
  readonly name: string
  readonly path: string
  /** `refuses`: ends, naming the file and leaving it as it is; whoever it is then cannot become somebody else. Of some damages a text remains sound. */
  readonly may: readonly Verdict[]
  /** With one of which it ends when it refuses. */
  readonly codes: readonly number[]
}

/** A daemon that ran and was stopped, with all its files. */
export interface DamagedHome {
  readonly program: ProgramName
  readonly daemon: DaemonProcess
  readonly victims: readonly Victim[]
  /** Looks at the daemon that has started with a damaged file. @throws {Error} when it is not what it was before */
  readonly look: () => Promise<void>
  /** A clause that says what `look` looked at. */
  readonly proves: string
}

const DAMAGES: Readonly<Record<string, (bytes: Buffer, random: Random) => Buffer>> = {
  emptied: () => Buffer.alloc(0),
  'cut short': (bytes, random) => bytes.subarray(0, random.int(bytes.length)),
  'of noise': (bytes, random) => Buffer.from(Array.from(bytes, () => random.int(256))),
  'of zeros': (bytes) => Buffer.alloc(bytes.length),
  'with noise in it': (bytes, random) => {
    const copy = Buffer.from(bytes)
    const from = random.int(copy.length)
    for (let at = from; at < Math.min(copy.length, from + 16); at += 1) copy[at] = random.int(256)
    return copy
  },
  'very long': (bytes) => Buffer.concat([bytes, Buffer.alloc(20 * 1_048_576, 'x')]),
}

export async function damageEach(subject: DamagedHome, trial: Trial): Promise<Finding> {
  const restore = savedFiles(subject.daemon.home.path)
  let done = 0
  let refused = 0
  const faults: string[] = []
  const rounds = trial.of(1, 3)
  const kinds = Object.entries(DAMAGES).filter((_, index) => trial.form === 'long' || index % 2 === 0)
  for (let round = 0; round < rounds; round += 1) {
    for (const victim of subject.victims) {
      for (const [kind, damage] of kinds) {
        restore()
        const spoilt = damage(readFileSync(victim.path), trial.random)
        writeFileSync(victim.path, spoilt)
        const verdict = await verdictOn(subject, { victim, spoilt }).catch((error: unknown) => String(error))
        done += 1
        if (verdict === 'refuses') refused += 1
        if (!(victim.may as readonly string[]).includes(verdict)) faults.push(`${victim.name} ${kind}: ${verdict}`)
      }
    }
  }
  return promise(`${count(done)} damages of ${subject.victims.map(({ name }) => name).join(', ')} of ${subject.program}`, {
    outcome: `${count(done - refused - faults.length)} starts ran on, ${count(refused)} ended naming the file${faults.length > 0 ? `; ${faults.slice(0, 5).join('; ')}` : ''}`,
    aim: `each runs ${subject.proves}, or names the file and leaves it`,
    isMet: faults.length === 0,
  })
}

/** @returns what puts all files below `folder` back as they are now, and no others */
function savedFiles(folder: string): () => void {
  const files = filesBelow(folder).map((path) => ({ path, bytes: readFileSync(path), mode: statSync(path).mode }))
  return () => {
    for (const path of filesBelow(folder)) rmSync(path)
    for (const { path, bytes, mode } of files) writeFileSync(path, bytes, { mode })
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSocket())
    .map((entry) => join(entry.parentPath, entry.name))
}

async function verdictOn(
  { program, daemon, look }: DamagedHome,
  { victim, spoilt }: { victim: Victim; spoilt: Buffer },
): Promise<Verdict> {
  const ending = await startOrEnding(program, daemon)
  if (ending !== undefined) {
    assert.ok(victim.codes.includes(ending.code ?? -1), `it ended with ${ending.code}: ${ending.stderr}`)
    assert.ok(ending.stderr.includes(victim.path), `it does not name the file: ${ending.stderr}`)
    assert.ok(readFileSync(victim.path).equals(spoilt), 'it changed the file')
    return 'refuses'
  }
  await look()
  await daemon.kill('SIGTERM')
  return 'runs'
}

/** How a start ended; undefined when the daemon runs. */
async function startOrEnding(
  name: ProgramName,
  daemon: DaemonProcess,
): Promise<{ readonly code: number | null; readonly stderr: string } | undefined> {
  try {
    await daemon.start()
    return undefined
  } catch {
    return await Program.run(name, ['--home', daemon.home.path])
  }
}
