/**
 * Compiled code that somebody else has put where a program looks for its own. Node takes what lies in a compile cache as it is: the
 * hashes in a file's head are of the source, which everybody can read, so whoever can write the folder runs what he likes.
 *
 * File: `u32le magic | code size | cache size | code hash (CRC-32) | cache hash (CRC-32) | code as V8 keeps it`
 * Source: https://github.com/nodejs/node/blob/v24.x/src/compile_cache.cc
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'

const CODE_SIZE_AT = 4
const CODE_HASH_AT = 12

const launcherOf = (name: string): string => fileURLToPath(new URL(`../../../../apps/${name}/bin/${name}.js`, import.meta.url))
const mainOf = (name: string): string => fileURLToPath(new URL(`../../../../apps/${name}/dist/main.js`, import.meta.url))

export class PlantedCode implements Disposable {
  readonly #name: string
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'dchat-planted-'))

  /** @param name the program whose place the planted code takes */
  constructor(name: string) {
    this.#name = name
  }

  /** An empty folder of its own. */
  folder(name: string): string {
    const path = join(this.#folder, name)
    mkdirSync(path)
    return path
  }

  /** Puts code into `cache`, the folder that a program gives to Node, or that Node makes in the one for temporary files. */
  plant(cache: string): void {
    const genuine = this.#cacheFile(mainOf(this.#name), this.folder('genuine'))
    const evil = join(this.#folder, 'evil.mjs')
    const text = `process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(this.#mark)}, '') // `
    // V8 compares the lengths of the sources.
    writeFileSync(evil, text.padEnd(readFileSync(mainOf(this.#name), 'utf8').length, '.'))
    const planted = readFileSync(this.#cacheFile(evil, this.folder('planted')).path)
    const head = readFileSync(genuine.path)
    for (const at of [CODE_SIZE_AT, CODE_HASH_AT]) planted.writeUInt32LE(head.readUInt32LE(at), at)
    const target = join(cache, relative(genuine.root, genuine.path))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, planted)
  }

  /** Starts the program as its launcher does: whether the planted code ran. @throws {Error} when neither it nor the program did */
  runsIn(env: NodeJS.ProcessEnv): boolean {
    return this.#runs(launcherOf(this.#name), env)
  }

  /** The same for a launcher that leaves the place to Node. */
  runsWithoutGuard(env: NodeJS.ProcessEnv): boolean {
    const launcher = join(this.#folder, 'unguarded.mjs')
    const main = JSON.stringify(pathToFileURL(mainOf(this.#name)).href)
    writeFileSync(launcher, `import { enableCompileCache } from 'node:module'\nenableCompileCache()\nawait import(${main})\n`)
    return this.#runs(launcher, env)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #mark(): string {
    return join(this.#folder, 'planted-code-ran')
  }

  #runs(launcher: string, env: NodeJS.ProcessEnv): boolean {
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, '--version'], { env, encoding: 'utf8' })
    const isRun = existsSync(this.#mark)
    rmSync(this.#mark, { force: true })
    if (!isRun && (status !== 0 || stdout === '')) throw new Error(`${launcher} ended with ${status}: ${stderr}`)
    return isRun
  }

  /** What Node keeps of a file in a compile cache in `root`. */
  #cacheFile(file: string, root: string): { root: string; path: string } {
    const env = { HOME: root, NODE_COMPILE_CACHE: root }
    spawnSync(process.execPath, [file, '--version'], { env, stdio: 'ignore' })
    const hash = crc32(readFileSync(file))
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
    const found = names.find(
      (name) => /\/[\da-f]{8}$/.test(name) && readFileSync(join(root, name)).readUInt32LE(CODE_HASH_AT) === hash,
    )
    if (found === undefined) throw new Error(`Node keeps nothing of ${file}`)
    rmSync(this.#mark, { force: true })
    return { root, path: join(root, found) }
  }
}
