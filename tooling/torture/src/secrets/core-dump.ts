/** The core dump of a process: by the kernel where it writes files, else by gdb, which leaves out what the kernel would. */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@dchat/e2e'

const PATTERN = '/proc/sys/kernel/core_pattern'
/** All private memory, and the heads of files: what the kernel dumps when nothing is said. */
const USUAL_MEMORY = '0x33'

/** `core`, `core.%p`: into the working folder of the process. */
function writesFiles(): boolean {
  return existsSync(PATTERN) && !/[|/]/.test(readFileSync(PATTERN, 'utf8'))
}

const PROGRAM_HEADERS_AT = 32
const HEADER_COUNT_AT = 56
const HEADER_BYTES = 56
const FLAGS_AT = 4
const FILE_SIZE_AT = 32
const PT_LOAD = 1
const PF_W = 2

/**
 * Bytes of the program's own memory in a core dump. What else there is are notes (the registers of each thread, facts about the
 * process) and the few pages that the kernel lends to every process. Layout: elf(5).
 */
export function ownMemoryBytes(path: string): number {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(64)
    readSync(file, head, 0, head.length, 0)
    const headers = Buffer.alloc(head.readUInt16LE(HEADER_COUNT_AT) * HEADER_BYTES)
    readSync(file, headers, 0, headers.length, Number(head.readBigUInt64LE(PROGRAM_HEADERS_AT)))
    let bytes = 0
    for (let at = 0; at < headers.length; at += HEADER_BYTES) {
      const isOwn = headers.readUInt32LE(at) === PT_LOAD && (headers.readUInt32LE(at + FLAGS_AT) & PF_W) !== 0
      if (isOwn) bytes += Number(headers.readBigUInt64LE(at + FILE_SIZE_AT))
    }
    return bytes
  } finally {
    closeSync(file)
  }
}

export class CoreDumps implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'dchat-cores-'))

  /** Within this, a program dumps cores of any size into a folder of its own. */
  readonly within: readonly string[] = ['env', '-C', this.#folder, 'prlimit', '--core=unlimited']

  /** Has a process dump what it would have dumped without a guard. */
  unguard(pid: number): void {
    writeFileSync(`/proc/${pid}/coredump_filter`, USUAL_MEMORY)
  }

  /** Dumps a process, which then is gone. @returns the file, good until the next dump */
  async of(pid: number): Promise<string> {
    for (const name of readdirSync(this.#folder)) rmSync(join(this.#folder, name))
    if (!writesFiles()) execFileSync('gcore', ['-o', join(this.#folder, 'core'), String(pid)], { stdio: 'ignore' })
    process.kill(pid, 'SIGABRT')
    await until(`process ${pid} is gone`, () => !existsSync(`/proc/${pid}`))
    const [name] = readdirSync(this.#folder)
    if (name === undefined) throw new Error('no core was dumped')
    return join(this.#folder, name)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
