/**
 * The image and the network of docker/: no engine is needed to read them strictly, and to run the very command lines of the
 * containers and of their health check as processes, each service at an address of its own in place of its name.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { validate } from 'dockerfile-utils'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { NodeInfo } from '@dchat/rpc'
import { Program, TempHome, loopbackHost, until } from '@dchat/e2e'
import type { Ending, ProgramName } from '@dchat/e2e'

const FOLDER = fileURLToPath(new URL('../../../docker/', import.meta.url))
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')
const run = promisify(execFile)

interface Service {
  readonly image: string
  readonly entrypoint?: readonly string[]
  readonly command: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly volumes: readonly string[]
  readonly configs?: readonly { readonly source: string; readonly target: string }[]
  readonly ports?: unknown
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly configs: Readonly<Record<string, { readonly file: string }>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const compose = parse(read('compose.yaml'), { merge: true, strict: true, uniqueKeys: true }) as Compose

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n')
  const kept = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))
  const values = (instruction: string): string[] =>
    kept.flatMap((line) => (line.startsWith(`${instruction} `) ? [line.slice(instruction.length + 1)] : []))

  test('has nothing that a validator objects to', () => {
    expect(validate(read('Dockerfile'), {})).toEqual([])
  })

  test('makes an image that is nobody special: a user without rights, one volume, the daemon as process 1', () => {
    expect(values('USER')).toEqual(['node'])
    expect(values('VOLUME')).toEqual(['["/data"]'])
    expect(values('ENTRYPOINT')).toEqual(['["dchatd"]'])
    expect(values('ENV')).toEqual(['DCHAT_HOME=/data'])
    expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => line.startsWith('FROM node:24-slim'))).toBe(true)
  })

  test('copies what there is, or what the installation makes', () => {
    for (const copied of values('COPY')) {
      const source = copied.replace(/^--from=build /, '').split(' ')[0]!
      expect(source.startsWith('/opt/dchat/') || existsSync(join(FOLDER, '..', source))).toBe(true)
    }
  })
})

describe('compose.yaml', () => {
  test('names only what it declares', () => {
    for (const { image, depends_on = {}, volumes, configs = [], ports } of Object.values(compose.services)) {
      expect([image, ports]).toEqual(['dchat', undefined])
      for (const other of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(other)
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0])
      for (const { source } of configs) expect(statSync(join(FOLDER, compose.configs[source]!.file)).isFile()).toBe(true)
    }
  })

  describe('its services', () => {
    const names = Object.keys(compose.services)
    let hosts: ReadonlyMap<string, string>
    let homes: ReadonlyMap<string, TempHome>
    let programs: Program[] = []

    beforeEach(() => {
      hosts = new Map(names.map((name) => [name, loopbackHost()]))
      homes = new Map(names.map((name) => [name, new TempHome()]))
      programs = []
    })
    afterEach(async () => {
      for (const program of programs) await program[Symbol.asyncDispose]()
      for (const home of homes.values()) home[Symbol.dispose]()
    })

    /** As the service would read it in its container. */
    const placed = (name: string, text: string): string => {
      let there = text.replaceAll('0.0.0.0', hosts.get(name)!).replaceAll('/data', homes.get(name)!.path)
      for (const [other, host] of hosts) there = there.replaceAll(`://${other}:`, `://${host}:`)
      return there
    }

    function start(name: string): Program {
      const { entrypoint = ['dchatd'], command, configs = [] } = compose.services[name]!
      const files = new Map(
        configs.map(({ source, target }) => {
          const text = placed(name, read(compose.configs[source]!.file))
          return [target, homes.get(name)!.write(`config-${source}.toml`, text)] as const
        }),
      )
      const args = command.map((arg) => files.get(arg) ?? placed(name, arg))
      const program = new Program(entrypoint[0] as ProgramName, args, { env: { DCHAT_HOME: homes.get(name)!.path } })
      programs.push(program)
      return program
    }

    /** The health check of the image, for the container of a service. */
    async function health(name: string): Promise<{ code: number; said: string }> {
      const line = read('Dockerfile')
        .split('\n')
        .find((each) => each.startsWith('HEALTHCHECK'))!
      const [program, script] = JSON.parse(line.slice(line.indexOf('['))) as [string, string]
      expect([program, script]).toEqual(['node', '/usr/local/lib/dchat/healthcheck.mjs'])
      const env = { DCHAT_HOME: homes.get(name)!.path }
      const result = run(process.execPath, [join(FOLDER, 'healthcheck.mjs')], { env })
      return result.then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
      )
    }

    const isHealthy = (name: string): Promise<void> =>
      until(`${name} is healthy`, async () => (await health(name)).code === 0).then(() => {})
    const cli = (name: string, ...args: readonly string[]): Promise<Ending> =>
      Program.run('dchat-cli', args, { env: { DCHAT_HOME: homes.get(name)!.path } })

    test('start in their order, find each other, carry a line, and are healthy until they stop', async () => {
      expect(await health('seed')).toMatchObject({ code: 1, said: expect.stringContaining('no daemon listens') as string })
      const seed = start('seed')
      await isHealthy('seed')
      const [alice] = [start('alice'), start('bob')]
      await Promise.all([isHealthy('alice'), isHealthy('bob')])
      const inbound = async (name: string): Promise<number> =>
        (JSON.parse((await cli(name, '--json', 'node.get_info')).stdout) as NodeInfo).peers.inbound
      await until('they are connected', async () => (await inbound('alice')) + (await inbound('bob')) > 0, { timeoutMs: 100_000 })
      await until('the line arrives', async () => {
        await cli('alice', 'send', 'hello from alice')
        return (await cli('bob', '--json', 'chat.history')).stdout.includes('hello from alice')
      })
      for (const program of [seed, alice]) {
        program.kill('SIGTERM')
        expect(await program.ended()).toMatchObject({ code: 0 })
      }
      expect(await health('alice')).toMatchObject({ code: 1 })
      expect((await health('bob')).code).toBe(0)
    })
  })
})
