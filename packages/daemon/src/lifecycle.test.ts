import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

const url = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)

/** A program around `runDaemon`, whose log lines come as JSON on standard error. */
class Program {
  readonly lines: Record<string, unknown>[] = []
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<readonly [number | null, string | null]>
  readonly #waiting: { message: string; found: () => void }[] = []

  constructor(options: string) {
    const script = `
      import { runDaemon } from ${url('./lifecycle.ts')}
      import { createLogger } from ${url('./logging.ts')}
      import { ConfigError } from ${url('../../config/src/errors.ts')}
      const log = createLogger({ format: 'json', verbosity: 1 })
      const alive = setInterval(() => {}, 1000)
      const never = new Promise(() => {})
      await runDaemon({ log, async start() { log.info('up') }, async stop() { clearInterval(alive) }, ${options} })`
    this.#child = spawn(process.execPath, ['--conditions=@dchat/source', '--input-type=module', '-e', script])
    this.#ended = once(this.#child, 'close') as Promise<[number | null, string | null]>
    createInterface({ input: this.#child.stderr }).on('line', (line) => this.#onLine(line))
  }

  #onLine(line: string): void {
    const record = JSON.parse(line) as Record<string, unknown>
    this.lines.push(record)
    for (const waiting of this.#waiting) if (waiting.message === record['msg']) waiting.found()
  }

  seen(message: string): Promise<void> {
    return this.counts(message, 1)
  }

  /** Resolves once a message was logged so often. */
  async counts(message: string, count: number): Promise<void> {
    const isReached = (): boolean => this.messages.filter((logged) => logged === message).length >= count
    if (isReached()) return
    const found = new Promise<void>((resolve) => this.#waiting.push({ message, found: () => isReached() && resolve() }))
    const ended = this.#ended.then(() => {
      throw new Error(`ended without "${message}": ${this.messages.join(', ')}`)
    })
    await Promise.race([found, ended])
  }

  get messages(): unknown[] {
    return this.lines.map((line) => line['msg'])
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  closeOutput(): void {
    this.#child.stdout.destroy()
  }

  async exitCode(): Promise<number | null> {
    return (await this.#ended)[0]
  }
}

test.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s stops and ends with 0', async (name) => {
  const program = new Program('')
  await program.seen('up')
  program.signal(name)
  expect(await program.exitCode()).toBe(0)
  expect(program.messages).toEqual(['up', 'Stopping', 'Stopped'])
  expect(program.lines[1]).toMatchObject({ reason: name })
})

test.concurrent('a second SIGINT ends at once with 130', async () => {
  const program = new Program('stop: () => never')
  await program.seen('up')
  program.signal('SIGINT')
  await program.seen('Stopping')
  program.signal('SIGINT')
  expect(await program.exitCode()).toBe(130)
})

test.concurrent('a SIGINT while SIGTERM is obeyed counts as the second, another SIGTERM does not', async () => {
  const program = new Program('stop: () => never')
  await program.seen('up')
  program.signal('SIGTERM')
  await program.seen('Stopping')
  program.signal('SIGTERM')
  program.signal('SIGINT')
  expect(await program.exitCode()).toBe(130)
  expect(program.messages.filter((message) => message === 'Stopping')).toHaveLength(1)
})

test.concurrent('a stop that takes too long ends with 1 and a line', async () => {
  const program = new Program('stop: () => never, stopTimeoutMs: 50')
  await program.seen('up')
  program.signal('SIGTERM')
  expect(await program.exitCode()).toBe(1)
  expect(program.lines.at(-1)).toMatchObject({ level: 'error', msg: 'Did not stop in time', timeoutMs: 50 })
})

test.concurrent('a stop that fails ends with 1', async () => {
  const program = new Program(`stop: async () => { throw new Error('stuck') }`)
  await program.seen('up')
  program.signal('SIGTERM')
  expect(await program.exitCode()).toBe(1)
  expect(program.lines.at(-1)).toMatchObject({ msg: 'Could not stop cleanly', error: { message: 'stuck' } })
})

test.concurrent('a stop that throws before it waits is no different', async () => {
  const program = new Program(`stop() { throw new Error('stuck') }`)
  await program.seen('up')
  program.signal('SIGTERM')
  expect(await program.exitCode()).toBe(1)
})

test.concurrent('a signal during the start stops what has started', async () => {
  const program = new Program(`
    start: () => { log.info('starting'); return new Promise((_, reject) => { globalThis.cancel = reject }) },
    stop: async () => { globalThis.cancel(new Error('cancelled')) }`)
  await program.seen('starting')
  program.signal('SIGINT')
  expect(await program.exitCode()).toBe(0)
  expect(program.lines.filter((line) => line['level'] === 'error')).toEqual([])
})

test.concurrent.each([
  [`Object.assign(new Error('in use'), { code: 'EADDRINUSE', syscall: 'listen' })`, 3],
  [`Object.assign(new Error('x'), { code: 'NET_LISTEN_FAILED' })`, 3],
  [`new Error('wrapped', { cause: Object.assign(new Error('x'), { code: 'EACCES', syscall: 'bind' }) })`, 3],
  [`Object.assign(new Error('x'), { code: 'STORE_LOCKED' })`, 4],
  [`Object.assign(new Error('x'), { code: 'STORE_TOO_NEW' })`, 5],
  [`new ConfigError('CONFIG_VALUE', { file: 'f', line: 1, key: 'k', reason: 'r', hint: null })`, 2],
  [`new Error('other')`, 1],
  [`'a text'`, 1],
])('a start that fails with %s stops and ends with %i', async (error, code) => {
  const program = new Program(`start: async () => { throw ${error} }`)
  expect(await program.exitCode()).toBe(code)
  expect(program.messages).toEqual(['Could not start', 'Stopping', 'Stopped'])
  expect(program.lines.map(({ level }) => level)).toEqual(['error', 'debug', 'debug'])
})

test.concurrent('the program may know the code of an error better', async () => {
  const program = new Program(`start: async () => { throw new Error('x') }, exitCodeOf: () => 5`)
  expect(await program.exitCode()).toBe(5)
})

test.concurrent('the daemon may ask for its end', async () => {
  const program = new Program(`start: async (control) => { control.requestStop('node.stop'); control.requestStop('again') }`)
  expect(await program.exitCode()).toBe(0)
  expect(program.messages).toEqual(['Stopping', 'Stopped'])
})

test.concurrent('the daemon may fail after its start', async () => {
  const program = new Program(
    `start: async (control) => { setImmediate(() => control.fail(Object.assign(new Error('x'), { code: 'STORE_IO' }))) }`,
  )
  expect(await program.exitCode()).toBe(5)
  expect(program.messages).toEqual(['Daemon failed', 'Stopping', 'Stopped'])
})

test.concurrent.each([
  [`setImmediate(() => { throw new TypeError('bug') })`, 'Uncaught exception'],
  [`void Promise.reject(new TypeError('bug'))`, 'Unhandled rejection'],
])('%s is logged with its stack and ends with 1', async (code, message) => {
  const program = new Program(`start: async () => { ${code} }`)
  expect(await program.exitCode()).toBe(1)
  expect(program.lines.at(-1)).toMatchObject({
    level: 'error',
    msg: message,
    error: { message: 'bug', stack: expect.stringContaining('at ') as string },
  })
})

test.concurrent('SIGHUP reads the configuration again, once at a time and once more for those that come meanwhile', async () => {
  const program = new Program(`async reload() {
    const told = new Promise((resolve) => process.once('SIGUSR2', resolve))
    log.info('reading')
    await told
    log.info('read')
  }`)
  await program.seen('up')
  program.signal('SIGHUP')
  await program.seen('reading')
  program.signal('SIGHUP')
  program.signal('SIGUSR2')
  await program.seen('read')
  await program.counts('reading', 2)
  program.signal('SIGTERM') // while it reads
  expect(await program.exitCode()).toBe(0)
  expect(program.messages.filter((message) => message === 'read')).toHaveLength(1)
})

test.concurrent('a SIGHUP that comes while it starts is heard when it runs', async () => {
  const program = new Program(`
    async start() {
      const told = new Promise((resolve) => process.once('SIGUSR2', resolve))
      log.info('starting')
      await told
      log.info('up')
    },
    async reload() { log.info('read') }`)
  await program.seen('starting')
  program.signal('SIGHUP')
  program.signal('SIGUSR2')
  await program.seen('read')
  program.signal('SIGTERM')
  expect(await program.exitCode()).toBe(0)
  expect(program.messages).toEqual(['starting', 'up', 'Reading the configuration again', 'read', 'Stopping', 'Stopped'])
})

test.concurrent('a configuration that cannot be used is logged, in one line or with its stack, and the daemon goes on', async () => {
  const program = new Program(`async reload() {
    const data = { file: '/etc/x.toml', line: 3, key: 'net.seeds', reason: 'must be a list', hint: null }
    if (this.before === undefined) {
      this.before = true
      throw new ConfigError('CONFIG_TYPE', data)
    }
    throw new Error('bug')
  }`)
  const unusable = 'Configuration cannot be used, everything stays as it was'
  await program.seen('up')
  program.signal('SIGHUP')
  await program.counts(unusable, 1)
  program.signal('SIGHUP')
  await program.counts(unusable, 2)
  program.signal('SIGTERM')
  expect(await program.exitCode()).toBe(0)
  expect(program.lines.filter(({ msg }) => msg === unusable)).toMatchObject([
    { level: 'error', reason: '/etc/x.toml:3: net.seeds: must be a list' },
    { level: 'error', error: { message: 'bug' } },
  ])
})

test.concurrent('SIGHUP is logged, SIGPIPE and a closed output are ignored', async () => {
  const program = new Program(`start: async () => { log.info('up'); setInterval(() => process.stdout.write('x'), 1) }`)
  await program.seen('up')
  program.signal('SIGPIPE')
  program.closeOutput()
  await program.seen('Standard output is closed')
  program.signal('SIGHUP')
  await program.seen('SIGHUP ignored: restart to read the configuration again')
  program.signal('SIGTERM')
  expect(await program.exitCode()).toBe(0)
})
